use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::{Attributes, Reference, ResourceAddress, Schema, Scope, Tags};

/// An object as the environment's files want it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    /// Its address.
    pub address: ResourceAddress,
    /// What it shall be.
    pub attributes: Attributes,
    /// The operator's tags and `Name`; the engine adds ours. Empty for what cannot be tagged.
    pub tags: Tags,
    /// What must be there before it although no attribute points at it (see `docs/ordering.md`).
    pub after: BTreeSet<ResourceAddress>,
}

impl Resource {
    /// All tags it shall carry but the token's: its own and those by which it is known to be ours. Nothing for what cannot be tagged.
    pub fn all_tags(&self, scope: &Scope, schema: &Schema) -> Tags {
        if !schema.is_taggable {
            return Tags::new();
        }
        let mut tags = self.tags.clone();
        tags.extend(scope.tags_for(&self.address));
        tags
    }

    /// Everything that must exist before this object: what its attributes point at, and the explicit orderings.
    pub fn dependencies(&self) -> BTreeSet<ResourceAddress> {
        let mut dependencies = self.after.clone();
        for value in self.attributes.values() {
            value.visit_references(&mut |Reference { address, .. }| {
                dependencies.insert(address.clone());
            });
        }
        dependencies
    }
}

/// The name a cloud gave an object: `subnet-0abc`. For what has no id of its own, its natural key within its parent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RemoteId(String);

impl RemoteId {
    /// Takes the text a cloud answered with.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RemoteId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

/// How far an observed object is on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "status")]
pub enum Status {
    /// Usable.
    Ready,
    /// On its way; `phase` is the cloud's own word.
    Pending {
        /// The cloud's word, for example `pending`.
        phase: String,
    },
    /// It will never become usable; it must be deleted.
    Failed {
        /// The cloud's reason.
        reason: String,
    },
    /// Being deleted.
    Deleting,
    /// Deleted, though the cloud still lists it for a while.
    Gone,
}

/// An object as the cloud shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observed {
    /// Its address, from its tag or from its parent's.
    pub address: ResourceAddress,
    /// The cloud's name for it.
    pub id: RemoteId,
    /// How far it is.
    pub status: Status,
    /// What it is, in the same names and forms as [`Resource::attributes`].
    pub attributes: Attributes,
    /// All its tags, ours included.
    pub tags: Tags,
}

impl Observed {
    /// Whether it still counts: neither deleted nor being deleted.
    pub fn is_live(&self) -> bool {
        !matches!(self.status, Status::Deleting | Status::Gone)
    }
}
