use std::collections::BTreeMap;

use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

use crate::config::{self, MonitoringRole, Threshold};
use crate::topology::Host;

/// What watches the environment (MCS-20 to MCS-30).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Monitoring {
    /// The host of each part, by the part's name (`icinga`, `cacti`, `elk`); empty while monitoring is off.
    pub hosts: BTreeMap<String, String>,
    /// When the checks speak, by what they measure: `disk_percent`.
    pub thresholds: BTreeMap<String, Bounds>,
    /// Who else may see the dashboards; empty: operators alone, through the tunnel (MCS-25, MCS-30).
    pub dashboard_cidrs: Vec<Ipv4Net>,
}

/// One pair of bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounds {
    /// Where the warning begins.
    pub warning: u16,
    /// Where it becomes critical.
    pub critical: u16,
}

impl Monitoring {
    pub(super) fn new(monitoring: &config::Monitoring, hosts: &BTreeMap<String, Host>) -> Self {
        let host_of = |role: MonitoringRole| hosts.iter().find(|(_, host)| host.role == role.word()).map(|(name, _)| name.clone());
        let thresholds = &monitoring.thresholds;
        let bounds = [
            ("disk_percent", thresholds.disk_percent),
            ("memory_percent", thresholds.memory_percent),
            ("swap_percent", thresholds.swap_percent),
            ("load_percent", thresholds.load_percent),
            ("jvm_heap_percent", thresholds.jvm_heap_percent),
            ("certificate_days", thresholds.certificate_days),
        ];
        Self {
            hosts: MonitoringRole::ALL.into_iter().filter_map(|role| Some((role.word().to_owned(), host_of(role)?))).collect(),
            thresholds: bounds.map(|(name, Threshold { warning, critical })| (name.to_owned(), Bounds { warning, critical })).into(),
            dashboard_cidrs: monitoring.dashboard_cidrs.clone(),
        }
    }

    /// Whether the monitoring hosts exist.
    pub fn is_enabled(&self) -> bool {
        !self.hosts.is_empty()
    }
}
