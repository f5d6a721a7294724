use aws_sdk_ec2::operation::modify_instance_metadata_options::{ModifyInstanceMetadataOptionsInput, ModifyInstanceMetadataOptionsOutput};
use aws_sdk_ec2::types::{
    HttpTokensState, InstanceMetadataEndpointState, InstanceMetadataOptionsRequest, InstanceMetadataOptionsResponse,
    InstanceMetadataOptionsState, InstanceMetadataProtocolState, InstanceMetadataTagsState,
};
use serde::{Deserialize, Serialize};

use super::Instance;
use crate::sandbox::call::Call;
use crate::sandbox::refusal::Refusal;

/// How an instance answers its own questions about itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct MetadataOptions {
    pub(crate) requires_tokens: bool,
    pub(crate) hop_limit: i32,
    pub(crate) is_enabled: bool,
    pub(crate) shows_tags: bool,
}

impl Default for MetadataOptions {
    /// What images of today bring: IMDSv2 required, two hops (EC2 User Guide, "Configure instance metadata options", `ImdsSupport=v2.0`).
    fn default() -> MetadataOptions {
        MetadataOptions { requires_tokens: true, hop_limit: 2, is_enabled: true, shows_tags: false }
    }
}

/// The options of a request, any of which may be absent.
struct Wanted<'a> {
    tokens: Option<&'a HttpTokensState>,
    hop_limit: Option<i32>,
    endpoint: Option<&'a InstanceMetadataEndpointState>,
    tags: Option<&'a InstanceMetadataTagsState>,
}

impl MetadataOptions {
    /// The options of a launch.
    pub(crate) fn for_launch(request: Option<&InstanceMetadataOptionsRequest>) -> Result<MetadataOptions, Refusal> {
        let mut options = MetadataOptions::default();
        if let Some(request) = request {
            options.change(&Wanted {
                tokens: request.http_tokens(),
                hop_limit: request.http_put_response_hop_limit,
                endpoint: request.http_endpoint(),
                tags: request.instance_metadata_tags(),
            })?;
        }
        Ok(options)
    }

    fn change(&mut self, wanted: &Wanted<'_>) -> Result<(), Refusal> {
        let invalid = |parameter: &str, value: &str| Refusal::value(format!("Value ({value}) for parameter {parameter} is invalid."));
        match wanted.tokens {
            None => {}
            Some(HttpTokensState::Required) => self.requires_tokens = true,
            Some(HttpTokensState::Optional) => self.requires_tokens = false,
            Some(other) => return Err(invalid("HttpTokens", other.as_str())),
        }
        match wanted.endpoint {
            None => {}
            Some(InstanceMetadataEndpointState::Enabled) => self.is_enabled = true,
            Some(InstanceMetadataEndpointState::Disabled) => self.is_enabled = false,
            Some(other) => return Err(invalid("HttpEndpoint", other.as_str())),
        }
        match wanted.tags {
            None => {}
            Some(InstanceMetadataTagsState::Enabled) => self.shows_tags = true,
            Some(InstanceMetadataTagsState::Disabled) => self.shows_tags = false,
            Some(other) => return Err(invalid("InstanceMetadataTags", other.as_str())),
        }
        match wanted.hop_limit {
            None => {}
            // EC2 API Reference, InstanceMetadataOptionsRequest: 1 to 64.
            Some(hops) if (1..=64).contains(&hops) => self.hop_limit = hops,
            Some(hops) => return Err(invalid("HttpPutResponseHopLimit", &hops.to_string())),
        }
        Ok(())
    }

    pub(crate) fn tokens(&self) -> HttpTokensState {
        if self.requires_tokens { HttpTokensState::Required } else { HttpTokensState::Optional }
    }

    pub(crate) fn endpoint(&self) -> InstanceMetadataEndpointState {
        if self.is_enabled { InstanceMetadataEndpointState::Enabled } else { InstanceMetadataEndpointState::Disabled }
    }

    pub(crate) fn to_sdk(&self) -> InstanceMetadataOptionsResponse {
        let tags = if self.shows_tags { InstanceMetadataTagsState::Enabled } else { InstanceMetadataTagsState::Disabled };
        InstanceMetadataOptionsResponse::builder()
            .state(InstanceMetadataOptionsState::Applied)
            .http_tokens(self.tokens())
            .http_put_response_hop_limit(self.hop_limit)
            .http_endpoint(self.endpoint())
            .http_protocol_ipv6(InstanceMetadataProtocolState::Disabled)
            .instance_metadata_tags(tags)
            .build()
    }
}

/// `ModifyInstanceMetadataOptions`.
pub(crate) fn modify(
    call: &mut Call<'_>,
    input: &ModifyInstanceMetadataOptionsInput,
) -> Result<ModifyInstanceMetadataOptionsOutput, Refusal> {
    let mut instance: Instance = call.named(input.instance_id(), "InstanceId")?;
    if instance.is_ending() {
        let message = format!("The instance '{}' is not in a valid state for this operation.", instance.id);
        return Err(Refusal::new("IncorrectInstanceState", message));
    }
    instance.metadata.change(&Wanted {
        tokens: input.http_tokens(),
        hop_limit: input.http_put_response_hop_limit,
        endpoint: input.http_endpoint(),
        tags: input.instance_metadata_tags(),
    })?;
    let output = ModifyInstanceMetadataOptionsOutput::builder()
        .instance_id(&instance.id)
        .instance_metadata_options(instance.metadata.to_sdk())
        .build();
    call.put(instance);
    Ok(output)
}
