//! What an operator types and reads, command by command.

mod endpoint;
mod forms;
mod journeys;
mod lock;
mod mistakes;
pub mod project;
pub mod redaction;
mod session;
