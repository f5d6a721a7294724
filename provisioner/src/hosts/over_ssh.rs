use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::OnceCell;
use tokio::time::Instant;

use crate::bundle::{Bundle, Source};
use crate::hosts::codes::CONVERGENCE;
use crate::hosts::machine::{Hosts, Machine, Order, Proof, Stand};
use crate::hosts::ssh::{Alias, IdentityProblem, Jump, Limits, Output, Ssh, SshError, SshOptions, Target, shown};
use crate::hosts::stand::stand;
use crate::hosts::{Authority, HostReport, REMOTE_COMMAND, apply, compare, host_key_on_console, parse_progress};
use crate::provider::{ErrorKind, ProviderError};

const LOOK: &str = "Look";
const CONVERGE: &str = "Converge";
/// Runs the check that comes on standard input.
const PROVE: &str = "exec sudo -n /bin/sh -s";
/// What a look may take.
const LOOKING: Limits = Limits { time: Duration::from_secs(60), output_bytes: 16 * 1024 * 1024 };
/// What a convergence may take: packages are loaded and services started.
const CONVERGING: Limits = Limits { time: Duration::from_secs(40 * 60), output_bytes: 16 * 1024 * 1024 };
/// How long a machine may take from its start to its first login.
const BOOTING: Duration = Duration::from_secs(10 * 60);
/// How long one try to reach a machine lasts before its console is read again.
const TRY: Duration = Duration::from_secs(8);

/// Reads what machines wrote to their consoles.
#[async_trait]
pub trait Console: Send + Sync {
    /// Everything the machine of that id wrote; none where there is nothing yet.
    ///
    /// # Errors
    /// When the cloud refuses.
    async fn output(&self, machine: &str) -> Result<Option<String>, ProviderError>;
}

/// How the hosts of an environment are reached over SSH.
pub struct Route {
    /// The port of the bastion.
    pub bastion_port: u16,
    /// The bastion of the data centre, where that is the way.
    pub datacenter: Option<Alias>,
    /// The words before `ssh`: empty on an ordinary computer.
    pub launcher: Vec<String>,
    /// The keys nobody trusts any more; the file need not be there.
    pub revoked: Option<PathBuf>,
}

/// Real machines, reached through the bastion.
pub struct OverSsh {
    authority: Box<dyn Fn() -> Result<Authority, ProviderError> + Send + Sync>,
    route: Route,
    console: Arc<dyn Console>,
    /// With the port on which the bastion was reached.
    session: OnceCell<(Ssh, u16)>,
    /// What machines last said of themselves, by id: what is right already is not sent again.
    reports: Mutex<BTreeMap<String, HostReport>>,
}

impl OverSsh {
    /// Connects to nobody yet; `authority` is asked at the first connection.
    pub fn new(
        authority: impl Fn() -> Result<Authority, ProviderError> + Send + Sync + 'static,
        route: Route,
        console: Arc<dyn Console>,
    ) -> Self {
        Self { authority: Box::new(authority), route, console, session: OnceCell::new(), reports: Mutex::default() }
    }

    /// The session, and the machine as it names it.
    ///
    /// # Errors
    /// [`ErrorKind::Unknown`] as long as there is no bastion.
    pub async fn session(&self, machine: &Machine) -> Result<(&Ssh, Target), ProviderError> {
        let local = |error: SshError| failed(LOOK, &error);
        let mut target = Target {
            alias: machine.id.parse().map_err(local)?,
            name: machine.name.parse().map_err(local)?,
            address: machine.address.into(),
            port: 22,
        };
        let bastion = match (&self.route.datacenter, &machine.bastion) {
            (Some(_), _) => None,
            (None, Some(bastion)) => {
                let address: IpAddr = bastion
                    .address
                    .parse()
                    .map_err(|_| local(SshError::LocalClient { why: format!("{} is no address", bastion.address) }))?;
                Some((address, bastion.id.parse().map_err(local)?))
            }
            (None, None) => return Err(ProviderError::new(ErrorKind::Unknown, LOOK, "there is no bastion yet")),
        };
        let is_bastion = machine.is_bastion;
        if let Some((address, _)) = bastion.as_ref().filter(|_| is_bastion) {
            target.address = *address;
        }
        let (ssh, port) = self.session.get_or_try_init(|| self.open(bastion, machine.former_port)).await?;
        if is_bastion {
            target.port = *port;
        }
        Ok((ssh, target))
    }

    /// Opens the session and says on which port the bastion listens. One that is to listen on another port is tried where it was first.
    async fn open(&self, bastion: Option<(IpAddr, Alias)>, former_port: Option<u16>) -> Result<(Ssh, u16), ProviderError> {
        let port = self.route.bastion_port;
        let (address, alias) = match (bastion, &self.route.datacenter) {
            (Some(bastion), _) => bastion,
            (None, Some(host)) => return Ok((self.open_by(Jump::Datacenter { host: host.clone(), port })?, port)),
            (None, None) => return Err(ProviderError::new(ErrorKind::Unknown, LOOK, "there is no bastion yet")),
        };
        let by = |port| self.open_by(Jump::Vpc { address, port, alias: alias.clone() });
        if let Some(former) = former_port {
            let ssh = by(former)?;
            match ssh.reach_bastion(Instant::now() + TRY).await {
                Ok(()) => return Ok((ssh, former)),
                Err(error) if !error.is_passing() => return Err(failed(LOOK, &error)),
                Err(_) => {}
            }
        }
        Ok((by(port)?, port))
    }

    fn open_by(&self, jump: Jump) -> Result<Ssh, ProviderError> {
        let mut options = SshOptions::new(jump);
        options.launcher.clone_from(&self.route.launcher);
        options.revoked.clone_from(&self.route.revoked);
        Ssh::open((self.authority)()?, options).map_err(|error| failed(LOOK, &error))
    }

    /// What stands on a machine, with how it is known and reached. A bastion that was just told to listen on another port will.
    fn stand(&self, ssh: &Ssh, machine: &Machine, port: u16, report: &HostReport, wanted: Option<&Bundle>) -> Stand {
        let mut identity = ssh.identity(report);
        if machine.is_bastion {
            identity.insert("port".to_owned(), port.to_string());
        }
        stand(report, wanted, identity)
    }

    /// Waits until a machine lets us in; one that is new is made one of the environment by the key on its console.
    async fn enter(
        &self,
        ssh: &Ssh,
        target: &Target,
        machine: &Machine,
        progress: &(dyn Fn(&str) + Send + Sync),
    ) -> Result<(), ProviderError> {
        let deadline = Instant::now() + BOOTING;
        let tell = |words: &str| progress(words);
        loop {
            let error = match ssh.wait_until_up(target, deadline.min(Instant::now() + TRY), &tell).await {
                Ok(()) => return Ok(()),
                Err(error) => error,
            };
            let is_unknown = lacks_certificate(&error);
            if machine.is_enrolled || !(is_unknown || error.is_passing()) {
                let may_pass = error.is_passing() && Instant::now() < deadline;
                if may_pass {
                    continue;
                }
                // Final, whatever it is: nothing that is waited for mends an identity.
                return Err(error.to_provider_error(CONVERGE));
            }
            let console = self.console.output(&machine.id).await?;
            match console.as_deref().map(host_key_on_console) {
                Some(Ok(key)) => {
                    progress("its key is on its console: logging in once to certify it");
                    return ssh.enrol(target, &key, deadline, &tell).await.map_err(|error| failed(CONVERGE, &error));
                }
                _ if Instant::now() >= deadline => return Err(failed(CONVERGE, &error)),
                _ => {
                    progress("waiting for its key on its console");
                    tokio::time::sleep(Duration::from_secs(2)).await;
                }
            }
        }
    }

    async fn ask(
        &self,
        ssh: &Ssh,
        target: &Target,
        request: Vec<u8>,
        limits: Limits,
        progress: &(dyn Fn(&str) + Send + Sync),
    ) -> Result<HostReport, ProviderError> {
        let tell = |line: &str| {
            if let Some(words) = parse_progress(line) {
                progress(&words);
            }
        };
        let output = ssh.run_telling(target, REMOTE_COMMAND, request, limits, &tell).await.map_err(|error| failed(CONVERGE, &error))?;
        let report = HostReport::parse(&output.stdout).map_err(|error| misunderstood(target, &output, &error.to_string()))?;
        self.reports.lock().unwrap_or_else(PoisonError::into_inner).insert(target.alias.as_str().to_owned(), report.clone());
        Ok(report)
    }
}

#[async_trait]
impl Hosts for OverSsh {
    fn is_real(&self) -> bool {
        true
    }

    async fn look(&self, machine: &Machine, wanted: Option<&Bundle>) -> Result<Stand, ProviderError> {
        let (ssh, target) = self.session(machine).await?;
        let files = wanted.into_iter().flat_map(Bundle::files).map(|(path, file)| (path, file.digest()));
        let request = compare(files).map_err(|why| ProviderError::new(ErrorKind::Refused, LOOK, why))?;
        let report = self.ask(ssh, &target, request, LOOKING, &|_| {}).await?;
        Ok(self.stand(ssh, machine, target.port, &report, wanted))
    }

    async fn converge(&self, machine: &Machine, order: &Order<'_>) -> Result<Stand, ProviderError> {
        let (ssh, target) = self.session(machine).await?;
        self.enter(ssh, &target, machine, order.progress).await?;
        let present = self.reports.lock().unwrap_or_else(PoisonError::into_inner).get(&machine.id).cloned();
        if let Some(report) = &present {
            ssh.renew(&target, report).await.map_err(|error| failed(CONVERGE, &error))?;
        }
        let value = |source: &Source| (order.value)(source);
        let parcel = |present: Option<&HostReport>| {
            apply(order.bundle, &value, order.generations, present).map_err(|why| ProviderError::new(ErrorKind::Refused, CONVERGE, why))
        };
        let mut report = self.ask(ssh, &target, parcel(present.as_ref())?, CONVERGING, order.progress).await?;
        if !report.needs.is_empty() {
            report = self.ask(ssh, &target, parcel(None)?, CONVERGING, order.progress).await?;
        }
        // A machine that nobody could look at before says only now by whom it is known.
        if present.is_none() && ssh.renew(&target, &report).await.map_err(|error| failed(CONVERGE, &error))? {
            return self.look(machine, Some(order.bundle)).await;
        }
        match &report.failure {
            None => Ok(self.stand(ssh, machine, self.route.bastion_port, &report, Some(order.bundle))),
            Some(failure) => {
                let secrets: Vec<String> =
                    order.bundle.secrets().into_iter().filter_map(|name| (order.value)(&Source::Secret(name.to_owned()))).collect();
                let failure = failure.clone().without(secrets.iter().map(String::as_str));
                let words = failure.words();
                let mut diagnostic = CONVERGENCE.error().note(format!("{}: {words}", machine.name));
                if !failure.output_tail.trim().is_empty() {
                    diagnostic = diagnostic.note(format!("its last words:\n{}", failure.output_tail.trim_end()));
                }
                let diagnostic = diagnostic.fact("software", failure.unit.as_deref().unwrap_or("all of it")).help(CONVERGENCE.fix);
                Err(ProviderError { diagnostic: Some(Box::new(diagnostic)), ..ProviderError::new(ErrorKind::Refused, CONVERGE, words) })
            }
        }
    }

    async fn prove(&self, machine: &Machine, script: String, within: Duration) -> Result<Proof, ProviderError> {
        let (ssh, target) = self.session(machine).await?;
        let limits = Limits { time: within + Duration::from_secs(30), output_bytes: 1024 * 1024 };
        let output = ssh.run(&target, PROVE, script.into_bytes(), limits).await.map_err(|error| failed(LOOK, &error))?;
        let mut said = shown(&output.stdout, 4000);
        said.push_str(&shown(&output.stderr, 1000));
        Ok(Proof { holds: output.status == 0, said })
    }

    async fn shell(&self, machine: &Machine, words: &[String]) -> Result<Command, ProviderError> {
        let (ssh, target) = self.session(machine).await?;
        ssh.interactive(&target, words).map_err(|error| failed(LOOK, &error))
    }

    async fn close(&self) {
        if let Some((ssh, _)) = self.session.get() {
            ssh.close_all().await;
        }
    }
}

fn misunderstood(target: &Target, output: &Output, why: &str) -> ProviderError {
    let said = shown(&output.stderr, 600);
    ProviderError::new(ErrorKind::Refused, CONVERGE, format!("{}: {why} (status {}); it said: {said}", target.name, output.status))
}

/// Whether a machine shows no certificate that counts: one that nobody enrolled yet, or not for a long time.
fn lacks_certificate(error: &SshError) -> bool {
    matches!(error, SshError::RefusedIdentity { problem: IdentityProblem::NoCertificate | IdentityProblem::ExpiredCertificate, .. })
}

/// What a host without a certificate is, depends on whether it was met before: whoever asks decides.
fn failed(operation: &'static str, error: &SshError) -> ProviderError {
    let failed = error.to_provider_error(operation);
    if lacks_certificate(error) { ProviderError { kind: ErrorKind::NotFound, ..failed } } else { failed }
}
