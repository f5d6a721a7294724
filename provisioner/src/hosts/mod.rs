//! Machines from the inside: who they are, how they are reached, and what stands on them.

mod authority;
mod codes;
mod console;
mod host_type;
mod machine;
mod room;
mod simulated;
pub mod ssh;

pub use authority::{Authority, AuthorityError};
pub use codes::CODES;
pub use console::{ConsoleError, host_key_on_console};
pub use host_type::HostType;
pub use machine::{Bastion, Hosts, Machine, Order, Stand};
pub use room::{Reach, Room};
pub use simulated::Simulated;
