use crate::model::{Diagnostic, ResourceAddress};
use crate::provider::{ErrorKind, ProviderError};
use crate::state::StateError;

/// Why one step did not reach its end.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The cloud says no.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// The state cannot be written.
    #[error(transparent)]
    State(#[from] StateError),
    /// The object will never be usable.
    #[error("{address} failed: {reason}")]
    Terminal {
        /// The object.
        address: ResourceAddress,
        /// The cloud's reason.
        reason: String,
    },
    /// It took too long.
    #[error("{address} is not done after {waited_seconds} s: {last}")]
    Deadline {
        /// The object.
        address: ResourceAddress,
        /// How long was waited.
        waited_seconds: u64,
        /// What was in the way at the end.
        last: String,
    },
    /// A person asked for an end.
    #[error("interrupted")]
    Interrupted,
    /// The program itself is wrong.
    #[error("{0}")]
    Bug(String),
}

impl Failure {
    /// What the operator sees.
    pub fn diagnostic(&self, address: &ResourceAddress) -> Diagnostic {
        let diagnostic = match self {
            Self::Provider(error) => error.diagnostic(),
            Self::State(error) => error.diagnostic(),
            Self::Terminal { reason, .. } => Diagnostic::error("E0501", "the cloud could not make the object")
                .note(reason.clone())
                .help("the next `up` replaces it; if it fails again, the reason above is what to mend"),
            Self::Deadline { .. } => Diagnostic::error("E0502", "a step took too long")
                .note(self.to_string())
                .help("`up` again goes on waiting from here; nothing is made twice"),
            Self::Interrupted => Diagnostic::error("E0503", "interrupted").help("`up` again goes on from here"),
            Self::Bug(what) => {
                Diagnostic::error("E0999", "the program contradicts itself").note(what.clone()).help("please report it with the plan")
            }
        };
        diagnostic.fact("address", address)
    }

    /// Whether it is a question of credentials or permissions.
    pub fn is_denied(&self) -> bool {
        matches!(self, Self::Provider(error) if error.kind == ErrorKind::Denied)
    }
}

/// How carrying out a plan ended.
#[derive(Debug, Default)]
pub struct Outcome {
    /// How many steps are done.
    pub done: usize,
    /// How many there were.
    pub total: usize,
    /// What failed.
    pub failed: Vec<(ResourceAddress, Failure)>,
    /// What was not begun.
    pub skipped: Vec<ResourceAddress>,
    /// Whether a person asked for an end.
    pub interrupted: bool,
}

impl Outcome {
    /// Whether everything is done.
    pub fn is_complete(&self) -> bool {
        self.failed.is_empty() && self.skipped.is_empty() && !self.interrupted
    }
}
