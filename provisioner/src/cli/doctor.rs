use crate::cli::args::EnvArgs;
use crate::cli::exit::{Exit, Stop};
use crate::cli::workspace::Workspace;

/// Looks for what would fail later; changes nothing, neither in the cloud nor in the project.
///
/// # Errors
/// When the files are wrong, or there are no credentials of the environment's account: without them nothing can be looked at.
#[cfg(feature = "aws")]
pub async fn run(workspace: &Workspace<'_>, args: &EnvArgs) -> Result<Exit, Stop> {
    use crate::view::{DoctorView, Verdict};

    let checks = look::checks(workspace, &args.env).await?;
    let cloud = crate::cli::cloud::cloud_name(workspace).to_string();
    workspace.output.data(&DoctorView { environment: &args.env, cloud: &cloud, checks: &checks });
    let has_failed = checks.iter().any(|check| check.verdict == Verdict::Failed);
    Ok(if has_failed { Exit::Preflight } else { Exit::Done })
}

/// Refuses: this program cannot speak to a cloud.
///
/// # Errors
/// Always.
#[cfg(not(feature = "aws"))]
pub async fn run(_workspace: &Workspace<'_>, _args: &EnvArgs) -> Result<Exit, Stop> {
    Err(crate::cli::cloud::without_aws())
}

#[cfg(feature = "aws")]
mod look {
    use crate::cli::cloud::Cloud;
    use crate::cli::exit::Stop;
    use crate::cli::pins::LockFile;
    use crate::cli::prepare::compiled;
    use crate::cli::workspace::Workspace;
    use crate::model::{CloudName, Scope};
    use crate::provider::ProviderError;
    use crate::topology::{MailMode, Placements, Topology};
    use crate::view::{Check, Verdict, command, count};

    /// How many seconds the clock may be off before somebody should look, and before AWS refuses: it takes signatures that are up to five
    /// minutes old (IAM User Guide, "Signature Version 4 … signing requests").
    const CLOCK_SECONDS: (u64, u64) = (30, 300);

    /// Every check, in the order in which an operator would go through them.
    pub async fn checks(workspace: &Workspace<'_>, name: &str) -> Result<Vec<Check>, Stop> {
        let configuration = workspace.load(name)?;
        let topology = compiled(workspace, &configuration, &Placements::default())?;
        let cloud = Cloud::connect(workspace, &configuration.environment).await?;
        let scope = workspace.scope(name);
        let account = &topology.environment.account;
        let mut checks = vec![Check::new("account", Verdict::Ok, format!("the credentials are of account {account}"))];
        let zones = match cloud.zones().await {
            Ok(zones) => zones,
            Err(error) => {
                checks.push(region_failed(&topology, &error));
                return Ok(checks);
            }
        };
        checks.push(region(&topology, &zones));
        checks.push(machines(&cloud, &topology, &zones).await);
        checks.extend(quotas(&cloud, &topology, &scope).await);
        checks.push(creations(&cloud, &scope, zones.first().map_or("", String::as_str), name).await);
        checks.push(others(&cloud, name));
        checks.push(public_access());
        checks.extend(mail(&topology));
        checks.push(key(workspace, &cloud.name, &topology, name)?);
        checks.push(clock(cloud.clock_is_ahead()));
        Ok(checks)
    }

    fn region(topology: &Topology, zones: &[String]) -> Check {
        let region = &topology.environment.region;
        // The databases' subnets need a second zone even where the hosts need one.
        let last = topology.network.subnets.values().map(|subnet| usize::from(subnet.zone.index()) + 1).max().unwrap_or(0);
        let found = format!("{region} is enabled and has {} zones; {last} are needed", zones.len());
        if zones.len() < last {
            return Check::new("region", Verdict::Failed, found).next("lower [cloud] availability_zones, or choose another region");
        }
        Check::new("region", Verdict::Ok, found)
    }

    fn region_failed(topology: &Topology, error: &ProviderError) -> Check {
        let found = format!("{} cannot be used: {}", topology.environment.region, error.message);
        Check::new("region", Verdict::Failed, found).next(format!(
            "allow ec2:DescribeAvailabilityZones; or enable it: aws account enable-region --region-name {}",
            topology.environment.region
        ))
    }

    async fn machines(cloud: &Cloud, topology: &Topology, zones: &[String]) -> Check {
        const NAME: &str = "machines";
        match cloud.preflight(topology, zones).await {
            Err(error) => unproved(NAME, &error),
            Ok(report) if report.has_errors() => {
                let why: Vec<&str> = report.iter().flat_map(|diagnostic| &diagnostic.notes).map(String::as_str).collect();
                Check::new(NAME, Verdict::Failed, why.join("; ")).next("choose another instance_type in the environment file")
            }
            Ok(_) => {
                let sizes: std::collections::BTreeSet<&str> = topology.hosts.values().map(|host| host.instance_type.as_str()).collect();
                let sizes = sizes.into_iter().collect::<Vec<_>>().join(", ");
                Check::new(NAME, Verdict::Ok, format!("{sizes} are offered where machines shall stand"))
            }
        }
    }

    /// What the environment needs and what the account has.
    async fn quotas(cloud: &Cloud, topology: &Topology, scope: &Scope) -> Vec<Check> {
        const NAME: &str = "quotas";
        let hosts_with_address = topology.hosts.values().filter(|host| host.has_elastic_ip).count();
        let addresses = topology.network.nat_gateways.len() + hosts_with_address;
        let used = match cloud.lookup().in_use().await {
            Ok(used) => used,
            Err(error) => return vec![unproved(NAME, &error)],
        };
        let found = format!(
            "{} needs 1 VPC, {}, {}, {} and {}; the account has {} and {} in the region (this environment's among them), and its limits were not asked for",
            scope.environment,
            count(addresses, "Elastic IP"),
            count(topology.network.nat_gateways.len(), "NAT gateway"),
            count(topology.hosts.len(), "machine"),
            count(topology.databases.len(), "database"),
            count(used.vpcs, "VPC"),
            count(used.elastic_ips, "Elastic IP"),
        );
        let ask = format!(
            "aws service-quotas get-service-quota --service-code ec2 --quota-code L-0263D0A3 --region {}",
            topology.environment.region
        );
        vec![Check::new(NAME, Verdict::Unproved, found).next(ask)]
    }

    async fn creations(cloud: &Cloud, scope: &Scope, zone: &str, environment: &str) -> Check {
        const NAME: &str = "permissions";
        let answers = match cloud.lookup().dry_runs(scope, zone).await {
            Ok(answers) => answers,
            Err(error) => return unproved(NAME, &error),
        };
        let denied: Vec<&str> = answers.iter().filter(|(_, refusal)| refusal.is_some()).map(|(action, _)| *action).collect();
        if denied.is_empty() {
            let asked: Vec<&str> = answers.iter().map(|(action, _)| *action).collect();
            return Check::new(NAME, Verdict::Ok, format!("EC2 would allow {} (dry runs)", asked.join(", ")));
        }
        Check::new(NAME, Verdict::Failed, format!("EC2 denies {}", denied.join(", ")))
            .next(format!("attach what this prints: provision permissions --env {environment}"))
    }

    /// Only EC2 has dry runs.
    fn others(_cloud: &Cloud, environment: &str) -> Check {
        Check::new("permissions", Verdict::Unproved, "what other services and other operations of EC2 would allow")
            .next(format!("compare with what is attached: provision permissions --env {environment}"))
    }

    fn public_access() -> Check {
        Check::new("internet", Verdict::Unproved, "whether the account blocks its VPCs from the internet")
            .next("aws ec2 describe-vpc-block-public-access-options")
    }

    fn mail(topology: &Topology) -> Vec<Check> {
        if !matches!(topology.mail.mode, MailMode::Ses { .. }) {
            return vec![Check::new("mail", Verdict::Unproved, "whether the mail server takes alerts")];
        }
        vec![
            Check::new("mail", Verdict::Unproved, "whether SES sends to recipients that are not verified (production access)")
                .next("aws sesv2 get-account"),
            Check::new("dns", Verdict::Unproved, format!("whether the mail records of {} are published", topology.environment.domain))
                .next("publish what SES asks for; it may take up to 72 hours to be seen"),
        ]
    }

    fn key(workspace: &Workspace<'_>, cloud: &CloudName, topology: &Topology, environment: &str) -> Result<Check, Stop> {
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

    fn clock(ahead: Option<i64>) -> Check {
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

    fn unproved(name: &'static str, error: &ProviderError) -> Check {
        Check::new(name, Verdict::Unproved, format!("{} could not be asked: {}", error.operation, error.message))
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
}
