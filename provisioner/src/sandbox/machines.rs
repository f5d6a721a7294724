use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::PathBuf;

use ipnet::Ipv4Net;

/// The machines of one environment and what decides who may talk to whom, as they stand in a rehearsal cloud.
///
/// It is what a laboratory of real machines has to make true; see [`crate::sandbox::Sandbox::machines`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Machines {
    /// The VPC that the machines stand in; none while there is no machine.
    pub vpc: Option<Ipv4Net>,
    /// The machines that are not on their way to `terminated`, by id.
    pub machines: Vec<Machine>,
    /// The security groups of the VPC, by id.
    pub groups: Vec<MachineGroup>,
    /// The volumes that are no machine's root.
    pub volumes: Vec<Volume>,
    /// The snapshots by id, each with the id of its volume, which may be gone.
    pub snapshots: BTreeMap<String, String>,
}

/// One data volume.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Volume {
    /// The volume's id: `vol-` and hexadecimal digits.
    pub id: String,
    /// Its size by now.
    pub size_gib: u32,
    /// The id of the instance that has it.
    pub instance: Option<String>,
    /// The id of the snapshot that it was made from.
    pub snapshot: Option<String>,
}

/// One instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    /// The instance's id: `i-` and hexadecimal digits.
    pub id: String,
    /// The host's name: the name of the address in its tag `provision:address`; its id where it has none.
    pub name: String,
    /// Whether it runs.
    pub state: MachineState,
    /// How often it was started or rebooted; another number means another boot.
    pub boots: u32,
    /// Its private address.
    pub address: Ipv4Addr,
    /// The subnet it stands in.
    pub subnet: Ipv4Net,
    /// Its name inside the VPC: `ip-10-20-0-31.eu-west-1.compute.internal`.
    pub private_name: String,
    /// The public address that is mapped to it.
    pub public_address: Option<Ipv4Addr>,
    /// The ids of the groups of its interface.
    pub groups: Vec<String>,
    /// How it reaches what is outside of the VPC.
    pub way_out: WayOut,
    /// The networks that its subnet reaches through a transit gateway or a virtual private gateway.
    pub private_ways: Vec<Ipv4Net>,
    /// The name of its image: `debian-13-amd64-20251117-2299`.
    pub image: String,
    /// What it is given at its first boot.
    pub user_data: Option<Vec<u8>>,
    /// The file that its console is read from; none in a cloud that lives in memory.
    pub console: Option<PathBuf>,
}

/// Whether a machine runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MachineState {
    /// It is `pending`: it will run.
    Pending,
    /// It runs.
    Running,
    /// It is stopped or stopping; its disk stays.
    Stopped,
}

/// Where the route to 0.0.0.0/0 of a machine's subnet leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WayOut {
    /// Nowhere, or into a black hole.
    None,
    /// To the internet gateway: who has a public address reaches out and is reached.
    InternetGateway,
    /// To a public NAT gateway that is available, with its address: whoever asks from inside is answered.
    NatGateway(Ipv4Addr),
}

/// A security group with its rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MachineGroup {
    /// The group's id: `sg-` and hexadecimal digits.
    pub id: String,
    /// The group's name.
    pub name: String,
    /// Who may come in.
    pub ingress: Vec<MachineRule>,
    /// Who may be gone to.
    pub egress: Vec<MachineRule>,
}

/// One rule of a group. Rules about IPv6 are left out: no machine has such an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MachineRule {
    /// What may pass.
    pub traffic: Traffic,
    /// From or to whom.
    pub peer: TrafficPeer,
}

/// What a rule lets pass (EC2 `IpPermission`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Traffic {
    /// Everything.
    All,
    /// TCP to these ports, both included.
    Tcp(u16, u16),
    /// UDP to these ports, both included.
    Udp(u16, u16),
    /// ICMP of a type and code; none is every one.
    Icmp(Option<u8>, Option<u8>),
    /// Another protocol, by its number.
    Protocol(u8),
}

/// Who a rule speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrafficPeer {
    /// Addresses.
    Network(Ipv4Net),
    /// The machines that wear the group with this id.
    Group(String),
}
