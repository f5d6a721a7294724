use std::fmt;

use crate::config::MonitoringRole;

/// One end of a link; the list is closed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LinkEnd {
    /// Every host of a role: `worker`.
    Role(String),
    /// A monitoring host: `monitoring.icinga`.
    Monitoring(MonitoringRole),
    /// The bastion in the VPC: `bastion`.
    Bastion,
    /// `[network] operator_cidrs`: `operators`.
    Operators,
    /// `[network] public_cidrs`: `public`.
    Public,
    /// `[network] corporate_cidrs`: `corporate`.
    Corporate,
    /// The data centre's network, when the bastion stands there: `datacenter`.
    Datacenter,
    /// Every host, the bastion and the monitoring hosts included: `every-host`.
    EveryHost,
    /// Every host but the bastion: `every-host-but-bastion`.
    EveryHostButBastion,
    /// Every host that has a data volume, in software only: `every-host-with-data`.
    EveryHostWithData,
    /// A database: `database.core`.
    Database(String),
    /// Whatever is outside, as a target only: `internet`.
    Internet,
}

impl LinkEnd {
    /// Whether the end is a set of networks and not of hosts.
    pub fn is_network(&self) -> bool {
        matches!(self, Self::Operators | Self::Public | Self::Corporate | Self::Datacenter | Self::Internet)
    }
}

impl fmt::Display for LinkEnd {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Role(role) => formatter.pad(role),
            Self::Monitoring(role) => formatter.pad(&format!("monitoring.{role}")),
            Self::Bastion => formatter.pad("bastion"),
            Self::Operators => formatter.pad("operators"),
            Self::Public => formatter.pad("public"),
            Self::Corporate => formatter.pad("corporate"),
            Self::Datacenter => formatter.pad("datacenter"),
            Self::EveryHost => formatter.pad("every-host"),
            Self::EveryHostButBastion => formatter.pad("every-host-but-bastion"),
            Self::EveryHostWithData => formatter.pad("every-host-with-data"),
            Self::Database(name) => formatter.pad(&format!("database.{name}")),
            Self::Internet => formatter.pad("internet"),
        }
    }
}
