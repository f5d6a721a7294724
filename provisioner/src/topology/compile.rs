use std::collections::{BTreeMap, BTreeSet};

use ipnet::Ipv4Net;

use crate::config::{Blueprint, Environment, Nat};
use crate::model::{Diagnostic, Report};
use crate::topology::access_list::access_lists;
use crate::topology::codes::{NAME_TAKEN, NETWORK_TOO_SMALL, NO_ADDRESS, NO_SETTINGS, at};
use crate::topology::group::groups_of;
use crate::topology::host::hosts_of;
use crate::topology::lint::lint;
use crate::topology::network::Layout;
use crate::topology::role_plan::RolePlan;
use crate::topology::{
    Access, AddressPlan, Backup, Bucket, Database, EnvironmentSummary, Host, HostName, LinkEnd, Mail, Matrix, Monitoring, Moved, Network,
    Placements, Security, SecurityGroupPlan, Topology, VERSION, Zone,
};

/// Works an environment of these blueprints out, as if none of its hosts existed yet.
///
/// Pure. The base blueprint is one of `blueprints`. Without errors there is a topology; with errors there is none, and every
/// error says where in the environment it comes from.
pub fn compile(project: &str, environment: &Environment, blueprints: &[Blueprint]) -> (Option<Topology>, Report) {
    compile_with(project, environment, blueprints, &Placements::default())
}

/// Works an environment out, with the hosts that exist staying in the zones they stand in.
pub fn compile_with(
    project: &str,
    environment: &Environment,
    blueprints: &[Blueprint],
    placements: &Placements,
) -> (Option<Topology>, Report) {
    let mut report = Report::default();
    let roles = RolePlan::all(environment, blueprints);
    taken_names(environment, blueprints, &roles).into_iter().for_each(|diagnostic| report.push(diagnostic));
    let network = lay_out(environment, RolePlan::reserve(&roles), &mut report);
    let databases = databases_of(environment, blueprints, &mut report);
    let hosts = network.as_ref().map(|network| hosts_in(network, environment, &roles, placements, &mut report));
    let (Some(network), Some(hosts), false) = (network, hosts, report.has_errors()) else { return (None, report) };

    let access = Access::of(environment).moving_from(placements.bastion_port());
    let matrix = Matrix::compile(environment, blueprints, &roles, &access);
    let groups = groups(&hosts, &databases, &matrix);
    let database_groups = databases.values().map(|database| database.security_group.clone()).collect();
    let topology = Topology {
        version: VERSION,
        project: project.to_owned(),
        environment: summary(environment, blueprints),
        access_lists: access_lists(&network, &hosts, &groups, &database_groups, &access),
        groups,
        matrix,
        buckets: blueprints
            .iter()
            .flat_map(|blueprint| &blueprint.buckets)
            .map(|bucket| (bucket.name.clone(), Bucket::from(bucket)))
            .collect(),
        mail: Mail::of(environment),
        security: Security::of(environment),
        monitoring: Monitoring::new(&environment.monitoring, &hosts),
        backup: Backup::from(&environment.backup),
        access,
        host_names: host_names(environment, blueprints, &hosts),
        boot_order: boot_order(blueprints, &roles),
        tags: environment.tags.clone(),
        moved: blueprints.iter().flat_map(|blueprint| &blueprint.moved).map(Moved::from).collect(),
        network,
        hosts,
        databases,
    };
    report.extend(lint(&topology, environment));
    ((!report.has_errors()).then_some(topology), report)
}

fn summary(environment: &Environment, blueprints: &[Blueprint]) -> EnvironmentSummary {
    EnvironmentSummary {
        name: environment.name.clone(),
        class: environment.class.word().to_owned(),
        domain: environment.domain.clone(),
        region: environment.cloud.region.clone(),
        account: environment.cloud.account.clone(),
        blueprints: blueprints.iter().map(|blueprint| (blueprint.name.clone(), blueprint.version.clone())).collect(),
    }
}

fn taken_names(environment: &Environment, blueprints: &[Blueprint], roles: &[RolePlan]) -> Vec<Diagnostic> {
    let databases = blueprints.iter().flat_map(|blueprint| &blueprint.databases).map(|database| LinkEnd::group_of_database(&database.name));
    let mut seen = BTreeSet::new();
    let names = roles.iter().map(|role| role.name.clone()).chain(databases);
    let taken = names.filter(|name| !seen.insert(name.clone()));
    taken.map(|name| at(environment, NAME_TAKEN, "environment.blueprints", format!("`{name}` is there twice"))).collect()
}

fn lay_out(environment: &Environment, address_plan: AddressPlan, report: &mut Report) -> Option<Network> {
    let cidr = environment.network.cidr;
    let smallest = address_plan.smallest_prefix();
    let layout = Layout {
        cidr,
        zones: Zone::first(environment.cloud.availability_zones.into()),
        has_nat_per_zone: environment.network.nat == Nat::PerZone,
        datacenter: Access::of(environment).datacenter.map(|datacenter| (datacenter.cidr, datacenter.gateway)),
        address_plan,
    };
    let network = layout.address_plan.fits(cidr.prefix_len()).then(|| Network::lay_out(layout)).flatten();
    if network.is_none() {
        report.push(too_small(environment, smallest));
    }
    network
}

fn too_small(environment: &Environment, smallest: Option<u8>) -> Diagnostic {
    let at_cidr = |label: String| at(environment, NETWORK_TOO_SMALL, "network.cidr", label);
    match smallest.and_then(|prefix| Ipv4Net::new(environment.network.cidr.network(), prefix).ok()) {
        Some(network) => at_cidr(format!("a /{} is needed at least", network.prefix_len()))
            .help(format!("write cidr = \"{}\", or another network of that size", network.trunc())),
        None => at_cidr("no network that AWS allows is large enough".to_owned()).help("lower the highest counts of the blueprint's roles"),
    }
}

fn hosts_in(
    network: &Network,
    environment: &Environment,
    roles: &[RolePlan],
    placements: &Placements,
    report: &mut Report,
) -> BTreeMap<String, Host> {
    let mut hosts = BTreeMap::new();
    for role in roles {
        match hosts_of(role, network, &environment.domain, placements) {
            Some(found) => hosts.extend(found),
            None => {
                let label = format!("{} hosts of {}; there are addresses for {}", role.count, role.name, role.maximum);
                report.push(at(environment, NO_ADDRESS, &format!("nodes.{}.count", role.name), label));
            }
        }
    }
    hosts
}

fn databases_of(environment: &Environment, blueprints: &[Blueprint], report: &mut Report) -> BTreeMap<String, Database> {
    let mut databases = BTreeMap::new();
    for database in blueprints.iter().flat_map(|blueprint| &blueprint.databases) {
        match environment.databases.get(&database.name) {
            Some(settings) => drop(databases.insert(database.name.clone(), Database::new(database, settings))),
            None => report.push(at(environment, NO_SETTINGS, "databases", format!("nothing is said of `{}`", database.name))),
        }
    }
    databases
}

/// One group for every role that has hosts, and one for every database.
fn groups(hosts: &BTreeMap<String, Host>, databases: &BTreeMap<String, Database>, matrix: &Matrix) -> BTreeMap<String, SecurityGroupPlan> {
    let of_hosts = hosts.values().map(|host| (host.security_group.clone(), format!("Hosts of the role {}", host.role)));
    let of_databases = databases.iter().map(|(name, database)| (database.security_group.clone(), format!("Database {name}")));
    groups_of(of_hosts.chain(of_databases).collect(), matrix)
}

/// The names whose condition holds, each with the first host of its role.
fn host_names(environment: &Environment, blueprints: &[Blueprint], hosts: &BTreeMap<String, Host>) -> BTreeMap<String, HostName> {
    let names = blueprints.iter().flat_map(|blueprint| &blueprint.host_names);
    let counting = names.filter(|name| name.when.as_ref().is_none_or(|condition| condition.holds(environment)));
    counting
        .filter_map(|name| {
            let first = hosts.values().find(|host| host.role == name.role && host.n == 1)?;
            let full_name = format!("{}.{}", name.name, environment.domain);
            Some((full_name, HostName { role: name.role.clone(), private_address: first.private_address }))
        })
        .collect()
}

fn boot_order(blueprints: &[Blueprint], roles: &[RolePlan]) -> Vec<String> {
    let exists = |name: &&String| roles.iter().any(|role| role.name == **name && role.exists());
    blueprints.iter().flat_map(|blueprint| &blueprint.boot_order).filter(exists).cloned().collect()
}
