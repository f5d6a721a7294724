//! What an operator types and reads, command by command.

mod drift;
mod endpoint;
mod forms;
mod interrupts;
mod journeys;
mod lock;
mod mistakes;
mod moved;
mod operations;
mod outside;
pub mod project;
mod questions;
pub mod redaction;
mod secrets;
mod session;
