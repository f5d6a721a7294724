use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::model::{Effect, Layer, Observed, RemoteId, Resource, ResourceAddress, TAG_RETAINED, Value};

/// What [`TAG_RETAINED`] says on what outlives `down`; last copies say `last-copy`.
pub(super) const RETAINED_BY_DOWN: &str = "down";

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
    /// The last state of what is deleted is kept, or the object itself.
    Keep,
    /// An earlier `down` kept it, and it is wanted again.
    Adopted,
    /// The files call it by another name now.
    Moved,
    /// It is as wanted, and recorded as something else.
    RecordedOtherwise,
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

/// What an object begins with that can be made from a last copy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "from")]
pub enum Origin {
    /// What a last copy holds.
    Copy {
        /// The copy.
        address: ResourceAddress,
        /// The cloud's name for it.
        id: RemoteId,
        /// When it was complete, as the cloud says (RFC 3339); absent while it is not.
        created: Option<String>,
    },
    /// Nothing.
    Empty {
        /// How many copies there are that it is not made from.
        copies: usize,
    },
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
    /// What a new object begins with, where that could be a last copy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// The address it had so far; its tags, and the record, still say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_from: Option<ResourceAddress>,
}

impl Change {
    /// Whether the object is only marked as one that outlives the environment.
    pub fn marks_as_kept(&self) -> bool {
        let mark = self.after.as_ref().and_then(|after| after.tags.get(TAG_RETAINED));
        self.reason == Reason::Keep && self.action == Action::Update && mark.is_some_and(|mark| mark == RETAINED_BY_DOWN)
    }
}
