use std::fmt;

use serde::{Deserialize, Serialize};

use crate::config;

/// A kind of subnet, by what may reach it and what it may reach (MCS-10, MCS-20, MCS-26).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tier {
    /// Routed to the internet gateway: bastion, load balancer, NAT gateways.
    Public,
    /// Reaches the internet through a NAT gateway: the product's hosts.
    Private,
    /// Routed as the private tier, apart from it: the monitoring hosts.
    Monitoring,
    /// Has no route out of the network: the databases.
    Database,
}

impl Tier {
    /// Every tier, outermost first.
    pub const ALL: [Self; 4] = [Self::Public, Self::Private, Self::Monitoring, Self::Database];

    /// The word in names: `private`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
            Self::Monitoring => "monitoring",
            Self::Database => "database",
        }
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.word())
    }
}

impl From<config::Tier> for Tier {
    fn from(tier: config::Tier) -> Self {
        match tier {
            config::Tier::Public => Self::Public,
            config::Tier::Private => Self::Private,
        }
    }
}
