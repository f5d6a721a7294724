use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

use crate::model::Layer;
use crate::topology::address_plan::zone_of;
use crate::topology::role_plan::RolePlan;
use crate::topology::{Network, Placements, Zone};

/// The role of the host that operators come in through (MCS-11).
pub const BASTION: &str = "bastion";

/// One machine. It keeps its zone and its private address for life.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Host {
    /// Its role: `worker`.
    pub role: String,
    /// Its number within the role, from 1; scaling down removes the highest.
    pub n: u16,
    /// Its name in full: `worker-2.emm.example.com`.
    pub fully_qualified_name: String,
    /// Its zone.
    pub zone: Zone,
    /// The name of its subnet.
    pub subnet: String,
    /// Its address: the role's block in the subnet plus `n`, known before the machine exists.
    pub private_address: Ipv4Addr,
    /// Its EC2 instance type.
    pub instance_type: String,
    /// The logical name of its machine image: `debian-13`.
    pub image: String,
    /// The size of its root volume in GiB.
    pub root_volume_gib: u32,
    /// The size of its data volume in GiB, if it has one.
    pub data_volume_gib: Option<u32>,
    /// Where its data volume is mounted, if it has one.
    pub data_volume_mount: Option<String>,
    /// Whether it has a public address that stays.
    pub has_elastic_ip: bool,
    /// Whether it stores what nothing else has, so that it is protected from termination.
    pub is_stateful: bool,
    /// The part of the environment it belongs to.
    pub layer: Layer,
    /// The name of its security group, which is its role's.
    pub security_group: String,
}

/// Who answers to one of the product's names inside the network.
///
/// Rules between groups do not match traffic that leaves and comes back through a NAT gateway, so that inside the network every
/// name stands for a private address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostName {
    /// The role that answers.
    pub role: String,
    /// The private address of the role's first host.
    pub private_address: Ipv4Addr,
}

/// The hosts of one role, by name; nothing if the network has no address for one of them.
pub(super) fn hosts_of(role: &RolePlan, network: &Network, domain: &str, placements: &Placements) -> Option<BTreeMap<String, Host>> {
    (1..=role.count).map(|n| host(role, n, network, domain, placements)).collect()
}

fn host(role: &RolePlan, n: u16, network: &Network, domain: &str, placements: &Placements) -> Option<(String, Host)> {
    let name = format!("{}-{n}", role.name);
    let recorded = placements.zone_of(&name).filter(|zone| network.zones.contains(zone));
    let zone = recorded.or_else(|| zone_of(n.into(), &network.zones))?;
    let (subnet_name, subnet) = network.subnet(role.tier, zone)?;
    let host = Host {
        role: role.name.clone(),
        n,
        fully_qualified_name: format!("{name}.{domain}"),
        zone,
        subnet: subnet_name.to_owned(),
        private_address: network.address_plan.address(&role.name, n.into(), subnet.cidr)?,
        instance_type: role.instance_type.clone(),
        image: role.image.clone(),
        root_volume_gib: role.root_volume_gib,
        data_volume_gib: role.data_volume_gib,
        data_volume_mount: role.data_volume_mount.clone(),
        has_elastic_ip: role.has_elastic_ip,
        is_stateful: role.is_stateful,
        layer: role.layer,
        security_group: role.name.clone(),
    };
    Some((name, host))
}
