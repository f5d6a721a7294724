use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use super::LabError;
use super::names::{DATACENTER, InstanceId, OPERATOR, OUTSIDE};
use super::network::offset;
use crate::sandbox::{Machine, MachineGroup, MachineRule, MachineState, Machines, Traffic, TrafficPeer, WayOut};

/// The VPC's name server under its second address (VPC User Guide, "Amazon DNS server").
const RESOLVER: Ipv4Addr = Ipv4Addr::new(169, 254, 169, 253);

/// Writes the security groups as rules of nftables, for the namespace that routes between the machines.
///
/// Pure. Who may talk to whom is decided twice for a packet between two machines, as on AWS: by the egress rules of the one and the ingress rules
/// of the other. Answers pass. Questions to the VPC's name server always pass, and are put to `resolver`. From outside only public addresses are
/// reached; what a machine sends outside needs a way out and bears its public address, or its NAT gateway's. The data centre reaches, and is
/// reached from, the subnets with a route to it; who reaches the data centre from outside is its own business.
///
/// # Errors
/// When an id has not the form of one.
pub(super) fn rules(machines: &Machines, resolver: Ipv4Addr, datacenter: Option<Ipv4Net>) -> Result<String, LabError> {
    let mut running = Vec::new();
    for machine in machines.machines.iter().filter(|machine| machine.state == MachineState::Running) {
        running.push((InstanceId::new(&machine.id)?, machine));
    }
    let groups: BTreeMap<&str, &MachineGroup> = machines.groups.iter().map(|group| (group.id.as_str(), group)).collect();
    let mut text = String::from("table ip lab\ndelete table ip lab\ntable ip lab {\n");
    for group in &machines.groups {
        let members =
            running.iter().filter(|(_, machine)| machine.groups.contains(&group.id)).map(|(_, machine)| machine.address.to_string());
        let _ = writeln!(text, "  set {} {{ type ipv4_addr; {}}}", set(&group.id)?, elements(members.collect()));
    }
    for (id, machine) in &running {
        let worn = || machine.groups.iter().filter_map(|group| groups.get(group.as_str()));
        text.push_str(&chain(&id.chain("from"), worn().flat_map(|group| &group.egress), "daddr", "return")?);
        text.push_str(&chain(&id.chain("to"), worn().flat_map(|group| &group.ingress), "saddr", "accept")?);
    }
    // As on AWS the gateway itself answers nothing.
    text.push_str(&base_chain("input", "filter hook input priority 0; policy drop", &["iif \"lo\" accept".to_owned()]));
    text.push_str(&forward(machines, &running, datacenter));
    text.push_str(&translation(machines, &running, resolver, datacenter));
    text.push_str("}\n");
    Ok(text)
}

/// One direction of one machine; what no rule names is dropped.
fn chain<'r>(name: &str, rules: impl Iterator<Item = &'r MachineRule>, side: &str, verdict: &str) -> Result<String, LabError> {
    let mut lines = BTreeSet::new();
    for rule in rules {
        let peer = match &rule.peer {
            TrafficPeer::Network(net) if net.prefix_len() == 0 => String::new(),
            TrafficPeer::Network(net) => format!("ip {side} {net} "),
            TrafficPeer::Group(id) => format!("ip {side} @{} ", set(id)?),
        };
        lines.insert(format!("    {peer}{}{verdict}\n", traffic(rule.traffic)));
    }
    Ok(format!("  chain {name} {{\n{}    counter drop\n  }}\n", lines.into_iter().collect::<String>()))
}

fn traffic(traffic: Traffic) -> String {
    let ports = |from: u16, to: u16| if from == to { from.to_string() } else { format!("{from}-{to}") };
    match traffic {
        Traffic::All => String::new(),
        Traffic::Tcp(from, to) => format!("tcp dport {} ", ports(from, to)),
        Traffic::Udp(from, to) => format!("udp dport {} ", ports(from, to)),
        Traffic::Icmp(None, _) => "ip protocol icmp ".to_owned(),
        Traffic::Icmp(Some(kind), None) => format!("icmp type {kind} "),
        Traffic::Icmp(Some(kind), Some(code)) => format!("icmp type {kind} icmp code {code} "),
        Traffic::Protocol(number) => format!("ip protocol {number} "),
    }
}

/// Where each packet is judged.
fn forward(machines: &Machines, running: &[(InstanceId, &Machine)], datacenter: Option<Ipv4Net>) -> String {
    let verdicts = |word: &str, direction: &str| {
        let each = running.iter().map(|(id, _)| format!("\"{}\" : {word} {}", id.interface(), id.chain(direction)));
        each.collect::<Vec<_>>().join(", ")
    };
    let mut lines = vec!["ct state established,related accept".to_owned(), "ct state invalid drop".to_owned()];
    if let Some(servers) = name_servers(machines) {
        lines.push(format!("ct original ip daddr {servers} accept"));
    }
    lines.push(format!("iifname \"{OUTSIDE}\" drop"));
    let connected = datacenter.map_or_else(Vec::new, |cidr| interfaces(running, |machine| is_connected(machine, cidr)));
    if datacenter.is_some() {
        lines.push(format!("iifname \"{OPERATOR}\" oifname \"{DATACENTER}\" accept"));
        lines.push(match connected.as_slice() {
            [] => format!("iifname \"{DATACENTER}\" drop"),
            connected => format!("iifname \"{DATACENTER}\" oifname != {{ {} }} drop", connected.join(", ")),
        });
    }
    if !running.is_empty() {
        lines.push(format!("iifname vmap {{ {} }}", verdicts("jump", "from")));
        lines.push(format!("oifname vmap {{ {} }}", verdicts("goto", "to")));
    }
    if !connected.is_empty() {
        lines.push(format!("oifname \"{DATACENTER}\" iifname {{ {} }} accept", connected.join(", ")));
    }
    let reaching = interfaces(running, reaches_out);
    if !reaching.is_empty() {
        lines.push(format!("oifname {{ \"{OUTSIDE}\", \"{OPERATOR}\" }} iifname {{ {} }} accept", reaching.join(", ")));
    }
    base_chain("forward", "filter hook forward priority 0; policy drop", &lines)
}

/// The interfaces of some machines, in quotes.
fn interfaces(running: &[(InstanceId, &Machine)], is_one: impl Fn(&Machine) -> bool) -> Vec<String> {
    running.iter().filter(|(_, machine)| is_one(machine)).map(|(id, _)| format!("\"{}\"", id.interface())).collect()
}

/// Whether a machine's subnet has a route to a data centre.
fn is_connected(machine: &Machine, datacenter: Ipv4Net) -> bool {
    machine.private_ways.iter().any(|network| network.contains(&datacenter))
}

/// What becomes of addresses on their way.
fn translation(machines: &Machines, running: &[(InstanceId, &Machine)], resolver: Ipv4Addr, datacenter: Option<Ipv4Net>) -> String {
    let reached: Vec<(Ipv4Addr, Ipv4Addr)> = running
        .iter()
        .filter(|(_, machine)| machine.way_out == WayOut::InternetGateway)
        .filter_map(|(_, machine)| Some((machine.public_address?, machine.address)))
        .collect();
    let open = reached.iter().map(|(public, _)| public.to_string()).chain(datacenter.map(|cidr| cidr.to_string()));
    let open: Vec<String> = open.collect();
    // From outside nobody reaches a private address of the VPC, whatever the groups say.
    let outside = match open.as_slice() {
        [] => format!("iifname \"{OPERATOR}\" drop"),
        open => format!("iifname \"{OPERATOR}\" ip daddr != {{ {} }} drop", open.join(", ")),
    };
    let mut destinations = Vec::new();
    if let Some(servers) = name_servers(machines) {
        destinations
            .push(format!("iifname != \"{OPERATOR}\" ip daddr {servers} meta l4proto {{ tcp, udp }} th dport 53 dnat to {resolver}"));
    }
    if !reached.is_empty() {
        let map: Vec<String> = reached.iter().map(|(public, private)| format!("{public} : {private}")).collect();
        destinations.push(format!("iifname \"{OPERATOR}\" dnat to ip daddr map {{ {} }}", map.join(", ")));
    }
    let mut sources = vec![format!("oifname \"{OUTSIDE}\" masquerade")];
    let seen: Vec<String> =
        running.iter().filter_map(|(_, machine)| Some(format!("{} : {}", machine.address, seen_as(machine)?))).collect();
    if !seen.is_empty() {
        sources.push(format!("oifname \"{OPERATOR}\" snat to ip saddr map {{ {} }}", seen.join(", ")));
    }
    [
        base_chain("outside", "filter hook prerouting priority -300; policy accept", &[outside]),
        base_chain("destination", "nat hook prerouting priority -100; policy accept", &destinations),
        base_chain("source", "nat hook postrouting priority 100; policy accept", &sources),
    ]
    .concat()
}

/// The address that others see outside.
fn seen_as(machine: &Machine) -> Option<Ipv4Addr> {
    match machine.way_out {
        WayOut::None => None,
        WayOut::InternetGateway => machine.public_address,
        WayOut::NatGateway(address) => Some(address),
    }
}

fn reaches_out(machine: &Machine) -> bool {
    seen_as(machine).is_some()
}

/// The addresses of the VPC's name server, as a set.
fn name_servers(machines: &Machines) -> Option<String> {
    machines.vpc.map(|vpc| format!("{{ {}, {RESOLVER} }}", offset(vpc, 2)))
}

fn base_chain(name: &str, kind: &str, lines: &[String]) -> String {
    let body: String = lines.iter().map(|line| format!("    {line}\n")).collect();
    format!("  chain {name} {{\n    type {kind};\n{body}  }}\n")
}

fn elements(addresses: Vec<String>) -> String {
    if addresses.is_empty() { String::new() } else { format!("elements = {{ {} }}; ", addresses.join(", ")) }
}

/// The name of a group's set, out of its id.
fn set(id: &str) -> Result<String, LabError> {
    let digits = id.strip_prefix("sg-").unwrap_or_default();
    let is_id = digits.len() == 17 && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if is_id { Ok(format!("group_{digits}")) } else { Err(LabError::BadId { id: id.to_owned() }) }
}
