//! Hosts over real connections: OpenSSH's own client and server, on this computer's loopback.

mod machine;
mod ssh;
mod ssh_attacks;
mod ssh_limits;
