use std::collections::BTreeSet;

use crate::model::ResourceAddress;
use crate::provider::Depth;

/// What a person asked of a plan.
#[derive(Clone, Debug)]
pub struct PlanOptions {
    /// Whether everything shall go.
    pub destroy: bool,
    /// Only these and what they need; empty for all.
    pub targets: BTreeSet<ResourceAddress>,
    /// What is left for a later run, whatever it needs.
    pub later: BTreeSet<ResourceAddress>,
    /// Whether only the targets themselves are meant, without what they need.
    pub targets_alone: bool,
    /// What holds data and may be replaced all the same.
    pub replace_data: BTreeSet<ResourceAddress>,
    /// Whether what holds data goes without a last snapshot.
    pub discard_data: bool,
    /// What begins empty although there is a last copy of it.
    pub fresh_data: BTreeSet<ResourceAddress>,
    /// Hosts that are met as if for the first time: known by the key on their consoles, whatever was recorded.
    pub enrol: BTreeSet<String>,
    /// How closely the cloud was read.
    pub depth: Depth,
}

impl Default for PlanOptions {
    fn default() -> Self {
        Self {
            destroy: false,
            targets: BTreeSet::new(),
            later: BTreeSet::new(),
            targets_alone: false,
            replace_data: BTreeSet::new(),
            discard_data: false,
            fresh_data: BTreeSet::new(),
            enrol: BTreeSet::new(),
            depth: Depth::Full,
        }
    }
}
