use std::path::{Path, PathBuf};

use crate::model::Diagnostic;
use crate::state::Holder;

/// Why the state cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// A file cannot be read or written.
    #[error("{action} {}", path.display())]
    Io {
        /// What was tried: `read`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// A file is not what was written.
    #[error("{} is damaged: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        reason: String,
    },
    /// A file was written by a newer program.
    #[error("{} has format {found}; this program knows up to {known}", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: u32,
        /// The newest known one.
        known: u32,
    },
    /// Another process holds the lock.
    #[error("the state is locked")]
    Locked {
        /// Who holds it, if it could be read.
        holder: Option<Box<Holder>>,
        /// The environment.
        environment: String,
    },
    /// The journal's writer has stopped after an earlier error.
    #[error("the journal is closed after an earlier error: {0}")]
    Closed(String),
}

impl StateError {
    /// An input or output error.
    pub fn io(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { action, path, source }
    }

    /// What the operator sees.
    pub fn diagnostic(&self) -> Diagnostic {
        match self {
            Self::Io { source, .. } => Diagnostic::error("E0401", "the state cannot be read or written")
                .note(format!("{self}: {source}"))
                .help("nothing was changed in the cloud by the step that failed; mend the folder (space, permissions), then run the command again"),
            Self::Damaged { path, .. } => Diagnostic::error("E0402", "the state is damaged").note(self.to_string()).help(format!(
                "the cloud's own tags hold the same facts; read the state back from them:\n    provision state rebuild {}",
                flags_of(path)
            )),
            Self::Newer { .. } => Diagnostic::error("E0403", "the state was written by a newer program")
                .note(self.to_string())
                .help("use that program; the file was not touched"),
            Self::Locked { holder, environment } => {
                let diagnostic = Diagnostic::error("E0404", "the state is locked");
                match holder {
                    Some(holder) => diagnostic
                        .note(format!("{environment} is locked by {holder}."))
                        .help("wait for it (`--lock-timeout 10m` waits by itself); when that process ends, however it ends, the lock is free"),
                    None => diagnostic.note(format!("{environment} is locked by another process.")).help("wait for it, with --lock-timeout 10m"),
                }
            }
            Self::Closed(_) => Diagnostic::error("E0401", "the state cannot be read or written").note(self.to_string()),
        }
    }
}

/// The flags that name the environment and the cloud of a file of the state: `…/state/CLOUD/ENVIRONMENT/FILE`.
fn flags_of(path: &Path) -> String {
    let mut folders = path.ancestors().skip(1).filter_map(Path::file_name).map(|name| name.to_string_lossy());
    let environment = folders.next().unwrap_or_default();
    let sandbox = if folders.next().as_deref() == Some("sandbox") { " --sandbox" } else { "" };
    format!("--env {environment}{sandbox}")
}
