use std::fmt::{Display, Formatter, Result as FmtResult};

use aws_smithy_types::error::operation::BuildError;

/// An answer by which the rehearsal cloud refuses a call: AWS's code, a message and the HTTP status that goes with it.
///
/// Codes are those of the EC2 API Reference, "Error codes for the Amazon EC2 API"; client errors answer 400.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) status: u16,
}

impl Refusal {
    /// A client error, HTTP 400.
    pub(crate) fn new(code: &str, message: impl Into<String>) -> Refusal {
        Refusal { code: code.to_owned(), message: message.into(), status: 400 }
    }

    /// An error with another status than 400.
    pub(crate) fn with_status(code: &str, message: impl Into<String>, status: u16) -> Refusal {
        Refusal { code: code.to_owned(), message: message.into(), status }
    }

    /// A value that AWS does not take.
    pub(crate) fn value(message: impl Into<String>) -> Refusal {
        Refusal::new("InvalidParameterValue", message)
    }

    /// A required parameter that is not there.
    pub(crate) fn missing(name: &str) -> Refusal {
        Refusal::new("MissingParameter", format!("The request must contain the parameter {name}"))
    }

    /// Two parameters that may not come together.
    pub(crate) fn combination(message: impl Into<String>) -> Refusal {
        Refusal::new("InvalidParameterCombination", message)
    }

    /// A delete that something still stands on.
    pub(crate) fn dependency(message: impl Into<String>) -> Refusal {
        Refusal::new("DependencyViolation", message)
    }

    /// A parameter of the real API that this cloud does not simulate; it is never ignored.
    pub(crate) fn unsimulated(parameter: &str) -> Refusal {
        Refusal::new("UnsupportedOperation", format!("The rehearsal cloud does not simulate the parameter {parameter}."))
    }
}

impl Display for Refusal {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> FmtResult {
        write!(formatter, "{}: {}", self.code, self.message)
    }
}

impl From<BuildError> for Refusal {
    /// An answer that lacks what the SDK requires: a mistake of this cloud, never of the caller.
    fn from(error: BuildError) -> Refusal {
        Refusal::with_status("InternalFailure", format!("The rehearsal cloud cannot write its answer: {error}"), 500)
    }
}
