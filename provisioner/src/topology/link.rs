use std::fmt;

use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

use crate::config;

/// One permission: the source may open connections to these ports of the destination.
///
/// A row of a blueprint whose end is `every-host` is as many links as there are roles, all with the row's id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The id of its row in the blueprint.
    pub id: String,
    /// Who is reached.
    pub destination: LinkEnd,
    /// On which ports.
    pub ports: PortRange,
    /// By which protocol.
    pub protocol: Protocol,
    /// Who reaches.
    pub source: LinkEnd,
    /// Why.
    pub why: String,
    /// The requirements it comes from.
    pub requirements: Vec<String>,
}

/// One end of a link.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkEnd {
    /// What has this security group: a role's hosts, or a database.
    Group(String),
    /// Addresses that have no group.
    Network {
        /// What the addresses are.
        name: NetworkName,
        /// The addresses; where there are none the link permits nothing.
        cidrs: Vec<Ipv4Net>,
    },
}

/// What a set of addresses outside the environment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NetworkName {
    /// From where operators come (MCS-12).
    Operators,
    /// From where devices and users come.
    Public,
    /// From where the customer's own people come (EMM-03).
    Corporate,
    /// The customer's data centre with the bastion in it (MCS-13).
    Datacenter,
    /// Whatever is outside; a destination only.
    Internet,
}

/// The ports of a link, both included. For ICMP: the type and the code, -1 for every code, as EC2's `IpPermission` has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PortRange {
    /// The first.
    pub first: i32,
    /// The last.
    pub last: i32,
}

/// A transport protocol, in EC2's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Protocol {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// ICMP.
    Icmp,
}

impl LinkEnd {
    /// The name of a database's security group.
    pub fn group_of_database(database: &str) -> String {
        format!("database-{database}")
    }

    /// The name of the security group, if the end has one.
    pub fn group(&self) -> Option<&str> {
        match self {
            Self::Group(name) => Some(name),
            Self::Network { .. } => None,
        }
    }
}

impl fmt::Display for LinkEnd {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Group(name) => formatter.pad(name),
            Self::Network { name, .. } => name.fmt(formatter),
        }
    }
}

impl NetworkName {
    /// The word in blueprints: `operators`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Operators => "operators",
            Self::Public => "public",
            Self::Corporate => "corporate",
            Self::Datacenter => "datacenter",
            Self::Internet => "internet",
        }
    }
}

impl fmt::Display for NetworkName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.word())
    }
}

impl PortRange {
    /// ICMP echo request: type 8, whatever the code.
    pub const ECHO: Self = Self { first: 8, last: -1 };

    /// The ports from `first` to `last`.
    pub fn new(first: u16, last: u16) -> Self {
        Self { first: first.into(), last: last.into() }
    }

    /// Whether the port is one of them; ICMP has no ports.
    pub fn contains(self, port: u16) -> bool {
        (self.first..=self.last).contains(&port.into())
    }
}

impl fmt::Display for PortRange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            &Self::ECHO => formatter.pad("echo"),
            Self { first, last } if first == last => formatter.pad(&first.to_string()),
            Self { first, last } => formatter.pad(&format!("{first}-{last}")),
        }
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
            Self::Icmp => "icmp",
        })
    }
}

impl From<config::Protocol> for Protocol {
    fn from(protocol: config::Protocol) -> Self {
        match protocol {
            config::Protocol::Tcp => Self::Tcp,
            config::Protocol::Udp => Self::Udp,
            config::Protocol::Icmp => Self::Icmp,
        }
    }
}
