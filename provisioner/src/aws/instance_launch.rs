use aws_sdk_ec2::operation::run_instances::builders::RunInstancesFluentBuilder;
use aws_sdk_ec2::types::{
    BlockDeviceMapping, EbsBlockDevice, HttpTokensState, InstanceMetadataEndpointState, InstanceMetadataOptionsRequest,
    InstanceNetworkInterfaceSpecification, InstanceType as Size, ResourceType as Taggable, RunInstancesMonitoringEnabled, VolumeType,
};
use aws_smithy_types::base64;
use sha2::{Digest, Sha256};

use crate::aws::instance_profile_association::named;
use crate::aws::request::{known, known_sorted, request_text};
use crate::aws::tags::{TAG_PROTECTED, tags_at_creation, tags_of_companion};
use crate::desired::Instance;
use crate::model::{Tags, Value};
use crate::provider::{Create, ErrorKind, ProviderError, Token};

/// The operation that starts machines.
pub(super) const RUN: &str = "RunInstances";

/// The most that user-data may hold before it is encoded (EC2 `RunInstances`).
const USER_DATA_BYTES: usize = 16 * 1024;

/// What a launch will carry, as the journal keeps it: user-data by its digest alone.
pub(super) fn launch_text(request: &Create<'_>) -> String {
    let mut attributes = request.attributes.clone();
    if let Some(Value::Text(text)) = attributes.get_mut("user_data") {
        *text = format!("sha256:{:x}", Sha256::digest(text.as_bytes()));
    }
    request_text(&(attributes, request.tags))
}

/// Refuses user-data that EC2 would refuse.
pub(super) fn check_user_data(instance: &Instance) -> Result<(), ProviderError> {
    if instance.user_data.len() > USER_DATA_BYTES {
        let found = instance.user_data.len();
        return Err(ProviderError::new(ErrorKind::Refused, RUN, format!("user-data has {found} bytes, more than {USER_DATA_BYTES}")));
    }
    Ok(())
}

/// The whole launch of one machine.
pub(super) fn launch(
    call: RunInstancesFluentBuilder,
    instance: &Instance,
    tags: &Tags,
    token: &Token,
) -> Result<RunInstancesFluentBuilder, ProviderError> {
    let interface = interface(instance)?;
    // Tags for interfaces are refused where the launch makes none.
    let interface_tags = interface.network_interface_id().is_none().then(|| tags_of_companion(Taggable::NetworkInterface, tags)).flatten();
    let mut own_tags = tags.clone();
    if instance.termination_protection {
        own_tags.insert(TAG_PROTECTED.to_owned(), "true".to_owned());
    }
    let profile = instance.instance_profile.as_ref().map(|arn| known(RUN, arn).map(named)).transpose()?;
    let specifications =
        [Some(tags_at_creation(Taggable::Instance, &own_tags, token)), tags_of_companion(Taggable::Volume, tags), interface_tags];
    Ok(call
        .client_token(token.as_str())
        .min_count(1)
        .max_count(1)
        .image_id(&instance.image)
        .instance_type(Size::from(instance.instance_type.as_str()))
        .key_name(&instance.key_name)
        .set_iam_instance_profile(profile)
        // The SDK takes user-data as it goes over the wire: in base64.
        .user_data(base64::encode(instance.user_data.as_bytes()))
        .network_interfaces(interface)
        .block_device_mappings(root_volume(instance)?)
        .disable_api_termination(instance.termination_protection)
        .monitoring(RunInstancesMonitoringEnabled::builder().enabled(instance.detailed_monitoring).build())
        .metadata_options(
            InstanceMetadataOptionsRequest::builder()
                .http_endpoint(InstanceMetadataEndpointState::Enabled)
                .http_tokens(http_tokens(instance.requires_imdsv2))
                .http_put_response_hop_limit(instance.metadata_hop_limit)
                .build(),
        )
        .set_tag_specifications(Some(specifications.into_iter().flatten().collect())))
}

/// IMDSv2 alone, or version 1 too.
pub(super) fn http_tokens(requires_imdsv2: bool) -> HttpTokensState {
    if requires_imdsv2 { HttpTokensState::Required } else { HttpTokensState::Optional }
}

/// The machine's first interface. `AssociatePublicIpAddress` stands here only, and then subnet, groups and address must
/// stand here too (EC2 `RunInstances`, `InvalidParameterCombination`).
fn interface(instance: &Instance) -> Result<InstanceNetworkInterfaceSpecification, ProviderError> {
    let interface = InstanceNetworkInterfaceSpecification::builder().device_index(0);
    if let Some(made_before) = &instance.network.network_interface {
        return Ok(interface.network_interface_id(known(RUN, made_before)?).build());
    }
    let Some(subnet) = &instance.network.subnet else {
        return Err(ProviderError::new(ErrorKind::Refused, RUN, "the machine has neither a subnet nor an interface"));
    };
    let groups = known_sorted(RUN, instance.security_groups.as_deref().unwrap_or_default())?;
    Ok(interface
        .subnet_id(known(RUN, subnet)?)
        .set_groups(Some(groups))
        .set_private_ip_address(instance.network.private_address.map(|address| address.to_string()))
        .associate_public_ip_address(false)
        .delete_on_termination(true)
        .build())
}

/// The root volume; its name MUST be the image's root device, or EC2 adds a second volume beside the image's own.
fn root_volume(instance: &Instance) -> Result<BlockDeviceMapping, ProviderError> {
    let size = i32::try_from(instance.root_volume_gib)
        .map_err(|_| ProviderError::new(ErrorKind::Refused, RUN, "the root volume is too large for EC2"))?;
    let key = instance.kms_key.as_ref().map(|key| known(RUN, key).map(str::to_owned)).transpose()?;
    let volume = EbsBlockDevice::builder()
        .volume_size(size)
        .volume_type(VolumeType::Gp3)
        .encrypted(true)
        .set_kms_key_id(key)
        .delete_on_termination(true);
    Ok(BlockDeviceMapping::builder().device_name(&instance.root_device).ebs(volume.build()).build())
}
