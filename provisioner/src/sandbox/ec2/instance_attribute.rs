use aws_sdk_ec2::operation::describe_instance_attribute::{DescribeInstanceAttributeInput, DescribeInstanceAttributeOutput};
use aws_sdk_ec2::operation::modify_instance_attribute::{ModifyInstanceAttributeInput, ModifyInstanceAttributeOutput};
use aws_sdk_ec2::types::{AttributeBooleanValue, AttributeValue, InstanceAttributeName, InstanceStateName};
use aws_smithy_types::base64;

use super::instance_type::Type;
use super::{Instance, NetworkInterface, SecurityGroup, security_group};
use crate::sandbox::call::{Call, not_found};
use crate::sandbox::refusal::Refusal;

/// The most bytes of user data before base64 (EC2 API Reference, `RunInstances`).
const MAX_USER_DATA: usize = 16 * 1024;

/// Checks user data, which a request carries as base64.
pub(crate) fn checked_user_data(text: &str) -> Result<String, Refusal> {
    let bytes = base64::decode(text).map_err(|_| Refusal::value("Invalid BASE64 encoding of user data."))?;
    within_limit(&bytes)?;
    Ok(text.to_owned())
}

fn within_limit(bytes: &[u8]) -> Result<(), Refusal> {
    if bytes.len() > MAX_USER_DATA {
        return Err(Refusal::value(format!("User data is limited to {MAX_USER_DATA} bytes")));
    }
    Ok(())
}

/// `ModifyInstanceAttribute`: one attribute a call; type and user data of a stopped instance only.
pub(crate) fn modify(call: &mut Call<'_>, input: &ModifyInstanceAttributeInput) -> Result<ModifyInstanceAttributeOutput, Refusal> {
    let mut instance: Instance = call.named(input.instance_id(), "InstanceId")?;
    let given = [
        input.instance_type.is_some(),
        !input.groups().is_empty(),
        input.disable_api_termination.is_some(),
        input.user_data.is_some(),
        input.ebs_optimized.is_some(),
        input.source_dest_check.is_some(),
        input.instance_initiated_shutdown_behavior.is_some(),
    ];
    match given.iter().filter(|is_given| **is_given).count() {
        0 => {
            return Err(Refusal::unsimulated(
                "of ModifyInstanceAttribute other than instanceType, groups, disableApiTermination, userData, ebsOptimized, sourceDestCheck, instanceInitiatedShutdownBehavior",
            ));
        }
        1 => {}
        _ => return Err(Refusal::combination("Fields for multiple attribute types specified")),
    }
    if instance.is_ending() {
        let message = format!("The instance '{}' is not in a valid state for this operation.", instance.id);
        return Err(Refusal::new("IncorrectInstanceState", message));
    }
    if let Some(wanted) = &input.instance_type {
        stopped(call, &instance)?;
        let name = wanted.value().unwrap_or_default();
        let known = Type::named(name).ok_or_else(|| Refusal::value(format!("Invalid value '{name}' for InstanceType.")))?;
        if known.architecture.as_str() != instance.architecture {
            return Err(Refusal::value(format!("The architecture of '{name}' is not that of the instance's image")));
        }
        if !known.is_offered_in(&instance.zone) {
            let message =
                format!("Your requested instance type ({name}) is not supported in your requested Availability Zone ({}).", instance.zone);
            return Err(Refusal::new("Unsupported", message));
        }
        instance.instance_type = known.name;
    }
    if let Some(wanted) = &input.user_data {
        stopped(call, &instance)?;
        let bytes = wanted.value().map(AsRef::as_ref).unwrap_or_default();
        within_limit(bytes)?;
        instance.user_data = (!bytes.is_empty()).then(|| base64::encode(bytes));
    }
    if let Some(wanted) = &input.ebs_optimized {
        stopped(call, &instance)?;
        instance.is_ebs_optimized = wanted.value.unwrap_or_default();
    }
    if let Some(wanted) = &input.disable_api_termination {
        instance.is_protected = wanted.value.unwrap_or_default();
    }
    if let Some(wanted) = &input.instance_initiated_shutdown_behavior {
        instance.terminates_on_shutdown = match wanted.value() {
            Some("terminate") => true,
            Some("stop") => false,
            other => {
                return Err(Refusal::value(format!("Invalid value '{}' for instanceInitiatedShutdownBehavior", other.unwrap_or_default())));
            }
        };
    }
    let first = NetworkInterface::of_instance(call, &instance.id).into_iter().next();
    if let Some(mut interface) = first {
        if let Some(wanted) = &input.source_dest_check {
            interface.has_source_dest_check = wanted.value.unwrap_or_default();
        }
        if !input.groups().is_empty() {
            interface.groups = security_group::for_interface(call, input.groups(), &instance.vpc, &instance.subnet)?;
        }
        call.put(interface);
    }
    call.put(instance);
    Ok(ModifyInstanceAttributeOutput::builder().build())
}

fn stopped(call: &Call<'_>, instance: &Instance) -> Result<(), Refusal> {
    if instance.state(call.now) != InstanceStateName::Stopped {
        let message = format!("The instance '{}' is not in the 'stopped' state.", instance.id);
        return Err(Refusal::new("IncorrectInstanceState", message));
    }
    Ok(())
}

/// `DescribeInstanceAttribute`: one attribute of one instance.
pub(crate) fn describe(call: &mut Call<'_>, input: &DescribeInstanceAttributeInput) -> Result<DescribeInstanceAttributeOutput, Refusal> {
    let id = input.instance_id().ok_or_else(|| Refusal::missing("InstanceId"))?;
    let seen = call.visible::<Instance>().into_iter().find(|instance| instance.id == id);
    let instance = seen.ok_or_else(|| not_found::<Instance>(id))?;
    let boolean = |value: bool| AttributeBooleanValue::builder().value(value).build();
    let text = |value: &str| AttributeValue::builder().value(value).build();
    let output = DescribeInstanceAttributeOutput::builder().instance_id(id);
    let first = NetworkInterface::of_instance(call, id).into_iter().next();
    let output = match input.attribute().ok_or_else(|| Refusal::missing("Attribute"))? {
        InstanceAttributeName::InstanceType => output.instance_type(text(&instance.instance_type)),
        InstanceAttributeName::UserData => {
            let mut value = AttributeValue::builder();
            if let Some(data) = &instance.user_data {
                value = value.value(data);
            }
            output.user_data(value.build())
        }
        InstanceAttributeName::DisableApiTermination => output.disable_api_termination(boolean(instance.is_protected)),
        InstanceAttributeName::EbsOptimized => output.ebs_optimized(boolean(instance.is_ebs_optimized)),
        InstanceAttributeName::RootDeviceName => output.root_device_name(text(&instance.root_device)),
        InstanceAttributeName::InstanceInitiatedShutdownBehavior => {
            output.instance_initiated_shutdown_behavior(text(if instance.terminates_on_shutdown { "terminate" } else { "stop" }))
        }
        InstanceAttributeName::SourceDestCheck => {
            output.source_dest_check(boolean(first.is_none_or(|interface| interface.has_source_dest_check)))
        }
        InstanceAttributeName::GroupSet => {
            let groups = first.map(|interface| interface.groups).unwrap_or_default();
            let groups = groups.iter().filter_map(|id| call.peek::<SecurityGroup>(id)).map(SecurityGroup::identifier);
            output.set_groups(Some(groups.collect()))
        }
        other => return Err(Refusal::unsimulated(&format!("Attribute={}", other.as_str()))),
    };
    Ok(output.build())
}
