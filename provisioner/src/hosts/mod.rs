//! Machines from the inside: who they are, how they are reached, and what stands on them.

mod authority;
mod codes;
mod console;
mod host_type;
mod machine;
mod over_ssh;
mod payload;
mod report;
mod room;
mod simulated;
pub mod ssh;
mod stand;

pub use authority::{Authority, AuthorityError};
pub use codes::CODES;
pub use console::{ConsoleError, host_key_on_console};
pub use host_type::HostType;
pub use machine::{Bastion, Hosts, Machine, Order, Proof, Stand};
pub use over_ssh::{Console, OverSsh, Route};
pub use payload::{REMOTE_COMMAND, apply, compare};
pub use report::{
    Applied, FailedPart, FailureReason, FileReport, FileState, HostFailure, HostReport, ReportError, ServiceReport, StepReport,
    parse_progress,
};
pub use room::{Reach, Room};
pub use simulated::Simulated;
