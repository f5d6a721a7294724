use std::collections::BTreeMap;

use crate::config::Environment;
use crate::model::{Diagnostic, Report};
use crate::topology::codes::{ONE_SIDED_CLUSTER, OPEN_TO_ALL, SSH_FROM_NETWORK, TOO_MANY_RULES, UNUSED_NETWORK, at};
use crate::topology::{Link, LinkEnd, NetworkName, PortRange, Protocol, Topology};

/// How many rules a group may have in each direction (Amazon VPC quota "Inbound or outbound rules per security group").
const MOST_RULES: usize = 60;

/// A block with a shorter prefix than this is as good as the whole internet.
const WIDEST_PREFIX: u8 = 8;

/// The ports that may be open to everybody.
const PUBLIC_PORTS: [u16; 2] = [80, 443];

/// The ports Hazelcast's members use (EMM-41).
const HAZELCAST: (u16, u16) = (4000, 4200);

const SSH: u16 = 22;

/// Judges a compiled topology: what a matrix may never permit, whatever the blueprints say.
pub(super) fn lint(topology: &Topology, environment: &Environment) -> Report {
    let mut report = Report::default();
    let findings = [
        too_many_rules(topology, environment),
        open_to_all(topology, environment),
        ssh_from_network(topology, environment),
        one_sided_cluster(topology, environment),
        unused_network(topology, environment),
    ];
    findings.into_iter().flatten().for_each(|diagnostic| report.push(diagnostic));
    report
}

fn too_many_rules(topology: &Topology, environment: &Environment) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (name, group) in &topology.groups {
        for (direction, rules) in [("inwards", &group.ingress), ("outwards", &group.egress)] {
            if rules.len() > MOST_RULES {
                let label = format!("group {name} would have {} rules {direction}; AWS takes {MOST_RULES}", rules.len());
                found.push(at(environment, TOO_MANY_RULES, &blamed_path(topology, name), label));
            }
        }
    }
    found
}

/// The list in the environment that gives a group the most rules; without one it is the blueprint.
fn blamed_path(topology: &Topology, group: &str) -> String {
    let networks =
        topology.matrix.links.iter().filter(|link| link.destination.group() == Some(group)).filter_map(|link| network(&link.source));
    networks.filter(|(_, blocks)| *blocks > 1).max_by_key(|(_, blocks)| *blocks).map_or(BLUEPRINTS, |(name, _)| path_of(name)).to_owned()
}

fn open_to_all(topology: &Topology, environment: &Environment) -> Vec<Diagnostic> {
    let mut found = BTreeMap::new();
    for link in &topology.matrix.links {
        let (LinkEnd::Network { name, cidrs }, Some(group)) = (&link.source, link.destination.group()) else { continue };
        let Some(wide) = cidrs.iter().find(|cidr| cidr.prefix_len() < WIDEST_PREFIX) else { continue };
        let mut hosts = topology.hosts.values().filter(|host| host.security_group == group).peekable();
        let is_public = hosts.peek().is_some() && hosts.all(|host| host.has_elastic_ip);
        let is_public_port = link.protocol == Protocol::Tcp && PUBLIC_PORTS.iter().any(|port| link.ports == PortRange::new(*port, *port));
        if !(is_public && is_public_port) {
            let label = format!("{wide} would reach {group} on {} ({})", link.ports, link.id);
            found.entry((name, group)).or_insert_with(|| at(environment, OPEN_TO_ALL, path_of(*name), label));
        }
    }
    found.into_values().collect()
}

fn ssh_from_network(topology: &Topology, environment: &Environment) -> Vec<Diagnostic> {
    let from_network = topology.matrix.links.iter().filter(|link| link.protocol == Protocol::Tcp && link.ports.contains(SSH));
    from_network
        .filter_map(|link| network(&link.source).map(|(name, _)| (link, name)))
        .filter(|(_, name)| *name != NetworkName::Datacenter)
        .map(|(link, name)| {
            at(environment, SSH_FROM_NETWORK, path_of(name), format!("{name} would log in to {} ({})", link.destination, link.id))
        })
        .collect()
}

fn one_sided_cluster(topology: &Topology, environment: &Environment) -> Vec<Diagnostic> {
    let overlaps = |ports: PortRange| ports.first <= HAZELCAST.1.into() && ports.last >= HAZELCAST.0.into();
    let members: Vec<&Link> = topology.matrix.links.iter().filter(|link| link.protocol == Protocol::Tcp && overlaps(link.ports)).collect();
    let has_mirror = |link: &Link| {
        members.iter().any(|other| other.ports == link.ports && other.source == link.destination && other.destination == link.source)
    };
    let one_sided = members.iter().filter(|link| !has_mirror(link));
    one_sided
        .map(|link| {
            let label = format!("{} reaches {} on {} ({}), and not the other way", link.source, link.destination, link.ports, link.id);
            at(environment, ONE_SIDED_CLUSTER, BLUEPRINTS, label)
        })
        .collect()
}

/// Only lists that a person chose to write: what every environment must say, or says by default, is no surprise.
fn unused_network(topology: &Topology, environment: &Environment) -> Vec<Diagnostic> {
    let is_used = topology.matrix.links.iter().any(|link| network(&link.source).is_some_and(|(name, _)| name == NetworkName::Corporate));
    if is_used || environment.network.corporate_cidrs.is_empty() {
        return Vec::new();
    }
    let label = "no link lets these networks in";
    let diagnostic = UNUSED_NETWORK.warning();
    vec![match environment.span(path_of(NetworkName::Corporate)) {
        Some(span) => diagnostic.at(span, label),
        None => diagnostic.note(label),
    }]
}

/// Where an environment says which blueprints it is made of.
const BLUEPRINTS: &str = "environment.blueprints";

fn path_of(network: NetworkName) -> &'static str {
    match network {
        NetworkName::Operators => "network.operator_cidrs",
        NetworkName::Public => "network.public_cidrs",
        NetworkName::Corporate => "network.corporate_cidrs",
        NetworkName::Datacenter => "bastion.datacenter_cidr",
        NetworkName::Internet => BLUEPRINTS,
    }
}

fn network(end: &LinkEnd) -> Option<(NetworkName, usize)> {
    match end {
        LinkEnd::Network { name, cidrs } => Some((*name, cidrs.len())),
        LinkEnd::Group(_) => None,
    }
}
