use aws_sdk_ec2::types::{ResourceType as Taggable, Tag, TagSpecification, VolumeType};

use crate::aws::lookup::Lookup;
use crate::model::{Scope, TAG_ENVIRONMENT, TAG_PROJECT};
use crate::provider::{ErrorKind, ProviderError};

/// What EC2 says to a request that would have been allowed (EC2 API Reference, "Common parameters": `DryRun`).
const ALLOWED: &str = "DryRunOperation";

impl Lookup {
    /// The actions that [`Lookup::dry_runs`] asks for.
    pub const DRY_RUNS: [&str; 4] = ["ec2:CreateVpc", "ec2:AllocateAddress", "ec2:CreateInternetGateway", "ec2:CreateVolume"];

    /// Asks EC2 whether a handful of creations would be allowed, tagged as ours, and makes none of them: each action with the refusal, if any.
    ///
    /// A refusal that is not about permission is left out: the request came past the permissions (EC2 checks them first).
    ///
    /// # Errors
    /// When the cloud does not answer.
    pub async fn dry_runs(&self, scope: &Scope, zone: &str) -> Result<Vec<(&'static str, Option<ProviderError>)>, ProviderError> {
        let ec2 = self.connection().ec2();
        let tags = |kind| tags(kind, scope);
        let vpc = ec2.create_vpc().dry_run(true).cidr_block("10.0.0.0/16").tag_specifications(tags(Taggable::Vpc));
        let address = ec2.allocate_address().dry_run(true).domain("vpc".into()).tag_specifications(tags(Taggable::ElasticIp));
        let gateway = ec2.create_internet_gateway().dry_run(true).tag_specifications(tags(Taggable::InternetGateway));
        let volume = ec2.create_volume().dry_run(true).availability_zone(zone).size(1).volume_type(VolumeType::Gp3).encrypted(true);
        let volume = volume.tag_specifications(tags(Taggable::Volume));
        let connection = self.connection();
        let refusals = [
            refusal(connection.call("CreateVpc", vpc.send()).await.map(drop))?,
            refusal(connection.call("AllocateAddress", address.send()).await.map(drop))?,
            refusal(connection.call("CreateInternetGateway", gateway.send()).await.map(drop))?,
            refusal(connection.call("CreateVolume", volume.send()).await.map(drop))?,
        ];
        Ok(Self::DRY_RUNS.into_iter().zip(refusals).collect())
    }
}

fn tags(kind: Taggable, scope: &Scope) -> TagSpecification {
    let tag = |key: &str, value: &str| Tag::builder().key(key).value(value).build();
    let ours = [tag(TAG_PROJECT, &scope.project), tag(TAG_ENVIRONMENT, &scope.environment)];
    TagSpecification::builder().resource_type(kind).set_tags(Some(ours.into())).build()
}

fn refusal(answer: Result<(), ProviderError>) -> Result<Option<ProviderError>, ProviderError> {
    match answer {
        Err(error) if error.code.as_deref() == Some(ALLOWED) => Ok(None),
        Err(error) if error.kind == ErrorKind::Denied => Ok(Some(error)),
        Err(error) if matches!(error.kind, ErrorKind::Unknown | ErrorKind::Throttled) => Err(error),
        Ok(()) | Err(_) => Ok(None),
    }
}
