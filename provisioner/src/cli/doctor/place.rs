use std::collections::BTreeSet;

use crate::aws::PublicAccess;
use crate::cli::doctor::checks::{Patient, unproved};
use crate::cli::preflight;
use crate::model::Report;
use crate::provider::ProviderError;
use crate::topology::Topology;
use crate::view::{Check, Verdict};

/// Whether the region has the zones that the environment's subnets stand in.
pub fn region(patient: Patient<'_>) -> Check {
    let Patient { topology, zones, .. } = patient;
    let region = &topology.environment.region;
    // The databases' subnets need a second zone even where the hosts need one.
    let last = topology.network.subnets.values().map(|subnet| usize::from(subnet.zone.index()) + 1).max().unwrap_or(0);
    let found = format!("{region} is enabled and has {} zones; {last} are needed", zones.len());
    if zones.len() < last {
        return Check::new("region", Verdict::Failed, found).next("lower [cloud] availability_zones, or choose another region");
    }
    Check::new("region", Verdict::Ok, found)
}

/// The region would not even tell its zones.
pub fn region_failed(topology: &Topology, error: &ProviderError) -> Check {
    let found = format!("{} cannot be used: {}", topology.environment.region, error.message);
    Check::new("region", Verdict::Failed, found).next(format!(
        "allow ec2:DescribeAvailabilityZones; or enable it: aws account enable-region --region-name {}",
        topology.environment.region
    ))
}

/// Whether the machines' sizes are offered where they shall stand.
pub async fn machines(patient: Patient<'_>) -> Check {
    let Patient { lookup, topology, zones, .. } = patient;
    let sizes = topology.hosts.values().map(|host| host.instance_type.as_str());
    offered("machines", sizes, &preflight::machines(lookup, topology, zones).await)
}

/// Whether the databases' versions and sizes are offered where they shall stand; nothing where there are none.
pub async fn databases(patient: Patient<'_>) -> Option<Check> {
    let Patient { lookup, topology, zones, .. } = patient;
    if topology.databases.is_empty() {
        return None;
    }
    let kinds: Vec<String> =
        topology.databases.values().map(|found| format!("{} {} on {}", found.engine, found.version, found.instance_class)).collect();
    Some(offered("databases", kinds.iter().map(String::as_str), &preflight::databases(lookup, topology, zones).await))
}

fn offered<'a>(name: &'static str, what: impl Iterator<Item = &'a str>, found: &Result<Report, ProviderError>) -> Check {
    match found {
        Err(error) => unproved(name, error),
        Ok(report) if report.has_errors() => {
            let why: Vec<&str> = report.iter().flat_map(|diagnostic| &diagnostic.notes).map(String::as_str).collect();
            let helps: BTreeSet<&str> = report.iter().flat_map(|diagnostic| &diagnostic.help).map(String::as_str).collect();
            Check::new(name, Verdict::Failed, why.join("; ")).next(helps.into_iter().collect::<Vec<_>>().join("; "))
        }
        Ok(_) => {
            let what = what.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", ");
            Check::new(name, Verdict::Ok, format!("offered where {name} shall stand: {what}"))
        }
    }
}

/// Whether the account keeps the internet out of its VPCs.
pub async fn internet(patient: Patient<'_>) -> Check {
    const NAME: &str = "internet";
    let region = &patient.topology.environment.region;
    let exclude = "exclude this environment's VPC, or switch it off: aws ec2 modify-vpc-block-public-access-options";
    match patient.lookup.public_access().await {
        Err(error) => unproved(NAME, &error),
        Ok(PublicAccess::Open) => Check::new(NAME, Verdict::Ok, format!("{region} does not block its VPCs from the internet")),
        Ok(PublicAccess::InboundBlocked) => {
            let found = format!("{region} blocks what comes from the internet: nobody would reach the bastion or the load balancer");
            Check::new(NAME, Verdict::Failed, found).next(exclude)
        }
        Ok(PublicAccess::Blocked) => {
            let found = format!("{region} blocks its VPCs from the internet: hosts could neither be reached nor install anything");
            Check::new(NAME, Verdict::Failed, found).next(exclude)
        }
    }
}
