#[cfg(feature = "aws")]
mod checks;
#[cfg(feature = "aws")]
mod mail;
#[cfg(feature = "aws")]
mod place;
#[cfg(feature = "aws")]
mod quotas;
#[cfg(feature = "aws")]
mod rights;
#[cfg(feature = "aws")]
mod station;

use crate::cli::args::EnvArgs;
use crate::cli::exit::{Exit, Stop};
use crate::cli::workspace::Workspace;

/// Looks for what would fail later; changes nothing, neither in the cloud nor in the project.
///
/// # Errors
/// When the files are wrong, or there are no credentials of the environment's account: without them nothing can be looked at.
#[cfg(feature = "aws")]
pub async fn run(workspace: &Workspace<'_>, args: &EnvArgs) -> Result<Exit, Stop> {
    use crate::view::{DoctorView, Verdict};

    let checks = checks::checks(workspace, &args.env).await?;
    let cloud = crate::cli::cloud::cloud_name(workspace).to_string();
    workspace.output.data(&DoctorView { environment: &args.env, cloud: &cloud, checks: &checks });
    let has_failed = checks.iter().any(|check| check.verdict == Verdict::Failed);
    Ok(if has_failed { Exit::Preflight } else { Exit::Done })
}

/// Refuses: this program cannot speak to a cloud.
///
/// # Errors
/// Always.
#[cfg(not(feature = "aws"))]
pub async fn run(_workspace: &Workspace<'_>, _args: &EnvArgs) -> Result<Exit, Stop> {
    Err(crate::cli::cloud::without_aws())
}
