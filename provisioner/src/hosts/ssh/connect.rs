use std::sync::{Arc, PoisonError};
use std::time::Duration;

use tokio::process::Command;
use tokio::time::{Instant, timeout_at};

use crate::hosts::ssh::control::{Word, say};
use crate::hosts::ssh::exchange::{Ended, Tell, exchange};
use crate::hosts::ssh::verdict::judge;
use crate::hosts::ssh::written::{Trust, datacenter_words, file_name, socket_name};
use crate::hosts::ssh::{Hop, Jump, Limits, Ssh, SshError, Target};

/// The longest a connection may take to come about.
const CONNECTING: Duration = Duration::from_secs(30);

/// Limits, and when their time is over.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limited {
    pub(super) limits: Limits,
    pub(super) deadline: Instant,
}

impl Ssh {
    /// Opens the shared connection to a host, and before it the one to the bastion, unless they are open.
    pub(super) async fn connect(&self, target: &Target, deadline: Instant) -> Result<(), SshError> {
        let deadline = deadline.min(Instant::now() + CONNECTING);
        let lock = self.lock_of(target.alias.as_str());
        let _one_at_a_time = lock.lock().await;
        self.write_configuration(target, Trust::Authority)?;
        if self.has_master(target).await {
            return Ok(());
        }
        self.connect_bastion(target, deadline).await?;
        self.open_master(target, deadline).await
    }

    /// Opens the shared connection to what stands before a host.
    pub(super) async fn connect_bastion(&self, target: &Target, deadline: Instant) -> Result<(), SshError> {
        match self.bastion() {
            Some(bastion) if bastion.alias == target.alias => Ok(()),
            Some(bastion) => {
                let lock = self.lock_of(bastion.alias.as_str());
                let _one_at_a_time = lock.lock().await;
                self.write_configuration(&bastion, Trust::Authority)?;
                if self.has_master(&bastion).await { Ok(()) } else { self.open_master(&bastion, deadline).await }
            }
            None => self.open_foreign_master(deadline).await,
        }
    }

    async fn open_master(&self, target: &Target, deadline: Instant) -> Result<(), SshError> {
        // What a client that was killed has left would only be in the way.
        let _ = std::fs::remove_file(self.folder.at(&socket_name(target.alias.as_str())));
        let mut command = self.client();
        command.arg("-F").arg(self.folder.at(&file_name(&target.alias, Trust::Authority)));
        self.opened.lock().unwrap_or_else(PoisonError::into_inner).insert(target.alias.to_string(), target.clone());
        self.become_master(command, target.alias.as_str(), &self.hop(target), deadline).await
    }

    /// Starts a client that stays in the background once it is logged in.
    async fn become_master(&self, mut command: Command, host: &str, hop: &Hop, deadline: Instant) -> Result<(), SshError> {
        let log = format!("{host}-{:08x}.log", rand::random::<u32>());
        command.arg("-E").arg(self.folder.at(&log)).args(["-o", "ControlMaster=auto", "-N", "--", host]);
        let time = deadline.saturating_duration_since(Instant::now());
        let limited = Limited { limits: Limits { time, output_bytes: 64 * 1024 }, deadline };
        let ended = self.within(hop, limited, command, Vec::new(), &|_| {}).await;
        let said = self.folder.take(&log, 16 * 1024);
        match ended? {
            Ended::Exited(output) if output.status == 0 => Ok(()),
            Ended::Exited(_) => Err(self.judge(&said, hop)),
            Ended::TooMuch => Err(SshError::TooMuchOutput { hop: hop.clone(), limit: limited.limits.output_bytes }),
        }
    }

    /// A data centre's bastion is the operator's own business: their configuration, known_hosts and agent.
    async fn open_foreign_master(&self, deadline: Instant) -> Result<(), SshError> {
        let Jump::Datacenter { host, port } = &self.options.bastion else { return Ok(()) };
        let lock = self.lock_of("datacenter");
        let _one_at_a_time = lock.lock().await;
        if say(&self.folder.at(&socket_name("datacenter")), Word::Check).await {
            return Ok(());
        }
        let _ = std::fs::remove_file(self.folder.at(&socket_name("datacenter")));
        let mut command = self.client();
        command.args(datacenter_words(&self.options, &self.folder)).args(["-p", &port.to_string()]);
        let hop = Hop { name: host.to_string(), is_bastion: true };
        self.become_master(command, host.as_str(), &hop, deadline).await
    }

    /// Whether the shared connection to a host is open.
    pub(super) async fn has_master(&self, target: &Target) -> bool {
        say(&self.folder.at(&socket_name(target.alias.as_str())), Word::Check).await
    }

    pub(super) async fn end_master(&self, target: &Target) {
        say(&self.folder.at(&socket_name(target.alias.as_str())), Word::End).await;
    }

    pub(super) async fn end_foreign_master(&self) {
        say(&self.folder.at(&socket_name("datacenter")), Word::End).await;
    }

    /// Runs the client for as long as it may take.
    pub(super) async fn within(
        &self,
        hop: &Hop,
        limited: Limited,
        command: Command,
        stdin: Vec<u8>,
        tell: Tell<'_>,
    ) -> Result<Ended, SshError> {
        match timeout_at(limited.deadline, exchange(command, stdin, limited.limits.output_bytes, tell)).await {
            Ok(Ok(ended)) => Ok(ended),
            Ok(Err(error)) => Err(SshError::local(format!("`{}` cannot be started: {error}", self.options.client))),
            Err(_) => Err(SshError::TimedOut { hop: hop.clone(), after: limited.limits.time }),
        }
    }

    pub(super) fn judge(&self, said: &[u8], hop: &Hop) -> SshError {
        judge(said, hop, hop.is_bastion && matches!(self.options.bastion, Jump::Datacenter { .. }))
    }

    pub(super) fn lock_of(&self, name: &str) -> Arc<tokio::sync::Mutex<()>> {
        Arc::clone(self.connecting.lock().unwrap_or_else(PoisonError::into_inner).entry(name.to_owned()).or_default())
    }
}
