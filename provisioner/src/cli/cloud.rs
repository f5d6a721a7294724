use crate::cli::exit::{Exit, Stop};
use crate::cli::workspace::Workspace;
use crate::config::Environment;
use crate::desired::{self, PinnedImage};
use crate::engine::Pace;
use crate::model::{Catalogue, CloudName, Diagnostic, Report};
use crate::provider::{ProviderError, Registry};
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
    #[cfg(feature = "aws")]
    connection: crate::aws::Connection,
}

#[cfg(feature = "aws")]
impl Cloud {
    /// Connects with AWS, or opens the rehearsal cloud; credentials of another account are refused.
    ///
    /// # Errors
    /// When there are no credentials, or they are another account's.
    pub async fn connect(workspace: &Workspace<'_>, environment: &Environment) -> Result<Self, Stop> {
        let region = &environment.cloud.region;
        let (name, connection, pace) = if workspace.global.sandbox {
            let sandbox = open_sandbox(workspace, &environment.cloud.account)?;
            let connection = crate::aws::Connection::new(sandbox.sdk_config(region), Some(sandbox.interceptor()));
            (CloudName::Sandbox, connection, Pace::of_speed(workspace.global.sandbox_speed))
        } else {
            let endpoint = std::env::var("AWS_ENDPOINT_URL_EC2").or_else(|_| std::env::var("AWS_ENDPOINT_URL")).ok();
            let name = endpoint.map_or(CloudName::Aws, |url| CloudName::Endpoint(digest_of(&url)));
            (name, crate::aws::Connection::from_environment(region).await, Pace::REAL)
        };
        let identity = connection.identity().await.map_err(|error| {
            let diagnostic = error.diagnostic().help("say who you are the way the AWS tools do (AWS_PROFILE, `aws sso login`, an instance role), or rehearse without an account:\n    add --sandbox");
            Stop::new(Exit::Denied, diagnostic)
        })?;
        if identity.account != environment.cloud.account {
            let mut diagnostic = Diagnostic::error("E0310", "the credentials are another account's")
                .note(format!("{} belongs to account {}, {} to account {}", identity.arn, identity.account, environment.name, environment.cloud.account))
                .help("choose the right profile with AWS_PROFILE; or correct [cloud] account");
            if let Some(span) = environment.span("cloud.account") {
                diagnostic = diagnostic.at(span, format!("not {}", identity.account));
            }
            return Err(Stop::new(Exit::Denied, diagnostic));
        }
        Ok(Self { name, registry: crate::aws::registry(&connection), catalogue: desired::catalogue(), pace, connection })
    }

    /// The region's zones.
    ///
    /// # Errors
    /// When the cloud refuses the list.
    pub async fn zones(&self) -> Result<Vec<String>, ProviderError> {
        self.connection.zones().await
    }

    /// The newest image of a logical name.
    ///
    /// # Errors
    /// When the cloud refuses the list, or has no such image.
    pub async fn image(&self, logical: &str) -> Result<PinnedImage, ProviderError> {
        self.connection.image(logical).await
    }

    /// Checks what only the cloud knows: whether every machine type exists and is offered where machines of it shall stand.
    ///
    /// # Errors
    /// When the cloud refuses a list; what it shows to be wrong is in the report.
    pub async fn preflight(&self, topology: &Topology, environment: &Environment, zones: &[String]) -> Result<Report, ProviderError> {
        crate::cli::preflight::preflight(&self.connection, topology, environment, zones).await
    }
}

#[cfg(not(feature = "aws"))]
impl Cloud {
    /// Refuses: this program cannot speak to a cloud.
    ///
    /// # Errors
    /// Always.
    pub async fn connect(_workspace: &Workspace<'_>, _environment: &Environment) -> Result<Self, Stop> {
        Err(Stop::new(Exit::Usage, Diagnostic::error("E0202", "this program was built without the feature `aws`").help("build it with its default features")))
    }

    /// Never called: there is no connection.
    pub async fn zones(&self) -> Result<Vec<String>, ProviderError> {
        Ok(Vec::new())
    }

    /// Never called: there is no connection.
    pub async fn image(&self, logical: &str) -> Result<PinnedImage, ProviderError> {
        Err(ProviderError::new(crate::provider::ErrorKind::Refused, "DescribeImages", logical))
    }

    /// Never called: there is no connection.
    pub async fn preflight(&self, _topology: &Topology, _environment: &Environment, _zones: &[String]) -> Result<Report, ProviderError> {
        Ok(Report::default())
    }
}

/// Opens the project's rehearsal cloud.
///
/// # Errors
/// When its folder cannot be used.
#[cfg(feature = "aws")]
pub fn open_sandbox(workspace: &Workspace<'_>, account: &str) -> Result<crate::sandbox::Sandbox, Stop> {
    let options = crate::sandbox::SandboxOptions { account: account.to_owned(), speed: workspace.global.sandbox_speed, ..Default::default() };
    let folder = workspace.private_folder().join("sandbox");
    crate::sandbox::Sandbox::open(&folder, options).map_err(|error| {
        let diagnostic = Diagnostic::error("E0311", "the rehearsal cloud cannot be opened")
            .note(error.to_string())
            .help("start it afresh: provision sandbox reset");
        Stop::new(Exit::Failed, diagnostic)
    })
}

#[cfg(feature = "aws")]
fn digest_of(url: &str) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(url)[..4].iter().map(|byte| format!("{byte:02x}")).collect()
}
