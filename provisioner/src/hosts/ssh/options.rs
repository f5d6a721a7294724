use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::hosts::ssh::Alias;

/// How hosts are reached.
#[derive(Clone, Debug)]
pub struct SshOptions {
    /// The words before `ssh` on every command line: `ip netns exec NAME`; empty on an ordinary computer.
    pub launcher: Vec<String>,
    /// The OpenSSH client: `ssh`.
    pub client: String,
    /// What stands between this computer and the hosts.
    pub bastion: Jump,
    /// Who logs in, which is also the principal of the certificate: `provision`.
    pub user: String,
    /// The keys nobody trusts any more, as OpenSSH's `RevokedHostKeys` reads them: `secrets/<env>.revoked`; it need not exist.
    pub revoked: Option<PathBuf>,
    /// How long a connection stays open that nobody uses.
    pub idle: Duration,
}

/// What stands between this computer and the hosts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Jump {
    /// The environment's bastion; the authority proves who it is.
    Vpc {
        /// Its public address.
        address: IpAddr,
        /// Its port.
        port: u16,
        /// Its instance's id.
        alias: Alias,
    },
    /// A bastion of others; the operator's own configuration, known_hosts and agent are used, with strict checking.
    Datacenter {
        /// Its name or address, as the operator reaches it; checked where the environment is read.
        host: Alias,
        /// Its port.
        port: u16,
    },
}

impl SshOptions {
    /// What holds unless somebody says otherwise.
    pub fn new(bastion: Jump) -> Self {
        Self {
            launcher: Vec::new(),
            client: "ssh".to_owned(),
            bastion,
            user: "provision".to_owned(),
            revoked: None,
            idle: Duration::from_secs(60),
        }
    }
}
