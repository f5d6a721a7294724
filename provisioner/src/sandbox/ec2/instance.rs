use aws_sdk_ec2::operation::describe_instances::{DescribeInstancesInput, DescribeInstancesOutput};
use aws_sdk_ec2::types::{
    ArchitectureValues, AttachmentStatus, DeviceType, EbsInstanceBlockDevice, GroupIdentifier, HypervisorType, InstanceBlockDeviceMapping,
    InstanceNetworkInterface, InstanceNetworkInterfaceAssociation, InstanceNetworkInterfaceAttachment, InstancePrivateIpAddress,
    InstanceState, InstanceStateName, Monitoring, MonitoringState, Placement, Reservation, StateReason, Tenancy, VirtualizationType,
};
use serde::{Deserialize, Serialize};

use super::instance_profile::Profile;
use super::metadata_options::MetadataOptions;
use super::paging::{Query, select};
use super::{NetworkInterface, SecurityGroup, Vpc, tag, volume_attachment, zone};
use crate::sandbox::call::Call;
use crate::sandbox::moment::Moment;
use crate::sandbox::object::Tags;
use crate::sandbox::refusal::Refusal;

const FILTERS: [&str; 34] = [
    "architecture",
    "availability-zone",
    "availability-zone-id",
    "block-device-mapping.device-name",
    "block-device-mapping.volume-id",
    "client-token",
    "dns-name",
    "iam-instance-profile.arn",
    "image-id",
    "instance-id",
    "instance-state-code",
    "instance-state-name",
    "instance-type",
    "instance.group-id",
    "instance.group-name",
    "ip-address",
    "key-name",
    "metadata-options.http-endpoint",
    "metadata-options.http-put-response-hop-limit",
    "metadata-options.http-tokens",
    "monitoring-state",
    "network-interface.network-interface-id",
    "network-interface.subnet-id",
    "network-interface.vpc-id",
    "owner-id",
    "placement-group-name",
    "private-dns-name",
    "private-ip-address",
    "reservation-id",
    "root-device-name",
    "root-device-type",
    "subnet-id",
    "tenancy",
    "vpc-id",
];

/// A transition: what the instance was until a moment, and what it is from then on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Transition {
    pub(crate) phase: Phase,
    pub(crate) until: Moment,
}

/// Which way an instance is going.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Phase {
    Starting,
    Stopping,
    Terminating,
}

/// An instance.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Instance {
    pub(crate) id: String,
    pub(crate) tags: Tags,
    pub(crate) created: Moment,
    pub(crate) launched: Moment,
    /// How often it was started again or rebooted.
    #[serde(default)]
    pub(crate) boots: u32,
    pub(crate) transition: Transition,
    /// The code and message of the last transition's reason.
    pub(crate) reason: Option<(String, String)>,
    pub(crate) reservation: String,
    pub(crate) launch_index: i32,
    pub(crate) client_token: Option<String>,
    pub(crate) image: String,
    pub(crate) architecture: String,
    pub(crate) root_device: String,
    pub(crate) instance_type: String,
    pub(crate) key_name: Option<String>,
    pub(crate) profile: Option<Profile>,
    pub(crate) subnet: String,
    pub(crate) vpc: String,
    pub(crate) zone: String,
    pub(crate) user_data: Option<String>,
    pub(crate) is_monitored: bool,
    pub(crate) is_ebs_optimized: bool,
    pub(crate) is_protected: bool,
    pub(crate) terminates_on_shutdown: bool,
    pub(crate) metadata: MetadataOptions,
}

impl Instance {
    pub(crate) fn state(&self, now: Moment) -> InstanceStateName {
        let is_over = self.transition.until <= now;
        match (self.transition.phase, is_over) {
            (Phase::Starting, false) => InstanceStateName::Pending,
            (Phase::Starting, true) => InstanceStateName::Running,
            (Phase::Stopping, false) => InstanceStateName::Stopping,
            (Phase::Stopping, true) => InstanceStateName::Stopped,
            (Phase::Terminating, false) => InstanceStateName::ShuttingDown,
            (Phase::Terminating, true) => InstanceStateName::Terminated,
        }
    }

    /// The state with its code (EC2 API Reference, `InstanceState`).
    pub(crate) fn sdk_state(&self, now: Moment) -> InstanceState {
        let state = self.state(now);
        let code = match state {
            InstanceStateName::Pending => 0,
            InstanceStateName::Running => 16,
            InstanceStateName::ShuttingDown => 32,
            InstanceStateName::Terminated => 48,
            InstanceStateName::Stopping => 64,
            _ => 80,
        };
        InstanceState::builder().name(state).code(code).build()
    }

    /// Whether it is or will be `terminated`.
    pub(crate) fn is_ending(&self) -> bool {
        self.transition.phase == Phase::Terminating
    }

    pub(crate) fn monitoring(&self) -> Monitoring {
        Monitoring::builder().state(if self.is_monitored { MonitoringState::Enabled } else { MonitoringState::Disabled }).build()
    }

    fn groups(&self, call: &Call<'_>, interfaces: &[NetworkInterface]) -> Vec<GroupIdentifier> {
        let first = interfaces.first().map(|interface| interface.groups.clone()).unwrap_or_default();
        first.iter().filter_map(|id| call.peek::<SecurityGroup>(id)).map(SecurityGroup::identifier).collect()
    }

    pub(crate) fn to_sdk(&self, call: &Call<'_>) -> aws_sdk_ec2::types::Instance {
        let state = self.state(call.now);
        let builder = aws_sdk_ec2::types::Instance::builder()
            .instance_id(&self.id)
            .image_id(&self.image)
            .instance_type(self.instance_type.as_str().into())
            .state(self.sdk_state(call.now))
            .launch_time(self.launched.to_sdk())
            .ami_launch_index(self.launch_index)
            .architecture(ArchitectureValues::from(self.architecture.as_str()))
            .root_device_name(&self.root_device)
            .root_device_type(DeviceType::Ebs)
            .virtualization_type(VirtualizationType::Hvm)
            .hypervisor(HypervisorType::Xen)
            .ena_support(true)
            .ebs_optimized(self.is_ebs_optimized)
            .platform_details("Linux/UNIX")
            .usage_operation("RunInstances")
            .monitoring(self.monitoring())
            .metadata_options(self.metadata.to_sdk())
            .placement(
                Placement::builder()
                    .availability_zone(&self.zone)
                    .set_availability_zone_id(zone::id_of(call.region, &self.zone))
                    .group_name("")
                    .tenancy(Tenancy::Default)
                    .build(),
            )
            .set_client_token(self.client_token.clone())
            .set_key_name(self.key_name.clone())
            .set_iam_instance_profile(self.profile.as_ref().map(Profile::to_sdk))
            .set_state_reason(self.reason.as_ref().map(|(code, message)| StateReason::builder().code(code).message(message).build()))
            .state_transition_reason(self.reason.as_ref().map_or("", |(_, message)| message))
            .set_tags(Some(tag::to_sdk(&self.tags)));
        // A terminated instance has lost its place in the network.
        if state == InstanceStateName::Terminated {
            return builder.private_dns_name("").public_dns_name("").build();
        }
        let interfaces = NetworkInterface::of_instance(call, &self.id);
        let first = interfaces.first();
        let public_ip = first.and_then(|interface| public_ip(call, interface));
        let has_names = call.peek::<Vpc>(&self.vpc).is_some_and(|vpc| vpc.has_dns_hostnames);
        let public_name = public_ip.as_ref().filter(|_| has_names).map(|ip| public_dns(call.region, ip));
        builder
            .subnet_id(&self.subnet)
            .vpc_id(&self.vpc)
            .source_dest_check(first.is_none_or(|interface| interface.has_source_dest_check))
            .set_private_ip_address(first.map(|interface| interface.private_ip.to_string()))
            .private_dns_name(first.map_or(String::new(), |interface| interface.private_dns(call.region)))
            .set_public_ip_address(public_ip)
            .public_dns_name(public_name.unwrap_or_default())
            .set_security_groups(Some(self.groups(call, &interfaces)))
            .set_network_interfaces(Some(interfaces.iter().map(|interface| network_interface(call, interface)).collect()))
            .set_block_device_mappings(Some(block_devices(call, &self.id)))
            .build()
    }

    fn values(&self, call: &Call<'_>, name: &str) -> Vec<String> {
        let is_gone = self.state(call.now) == InstanceStateName::Terminated;
        let interfaces = || if is_gone { Vec::new() } else { NetworkInterface::of_instance(call, &self.id) };
        let volumes = || if is_gone { Vec::new() } else { volume_attachment::of_instance(call, &self.id) };
        let in_network = |value: &String| if is_gone { Vec::new() } else { vec![value.clone()] };
        match name {
            "architecture" => vec![self.architecture.clone()],
            "availability-zone" => vec![self.zone.clone()],
            "availability-zone-id" => zone::id_of(call.region, &self.zone).into_iter().collect(),
            "block-device-mapping.device-name" => volumes().into_iter().filter_map(|volume| Some(volume.attachment?.device)).collect(),
            "block-device-mapping.volume-id" => volumes().into_iter().map(|volume| volume.id).collect(),
            "client-token" => self.client_token.clone().into_iter().collect(),
            "dns-name" => self.to_sdk(call).public_dns_name.into_iter().collect(),
            "iam-instance-profile.arn" => self.profile.iter().map(|profile| profile.arn.clone()).collect(),
            "image-id" => vec![self.image.clone()],
            "instance-id" => vec![self.id.clone()],
            "instance-state-code" => self.sdk_state(call.now).code.map(|code| code.to_string()).into_iter().collect(),
            "instance-state-name" => vec![self.state(call.now).as_str().to_owned()],
            "instance-type" => vec![self.instance_type.clone()],
            "instance.group-id" => interfaces().into_iter().flat_map(|interface| interface.groups).collect(),
            "instance.group-name" => self.groups(call, &interfaces()).into_iter().filter_map(|group| group.group_name).collect(),
            "ip-address" => interfaces().iter().filter_map(|interface| public_ip(call, interface)).collect(),
            "key-name" => self.key_name.clone().into_iter().collect(),
            "metadata-options.http-endpoint" => vec![self.metadata.endpoint().as_str().to_owned()],
            "metadata-options.http-put-response-hop-limit" => vec![self.metadata.hop_limit.to_string()],
            "metadata-options.http-tokens" => vec![self.metadata.tokens().as_str().to_owned()],
            "monitoring-state" => self.monitoring().state.map(|state| state.as_str().to_owned()).into_iter().collect(),
            "network-interface.network-interface-id" => interfaces().into_iter().map(|interface| interface.id).collect(),
            "network-interface.subnet-id" => interfaces().into_iter().map(|interface| interface.subnet).collect(),
            "network-interface.vpc-id" => interfaces().into_iter().map(|interface| interface.vpc).collect(),
            "owner-id" => vec![call.account().to_owned()],
            "private-dns-name" => interfaces().iter().map(|interface| interface.private_dns(call.region)).collect(),
            "private-ip-address" => interfaces().iter().map(|interface| interface.private_ip.to_string()).collect(),
            "reservation-id" => vec![self.reservation.clone()],
            "root-device-name" => vec![self.root_device.clone()],
            "root-device-type" => vec!["ebs".to_owned()],
            "subnet-id" => in_network(&self.subnet),
            "vpc-id" => in_network(&self.vpc),
            "tenancy" => vec!["default".to_owned()],
            _ => Vec::new(),
        }
    }
}

fn public_ip(call: &Call<'_>, interface: &NetworkInterface) -> Option<String> {
    let elastic = super::Address::of_interface(call, &interface.id).map(|address| address.public_ip);
    elastic.or(interface.public_ip).map(|ip| ip.to_string())
}

fn public_dns(region: &str, ip: &str) -> String {
    let dashed = ip.replace('.', "-");
    if region == "us-east-1" {
        format!("ec2-{dashed}.compute-1.amazonaws.com")
    } else {
        format!("ec2-{dashed}.{region}.compute.amazonaws.com")
    }
}

fn network_interface(call: &Call<'_>, interface: &NetworkInterface) -> InstanceNetworkInterface {
    let seen = interface.to_sdk(call);
    let association = seen.association().map(|association| {
        InstanceNetworkInterfaceAssociation::builder()
            .set_ip_owner_id(association.ip_owner_id.clone())
            .set_public_ip(association.public_ip.clone())
            .build()
    });
    let attachment = seen.attachment().map(|attachment| {
        InstanceNetworkInterfaceAttachment::builder()
            .set_attachment_id(attachment.attachment_id.clone())
            .set_device_index(attachment.device_index)
            .set_delete_on_termination(attachment.delete_on_termination)
            .set_attach_time(attachment.attach_time)
            .status(AttachmentStatus::Attached)
            .network_card_index(0)
            .build()
    });
    let address = InstancePrivateIpAddress::builder()
        .primary(true)
        .set_private_ip_address(seen.private_ip_address.clone())
        .set_private_dns_name(seen.private_dns_name.clone())
        .set_association(association.clone())
        .build();
    InstanceNetworkInterface::builder()
        .set_network_interface_id(seen.network_interface_id.clone())
        .set_description(seen.description.clone())
        .set_subnet_id(seen.subnet_id.clone())
        .set_vpc_id(seen.vpc_id.clone())
        .set_private_ip_address(seen.private_ip_address.clone())
        .set_private_dns_name(seen.private_dns_name.clone())
        .private_ip_addresses(address)
        .set_mac_address(seen.mac_address.clone())
        .set_owner_id(seen.owner_id.clone())
        .set_status(seen.status.clone())
        .set_source_dest_check(seen.source_dest_check)
        .interface_type("interface")
        .set_groups(seen.groups.clone())
        .set_association(association)
        .set_attachment(attachment)
        .build()
}

fn block_devices(call: &Call<'_>, instance: &str) -> Vec<InstanceBlockDeviceMapping> {
    let volumes = volume_attachment::of_instance(call, instance);
    let mapped = volumes.iter().filter_map(|volume| {
        let attachment = volume.attachment.as_ref()?;
        let ebs = EbsInstanceBlockDevice::builder()
            .volume_id(&volume.id)
            .attach_time(attachment.since.to_sdk())
            .delete_on_termination(attachment.deletes_with_instance)
            .status(AttachmentStatus::from(attachment.state(call.now).as_str()))
            .build();
        Some(InstanceBlockDeviceMapping::builder().device_name(&attachment.device).ebs(ebs).build())
    });
    mapped.collect()
}

/// Writes instances as one reservation for each launch.
pub(crate) fn reservations(call: &Call<'_>, instances: &[Instance]) -> Vec<Reservation> {
    let mut reservations: Vec<(String, Vec<aws_sdk_ec2::types::Instance>)> = Vec::new();
    for instance in instances {
        match reservations.iter_mut().find(|(id, _)| *id == instance.reservation) {
            Some((_, members)) => members.push(instance.to_sdk(call)),
            None => reservations.push((instance.reservation.clone(), vec![instance.to_sdk(call)])),
        }
    }
    let write = |(id, instances)| Reservation::builder().reservation_id(id).owner_id(call.account()).set_instances(Some(instances)).build();
    reservations.into_iter().map(write).collect()
}

/// `DescribeInstances`: terminated instances stay listed for about an hour.
pub(crate) fn describe(call: &mut Call<'_>, input: &DescribeInstancesInput) -> Result<DescribeInstancesOutput, Refusal> {
    let query = Query {
        ids: input.instance_ids(),
        filters: input.filters(),
        names: &FILTERS,
        max_results: input.max_results,
        next_token: input.next_token(),
        // EC2 API Reference, DescribeInstances: 5 to 1000, and not with an id list.
        sizes: 5..=1000,
        excludes_ids: true,
    };
    let page = select::<Instance>(call, &query, |call, instance, name| instance.values(call, name))?;
    let reservations = reservations(call, &page.items);
    Ok(DescribeInstancesOutput::builder().set_reservations(Some(reservations)).set_next_token(page.next_token).build())
}
