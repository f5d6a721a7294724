use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::model::{Attributes, Observed, RemoteId, ResourceAddress, TAG_RETAINED, Tags};
use crate::state::{Entry, Intent, Record};

/// The format this program writes.
pub(super) const FORMAT: u32 = 1;

/// What is remembered of one object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recorded {
    /// The cloud's name for it.
    pub id: RemoteId,
    /// What it was when it settled.
    pub attributes: Attributes,
    /// Its tags when it settled.
    pub tags: Tags,
    /// What had to be there before it, so that it goes before them.
    pub dependencies: BTreeSet<ResourceAddress>,
}

impl Recorded {
    /// What is remembered of an object as the cloud shows it.
    pub fn of(observed: &Observed, dependencies: BTreeSet<ResourceAddress>) -> Self {
        Self { id: observed.id.clone(), attributes: observed.attributes.clone(), tags: observed.tags.clone(), dependencies }
    }

    /// Whether it was kept on purpose.
    pub fn is_retained(&self) -> bool {
        self.tags.contains_key(TAG_RETAINED)
    }
}

/// Which state a plan was made from: a plan made from another one is stale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Generation {
    /// Told apart from every other state ever made.
    pub lineage: String,
    /// Counts the commands that wrote it.
    pub serial: u64,
}

/// The recorded state of one environment in one cloud: the fold of its journal.
///
/// It is a cache. The cloud's tags hold the same facts, and `provision state rebuild` reads them back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StateFile {
    /// The format's version.
    pub format: u32,
    /// Which state it is.
    pub generation: Generation,
    /// The number of the last journal record folded into it.
    pub sequence: u64,
    /// The objects.
    pub resources: BTreeMap<ResourceAddress, Recorded>,
    /// Calls whose object has not settled since.
    pub pending: Vec<Intent>,
}

impl StateFile {
    /// A state of nothing.
    pub fn empty(lineage: String) -> Self {
        let generation = Generation { lineage, serial: 0 };
        Self { format: FORMAT, generation, sequence: 0, resources: BTreeMap::new(), pending: Vec::new() }
    }

    /// Takes one record in; a record that is already in is passed over.
    pub fn fold(&mut self, record: &Record) {
        if record.sequence <= self.sequence {
            return;
        }
        self.sequence = record.sequence;
        match &record.entry {
            Entry::Started(intent) => {
                // A call that is made again has its token already.
                self.pending.retain(|other| other.token != intent.token);
                self.pending.push(intent.clone());
            }
            Entry::Settled { address, recorded } => {
                self.resources.insert(address.clone(), (**recorded).clone());
                self.pending.retain(|intent| intent.address != *address);
            }
            Entry::Removed { address } => {
                self.resources.remove(address);
                self.pending.retain(|intent| intent.address != *address);
            }
            Entry::Opened { .. } | Entry::Run { .. } | Entry::Identified { .. } | Entry::Failed { .. } | Entry::Finished { .. } => {}
        }
    }
}
