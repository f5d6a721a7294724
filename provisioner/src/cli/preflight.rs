use std::collections::BTreeSet;

use crate::aws::Lookup;
use crate::model::{Diagnostic, Report};
use crate::provider::ProviderError;
use crate::topology::Topology;

/// What only the cloud knows of the machines an environment asks for: whether their sizes exist, fit, and are offered where they shall stand.
///
/// # Errors
/// When the cloud refuses a list; what it shows to be wrong is in the report.
pub async fn preflight(lookup: &Lookup, topology: &Topology, zones: &[String]) -> Result<Report, ProviderError> {
    let mut report = Report::default();
    let sizes: BTreeSet<String> = topology.hosts.values().map(|host| host.instance_type.clone()).collect();
    let offering = lookup.type_offering(&sizes).await?;
    for size in &sizes {
        let users = topology.hosts.iter().filter(|(_, host)| host.instance_type == *size);
        let names = |hosts: &[&String]| hosts.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", ");
        let all: Vec<&String> = users.clone().map(|(name, _)| name).collect();
        let refuse = |why: String, hosts: &[&String]| {
            Diagnostic::error("E0312", "the region does not offer a machine as asked for")
                .note(format!("{why} (asked for by {})", names(hosts)))
                .help("choose another instance_type in the environment file")
        };
        let Some(facts) = offering.facts.get(size) else {
            report.push(refuse(format!("there is no {size} in {}", topology.environment.region), &all));
            continue;
        };
        if !facts.is_x86_64 {
            report.push(refuse(format!("{size} does not run 64-bit Intel code, and the images do"), &all));
        }
        if !facts.is_nitro || !facts.encrypts_volumes {
            report.push(refuse(
                format!("{size} is not built on Nitro, so that its volumes or its metadata cannot be protected as they must be"),
                &all,
            ));
        }
        for (index, zone) in zones.iter().enumerate() {
            let here: Vec<&String> =
                users.clone().filter(|(_, host)| usize::from(host.zone.index()) == index).map(|(name, _)| name).collect();
            if !here.is_empty() && !offering.is_offered(size, zone) {
                report.push(refuse(format!("{zone} does not offer {size}"), &here));
            }
        }
    }
    Ok(report)
}
