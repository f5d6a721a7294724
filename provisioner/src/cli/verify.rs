use std::time::Duration;

use crate::bundle::{Bundle, Source, Unit};
use crate::cli::args::EnvArgs;
use crate::cli::exit::{Exit, Stop};
use crate::cli::hosts::{KIND, assigned};
use crate::cli::prepare::{Prepared, Reading};
use crate::cli::secrets;
use crate::cli::workspace::Workspace;
use crate::hosts::{Proof, Reach};
use crate::model::ResourceAddress;
use crate::plan::PlanOptions;
use crate::view::{Verified, VerifyView};

/// Proves that the cluster works: every host is as it shall be, and every check of its software holds.
pub async fn run(workspace: &Workspace<'_>, args: &EnvArgs) -> Result<Exit, Stop> {
    let options = PlanOptions::default();
    let prepared = Prepared::read(workspace, &args.env, Reading::Look, &options, Reach::Ask).await?;
    let plan = prepared.plan(&options)?;
    let mut proofs = Vec::new();
    for name in prepared.bundles.keys() {
        let address = ResourceAddress::new(KIND, name);
        let change = plan.changes.iter().find(|change| change.address == address);
        let said = match (change, prepared.cloud.room.unreachable().remove(name)) {
            (_, Some(why)) => why,
            (Some(change), None) if change.differences.is_empty() => "it is not installed".to_owned(),
            (Some(change), None) => {
                change.differences.iter().map(|found| format!("{} differs", found.attribute)).collect::<Vec<_>>().join(", ")
            }
            (None, None) => String::new(),
        };
        proofs.push(Verified { host: name.clone(), what: "is as described".to_owned(), holds: said.is_empty(), said });
    }
    proofs.extend(prove(workspace, &prepared, Patience::Full).await?);
    prepared.cloud.room.hosts().close().await;
    Ok(tell(workspace, &prepared, &proofs))
}

/// Tells the proofs, and ends as they say.
pub fn tell(workspace: &Workspace<'_>, prepared: &Prepared, proofs: &[Verified]) -> Exit {
    let is_real = prepared.cloud.room.is_real();
    workspace.output.data(&VerifyView { environment: &prepared.scope.environment, proofs, is_real });
    if proofs.iter().all(|proof| proof.holds) { Exit::Done } else { Exit::Unproved }
}

/// How long a check may wait for what it looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// As long as its software says.
    Full,
    /// Not at all: it says how things stand.
    None,
}

impl Patience {
    /// The check with the seconds it may wait in its environment; what is left of its time is for the checking itself.
    fn given_to(self, script: &str, seconds: u32) -> String {
        let patience = if self == Self::Full { seconds / 5 * 4 } else { 0 };
        format!("export PROVISION_PATIENCE={patience}\n{script}")
    }
}

/// Runs every check of every host's software; a simulation proves nothing, and has none.
pub async fn prove(workspace: &Workspace<'_>, prepared: &Prepared, patience: Patience) -> Result<Vec<Verified>, Stop> {
    prove_some(workspace, prepared, patience, |_, _| true).await
}

/// As [`prove`], of some hosts' software only.
pub async fn prove_some(
    workspace: &Workspace<'_>,
    prepared: &Prepared,
    patience: Patience,
    is_meant: impl Fn(&str, &Unit) -> bool,
) -> Result<Vec<Verified>, Stop> {
    let room = &prepared.cloud.room;
    let is_asked = |(host, bundle): &(&String, &Bundle)| bundle.units.iter().any(|unit| is_meant(host, unit) && !unit.verify.is_empty());
    let asked: Vec<(&String, &Bundle)> = prepared.bundles.iter().filter(is_asked).collect();
    if !room.is_real() || asked.is_empty() {
        return Ok(Vec::new());
    }
    let names = asked.iter().flat_map(|(_, bundle)| bundle.secrets()).collect();
    let values = secrets::known(workspace, &prepared.environment, &names)?;
    let mut proofs = Vec::new();
    for (host, bundle) in asked {
        let assigned = assigned(prepared, host);
        let value = |source: &Source| match source {
            Source::Secret(name) => values.get(name).map(|secret| secret.expose().to_owned()),
            Source::Assigned(reference) => assigned.get(&format!("{}.{}", reference.address, reference.attribute)).cloned(),
        };
        for check in bundle.units.iter().filter(|unit| is_meant(host, unit)).flat_map(|unit| &unit.verify) {
            let outcome = match (room.there(host), check.check.filled(&value)) {
                (None, _) => Err("its machine is not there".to_owned()),
                (_, Err(why)) => Err(why),
                (Some(machine), Ok(script)) => {
                    let script = patience.given_to(&script, check.seconds);
                    let proved = room.hosts().prove(&machine, script, Duration::from_secs(check.seconds.into())).await;
                    proved.map_err(|error| error.message)
                }
            };
            let (holds, said) = match outcome {
                Ok(Proof { holds, said }) => (holds, said),
                Err(why) => (false, why),
            };
            proofs.push(Verified { host: host.clone(), what: check.doc.clone(), holds, said });
        }
    }
    Ok(proofs)
}
