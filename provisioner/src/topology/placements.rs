use std::collections::BTreeMap;

use crate::topology::{Topology, Zone};

/// What of an environment stands already and is asked for where it stands: the zones of its hosts, and the port of its bastion.
///
/// Zones go round-robin when a host is created, and a host keeps its zone for life: without this memory a third zone would move
/// hosts that exist, and with them their addresses. A bastion listens on the port it was given until it is logged in to: without this
/// memory a changed port would lock everybody out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Placements {
    zones: BTreeMap<String, Zone>,
    bastion_port: Option<u16>,
}

impl Placements {
    /// The placements of every host of a topology.
    pub fn of(topology: &Topology) -> Self {
        topology.hosts.iter().map(|(name, host)| (name.clone(), host.zone)).collect()
    }

    /// With the port on which the bastion was last reached, if it exists.
    pub fn with_bastion_port(self, bastion_port: Option<u16>) -> Self {
        Self { bastion_port, ..self }
    }

    /// The zone a host stands in, if it exists.
    pub fn zone_of(&self, host: &str) -> Option<Zone> {
        self.zones.get(host).copied()
    }

    /// The port on which the bastion was last reached, if it exists.
    pub fn bastion_port(&self) -> Option<u16> {
        self.bastion_port
    }
}

impl FromIterator<(String, Zone)> for Placements {
    fn from_iter<I: IntoIterator<Item = (String, Zone)>>(placements: I) -> Self {
        Self { zones: placements.into_iter().collect(), bastion_port: None }
    }
}
