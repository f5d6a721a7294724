use std::path::{Path, PathBuf};

use crate::model::Diagnostic;
use crate::secrets::{IDENTITY_VARIABLE, SecretName};

/// Why secrets cannot be used. No variant holds a value.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// A name is not one.
    #[error("a secret's name is of lower-case letters, digits and single `-`, a letter first")]
    BadName,
    /// A recipient is none.
    #[error("`{recipient}` is no age recipient")]
    BadRecipient {
        /// What stands in the environment file.
        recipient: String,
    },
    /// An identity file holds no identity.
    #[error("{path}: {why}")]
    BadIdentity {
        /// The file.
        path: PathBuf,
        /// The reason, without a word of the file.
        why: String,
    },
    /// Nobody here can open the file.
    #[error("no identity here opens {path}")]
    NoIdentity {
        /// The sealed file.
        path: PathBuf,
        /// Where identities were looked for.
        looked_at: Vec<PathBuf>,
        /// The recipients of the identities that were found.
        ours: Vec<String>,
    },
    /// The file is no store of ours, or it was changed.
    #[error("{path}: {why}")]
    Damaged {
        /// The sealed file.
        path: PathBuf,
        /// The reason, without a word of the contents.
        why: String,
    },
    /// Another command wrote the file since it was opened.
    #[error("another command changed {path} meanwhile")]
    Overtaken {
        /// The sealed file.
        path: PathBuf,
    },
    /// A file cannot be read or written.
    #[error("{path} cannot be {action}")]
    File {
        /// What was tried: `read`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
    /// No value could be made.
    #[error("no value could be made: {why}")]
    NotMade {
        /// The reason.
        why: String,
    },
    /// No secret has the name.
    #[error("there is no secret {name}")]
    Unknown {
        /// The name.
        name: SecretName,
        /// The names there are.
        known: Vec<SecretName>,
    },
}

impl SecretError {
    pub(super) fn file(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::File { action, path: path.to_owned(), source }
    }

    /// What the operator sees.
    pub fn diagnostic(&self) -> Diagnostic {
        let note = |code, summary: &str| Diagnostic::error(code, summary).note(self.to_string());
        match self {
            Self::BadName => note("E0360", "no such secret"),
            Self::Unknown { known, .. } => {
                let known = known.iter().map(SecretName::as_str).collect::<Vec<_>>().join(", ");
                note("E0360", "no such secret").help(format!("the names: {}", if known.is_empty() { "none yet" } else { &known }))
            }
            Self::NoIdentity { looked_at, ours, .. } => no_identity(note("E0361", "the secrets cannot be opened here"), looked_at, ours),
            Self::BadIdentity { .. } => note("E0361", "the secrets cannot be opened here")
                .help("an identity file is what `age-keygen` writes: one line AGE-SECRET-KEY-1…, and comments"),
            Self::BadRecipient { .. } => note("E0362", "the secrets' file cannot be used")
                .help("[secrets] recipients of the environment file names them; `age-keygen -y FILE` prints the recipient of an identity"),
            Self::Damaged { .. } => note("E0362", "the secrets' file cannot be used").help("put back the committed version"),
            Self::Overtaken { .. } => note("E0362", "the secrets' file cannot be used").help("run the command again"),
            Self::File { source, .. } => note("E0362", "the secrets' file cannot be used")
                .note(source.to_string())
                .help(format!("look at the path and its rights; {IDENTITY_VARIABLE} names the file of your identity")),
            Self::NotMade { .. } => note("E0362", "the secrets' file cannot be used"),
        }
    }
}

fn no_identity(diagnostic: Diagnostic, looked_at: &[PathBuf], ours: &[String]) -> Diagnostic {
    let places = looked_at.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ");
    let diagnostic = diagnostic.note(format!("identities were looked for in {places}"));
    match ours {
        [] => diagnostic
            .help(format!("name the file of your identity: export {IDENTITY_VARIABLE}=~/.config/age/identity.txt"))
            .help("without one: make it with `age-keygen -o FILE`, and have a colleague add its recipient to [secrets] recipients and run `provision up`"),
        ours => diagnostic.help(format!(
            "have a colleague who can open it add {} to [secrets] recipients of the environment file, run `provision up`, and commit the file",
            ours.join(", ")
        )),
    }
}
