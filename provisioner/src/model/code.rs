use crate::model::Diagnostic;

/// One kind of problem: its stable code, its summary, and what `provision explain` says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// The code: `E0103`.
    pub code: &'static str,
    /// The summary, the same words every time.
    pub summary: &'static str,
    /// What it means and why it is a problem.
    pub explanation: &'static str,
    /// What is wrong, as an example.
    pub example: &'static str,
    /// What to write instead.
    pub fix: &'static str,
}

impl Code {
    /// An error of this kind.
    pub fn error(self) -> Diagnostic {
        Diagnostic::error(self.code, self.summary)
    }

    /// A warning of this kind.
    pub fn warning(self) -> Diagnostic {
        Diagnostic::warning(self.code, self.summary)
    }
}
