use std::os::unix::process::ExitStatusExt;

use crate::cli::args::SshArgs;
use crate::cli::exit::{Exit, Stop};
use crate::cli::prepare::{Prepared, Reading};
use crate::cli::workspace::Workspace;
use crate::hosts::Reach;
use crate::model::Diagnostic;
use crate::plan::PlanOptions;
use crate::provider::Depth;

/// Opens a shell on a host through the bastion, or runs a command there.
pub async fn run(workspace: &Workspace<'_>, args: &SshArgs) -> Result<Exit, Stop> {
    let options = PlanOptions { depth: Depth::Fast, ..PlanOptions::default() };
    let prepared = Prepared::read(workspace, &args.env.env, Reading::Look, &options, Reach::Remember).await?;
    let Some(machine) = prepared.cloud.room.there(&args.host) else {
        let known: Vec<&str> = prepared.topology.hosts.keys().map(String::as_str).collect();
        let diagnostic = Diagnostic::error("E0331", "there is no such host")
            .note(format!("{} of {} has no machine", args.host, prepared.scope.environment))
            .help(format!("its hosts: {}", known.join(", ")));
        return Err(Stop::new(Exit::Usage, diagnostic));
    };
    let hosts = prepared.cloud.room.hosts();
    let mut command = hosts.shell(&machine, &args.command).await?;
    let cannot =
        |error: std::io::Error| Stop::new(Exit::Failed, Diagnostic::error("E0352", "ssh cannot be started").note(error.to_string()));
    let status =
        tokio::process::Command::from(std::mem::replace(&mut command, std::process::Command::new("ssh"))).status().await.map_err(cannot)?;
    hosts.close().await;
    let code = status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or_default());
    Ok(Exit::Of(u8::try_from(code).unwrap_or(255)))
}
