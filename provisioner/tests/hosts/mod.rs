//! Hosts over real connections: OpenSSH's own client and server, on this computer's loopback.

mod agent;
mod agent_answers;
mod agent_failures;
mod agent_payload;
mod agent_root;
mod machine;
mod ssh;
mod ssh_attacks;
mod ssh_limits;
