use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::topology::{Topology, Zone};

/// In which zones the hosts that exist already stand, by host name.
///
/// Zones go round-robin when a host is created, and a host keeps its zone for life: without this memory a third zone would move
/// hosts that exist, and with them their addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Placements {
    zones: BTreeMap<String, Zone>,
}

impl Placements {
    /// The placements of every host of a topology.
    pub fn of(topology: &Topology) -> Self {
        topology.hosts.iter().map(|(name, host)| (name.clone(), host.zone)).collect()
    }

    /// The zone a host stands in, if it exists.
    pub fn zone_of(&self, host: &str) -> Option<Zone> {
        self.zones.get(host).copied()
    }
}

impl FromIterator<(String, Zone)> for Placements {
    fn from_iter<I: IntoIterator<Item = (String, Zone)>>(placements: I) -> Self {
        Self { zones: placements.into_iter().collect() }
    }
}
