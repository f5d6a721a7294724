//! Connections by the OpenSSH client: this program writes its configuration and reads its verdict.
//!
//! No trust on first use: a host is known by the key on its console for one login, and by the environment's authority ever after.

mod connect;
mod control;
mod enrol;
mod error;
mod exchange;
mod folder;
mod options;
mod session;
mod shown;
mod target;
mod verdict;
mod written;

pub use enrol::HOST_CERTIFICATE_DAYS;
pub use error::{Hop, IdentityProblem, SshError};
pub use exchange::{Limits, Output};
pub use options::{Jump, SshOptions};
pub use session::Ssh;
pub use shown::shown;
pub use target::{Alias, Target};
