use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::model::{Effect, Layer, Observed, Resource, ResourceAddress, Value};

/// What is done to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// It is made.
    Create,
    /// It is changed.
    Update,
    /// It is deleted and made anew.
    Replace,
    /// It is deleted.
    Delete,
    /// Nothing; it is only taken into the state.
    NoOp,
    /// Nothing; it is only taken out of the state.
    Forget,
}

/// Why; an explanation for people that nothing else depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The files ask for it and it was never there.
    New,
    /// It was recorded, and somebody deleted it.
    Missing,
    /// It was recorded, and its deletion is under way.
    Leaving,
    /// It differs from what the files ask for.
    Differs,
    /// What it is made in is replaced.
    DependencyReplaced,
    /// The cloud says it failed.
    Failed,
    /// Its creation was cut off and goes on.
    Unfinished,
    /// It is there but not in the recorded state.
    Unrecorded,
    /// The files no longer ask for it.
    NotWanted,
    /// Everything shall go.
    Destroy,
    /// The last state of what is deleted is kept.
    Keep,
}

/// One attribute that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// Its name; `tags.KEY` for a tag.
    pub attribute: String,
    /// What the cloud shows; absent if nothing.
    pub before: Value,
    /// What is wanted; a reference where it is only known after another step.
    pub after: Value,
    /// Whether only a new object can have it.
    pub forces_replacement: bool,
}

impl Difference {
    /// The tag's key, if it is a tag that differs.
    pub fn tag(&self) -> Option<&str> {
        self.attribute.strip_prefix("tags.")
    }
}

/// Why a change is not allowed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// What would be lost or is impossible.
    pub why: String,
    /// What allows it, or what to do instead.
    pub instead: String,
}

/// What is done to one object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The object.
    pub address: ResourceAddress,
    /// What is done.
    pub action: Action,
    /// Why.
    pub reason: Reason,
    /// Where plans show it.
    pub layer: Layer,
    /// What the cloud shows.
    pub before: Option<Observed>,
    /// What is wanted.
    pub after: Option<Resource>,
    /// What differs.
    pub differences: Vec<Difference>,
    /// What it does to what runs on the object.
    pub effect: Option<Effect>,
    /// What must be there before it, and goes after it.
    pub dependencies: BTreeSet<ResourceAddress>,
    /// The object whose deletion ends this one by itself: a machine lets go of its volumes when it ends, and not before.
    pub vanishes_with: Option<ResourceAddress>,
    /// How long it usually takes.
    pub expected_seconds: u64,
    /// How much of that the deletion takes.
    pub deletion_seconds: u64,
    /// Why it is not allowed.
    pub refusal: Option<Refusal>,
}
