use std::fmt;
use std::time::Duration;

use crate::hosts::{AuthorityError, codes};
use crate::model::{Code, Diagnostic};
use crate::provider::{ErrorKind, ProviderError};

/// Which machine a problem is with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hop {
    /// Its name.
    pub name: String,
    /// Whether it only stands on the way to another.
    pub is_bastion: bool,
}

/// Why a machine is not taken for the one it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentityProblem {
    /// Its key is not the pinned one.
    ChangedKey,
    /// Its certificate is by another authority.
    WrongAuthority,
    /// Its certificate is not valid at this time.
    ExpiredCertificate,
    /// Its certificate is another machine's.
    WrongPrincipal,
    /// It has a plain key only.
    NoCertificate,
    /// Its key is revoked.
    Revoked,
    /// It offers none of the algorithms that are used.
    WeakAlgorithms,
    /// The data centre's bastion is not known to the operator's own client, or has another key there.
    UnknownBastion,
}

/// Why something on a machine did not happen, or is not known to have happened.
#[derive(Debug, thiserror::Error)]
pub enum SshError {
    /// Nobody answers, or the connection broke before anybody was known.
    #[error("{hop} cannot be reached")]
    Unreachable {
        /// The machine.
        hop: Hop,
        /// The client's words, harmless.
        said: String,
    },
    /// The machine is not who it should be. Never retried.
    #[error("{hop} is refused: {problem}")]
    RefusedIdentity {
        /// The machine.
        hop: Hop,
        /// The reason.
        problem: IdentityProblem,
        /// The client's words, harmless.
        said: String,
    },
    /// The machine does not let us in.
    #[error("{hop} refuses the login")]
    RefusedLogin {
        /// The machine.
        hop: Hop,
        /// The client's words, harmless.
        said: String,
    },
    /// It took too long.
    #[error("{hop} did not answer within {} s", .after.as_secs())]
    TimedOut {
        /// The machine.
        hop: Hop,
        /// How long was waited.
        after: Duration,
    },
    /// The answer was longer than allowed.
    #[error("{hop} said more than {limit} bytes")]
    TooMuchOutput {
        /// The machine.
        hop: Hop,
        /// The limit.
        limit: usize,
    },
    /// The connection was lost before the end was known.
    #[error("the connection to {hop} was cut")]
    Cut {
        /// The machine.
        hop: Hop,
        /// The client's words, harmless.
        said: String,
    },
    /// The machine would not take its certificate.
    #[error("{hop} did not take its certificate")]
    NotEnrolled {
        /// The machine.
        hop: Hop,
        /// Its words, harmless.
        said: String,
    },
    /// Something on this computer.
    #[error("{why}")]
    LocalClient {
        /// The reason.
        why: String,
    },
    /// The authority cannot sign.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
}

impl SshError {
    pub(super) fn local(why: impl fmt::Display) -> Self {
        Self::LocalClient { why: why.to_string() }
    }

    /// Whether trying again may help: nobody refused anything.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::TimedOut { .. } | Self::Cut { .. })
    }

    /// The same for the engine: what may pass is unknown, everything else is refused.
    pub fn to_provider_error(&self, operation: &'static str) -> ProviderError {
        let kind = if self.is_passing() { ErrorKind::Unknown } else { ErrorKind::Refused };
        ProviderError { diagnostic: Some(Box::new(self.diagnostic())), ..ProviderError::new(kind, operation, self.to_string()) }
    }

    /// What the operator sees.
    pub fn diagnostic(&self) -> Diagnostic {
        let code = self.code();
        let mut diagnostic = code.error().note(self.to_string());
        if let Some(said) = self.said().filter(|said| !said.is_empty()) {
            diagnostic = diagnostic.note(format!("it was said: {said}"));
        }
        match self {
            Self::Authority(error) => return error.diagnostic(),
            Self::RefusedIdentity { .. } => diagnostic = diagnostic.note("nothing was sent to it; this is never tried again by itself"),
            _ => {}
        }
        let diagnostic = diagnostic.note(code.explanation).help(self.next());
        match self.hop() {
            Some(hop) => diagnostic.fact("host", hop),
            None => diagnostic,
        }
    }

    fn hop(&self) -> Option<&Hop> {
        match self {
            Self::Unreachable { hop, .. }
            | Self::RefusedIdentity { hop, .. }
            | Self::RefusedLogin { hop, .. }
            | Self::TimedOut { hop, .. }
            | Self::TooMuchOutput { hop, .. }
            | Self::Cut { hop, .. }
            | Self::NotEnrolled { hop, .. } => Some(hop),
            Self::LocalClient { .. } | Self::Authority(_) => None,
        }
    }

    fn said(&self) -> Option<&str> {
        match self {
            Self::Unreachable { said, .. }
            | Self::RefusedIdentity { said, .. }
            | Self::RefusedLogin { said, .. }
            | Self::Cut { said, .. }
            | Self::NotEnrolled { said, .. } => Some(said),
            _ => None,
        }
    }

    fn code(&self) -> Code {
        match self {
            Self::Unreachable { .. } => codes::UNREACHABLE,
            Self::RefusedIdentity { hop: Hop { is_bastion: true, .. }, .. } => codes::BASTION,
            Self::RefusedIdentity { problem, .. } => match problem {
                IdentityProblem::ChangedKey => codes::CHANGED_KEY,
                IdentityProblem::WrongAuthority => codes::WRONG_AUTHORITY,
                IdentityProblem::ExpiredCertificate => codes::EXPIRED,
                IdentityProblem::WrongPrincipal => codes::WRONG_PRINCIPAL,
                IdentityProblem::NoCertificate => codes::NO_CERTIFICATE,
                IdentityProblem::Revoked => codes::REVOKED,
                IdentityProblem::WeakAlgorithms => codes::WEAK,
                IdentityProblem::UnknownBastion => codes::BASTION,
            },
            Self::RefusedLogin { .. } => codes::REFUSED_LOGIN,
            Self::TimedOut { .. } => codes::TIMED_OUT,
            Self::TooMuchOutput { .. } => codes::TOO_MUCH,
            Self::Cut { .. } => codes::CUT,
            Self::NotEnrolled { .. } => codes::ENROLMENT,
            Self::LocalClient { .. } => codes::LOCAL,
            Self::Authority(_) => codes::AUTHORITY,
        }
    }

    /// What to do next.
    fn next(&self) -> &'static str {
        match self {
            Self::Unreachable { hop, .. } if hop.is_bastion => {
                "compare your address with [network] operator_cidrs of the environment file, then run `provision up` again"
            }
            Self::RefusedLogin { hop, .. } if hop.is_bastion => {
                "add your key to the agent (`ssh-add`), and try `ssh` to the bastion by hand"
            }
            Self::RefusedIdentity { problem: IdentityProblem::UnknownBastion, .. } => codes::BASTION.fix,
            Self::Unreachable { .. } | Self::TimedOut { .. } | Self::Cut { .. } | Self::NotEnrolled { .. } => {
                "run `provision up` again: it goes on where it was"
            }
            _ => self.code().fix,
        }
    }
}

impl fmt::Display for Hop {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let role = if self.is_bastion { "the bastion " } else { "" };
        write!(formatter, "{role}{}", self.name)
    }
}

impl fmt::Display for IdentityProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::ChangedKey => "its key is not the one that the machine wrote to its console",
            Self::WrongAuthority => "its certificate is not by this environment's authority",
            Self::ExpiredCertificate => "its certificate is not valid at this time",
            Self::WrongPrincipal => "its certificate is another machine's",
            Self::NoCertificate => "it shows no certificate",
            Self::Revoked => "its key is revoked",
            Self::WeakAlgorithms => "it offers only weak algorithms",
            Self::UnknownBastion => "your own SSH client does not know its key, or knows another",
        })
    }
}
