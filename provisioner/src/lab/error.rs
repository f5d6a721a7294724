use std::io;
use std::path::PathBuf;
use std::time::Duration;

use thiserror::Error;

use crate::sandbox::SandboxError;

/// Why the laboratory could not do what was asked.
#[derive(Debug, Error)]
pub enum LabError {
    /// A file or folder cannot be used.
    #[error("cannot {action} {path}", path = path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why it failed.
        #[source]
        source: io::Error,
    },
    /// A program could not be started.
    #[error("cannot run {program}")]
    Start {
        /// The program.
        program: String,
        /// Why it failed.
        #[source]
        source: io::Error,
    },
    /// A program ended with an error.
    #[error("`{command}` failed: {message}")]
    Command {
        /// The program and its first words.
        command: String,
        /// The last lines that it wrote.
        message: String,
    },
    /// A program did not end in time, and was ended.
    #[error("`{command}` did not end within {} s", limit.as_secs())]
    Slow {
        /// The program and its first words.
        command: String,
        /// How long it had.
        limit: Duration,
    },
    /// Another process works on the same laboratory.
    #[error("another process works on the laboratory {path}", path = path.display())]
    Locked {
        /// The lock's file.
        path: PathBuf,
    },
    /// A machine's processes did not come up.
    #[error("the machine {host} did not start: {message}")]
    NotStarted {
        /// The host.
        host: String,
        /// The last lines of what its launcher wrote.
        message: String,
    },
    /// A machine's processes did not end.
    #[error("the machine {host} did not end")]
    NotEnded {
        /// The host.
        host: String,
    },
    /// There is no machine of that name.
    #[error("there is no machine {host} in the laboratory")]
    UnknownHost {
        /// The host.
        host: String,
    },
    /// An id of the rehearsal cloud has not the form of one.
    #[error("`{id}` is no id of the rehearsal cloud")]
    BadId {
        /// The id.
        id: String,
    },
    /// An image is not of a release that the laboratory can make.
    #[error("the image `{image}` is of no release that the laboratory can make: debian-12 and debian-13")]
    UnknownImage {
        /// The image's name.
        image: String,
    },
    /// A text is no name of a Debian package.
    #[error("`{name}` is no name of a Debian package")]
    BadPackage {
        /// The text.
        name: String,
    },
    /// This computer has no name server that a machine could ask.
    #[error("this computer has no name server that a machine could ask: /etc/resolv.conf names none but loopback addresses")]
    NoResolver,
    /// The rehearsal cloud cannot be read.
    #[error("the rehearsal cloud cannot be read")]
    Cloud {
        /// Why.
        #[source]
        source: SandboxError,
    },
    /// No address is left for the way out.
    #[error("198.18.0.0/15 is used up: too many laboratories run on this computer")]
    NoAddress,
}

impl LabError {
    /// Makes the error of a file from what the system said.
    pub(super) fn io(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> LabError {
        let path = path.into();
        move |source| LabError::Io { action, path, source }
    }
}
