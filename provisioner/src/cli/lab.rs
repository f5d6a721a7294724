//! The machines of a rehearsal, on this computer.

#[cfg(feature = "sandbox")]
pub use with_machines::{Following, check, launcher, run, settle};
#[cfg(not(feature = "sandbox"))]
pub use without_machines::{Following, check, run, settle};

#[cfg(feature = "sandbox")]
mod with_machines {
    use std::collections::BTreeMap;
    use std::net::Ipv4Addr;
    use std::path::PathBuf;

    use tokio::task::JoinHandle;
    use tokio_util::sync::CancellationToken;

    use crate::cli::args::{LabArgs, LabCommand};
    use crate::cli::cloud::open_sandbox;
    use crate::cli::exit::{Exit, Stop};
    use crate::cli::hosts::bundles;
    use crate::cli::workspace::Workspace;
    use crate::config::{Configuration, Environment, Placement};
    use crate::lab::{Lab, LabError, LabReport};
    use crate::model::Diagnostic;
    use crate::topology;

    /// Where the operator of an environment that lets nobody in stands (RFC 5737).
    const NOWHERE: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 1);

    /// Refuses `--lab` on a computer that cannot run machines.
    ///
    /// # Errors
    /// With what is missing.
    pub fn check(workspace: &Workspace<'_>) -> Result<(), Stop> {
        if workspace.global.lab { able() } else { Ok(()) }
    }

    fn able() -> Result<(), Stop> {
        Lab::check().map_err(|missing| {
            let diagnostic = Diagnostic::error("E0380", "there is no laboratory on this computer").note(missing.to_string());
            Stop::new(Exit::Usage, diagnostic.help(missing.help()))
        })
    }

    /// The laboratory of an environment.
    fn open(workspace: &Workspace<'_>, environment: &Environment) -> Result<Lab, Stop> {
        let folder = workspace.private_folder().join("lab").join(&environment.name);
        let own = || workspace.private_folder().join("cache").join("lab");
        let cache = std::env::var_os("PROVISION_LAB_CACHE").filter(|path| !path.is_empty()).map_or_else(own, PathBuf::from);
        let address = environment.network.operator_cidrs.first().and_then(|network| network.hosts().next());
        let address = address.filter(|address| address.octets()[0] != 0).unwrap_or(NOWHERE);
        let lab = Lab::open(&folder, &cache, &workspace.scope(&environment.name), address).map_err(|error| failed(&error))?;
        let lab = match environment.bastion.placement {
            Placement::Vpc => lab,
            Placement::Datacenter { cidr, ref host, .. } => {
                // A bastion that is known by a name has the network's first address.
                let address = host.parse().ok().or_else(|| cidr.hosts().next());
                lab.with_datacenter(cidr, address.unwrap_or_else(|| cidr.network()))
            }
        };
        let output = workspace.output.clone();
        Ok(lab.telling(move |words| output.message(&format!("lab: {words}"))))
    }

    /// The laboratory of an environment, that can make its machines.
    fn open_to_make(workspace: &Workspace<'_>, configuration: &Configuration) -> Result<Lab, Stop> {
        let lab = open(workspace, &configuration.environment)?;
        if std::env::var_os("PROVISION_LAB_LAYERS").is_some_and(|value| value == "off") {
            return Ok(lab);
        }
        Ok(lab.with_packages(packages(workspace, configuration)?))
    }

    /// The packages that each host will be asked for.
    fn packages(workspace: &Workspace<'_>, configuration: &Configuration) -> Result<BTreeMap<String, Vec<String>>, Stop> {
        let (topology, report) = topology::compile(&workspace.project.name, &configuration.environment, &configuration.blueprints);
        let topology = topology.ok_or_else(|| Stop::usage(report))?;
        let named = |bundle: &crate::bundle::Bundle| bundle.packages().into_iter().map(str::to_owned).collect();
        Ok(bundles(configuration, &topology)?.iter().map(|(host, bundle)| (host.clone(), named(bundle))).collect())
    }

    /// The words before `ssh`: none, but where the machines stand in a network on this computer.
    ///
    /// # Errors
    /// When the laboratory cannot be opened.
    pub fn launcher(workspace: &Workspace<'_>, environment: &Environment) -> Result<Vec<String>, Stop> {
        if workspace.global.lab { Ok(open(workspace, environment)?.launcher()) } else { Ok(Vec::new()) }
    }

    /// With `--lab`, makes the machines on this computer equal to the rehearsal cloud, so that what reads them finds them.
    ///
    /// # Errors
    /// When a machine, or the network between them, cannot be made.
    pub async fn settle(workspace: &Workspace<'_>, configuration: &Configuration) -> Result<(), Stop> {
        if !workspace.global.lab {
            return Ok(());
        }
        let lab = open_to_make(workspace, configuration)?;
        let sandbox = open_sandbox(workspace, Some(&configuration.environment.cloud.account))?;
        tell(workspace, &lab.match_cloud(&sandbox).await)
    }

    /// The laboratory while an environment is being changed: it follows the rehearsal cloud.
    pub struct Following(Option<(CancellationToken, JoinHandle<Result<LabReport, LabError>>)>);

    impl Following {
        /// Begins to follow, with `--lab`.
        ///
        /// # Errors
        /// When the laboratory or the rehearsal cloud cannot be opened.
        pub fn begin(workspace: &Workspace<'_>, environment: &str) -> Result<Following, Stop> {
            if !workspace.global.lab {
                return Ok(Following(None));
            }
            let configuration = workspace.load(environment)?;
            let lab = open_to_make(workspace, &configuration)?;
            let sandbox = open_sandbox(workspace, Some(&configuration.environment.cloud.account))?;
            let cancel = CancellationToken::new();
            let until = cancel.clone();
            let task = tokio::spawn(async move { lab.follow(&sandbox, &until).await });
            Ok(Following(Some((cancel, task))))
        }

        /// Ends when the machines on this computer are those of the rehearsal cloud.
        ///
        /// # Errors
        /// When they could not be made so.
        pub async fn end(self, workspace: &Workspace<'_>) -> Result<(), Stop> {
            let Some((cancel, task)) = self.0 else { return Ok(()) };
            cancel.cancel();
            tell(workspace, &task.await.expect("following does not panic"))
        }
    }

    /// Says what a reconciliation did.
    fn tell(workspace: &Workspace<'_>, result: &Result<LabReport, LabError>) -> Result<(), Stop> {
        let report = result.as_ref().map_err(failed)?;
        let done =
            [("started", &report.started), ("rebooted", &report.rebooted), ("stopped", &report.stopped), ("removed", &report.removed)];
        for (what, hosts) in done.into_iter().filter(|(_, hosts)| !hosts.is_empty()) {
            workspace.output.message(&format!("lab: {what} {}", hosts.join(", ")));
        }
        match report.failed.first() {
            Some((_, error)) => Err(failed(error)),
            None => Ok(()),
        }
    }

    fn failed(error: &LabError) -> Stop {
        let mut diagnostic = Diagnostic::error("E0381", "the machines on this computer could not be made as the rehearsal cloud has them");
        diagnostic = diagnostic.note(error.to_string());
        if let Some(cause) = std::error::Error::source(error) {
            diagnostic = diagnostic.note(cause.to_string());
        }
        let help = "run the same command again; `provision lab down --env ENV` removes the machines and leaves the rehearsal cloud";
        Stop::new(Exit::Partial, diagnostic.help(help))
    }

    /// Looks at the machines, reboots one, or removes all.
    ///
    /// # Errors
    /// When this computer cannot run machines, or what was asked fails.
    pub async fn run(workspace: &Workspace<'_>, args: &LabArgs) -> Result<Exit, Stop> {
        able()?;
        let name = match &args.command {
            LabCommand::Status(env) | LabCommand::Down(env) | LabCommand::Reboot { env, .. } => &env.env,
        };
        let lab = open(workspace, &workspace.load(name)?.environment)?;
        match &args.command {
            LabCommand::Status(_) => status(workspace, &lab),
            LabCommand::Reboot { host, .. } => lab.reboot(host).await.map_err(|error| failed(&error))?,
            LabCommand::Down(_) => tell(workspace, &lab.down().await)?,
        }
        Ok(Exit::Done)
    }

    fn status(workspace: &Workspace<'_>, lab: &Lab) {
        let status = lab.status();
        let mut text = String::new();
        for host in &status.hosts {
            let state = if host.is_running { "running" } else { "stopped" };
            let line = if workspace.output.is_json() {
                serde_json::json!({ "type": "machine", "host": host.host, "id": host.id, "address": host.address, "state": state, "suite": host.suite, "console": host.console }).to_string()
            } else {
                format!("{:<20} {:<9} {:<15} {}  {}", host.host, state, host.address.to_string(), host.id, host.suite.name())
            };
            text.push_str(&line);
            text.push('\n');
        }
        workspace.output.raw(&text);
        if status.hosts.is_empty() {
            workspace.output.message("lab: no machine stands on this computer");
        } else {
            workspace.output.message(&format!("lab: from the operator's place: {} ssh …", status.launcher.join(" ")));
        }
    }
}

#[cfg(not(feature = "sandbox"))]
mod without_machines {
    use crate::cli::args::LabArgs;
    use crate::cli::exit::{Exit, Stop};
    use crate::cli::workspace::Workspace;
    use crate::config::Configuration;

    /// The laboratory of a program that has none.
    pub struct Following;

    impl Following {
        /// Follows nothing.
        ///
        /// # Errors
        /// Never.
        pub fn begin(_workspace: &Workspace<'_>, _environment: &str) -> Result<Following, Stop> {
            Ok(Following)
        }

        /// Ends at once.
        ///
        /// # Errors
        /// Never.
        pub async fn end(self, _workspace: &Workspace<'_>) -> Result<(), Stop> {
            Ok(())
        }
    }

    /// Refuses `--lab`: there is no rehearsal cloud in this program.
    ///
    /// # Errors
    /// With `--lab`.
    pub fn check(workspace: &Workspace<'_>) -> Result<(), Stop> {
        if workspace.global.lab { Err(crate::cli::cloud::without_aws()) } else { Ok(()) }
    }

    /// Does nothing.
    ///
    /// # Errors
    /// Never.
    pub async fn settle(_workspace: &Workspace<'_>, _configuration: &Configuration) -> Result<(), Stop> {
        Ok(())
    }

    /// Refuses: there is no rehearsal cloud in this program.
    ///
    /// # Errors
    /// Always.
    pub async fn run(_workspace: &Workspace<'_>, _args: &LabArgs) -> Result<Exit, Stop> {
        Err(crate::cli::cloud::without_aws())
    }
}
