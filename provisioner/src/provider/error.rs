use crate::model::Diagnostic;

/// What the engine does about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ErrorKind {
    /// Too many requests, or the service is out of order: slow down and repeat.
    Throttled,
    /// No answer: the call may or may not have been applied.
    Unknown,
    /// The object is not there, or not visible yet.
    NotFound,
    /// Something else still uses it: wait and repeat.
    InUse,
    /// It is in a state in which it cannot be changed now: wait and repeat.
    Busy,
    /// What it names was made a moment ago, and the service does not know it yet: wait for some seconds and repeat.
    Propagating,
    /// The client token belongs to a request that can no longer be answered: a new intent is needed.
    TokenSpent,
    /// An object of that name exists and is not ours.
    Foreign,
    /// A quota is used up, or the zone has no capacity.
    Capacity,
    /// Credentials, account or permission.
    Denied,
    /// The intent could not be made durable; the call was not made.
    Journal,
    /// The request was wrong.
    Refused,
}

/// A cloud's no.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{operation}: {message}")]
pub struct ProviderError {
    /// What the engine does about it.
    pub kind: ErrorKind,
    /// The operation, by its AWS name: `CreateVpc`.
    pub operation: &'static str,
    /// The cloud's error code: `DependencyViolation`.
    pub code: Option<String>,
    /// The cloud's words.
    pub message: String,
    /// The cloud's request id.
    pub request_id: Option<String>,
    /// What is said instead, where the provider knows better words than these.
    pub diagnostic: Option<Box<Diagnostic>>,
}

impl ProviderError {
    /// An error of our own making around an operation.
    pub fn new(kind: ErrorKind, operation: &'static str, message: impl Into<String>) -> Self {
        Self { kind, operation, code: None, message: message.into(), request_id: None, diagnostic: None }
    }

    /// Why the call is repeated, in a few words and with the cloud's code.
    pub fn why_again(&self) -> String {
        let why = match self.kind {
            ErrorKind::InUse => "still in use",
            ErrorKind::Busy => "busy with an earlier change",
            ErrorKind::NotFound => "not visible yet",
            ErrorKind::Propagating => "what was just made is not known everywhere yet",
            ErrorKind::Throttled => "the cloud asks to slow down",
            ErrorKind::TokenSpent => "a new token is needed",
            _ => "not accepted yet",
        };
        self.code.as_ref().map_or_else(|| why.to_owned(), |code| format!("{why} ({code})"))
    }

    /// What the operator sees.
    pub fn diagnostic(&self) -> Diagnostic {
        if let Some(diagnostic) = &self.diagnostic {
            return diagnostic.as_ref().clone();
        }
        let (code, summary) = match self.kind {
            ErrorKind::Denied => ("E0301", "the cloud denies the call"),
            ErrorKind::Foreign => ("E0302", "an object of that name exists and is not ours"),
            ErrorKind::Capacity => ("E0303", "a quota or the zone's capacity is used up"),
            ErrorKind::InUse | ErrorKind::Busy => ("E0304", "the object is still in use"),
            ErrorKind::Throttled | ErrorKind::Unknown => ("E0305", "the cloud does not answer"),
            ErrorKind::Journal => ("E0306", "the journal cannot be written, so the call was not made"),
            ErrorKind::NotFound | ErrorKind::Propagating | ErrorKind::TokenSpent | ErrorKind::Refused => {
                ("E0307", "the cloud refuses the call")
            }
        };
        let mut diagnostic = Diagnostic::error(code, summary).note(self.message.clone()).fact("operation", self.operation);
        if let Some(code) = &self.code {
            diagnostic = diagnostic.fact("error code", code);
        }
        if let Some(request_id) = &self.request_id {
            diagnostic = diagnostic.fact("request id", request_id);
        }
        diagnostic
    }
}
