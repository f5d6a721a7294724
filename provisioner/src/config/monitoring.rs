use std::collections::BTreeMap;
use std::fmt;

use ipnet::Ipv4Net;

/// What watches the environment (MCS-20 to MCS-30).
///
/// The monitoring subnets exist in every environment; the hosts exist while `is_enabled` (MCS-41).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Monitoring {
    /// Whether the monitoring hosts exist.
    pub is_enabled: bool,
    /// Who else may see the dashboards, through a TLS proxy; empty: operators alone, through the bastion's tunnel (MCS-25, MCS-30).
    pub dashboard_cidrs: Vec<Ipv4Net>,
    /// When the checks speak.
    pub thresholds: Thresholds,
    /// The monitoring hosts' sizes; every role of [`MonitoringRole::ALL`] is there, whether enabled or not.
    pub nodes: BTreeMap<MonitoringRole, MonitoringNode>,
}

/// A monitoring host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MonitoringRole {
    /// Icinga: checks and notifications (MCS-23).
    Icinga,
    /// Cacti: graphs of SNMP counters (MCS-24).
    Cacti,
    /// Elasticsearch, Logstash and Kibana: logs (MCS-29).
    Elk,
}

impl MonitoringRole {
    /// Every monitoring host.
    pub const ALL: [Self; 3] = [Self::Icinga, Self::Cacti, Self::Elk];

    /// Its name: `icinga`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Icinga => "icinga",
            Self::Cacti => "cacti",
            Self::Elk => "elk",
        }
    }

    /// The monitoring host with this name.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }
}

impl fmt::Display for MonitoringRole {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.word())
    }
}

/// The size of one monitoring host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonitoringNode {
    /// Its EC2 instance type.
    pub instance_type: String,
    /// The size of its root volume in GiB.
    pub root_volume_gib: u32,
    /// The size of its data volume in GiB; 0: none.
    pub data_volume_gib: u32,
}

/// When the checks on every host speak (MCS-21, MCS-22).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thresholds {
    /// Used space of any file system, in percent.
    pub disk_percent: Threshold,
    /// Used memory, in percent.
    pub memory_percent: Threshold,
    /// Used swap, in percent.
    pub swap_percent: Threshold,
    /// Load over five minutes, in percent of the processors: 100 is one runnable process per processor.
    pub load_percent: Threshold,
    /// Used Java heap, in percent of its maximum.
    pub jvm_heap_percent: Threshold,
    /// Days until a certificate ends; the warning comes at the larger number.
    pub certificate_days: Threshold,
}

/// One pair of bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Threshold {
    /// Where the warning begins.
    pub warning: u16,
    /// Where it becomes critical.
    pub critical: u16,
}
