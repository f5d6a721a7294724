use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use ssh_key::rand_core::OsRng;
use ssh_key::{Algorithm, LineEnding, PrivateKey};
use tokio::process::Command;
use tokio::time::Instant;

use crate::hosts::Authority;
use crate::hosts::ssh::connect::Limited;
use crate::hosts::ssh::exchange::{Ended, Tell};
use crate::hosts::ssh::folder::Folder;
use crate::hosts::ssh::written::{Trust, certificate_name, configuration, file_name};
use crate::hosts::ssh::{Hop, Jump, Limits, Output, SshError, SshOptions, Target, shown};

/// How long a user's certificate lasts.
const USER_CERTIFICATE: Duration = Duration::from_secs(60 * 60);
/// How much of it must be left for a new connection.
const LEFT: Duration = Duration::from_secs(10 * 60);
/// The longest pause between two tries to reach a machine that boots.
const PAUSE: Duration = Duration::from_secs(5);
/// How often a login may be refused while a machine boots.
const REFUSALS: u32 = 6;

/// Connections to the hosts of one environment: one per host and one to the bastion, shared by everything that is run.
#[derive(Debug)]
pub struct Ssh {
    pub(super) folder: Folder,
    pub(super) authority: Authority,
    pub(super) options: SshOptions,
    key: PrivateKey,
    /// Until when the user's certificates last.
    certified_until: Mutex<Option<SystemTime>>,
    /// One lock per machine, so that only one connection to it is made at a time.
    pub(super) connecting: Mutex<BTreeMap<String, Arc<tokio::sync::Mutex<()>>>>,
    /// The machines a shared connection was opened to.
    pub(super) opened: Mutex<BTreeMap<String, Target>>,
}

impl Ssh {
    /// Makes the session's folder and key. Connects to nobody yet.
    ///
    /// # Errors
    /// When the folder cannot be made, or the authority cannot sign.
    pub fn open(authority: Authority, options: SshOptions) -> Result<Self, SshError> {
        let folder = Folder::make().map_err(|error| SshError::local(format!("no private folder can be made: {error}")))?;
        let key = PrivateKey::random(&mut OsRng, Algorithm::Ed25519).map_err(SshError::local)?;
        let text = key.to_openssh(LineEnding::LF).map_err(SshError::local)?;
        let known: String = authority.public_lines().iter().map(|line| format!("@cert-authority * {line}\n")).collect();
        folder.write("key", text.as_bytes()).and_then(|()| folder.write("known_hosts", known.as_bytes())).map_err(SshError::local)?;
        if let Some(path) = options.revoked.as_ref().filter(|path| path.exists()) {
            let read = std::fs::read(path).and_then(|bytes| folder.write("revoked", &bytes));
            read.map_err(|error| SshError::local(format!("{}: {error}", path.display())))?;
        }
        let ssh = Self {
            folder,
            authority,
            options,
            key,
            certified_until: Mutex::default(),
            connecting: Mutex::default(),
            opened: Mutex::default(),
        };
        ssh.certify()?;
        Ok(ssh)
    }

    /// Runs a constant command on a host with data on its standard input; values never stand in the command.
    ///
    /// Dropping the future ends the local client; what runs on the host decides for itself whether to go on.
    ///
    /// # Errors
    /// With every reason for which its end is not known. A status other than 0 is an answer, no error.
    pub async fn run(&self, target: &Target, command: &'static str, stdin: Vec<u8>, limits: Limits) -> Result<Output, SshError> {
        self.run_telling(target, command, stdin, limits, &|_| {}).await
    }

    /// As [`Self::run`], and tells the lines of its standard output as they come.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub async fn run_telling(
        &self,
        target: &Target,
        command: &'static str,
        stdin: Vec<u8>,
        limits: Limits,
        tell: &(dyn Fn(&str) + Send + Sync),
    ) -> Result<Output, SshError> {
        let deadline = Instant::now() + limits.time;
        self.connect(target, deadline).await?;
        self.run_by(target, Trust::Authority, command, stdin, Limited { limits, deadline }, tell).await
    }

    /// Waits until a host that is enrolled answers and lets us in. Who refuses its identity is not asked again.
    ///
    /// # Errors
    /// With the last reason when the deadline is over; at once when the host is not who it should be.
    pub async fn wait_until_up(&self, target: &Target, deadline: Instant, progress: &(dyn Fn(&str) + Sync)) -> Result<(), SshError> {
        self.patiently(deadline, progress, || self.connect(target, deadline)).await
    }

    /// Connects to the environment's bastion.
    ///
    /// # Errors
    /// When it cannot be reached before the deadline, or is another one.
    pub async fn reach_bastion(&self, deadline: Instant) -> Result<(), SshError> {
        match self.bastion() {
            Some(bastion) => self.connect(&bastion, deadline).await,
            None => Ok(()),
        }
    }

    /// The command line of a person's own session on a host: a shell, or the words as a command for the shell there.
    ///
    /// The session must outlive it.
    ///
    /// # Errors
    /// When its files cannot be written, or the certificate not be made.
    pub fn interactive(&self, target: &Target, words: &[String]) -> Result<std::process::Command, SshError> {
        self.write_configuration(target, Trust::Authority)?;
        if let Some(bastion) = self.bastion().filter(|bastion| bastion.alias != target.alias) {
            self.write_configuration(&bastion, Trust::Authority)?;
        }
        let mut command = self.client().into_std();
        command.arg("-F").arg(self.folder.at(&file_name(&target.alias, Trust::Authority)));
        command.args(["-o", "ControlMaster=no"]).stdin(Stdio::inherit());
        if std::io::stdin().is_terminal() {
            command.arg("-t");
        }
        command.args(["--", target.alias.as_str()]).args(words);
        Ok(command)
    }

    /// Closes every connection and removes the folder with the key.
    pub async fn close(self) {
        self.close_all().await;
    }

    /// Closes every connection; the next command opens its own again.
    pub async fn close_all(&self) {
        let opened = std::mem::take(&mut *self.opened.lock().unwrap_or_else(PoisonError::into_inner));
        let bastion = self.bastion().map(|bastion| bastion.alias);
        // Those behind the bastion first.
        let (last, first): (Vec<_>, Vec<_>) = opened.into_values().partition(|target| Some(&target.alias) == bastion.as_ref());
        for target in first.iter().chain(&last) {
            self.end_master(target).await;
        }
        self.end_foreign_master().await;
    }

    /// Tries again and again what may pass by itself, until the deadline.
    pub(super) async fn patiently<T, F>(
        &self,
        deadline: Instant,
        progress: &(dyn Fn(&str) + Sync),
        mut attempt: impl FnMut() -> F,
    ) -> Result<T, SshError>
    where
        F: Future<Output = Result<T, SshError>>,
    {
        let (mut pause, mut refusals, mut told) = (Duration::from_millis(500), 0, String::new());
        loop {
            let error = match attempt().await {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            refusals += u32::from(matches!(error, SshError::RefusedLogin { .. }));
            let may_pass = error.is_passing() || (matches!(error, SshError::RefusedLogin { .. }) && refusals < REFUSALS);
            if !may_pass || Instant::now() + pause >= deadline {
                return Err(error);
            }
            let reason = error.to_string();
            if reason != told {
                progress(&reason);
                told = reason;
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(PAUSE);
        }
    }

    /// Runs a command over a connection that is there, or over one of its own where the key is pinned.
    pub(super) async fn run_by(
        &self,
        target: &Target,
        trust: Trust,
        words: &str,
        stdin: Vec<u8>,
        limited: Limited,
        tell: Tell<'_>,
    ) -> Result<Output, SshError> {
        let hop = self.hop(target);
        let log = format!("{}-{:08x}.log", target.alias, rand::random::<u32>());
        let mut command = self.client();
        command.arg("-F").arg(self.folder.at(&file_name(&target.alias, trust))).arg("-E").arg(self.folder.at(&log));
        command.args(["-o", "ControlMaster=no", "-T", "--", target.alias.as_str(), words]);
        let ended = self.within(&hop, limited, command, stdin, tell).await;
        let said = self.folder.take(&log, 16 * 1024);
        let output = match ended? {
            Ended::Exited(output) => output,
            Ended::TooMuch => return Err(SshError::TooMuchOutput { hop, limit: limited.limits.output_bytes }),
        };
        // 255 is the client's own word for a connection that failed, and may be the command's.
        if output.status != 255 || (trust == Trust::Authority && self.has_master(target).await) {
            return Ok(output);
        }
        Err(match self.judge(&said, &hop) {
            SshError::Unreachable { .. } if trust == Trust::Authority => SshError::Cut { hop, said: shown(&said, 600) },
            error => error,
        })
    }

    /// Certifies the user's key anew when little of its time is left.
    pub(super) fn certify(&self) -> Result<(), SshError> {
        let mut until = self.certified_until.lock().unwrap_or_else(PoisonError::into_inner);
        let now = SystemTime::now();
        if until.is_some_and(|until| until > now + LEFT) {
            return Ok(());
        }
        let certificates = self.authority.certify_user(self.key.public_key(), &[&self.options.user], USER_CERTIFICATE)?;
        for (number, certificate) in certificates.iter().enumerate() {
            let text = certificate.to_openssh().map_err(SshError::local)?;
            self.folder.write(&certificate_name(number), text.as_bytes()).map_err(SshError::local)?;
        }
        *until = Some(now + USER_CERTIFICATE);
        Ok(())
    }

    pub(super) fn write_configuration(&self, target: &Target, trust: Trust) -> Result<(), SshError> {
        self.certify()?;
        let certificates = self.authority.public_lines().len();
        let text = configuration(target, trust, &self.options, &self.folder, certificates);
        self.folder.write(&file_name(&target.alias, trust), text.as_bytes()).map_err(SshError::local)
    }

    /// The client, behind the launcher's words.
    pub(super) fn client(&self) -> Command {
        let mut words = self.options.launcher.iter().chain([&self.options.client]);
        let mut command = Command::new(words.next().map_or("ssh", String::as_str));
        command.args(words).stdin(Stdio::null());
        command
    }

    /// The environment's own bastion.
    pub(super) fn bastion(&self) -> Option<Target> {
        match &self.options.bastion {
            Jump::Vpc { address, port, alias } => {
                Some(Target { alias: alias.clone(), name: alias.clone(), address: *address, port: *port })
            }
            Jump::Datacenter { .. } => None,
        }
    }

    pub(super) fn hop(&self, target: &Target) -> Hop {
        let is_bastion = self.bastion().is_some_and(|bastion| bastion.alias == target.alias);
        Hop { name: format!("{} ({})", target.name, target.alias), is_bastion }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_send<T: Send>(_: &T) {}

    /// The engine runs hosts side by side, on whatever thread is free.
    #[tokio::test]
    async fn every_answer_can_be_waited_for_on_any_thread() {
        let secret = crate::secrets::Secret::new(
            PrivateKey::random(&mut OsRng, Algorithm::Ed25519).and_then(|key| key.to_openssh(LineEnding::LF)).expect("made").to_string(),
        );
        let alias: crate::hosts::ssh::Alias = "i-1".parse().expect("an alias");
        let target = Target { alias: alias.clone(), name: alias.clone(), address: [127, 0, 0, 1].into(), port: 1 };
        let bastion = Jump::Vpc { address: target.address, port: 1, alias };
        let ssh = Ssh::open(Authority::new(&secret, None).expect("a key"), SshOptions::new(bastion)).expect("opens");
        let key = ssh.key.public_key().clone();
        let limits = Limits { time: Duration::from_secs(1), output_bytes: 1 };
        let told: &(dyn Fn(&str) + Send + Sync) = &|_| {};
        is_send(&ssh.run(&target, "true", Vec::new(), limits));
        is_send(&ssh.wait_until_up(&target, Instant::now(), told));
        is_send(&ssh.enrol(&target, &key, Instant::now(), told));
        is_send(&ssh.renew(&target, &crate::hosts::HostReport::default()));
        is_send(&ssh.close());
    }
}
