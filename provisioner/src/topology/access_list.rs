use std::collections::{BTreeMap, BTreeSet};

use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

use crate::topology::{Access, Host, Network, Peer, PortRange, Protocol, Rule, SecurityGroupPlan, Tier};

/// How many entries a list takes in one direction (Amazon VPC quota "Rules per network ACL", `L-2AEEBF1A`).
const MOST_ENTRIES: usize = 20;
/// The distance between the numbers of two entries, so that a person can put one between them.
const STEP: i32 = 10;
/// Where answers come back to: every port that a NAT gateway or a host may have asked from, but for the remote desktop's 3389.
///
/// Access lists are stateless, so that answers need an entry. Leaving 3389 out costs one in 64,000 connections that a NAT gateway happens
/// to make from that port.
const ANSWERS: [PortRange; 2] = [PortRange { first: 1024, last: 3388 }, PortRange { first: 3390, last: 65535 }];
/// The ports below those of answers, which need entries of their own.
const LOW_PORTS: i32 = 1024;

/// The access list of one tier: strict before the databases, elsewhere a second door behind the security groups.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessList {
    /// What may come in; the rest is refused.
    pub ingress: Vec<AccessEntry>,
    /// What may go out.
    pub egress: Vec<AccessEntry>,
}

/// One thing that an access list lets through.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AccessEntry {
    /// Its place in its direction.
    pub number: i32,
    /// The protocol; absent: every one.
    pub protocol: Option<Protocol>,
    /// The ports; for ICMP type and code; absent with every protocol.
    pub ports: Option<PortRange>,
    /// The other side.
    pub cidr: Ipv4Net,
}

/// What is let through, before it is numbered.
type Passage = (Option<Protocol>, Option<PortRange>, Ipv4Net);

/// The access lists of every tier, by its word.
pub(super) fn access_lists(
    network: &Network,
    hosts: &BTreeMap<String, Host>,
    groups: &BTreeMap<String, SecurityGroupPlan>,
    databases: &BTreeSet<String>,
    access: &Access,
) -> BTreeMap<String, AccessList> {
    let tiers: BTreeSet<Tier> = network.subnets.values().map(|subnet| subnet.tier).collect();
    let list = |tier| match tier {
        Tier::Database => before_databases(network, hosts, groups, databases),
        _ => before_hosts(tier, network, hosts, groups, access),
    };
    tiers.into_iter().map(|tier| (tier.to_string(), list(tier))).collect()
}

/// The databases' port from the tiers of the hosts that may use it, and their answers.
fn before_databases(
    network: &Network,
    hosts: &BTreeMap<String, Host>,
    groups: &BTreeMap<String, SecurityGroupPlan>,
    databases: &BTreeSet<String>,
) -> AccessList {
    let rules = databases.iter().filter_map(|group| groups.get(group)).flat_map(|group| &group.ingress);
    let mut ingress: BTreeSet<Passage> = BTreeSet::new();
    for rule in rules {
        ingress.extend(sources(rule, network, hosts).into_iter().map(|cidr| passage(rule, cidr)));
    }
    let answers = |cidr: Ipv4Net| (Some(Protocol::Tcp), Some(PortRange::new(1024, 65535)), cidr);
    let egress: BTreeSet<Passage> = ingress.iter().map(|(_, _, cidr)| answers(*cidr)).collect();
    AccessList { ingress: numbered(ingress), egress: numbered(egress) }
}

/// All within the network, answers from everywhere, and what the groups open to addresses outside.
fn before_hosts(
    tier: Tier,
    network: &Network,
    hosts: &BTreeMap<String, Host>,
    groups: &BTreeMap<String, SecurityGroupPlan>,
    access: &Access,
) -> AccessList {
    let everywhere = Ipv4Net::default();
    let mut ingress: Vec<Passage> = vec![(None, None, network.cidr)];
    ingress.extend(access.datacenter.iter().map(|datacenter| (None, None, datacenter.cidr)));
    ingress.extend(ANSWERS.map(|ports| (Some(Protocol::Tcp), Some(ports), everywhere)));
    // "Fragmentation needed": without it large packets vanish (RFC 1191).
    ingress.push((Some(Protocol::Icmp), Some(PortRange { first: 3, last: 4 }), everywhere));
    let opened = opened_to_addresses(tier, network, hosts, groups);
    let room = MOST_ENTRIES - ingress.len();
    if opened.len() <= room {
        ingress.extend(opened);
    } else {
        // The groups judge every address; here it is enough that the port is one of theirs.
        let ports: BTreeSet<Passage> = opened.into_iter().map(|(protocol, ports, _)| (protocol, ports, everywhere)).collect();
        ingress.extend(ports);
    }
    AccessList { ingress: numbered(ingress), egress: numbered([(None, None, everywhere)]) }
}

/// What the groups of a tier's hosts open to addresses outside the network, as far as the entry for answers does not let it through.
fn opened_to_addresses(
    tier: Tier,
    network: &Network,
    hosts: &BTreeMap<String, Host>,
    groups: &BTreeMap<String, SecurityGroupPlan>,
) -> BTreeSet<Passage> {
    let here = hosts.values().filter(|host| network.subnets.get(&host.subnet).is_some_and(|subnet| subnet.tier == tier));
    let names: BTreeSet<&String> = here.map(|host| &host.security_group).collect();
    let rules = names.into_iter().filter_map(|name| groups.get(name)).flat_map(|group| &group.ingress);
    rules
        .filter(|rule| rule.protocol != Protocol::Tcp || rule.from_port < LOW_PORTS)
        .filter_map(|rule| match rule.peer {
            Peer::Cidr(cidr) if !network.cidr.contains(&cidr) => Some(passage(rule, cidr)),
            _ => None,
        })
        .collect()
}

/// The addresses that a rule's other side may have: for a group all of the subnets of its hosts' tiers, so that a new host needs no entry.
fn sources(rule: &Rule, network: &Network, hosts: &BTreeMap<String, Host>) -> BTreeSet<Ipv4Net> {
    let group = match &rule.peer {
        Peer::Cidr(cidr) => return BTreeSet::from([*cidr]),
        Peer::Group(group) => group,
    };
    let with_it = hosts.values().filter(|host| host.security_group == *group);
    let tiers: BTreeSet<Tier> = with_it.filter_map(|host| network.subnets.get(&host.subnet)).map(|subnet| subnet.tier).collect();
    network.subnets.values().filter(|subnet| tiers.contains(&subnet.tier)).map(|subnet| subnet.cidr).collect()
}

fn passage(rule: &Rule, cidr: Ipv4Net) -> Passage {
    (Some(rule.protocol), Some(PortRange { first: rule.from_port, last: rule.to_port }), cidr)
}

fn numbered(passages: impl IntoIterator<Item = Passage>) -> Vec<AccessEntry> {
    let numbers = (1..).map(|place| 90 + place * STEP);
    passages.into_iter().zip(numbers).map(|((protocol, ports, cidr), number)| AccessEntry { number, protocol, ports, cidr }).collect()
}
