use std::process::ExitCode;

use crate::engine::{Failure, Outcome};
use crate::graph::Cycle;
use crate::model::{Diagnostic, Report};
use crate::provider::{ErrorKind, ProviderError};
use crate::secrets::SecretError;
use crate::state::StateError;

/// How a command ends. Scripts rely on the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done, or nothing to do.
    Done,
    /// Failed before anything was changed.
    Failed,
    /// Changes are present.
    Changes,
    /// Usage or configuration.
    Usage,
    /// Credentials, account or permission.
    Denied,
    /// Refused: protection, policy, or a stale plan.
    Refused,
    /// The lock is held.
    Locked,
    /// Failed with part of it done.
    Partial,
    /// Preflight failed.
    Preflight,
    /// Timed out.
    TimedOut,
    /// Applied, but something does not work as it should.
    Unproved,
    /// Interrupted from the keyboard.
    Interrupted,
    /// Asked to terminate.
    Terminated,
    /// As the command that was run on a host ended.
    Of(u8),
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Changes => 2,
            Exit::Usage => 3,
            Exit::Denied => 4,
            Exit::Refused => 5,
            Exit::Locked => 6,
            Exit::Partial => 7,
            Exit::Preflight => 8,
            Exit::TimedOut => 9,
            Exit::Unproved => 10,
            Exit::Interrupted => 130,
            Exit::Terminated => 143,
            Exit::Of(code) => code,
        })
    }
}

/// Why a command stops before its end: what is told, and the number.
#[derive(Debug)]
pub struct Stop {
    /// The number.
    pub exit: Exit,
    /// What is told.
    pub report: Report,
}

impl Stop {
    /// Stops with one diagnostic.
    pub fn new(exit: Exit, diagnostic: Diagnostic) -> Self {
        Self { exit, report: diagnostic.into() }
    }

    /// Stops for what a person wrote.
    pub fn usage(report: Report) -> Self {
        Self { exit: Exit::Usage, report }
    }
}

impl From<ProviderError> for Stop {
    fn from(error: ProviderError) -> Self {
        let exit = if error.kind == ErrorKind::Denied { Exit::Denied } else { Exit::Failed };
        Self::new(exit, error.diagnostic())
    }
}

impl From<StateError> for Stop {
    fn from(error: StateError) -> Self {
        let exit = if matches!(error, StateError::Locked { .. }) { Exit::Locked } else { Exit::Failed };
        Self::new(exit, error.diagnostic())
    }
}

impl From<SecretError> for Stop {
    fn from(error: SecretError) -> Self {
        Self::new(Exit::Usage, error.diagnostic())
    }
}

impl From<Cycle> for Stop {
    fn from(cycle: Cycle) -> Self {
        Self::new(Exit::Failed, Diagnostic::error("E0999", "the program contradicts itself").note(cycle.to_string()))
    }
}

/// The number for the end of a run.
pub fn exit_of(outcome: &Outcome) -> Exit {
    let is = |wanted: fn(&Failure) -> bool| outcome.failed.iter().any(|(_, failure)| wanted(failure));
    match () {
        () if outcome.is_complete() => Exit::Done,
        () if is(Failure::is_denied) => Exit::Denied,
        () if is(|failure| matches!(failure, Failure::Deadline { .. })) => Exit::TimedOut,
        () if outcome.interrupted && outcome.failed.is_empty() => Exit::Interrupted,
        () => Exit::Partial,
    }
}
