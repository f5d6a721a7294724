//! What an operator types and reads, command by command.

mod endpoint;
mod forms;
mod interrupts;
mod journeys;
mod lock;
mod mistakes;
mod operations;
pub mod project;
mod questions;
pub mod redaction;
mod session;
