use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;

use crate::aws::{Connection, console_output};
use crate::cli::cloud::{endpoint, sandbox_folder};
use crate::cli::exit::{Exit, Stop};
use crate::cli::lab::launcher;
use crate::cli::secrets;
use crate::cli::workspace::Workspace;
use crate::config::{Environment, Placement};
use crate::hosts::{Authority, Console, Hosts, OverSsh, Route, Simulated};
use crate::model::{CloudName, Diagnostic};
use crate::provider::{ErrorKind, ProviderError};
use crate::secrets::{IDENTITY_VARIABLE, Keys, SecretStore};

/// The way to the hosts of a cloud: over SSH, or on paper in a rehearsal without machines.
pub fn to_hosts(
    workspace: &Workspace<'_>,
    cloud: &CloudName,
    environment: &Environment,
    connection: &Connection,
) -> Result<Box<dyn Hosts>, Stop> {
    if *cloud == CloudName::Sandbox && !workspace.global.lab {
        return Ok(Box::new(Simulated::new(&sandbox_folder(workspace).join("hosts"))));
    }
    // An emulator on this computer has no machines either.
    if endpoint().is_some_and(|url| is_here(&url)) && *cloud != CloudName::Sandbox {
        return Ok(Box::new(Simulated::new(&workspace.private_folder().join("emulated").join(cloud.to_string()))));
    }
    let datacenter = match &environment.bastion.placement {
        Placement::Vpc => None,
        Placement::Datacenter { host, .. } => {
            Some(host.parse().map_err(|error: crate::hosts::ssh::SshError| Stop::new(Exit::Usage, error.diagnostic()))?)
        }
    };
    let route = Route {
        bastion_port: environment.bastion.port,
        datacenter,
        launcher: launcher(workspace, environment)?,
        revoked: Some(workspace.project.root.join("secrets").join(format!("{}.revoked", environment.name))),
    };
    Ok(Box::new(OverSsh::new(authority_later(workspace, environment), route, Arc::new(Consoles(connection.clone())))))
}

/// Whether an address of the API is this computer's own.
fn is_here(url: &str) -> bool {
    let host = url.split_once("://").map_or(url, |(_, rest)| rest);
    host.starts_with("127.") || host.starts_with("localhost") || host.starts_with("[::1]")
}

struct Consoles(Connection);

#[async_trait]
impl Console for Consoles {
    async fn output(&self, machine: &str) -> Result<Option<String>, ProviderError> {
        console_output(&self.0, machine).await
    }
}

/// The environment's SSH authority with its private half, read when it is needed first.
fn authority_later(
    workspace: &Workspace<'_>,
    environment: &Environment,
) -> impl Fn() -> Result<Authority, ProviderError> + Send + Sync + use<> {
    let own = workspace.private_folder().join("keys").join(format!("{}.age-identity", environment.name));
    let (path, recipients) = (secrets::path(workspace, &environment.name), environment.secret_recipients.clone());
    move || {
        let refuse = |diagnostic: Diagnostic| ProviderError {
            diagnostic: Some(Box::new(diagnostic)),
            ..ProviderError::new(ErrorKind::Refused, "Connect", "the SSH authority cannot be used")
        };
        let variable = std::env::var_os(IDENTITY_VARIABLE).filter(|value| !value.is_empty()).map(PathBuf::from);
        let keys = Keys::find(&recipients, variable.as_deref(), &own, &path).map_err(|error| refuse(error.diagnostic()))?;
        let store = SecretStore::open(&path, keys).map_err(|error| refuse(error.diagnostic()))?;
        Authority::of(&store).map_err(|error| refuse(error.diagnostic()))
    }
}
