use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::time::Duration;

use super::{LabError, Suite};

/// What a reconciliation did; hosts by name, in the order of their ids.
#[derive(Debug, Default)]
pub struct LabReport {
    /// Those that were made or started.
    pub started: Vec<String>,
    /// Those that were rebooted.
    pub rebooted: Vec<String>,
    /// Those that were shut down and keep their disks.
    pub stopped: Vec<String>,
    /// Those that are gone with their disks.
    pub removed: Vec<String>,
    /// Those that run now.
    pub running: Vec<String>,
    /// Those for which something failed; the next reconciliation tries again.
    pub failed: Vec<(String, LabError)>,
    /// How long it took.
    pub elapsed: Duration,
}

impl LabReport {
    /// Whether nothing was done, and nothing failed.
    pub fn is_idle(&self) -> bool {
        [&self.started, &self.rebooted, &self.stopped, &self.removed].into_iter().all(Vec::is_empty) && self.failed.is_empty()
    }
}

/// What stands on this computer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabStatus {
    /// The machines, by name.
    pub hosts: Vec<HostStatus>,
    /// Whether the namespace that routes is there.
    pub has_network: bool,
    /// The words before a command that the operator's place in the network is needed for.
    pub launcher: Vec<String>,
}

/// One machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostStatus {
    /// The host's name.
    pub host: String,
    /// The instance's id.
    pub id: String,
    /// Its private address.
    pub address: Ipv4Addr,
    /// The release that it is made of.
    pub suite: Suite,
    /// Whether it runs.
    pub is_running: bool,
    /// The file that its console is written to.
    pub console: PathBuf,
}
