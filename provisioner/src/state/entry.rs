use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::model::{RemoteId, ResourceAddress};
use crate::provider::Token;
use crate::state::Recorded;

/// What the engine is doing to an object when it makes a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    /// Making it.
    Create,
    /// Bringing it to what is wanted.
    Update,
    /// Removing it.
    Delete,
}

/// A mutating call that is about to be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// The object it is for.
    pub address: ResourceAddress,
    /// What is being done to the object.
    pub operation: Operation,
    /// The call, by its AWS name.
    pub call: String,
    /// The nonce: client token, or tag `provision:token`.
    pub token: Token,
    /// A digest of the request; an intent is used again only for the very same request.
    pub digest: String,
    /// When it was journalled, by the wall clock; for people only.
    pub at: Timestamp,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Entry {
    /// The journal begins, on top of the snapshot with this serial.
    Opened {
        /// The format's version.
        format: u32,
        /// The state's lineage.
        lineage: String,
        /// The snapshot's serial.
        serial: u64,
    },
    /// A command begins.
    Run {
        /// The command: `up`.
        command: String,
        /// Who runs it.
        holder: String,
    },
    /// A call is about to be made.
    Started(Intent),
    /// A create call answered with the object's id.
    Identified {
        /// The object.
        address: ResourceAddress,
        /// The cloud's name for it.
        id: RemoteId,
    },
    /// The object is as wanted.
    Settled {
        /// The object.
        address: ResourceAddress,
        /// What is remembered of it.
        recorded: Box<Recorded>,
    },
    /// The object is gone.
    Removed {
        /// The object.
        address: ResourceAddress,
    },
    /// The object could not be brought to what is wanted.
    Failed {
        /// The object.
        address: ResourceAddress,
        /// Why, in a few words.
        reason: String,
    },
    /// The command ends.
    Finished {
        /// How: `done`, `failed`, `interrupted`.
        outcome: String,
    },
}

/// An entry with its place in the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Its number; the first of a lineage is 1, and numbers go on from journal to journal.
    pub sequence: u64,
    /// A digest of the record before it; empty for the first of a journal.
    pub previous: String,
    /// When, by the wall clock; for people only.
    pub at: Timestamp,
    /// What happened.
    pub entry: Entry,
}
