use ipnet::Ipv4Net;

use crate::config::PlacementKind;

/// The only way in for operators (MCS-11 to MCS-14).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bastion {
    /// Where it stands.
    pub placement: Placement,
    /// The port its sshd listens on: never 22, at least 1024 (MCS-12).
    pub port: u16,
    /// Its EC2 instance type; of no meaning outside the VPC.
    pub instance_type: String,
    /// The public key of an operator, in OpenSSH's form (`ssh-ed25519 AAAA… name`).
    pub operator_key: Option<String>,
}

/// Where the bastion stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Placement {
    /// In the VPC's public subnet (MCS-12).
    Vpc,
    /// In the customer's data centre (MCS-13).
    Datacenter {
        /// The data centre's network: from here every host accepts SSH.
        cidr: Ipv4Net,
        /// The bastion's name or address, as operators reach it.
        host: String,
        /// What connects the data centre with the VPC.
        gateway: Gateway,
    },
}

impl Placement {
    /// The placement without its particulars, as conditions name it.
    pub fn kind(&self) -> PlacementKind {
        match self {
            Self::Vpc => PlacementKind::Vpc,
            Self::Datacenter { .. } => PlacementKind::Datacenter,
        }
    }
}

/// What connects the data centre with the VPC; the customer owns it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gateway {
    /// A transit gateway: `tgw-…`.
    Transit(String),
    /// A virtual private gateway: `vgw-…`.
    Vpn(String),
}
