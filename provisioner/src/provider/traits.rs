use std::collections::BTreeSet;
use std::fmt;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::model::{Attributes, Observed, RemoteId, ResourceAddress, Scope, Tags};
use crate::provider::ProviderError;

/// The nonce of one journalled intent: at most 64 ASCII characters (EC2 `ClientToken`).
///
/// It is the client token where the operation takes one and the tag `provision:token` where it does not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Token(String);

impl Token {
    /// Takes a nonce.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// How closely a list looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Depth {
    /// The bulk list and, where it lacks something, a read per object.
    Full,
    /// The bulk list alone; what it lacks is left out of [`Observed::attributes`].
    Fast,
}

/// The executor's side of a mutating call: the intent is durable before the call is made.
#[async_trait]
pub trait Calls: Send + Sync {
    /// Makes the intent to call `operation` with `request` durable and returns its token.
    ///
    /// Every mutating call MUST be preceded by exactly one `intend`, with the operation's AWS name. `request` is what the call will carry,
    /// without the token; an intent of an earlier, interrupted run with the same operation and request gets the same token again.
    ///
    /// # Errors
    /// When the intent cannot be made durable: then the call MUST NOT be made.
    async fn intend(&self, operation: &'static str, request: &str) -> Result<Token, ProviderError>;

    /// Tells how far a long call is, in words; whoever does not watch hears nothing.
    fn progress(&self, _words: &str) {}
}

/// An object to make.
#[derive(Clone, Debug)]
pub struct Create<'a> {
    /// Its address.
    pub address: &'a ResourceAddress,
    /// What it shall be; no reference is left.
    pub attributes: &'a Attributes,
    /// All its tags but the token's.
    pub tags: &'a Tags,
}

/// An object to change.
#[derive(Clone, Debug)]
pub struct Update<'a> {
    /// What the cloud shows now.
    pub observed: &'a Observed,
    /// What it shall be; no reference is left.
    pub attributes: &'a Attributes,
    /// All its tags but the token's.
    pub tags: &'a Tags,
    /// Tags of ours that it still carries and that nobody wants any more.
    pub stale_tags: &'a BTreeSet<String>,
}

/// An object to delete.
#[derive(Clone, Debug)]
pub struct Delete<'a> {
    /// What the cloud shows now.
    pub observed: &'a Observed,
}

/// What a look at one object showed.
#[derive(Clone, Debug, PartialEq)]
pub enum Look {
    /// Nothing: the list is the way to look at it.
    List,
    /// The object.
    Found(Box<Observed>),
    /// That it is not there, or not ours.
    Absent,
}

impl From<Option<Observed>> for Look {
    fn from(observed: Option<Observed>) -> Self {
        observed.map_or(Self::Absent, |observed| Self::Found(Box::new(observed)))
    }
}

/// One type of object in a cloud.
///
/// A type never waits: it makes the call and returns. The executor watches [`ResourceType::observe`], shared by all that wait for the same type, and
/// calls [`ResourceType::update`] again while what the cloud shows still differs from what is wanted; so a creation that needs several calls
/// is its first call here and the rest in `update`, and an interrupted one is finished by the same road.
#[async_trait]
pub trait ResourceType: Send + Sync {
    /// The kind it is registered under; its schema's `kind`.
    fn kind(&self) -> &'static str;

    /// Whether a full look at this type costs a read per object, so that waiting looks fast until the object seems done.
    fn reads_details(&self) -> bool {
        false
    }

    /// Lists every object of this type in the scope, and of the types whose schema is `listed_by` this one.
    ///
    /// # Errors
    /// When the cloud refuses the list.
    async fn observe(&self, scope: &Scope, depth: Depth) -> Result<Vec<Observed>, ProviderError>;

    /// Reads one object of this type in full, where that costs fewer reads than the list: [`Look::List`] where it does not.
    ///
    /// Only asked of a type that [`ResourceType::reads_details`], once a fast list has shown the object.
    ///
    /// # Errors
    /// When the cloud refuses.
    async fn read_one(&self, _scope: &Scope, _id: &RemoteId) -> Result<Look, ProviderError> {
        Ok(Look::List)
    }

    /// Makes the object; MUST be safe to repeat with the token of the same intent.
    ///
    /// # Errors
    /// When the cloud refuses, or its answer is unknown.
    async fn create(&self, request: Create<'_>, calls: &dyn Calls) -> Result<RemoteId, ProviderError>;

    /// Brings the object one or several calls nearer to what is wanted; MUST be safe to repeat.
    ///
    /// # Errors
    /// When the cloud refuses, or its answer is unknown.
    async fn update(&self, request: Update<'_>, calls: &dyn Calls) -> Result<(), ProviderError>;

    /// Begins the deletion; an object that is already gone is success.
    ///
    /// # Errors
    /// When the cloud refuses, or its answer is unknown.
    async fn delete(&self, request: Delete<'_>, calls: &dyn Calls) -> Result<(), ProviderError>;
}
