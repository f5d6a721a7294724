use crate::cli::exit::Stop;
use crate::cli::pins::LockFile;
use crate::cli::workspace::Workspace;
use crate::model::CloudName;
use crate::topology::Topology;
use crate::view::{Check, Verdict, command};

/// How many seconds the clock may be off before somebody should look, and before AWS refuses: it takes signatures that are up to five
/// minutes old (IAM User Guide, "Signature Version 4 … signing requests").
const CLOCK_SECONDS: (u64, u64) = (30, 300);

/// Whether operators have the key that machines will take.
pub fn key(workspace: &Workspace<'_>, cloud: &CloudName, topology: &Topology, environment: &str) -> Result<Check, Stop> {
    const NAME: &str = "ssh key";
    if topology.access.operator_key.is_some() {
        return Ok(Check::new(NAME, Verdict::Ok, "[bastion] operator_key names one"));
    }
    let is_pinned = !LockFile::read(&workspace.project.root, environment)?.pins(cloud)?.public_key.is_empty();
    let is_here = workspace.private_folder().join("keys").join(environment).exists();
    Ok(match (is_pinned, is_here) {
        (_, true) => Check::new(NAME, Verdict::Ok, format!("its private half is in .provision/keys/{environment}")),
        (true, false) => Check::new(
            NAME,
            Verdict::Warning,
            format!("environments/{environment}.lock names one, and its private half is not on this machine"),
        )
        .next("ask whoever ran the first `up` for it; or name your own as [bastion] operator_key"),
        (false, false) => Check::new(NAME, Verdict::Warning, "none is named, and one would be made for this machine")
            .next(command(&cloud.to_string(), &format!("plan --env {environment}")) + "; or name yours as [bastion] operator_key"),
    })
}

/// Whether this machine's clock is near the cloud's.
pub fn clock(ahead: Option<i64>) -> Check {
    const NAME: &str = "clock";
    let Some(ahead) = ahead else { return Check::new(NAME, Verdict::Unproved, "the cloud's answers had no date") };
    let off = ahead.unsigned_abs();
    let found = format!("{off} s {} the cloud's", if ahead < 0 { "behind" } else { "ahead of" });
    let verdict = match off {
        off if off >= CLOCK_SECONDS.1 => Verdict::Failed,
        off if off >= CLOCK_SECONDS.0 => Verdict::Warning,
        _ => Verdict::Ok,
    };
    let check = Check::new(NAME, verdict, found);
    if verdict == Verdict::Ok { check } else { check.next("timedatectl set-ntp true") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_far_off_fails_before_aws_refuses_it() {
        let verdicts = [None, Some(0), Some(-29), Some(31), Some(-301)].map(|ahead| clock(ahead).verdict);
        assert_eq!(verdicts, [Verdict::Unproved, Verdict::Ok, Verdict::Ok, Verdict::Warning, Verdict::Failed]);
    }
}
