use std::collections::{BTreeMap, BTreeSet};

use crate::aws::Lookup;
use crate::model::{Diagnostic, Report};
use crate::provider::ProviderError;
use crate::topology::{Database, Tier, Topology};

/// What only the cloud knows of what an environment asks for: whether its machines and databases can be had where they shall stand.
///
/// # Errors
/// When the cloud refuses a list; what it shows to be wrong is in the report.
pub async fn preflight(lookup: &Lookup, topology: &Topology, zones: &[String]) -> Result<Report, ProviderError> {
    let mut report = machines(lookup, topology, zones).await?;
    report.extend(databases(lookup, topology, zones).await?);
    Ok(report)
}

/// Whether the sizes of machine exist, fit, and are offered where machines of them shall stand.
///
/// # Errors
/// When the cloud refuses a list; what it shows to be wrong is in the report.
pub async fn machines(lookup: &Lookup, topology: &Topology, zones: &[String]) -> Result<Report, ProviderError> {
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

/// What RDS either has or has not, and the databases that ask for it.
type DatabaseKinds<'a> = BTreeMap<(&'a str, &'a str, &'a str, &'a str), Vec<(&'a str, &'a Database)>>;

/// Whether RDS makes the databases' versions, and offers their sizes where they shall stand.
///
/// # Errors
/// When the cloud refuses a list; what it shows to be wrong is in the report.
pub async fn databases(lookup: &Lookup, topology: &Topology, zones: &[String]) -> Result<Report, ProviderError> {
    let mut kinds = DatabaseKinds::new();
    for (name, database) in &topology.databases {
        let kind = (database.engine.as_str(), database.version.as_str(), database.instance_class.as_str(), database.storage_type.as_str());
        kinds.entry(kind).or_default().push((name, database));
    }
    let mut versions: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let mut report = Report::default();
    for ((engine, version, class, storage), users) in kinds {
        if !versions.contains_key(engine) {
            versions.insert(engine, lookup.database_versions(engine).await?);
        }
        let names = users.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
        let mut refuse = |why: String, key: &str| {
            report.push(
                Diagnostic::error("E0313", "the region does not offer a database as asked for")
                    .note(format!("{why} (asked for by {names})"))
                    .help(format!("choose another {key} in the environment file")),
            );
        };
        let Some(full) = versions.get(engine).and_then(|known| newest_of(version, known)) else {
            refuse(format!("RDS makes no {engine} {version} in {}", topology.environment.region), "version");
            continue;
        };
        let offering = lookup.database_offering(engine, full, class, storage).await?;
        if offering.zones.is_empty() {
            let region = &topology.environment.region;
            refuse(format!("there is no {class} for {engine} {full} with encrypted {storage} storage in {region}"), "instance_class");
            continue;
        }
        for (name, database) in users {
            if let Some(why) = misplaced(topology, zones, database, &offering.zones, offering.has_standby) {
                report.push(
                    Diagnostic::error("E0313", "the region does not offer a database as asked for")
                        .note(format!("{why} (asked for by {name})"))
                        .help("choose another instance_class in the environment file"),
                );
            }
        }
    }
    Ok(report)
}

/// Why a database cannot stand where it shall: alone in the first zone, or in two of its subnets' zones.
fn misplaced(topology: &Topology, zones: &[String], database: &Database, offered: &BTreeSet<String>, has_standby: bool) -> Option<String> {
    let class = &database.instance_class;
    if database.is_multi_az {
        let subnets = topology.network.subnets.values().filter(|subnet| subnet.tier == Tier::Database);
        let reached: BTreeSet<&String> = subnets.filter_map(|subnet| zones.get(usize::from(subnet.zone.index()))).collect();
        let found = reached.iter().filter(|zone| offered.contains(**zone)).count();
        let wanted = reached.into_iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        return (!has_standby || found < 2).then(|| format!("{class} cannot have a standby: {found} of {wanted} offer it"));
    }
    let zone = topology.network.zones.first().and_then(|zone| zones.get(usize::from(zone.index())))?;
    (!offered.contains(zone)).then(|| format!("{zone} does not offer {class}"))
}

/// The newest known version that a shorter one stands for: `8.4.6` for `8.4`, and not `8.40.1`.
fn newest_of<'a>(version: &str, known: &'a BTreeSet<String>) -> Option<&'a str> {
    let numbers = |text: &str| text.split('.').map_while(|part| part.parse::<u64>().ok()).collect::<Vec<_>>();
    let is_meant = |text: &&String| *text == version || text.starts_with(&format!("{version}."));
    known.iter().filter(is_meant).max_by_key(|text| numbers(text)).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use aws_config::retry::RetryConfig;
    use aws_config::{BehaviorVersion, Region};
    use aws_credential_types::Credentials;
    use aws_credential_types::provider::SharedCredentialsProvider;

    use super::*;
    use crate::aws::Connection;
    use crate::config::{Configuration, Project};
    use crate::provider::ErrorKind;
    use crate::topology::compile;

    fn topology() -> Topology {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let (project, _) = Project::find(Some(root), root);
        let project = project.expect("the repository is a project");
        let (configuration, _) = Configuration::load(&project, "dev");
        let Configuration { environment, blueprints, .. } = configuration.expect("dev is right");
        compile(&project.name, &environment, &blueprints).0.expect("dev compiles")
    }

    /// A connection with a port at which nobody listens any more.
    fn with_nobody() -> Connection {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("bound");
        let config = aws_types::SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-west-1"))
            .credentials_provider(SharedCredentialsProvider::new(Credentials::new("key", "secret", None, None, "test")))
            .retry_config(RetryConfig::disabled())
            .endpoint_url(format!("http://{address}"));
        Connection::new(config.build(), None, 0.0)
    }

    #[tokio::test]
    async fn a_look_up_of_databases_that_nobody_answers_is_no_success() {
        let mut topology = topology();
        // Machines are looked up first, and there is nothing to ask about none.
        topology.hosts.clear();
        assert!(!topology.databases.is_empty());
        let found = preflight(&Lookup::new(&with_nobody()), &topology, &["eu-west-1a".to_owned()]).await;
        assert_eq!(found.expect_err("nobody answers").kind, ErrorKind::Unknown);
    }

    #[test]
    fn a_release_stands_for_its_newest_version() {
        let known = ["8.0.42", "8.4.9", "8.4.10", "8.40.1"].map(str::to_owned).into();
        assert_eq!(newest_of("8.4", &known), Some("8.4.10"));
        assert_eq!(newest_of("8.4.9", &known), Some("8.4.9"));
        assert_eq!(newest_of("9.7", &known), None);
    }
}
