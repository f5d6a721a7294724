//! Machines from the inside: who they are, and how they are reached.

mod authority;
mod codes;
mod console;
pub mod ssh;

pub use authority::{Authority, AuthorityError};
pub use codes::CODES;
pub use console::{ConsoleError, host_key_on_console};
