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
    /// What holds data and may be replaced all the same.
    pub replace_data: BTreeSet<ResourceAddress>,
    /// Whether what holds data goes without a last snapshot.
    pub discard_data: bool,
    /// How closely the cloud was read.
    pub depth: Depth,
}

impl Default for PlanOptions {
    fn default() -> Self {
        Self { destroy: false, targets: BTreeSet::new(), replace_data: BTreeSet::new(), discard_data: false, depth: Depth::Full }
    }
}
