use std::sync::Arc;

use crate::cli::exit::{Exit, Stop};
#[cfg(feature = "aws")]
use crate::cli::ways;
use crate::cli::workspace::Workspace;
use crate::config::Environment;
use crate::desired::PinnedImage;
use crate::engine::Pace;
#[cfg(feature = "aws")]
use crate::hosts::HostType;
use crate::hosts::{Reach, Room};
use crate::model::{Catalogue, CloudName, Diagnostic, Report};
use crate::provider::{ErrorKind, ProviderError, Registry};
use crate::topology::Topology;

/// A cloud that a command is connected with.
pub struct Cloud {
    /// Which one; its state is kept apart.
    pub name: CloudName,
    /// Its types.
    pub registry: Registry,
    /// What is known of them.
    pub catalogue: Catalogue,
    /// How fast its time runs.
    pub pace: Pace,
    /// Everything known of the hosts, and the way to them.
    pub room: Arc<Room>,
    #[cfg(feature = "aws")]
    connection: crate::aws::Connection,
    #[cfg(feature = "aws")]
    lookup: crate::aws::Lookup,
}

/// Where EC2's API is, if it is not AWS's own place.
pub fn endpoint() -> Option<String> {
    let named = std::env::var("AWS_ENDPOINT_URL_EC2").or_else(|_| std::env::var("AWS_ENDPOINT_URL")).ok();
    named.filter(|url| !url.is_empty())
}

/// The name of the cloud the flags and the surroundings point at.
pub fn cloud_name(workspace: &Workspace<'_>) -> CloudName {
    if workspace.global.sandbox {
        return CloudName::Sandbox;
    }
    endpoint().map_or(CloudName::Aws, |url| CloudName::Endpoint(digest_of(&url)))
}

/// A program built without the feature `aws` speaks to no cloud.
#[cfg(not(feature = "aws"))]
pub fn without_aws() -> Stop {
    let diagnostic =
        Diagnostic::error("E0202", "this program was built without the feature `aws`").help("build it with its default features");
    Stop::new(Exit::Usage, diagnostic)
}

#[cfg(feature = "aws")]
impl Cloud {
    /// Connects with AWS, or opens the rehearsal cloud; credentials of another account are refused.
    ///
    /// # Errors
    /// When there are no credentials, or they are another account's.
    pub async fn connect(workspace: &Workspace<'_>, environment: &Environment, reach: Reach) -> Result<Self, Stop> {
        let region = &environment.cloud.region;
        let name = cloud_name(workspace);
        let (connection, pace) = if name == CloudName::Sandbox {
            let sandbox = open_sandbox(workspace, Some(&environment.cloud.account))?;
            let speed = workspace.global.sandbox_speed;
            (crate::aws::Connection::new(sandbox.sdk_config(region), Some(sandbox.interceptor()), speed), Pace::of_speed(speed))
        } else {
            (crate::aws::Connection::from_environment(region).await, Pace::REAL)
        };
        let identity = connection.identity().await.map_err(|error| {
            let help = "say who you are the way the AWS tools do (AWS_PROFILE, `aws sso login`, an instance role); or rehearse without an account: the same command with --sandbox";
            // Nothing was sent when there is neither an answer's code nor an unknown outcome.
            let diagnostic = match error.code {
                None if error.kind == ErrorKind::Denied => Diagnostic::error("E0309", "there are no AWS credentials").note(why_none(&error.message)),
                _ => error.diagnostic(),
            };
            Stop::new(Exit::Denied, diagnostic.help(help))
        })?;
        if identity.account != environment.cloud.account {
            let mut diagnostic = Diagnostic::error("E0310", "the credentials are another account's")
                .note(format!(
                    "{} belongs to account {}, {} to account {}",
                    identity.arn, identity.account, environment.name, environment.cloud.account
                ))
                .help("choose the right profile with AWS_PROFILE; or correct [cloud] account");
            if let Some(span) = environment.span("cloud.account") {
                diagnostic = diagnostic.at(span, format!("not {}", identity.account));
            }
            return Err(Stop::new(Exit::Denied, diagnostic));
        }
        let room = Arc::new(Room::new(ways::to_hosts(workspace, &name, environment, &connection)?, reach));
        Ok(Self {
            name,
            registry: crate::aws::registry(&connection).with(Arc::new(HostType::new(room.clone()))),
            room,
            catalogue: crate::desired::catalogue(),
            pace,
            lookup: crate::aws::Lookup::new(&connection),
            connection,
        })
    }

    /// How many reading and how many changing requests were made.
    pub fn requests(&self) -> (u64, u64) {
        self.connection.requests()
    }

    /// The region's zones.
    ///
    /// # Errors
    /// When the cloud refuses the list.
    pub async fn zones(&self) -> Result<Vec<String>, ProviderError> {
        Ok(self.lookup.zones().await?.names)
    }

    /// The newest image of a logical name.
    ///
    /// # Errors
    /// When the cloud refuses the list, or has no such image.
    pub async fn image(&self, logical: &str) -> Result<PinnedImage, ProviderError> {
        let image = self.lookup.image(logical).await?;
        Ok(PinnedImage { id: image.id, name: image.name, owner: image.owner, root_device: image.root_device })
    }

    /// What only AWS's own interface can tell.
    pub fn lookup(&self) -> &crate::aws::Lookup {
        &self.lookup
    }

    /// By how many seconds this machine's clock is ahead of the cloud's; nothing while no answer was dated.
    pub fn clock_is_ahead(&self) -> Option<i64> {
        self.connection.clock_is_ahead()
    }

    /// Checks what only the cloud knows: whether every machine type exists and is offered where machines of it shall stand.
    ///
    /// # Errors
    /// When the cloud refuses a list; what it shows to be wrong is in the report.
    pub async fn preflight(&self, topology: &Topology, zones: &[String]) -> Result<Report, ProviderError> {
        crate::cli::preflight::preflight(&self.lookup, topology, zones).await
    }
}

#[cfg(not(feature = "aws"))]
impl Cloud {
    /// Refuses: this program cannot speak to a cloud.
    ///
    /// # Errors
    /// Always.
    pub async fn connect(_workspace: &Workspace<'_>, _environment: &Environment, _reach: Reach) -> Result<Self, Stop> {
        Err(without_aws())
    }

    /// Never called: there is no connection.
    pub fn requests(&self) -> (u64, u64) {
        (0, 0)
    }

    /// Never called: there is no connection.
    pub async fn zones(&self) -> Result<Vec<String>, ProviderError> {
        Ok(Vec::new())
    }

    /// Never called: there is no connection.
    pub async fn image(&self, logical: &str) -> Result<PinnedImage, ProviderError> {
        Err(ProviderError::new(ErrorKind::Refused, "DescribeImages", logical))
    }

    /// Never called: there is no connection.
    pub async fn preflight(&self, _topology: &Topology, _zones: &[String]) -> Result<Report, ProviderError> {
        Ok(Report::default())
    }
}

/// Where the project's rehearsal cloud lives.
#[cfg(feature = "sandbox")]
pub fn sandbox_folder(workspace: &Workspace<'_>) -> std::path::PathBuf {
    workspace.private_folder().join("sandbox")
}

/// Opens the project's rehearsal cloud, as `account`.
///
/// # Errors
/// When its folder cannot be used.
#[cfg(feature = "sandbox")]
pub fn open_sandbox(workspace: &Workspace<'_>, account: Option<&str>) -> Result<crate::sandbox::Sandbox, Stop> {
    let mut options = crate::sandbox::SandboxOptions { speed: workspace.global.sandbox_speed, ..Default::default() };
    if let Some(account) = account {
        account.clone_into(&mut options.account);
    }
    crate::sandbox::Sandbox::open(&sandbox_folder(workspace), options).map_err(|error| sandbox_stop(&error))
}

/// Stops because the rehearsal cloud's files cannot be used.
#[cfg(feature = "sandbox")]
pub fn sandbox_stop(error: &crate::sandbox::SandboxError) -> Stop {
    let diagnostic = Diagnostic::error("E0311", "the rehearsal cloud cannot be used")
        .note(error.to_string())
        .help("start it afresh: provision sandbox reset");
    Stop::new(Exit::Failed, diagnostic)
}

/// Why there are no credentials, without the list of places that are empty.
#[cfg(feature = "aws")]
fn why_none(message: &str) -> String {
    if message.contains("no credentials found in chain") {
        return "neither in the environment, nor in ~/.aws, nor from a role of this machine".to_owned();
    }
    message.trim_start_matches("dispatch failure: other: ").to_owned()
}

fn digest_of(url: &str) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(url)[..4].iter().map(|byte| format!("{byte:02x}")).collect()
}
