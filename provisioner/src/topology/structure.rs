use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::model::Layer;
use crate::topology::{Link, LinkEnd, NetworkName, Protocol, RouteTarget, Tier, Topology};

/// What makes two environments the same architecture (MCS-41): they are when their structures are equal.
///
/// It has no names of environments, networks' addresses, sizes, counts or secrets. The monitoring hosts and their links are not in
/// it, because an environment may be without them. Nor is what may go out to the internet: that follows from how mail leaves and
/// from whether the environment may wake devices, which a clone may not (MCS-ENV).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Structure {
    /// How each tier reaches the internet.
    pub tiers: BTreeMap<Tier, WayOut>,
    /// Whether the network is connected with a data centre.
    pub has_datacenter: bool,
    /// The roles, by name.
    pub roles: BTreeMap<String, RoleStructure>,
    /// Who may talk to whom.
    pub links: BTreeSet<LinkStructure>,
    /// The databases, by name.
    pub databases: BTreeMap<String, DatabaseStructure>,
    /// The buckets, by name, and whether they are locked and versioned.
    pub buckets: BTreeMap<String, (bool, bool)>,
    /// The labels before the domain and the role that answers to each.
    pub host_names: BTreeMap<String, String>,
    /// The roles in the order they are started.
    pub boot_order: Vec<String>,
}

/// How a tier reaches the internet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum WayOut {
    /// Both ways.
    InternetGateway,
    /// Outwards only.
    NatGateway,
    /// Not at all.
    None,
}

/// What a role is, whatever the number and size of its hosts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RoleStructure {
    /// Where its hosts stand.
    pub tier: Option<Tier>,
    /// The logical name of their image.
    pub image: String,
    /// Whether each has a public address.
    pub has_elastic_ip: bool,
    /// Whether each has a data volume.
    pub has_data_volume: bool,
    /// Whether they store what nothing else has.
    pub is_stateful: bool,
}

/// A link without its id and reason.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct LinkStructure {
    /// Who is reached: a group, or the name of a network.
    pub destination: String,
    /// On which ports.
    pub ports: String,
    /// By which protocol.
    pub protocol: Protocol,
    /// Who reaches.
    pub source: String,
}

/// What a database is, whatever its size.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DatabaseStructure {
    /// The engine.
    pub engine: String,
    /// The engine's major version.
    pub version: String,
    /// The schemas in it.
    pub schemas: BTreeSet<String>,
}

/// Reduces a topology to what must be equal in every environment of one architecture.
pub fn structure(topology: &Topology) -> Structure {
    let subnets = &topology.network.subnets;
    let ordinary = topology.hosts.values().filter(|host| host.layer != Layer::Monitoring);
    let roles = ordinary.map(|host| {
        let role = RoleStructure {
            tier: subnets.get(&host.subnet).map(|subnet| subnet.tier),
            image: host.image.clone(),
            has_elastic_ip: host.has_elastic_ip,
            has_data_volume: host.data_volume_gib.is_some(),
            is_stateful: host.is_stateful,
        };
        (host.role.clone(), role)
    });
    let databases = topology.databases.iter().map(|(name, database)| {
        let schemas = database.schemas.iter().cloned().collect();
        (name.clone(), DatabaseStructure { engine: database.engine.clone(), version: database.version.clone(), schemas })
    });
    let suffix = format!(".{}", topology.environment.domain);
    let label = |name: &String| name.strip_suffix(&suffix).unwrap_or(name).to_owned();
    Structure {
        tiers: subnets.iter().map(|(name, subnet)| (subnet.tier, way_out(topology, name))).collect(),
        has_datacenter: topology.access.datacenter.is_some(),
        roles: roles.collect(),
        links: topology.matrix.links.iter().filter(|link| is_structural(topology, link)).map(LinkStructure::of).collect(),
        databases: databases.collect(),
        buckets: topology.buckets.iter().map(|(name, bucket)| (name.clone(), (bucket.is_locked, bucket.is_versioned))).collect(),
        host_names: topology.host_names.iter().map(|(name, host)| (label(name), host.role.clone())).collect(),
        boot_order: topology.boot_order.clone(),
    }
}

impl LinkStructure {
    fn of(link: &Link) -> Self {
        Self {
            destination: link.destination.to_string(),
            ports: link.ports.to_string(),
            protocol: link.protocol,
            source: link.source.to_string(),
        }
    }
}

fn way_out(topology: &Topology, name: &str) -> WayOut {
    let routes = topology.network.routes_of(name);
    match routes.and_then(|routes| routes.iter().find(|(destination, _)| destination.prefix_len() == 0)) {
        Some((_, RouteTarget::InternetGateway)) => WayOut::InternetGateway,
        Some((_, RouteTarget::NatGateway(_))) => WayOut::NatGateway,
        Some((_, RouteTarget::TransitGateway(_) | RouteTarget::VpnGateway(_))) | None => WayOut::None,
    }
}

fn is_structural(topology: &Topology, link: &Link) -> bool {
    let is_monitoring = |end: &LinkEnd| {
        end.group().is_some_and(|group| topology.hosts.values().any(|host| host.security_group == group && host.layer == Layer::Monitoring))
    };
    let is_internet = matches!(link.destination, LinkEnd::Network { name: NetworkName::Internet, .. });
    !is_internet && !is_monitoring(&link.destination) && !is_monitoring(&link.source)
}
