//! What an operator types and reads, command by command.

pub mod project;
pub mod redaction;
mod session;
