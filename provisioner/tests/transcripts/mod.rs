//! What an operator types and reads, command by command.

mod endpoint;
mod forms;
mod interrupts;
mod journeys;
mod lock;
mod mistakes;
pub mod project;
mod questions;
pub mod redaction;
mod session;
