use std::net::Ipv4Addr;
use std::time::Duration;

use aws_sdk_ec2::operation::run_instances::{RunInstancesInput, RunInstancesOutput};
use aws_sdk_ec2::types::{InstanceStateName, ResourceType, ShutdownBehavior};

use super::image::Image;
use super::instance::{Phase, Transition, reservations};
use super::instance_profile::Profile;
use super::instance_type::Type;
use super::launch_storage::{self, Disk};
use super::metadata_options::MetadataOptions;
use super::network_interface::{NewInterface, User};
use super::volume::needs_key;
use super::{Instance, KeyPair, NetworkInterface, Subnet, instance_attribute, security_group, tag, token};
use crate::sandbox::call::Call;
use crate::sandbox::faults::StuckOutcome;
use crate::sandbox::moment::Moment;
use crate::sandbox::object::Tags;
use crate::sandbox::refusal::Refusal;

/// How long an instance is `pending`: published medians lie between 12 and 32 s.
pub(crate) const PENDING: Duration = Duration::from_secs(20);

const OPERATION: &str = "RunInstances";
/// What the launch may tag.
const TAGGABLE: [ResourceType; 3] = [ResourceType::Instance, ResourceType::Volume, ResourceType::NetworkInterface];

/// Everything that a launch decides before it makes anything.
struct Launch {
    image: Image,
    instance_type: Type,
    network: Network,
    subnet: Subnet,
    disks: Vec<Disk>,
    metadata: MetadataOptions,
    instance_tags: Tags,
    volume_tags: Tags,
    interface_tags: Tags,
    user_data: Option<String>,
    profile: Option<Profile>,
    reservation: String,
}

/// The first interface: one that exists, or one that the launch makes.
enum Network {
    Existing(Box<NetworkInterface>),
    New { groups: Vec<String>, private_ip: Option<String>, description: String, deletes_with_instance: bool, lends_public_ip: bool },
}

/// `RunInstances`: also makes the root volume and the interface.
pub(crate) fn run(call: &mut Call<'_>, input: &RunInstancesInput) -> Result<RunInstancesOutput, Refusal> {
    let hidden = input.user_data().unwrap_or_default();
    if let Some(made) = token::made_before(call, OPERATION, input.client_token(), input, hidden)? {
        return answer_again(call, &made);
    }
    refuse_unsimulated(input)?;
    let count = count(input)?;
    let launch = check(call, input, count)?;
    let mut instances = Vec::new();
    for index in 0..count {
        instances.push(make(call, input, &launch, index)?);
    }
    let made = instances.iter().map(|instance| instance.id.clone()).collect();
    token::remember(call, OPERATION, input.client_token(), input, hidden, made);
    Ok(output(call, &instances))
}

fn output(call: &Call<'_>, instances: &[Instance]) -> RunInstancesOutput {
    let reservation = reservations(call, instances).into_iter().next();
    RunInstancesOutput::builder()
        .set_reservation_id(instances.first().map(|instance| instance.reservation.clone()))
        .owner_id(call.account())
        .set_instances(reservation.and_then(|reservation| reservation.instances))
        .build()
}

/// A token that was used is answered with the same instances, or refused when one of them is terminated
/// (EC2 API Reference, "Error codes": `IdempotentInstanceTerminated`).
fn answer_again(call: &Call<'_>, made: &[String]) -> Result<RunInstancesOutput, Refusal> {
    let instances: Vec<Instance> = made.iter().filter_map(|id| call.get(id)).collect();
    let is_gone =
        instances.len() < made.len() || instances.iter().any(|instance| instance.state(call.now) == InstanceStateName::Terminated);
    if is_gone {
        let message = "The client token you have provided is associated with a resource that is already deleted. Please use a different client token.";
        return Err(Refusal::new("IdempotentInstanceTerminated", message));
    }
    Ok(output(call, &instances))
}

/// Nothing that the cloud does not simulate is quietly ignored.
fn refuse_unsimulated(input: &RunInstancesInput) -> Result<(), Refusal> {
    let unsimulated = [
        ("LaunchTemplate", input.launch_template.is_some()),
        ("InstanceMarketOptions", input.instance_market_options.is_some()),
        ("HibernationOptions", input.hibernation_options.is_some()),
        ("EnclaveOptions", input.enclave_options.is_some()),
        ("LicenseSpecifications", !input.license_specifications().is_empty()),
        ("KernelId or RamdiskId", input.kernel_id.is_some() || input.ramdisk_id.is_some()),
        ("Ipv6Addresses", !input.ipv6_addresses().is_empty() || input.ipv6_address_count.is_some()),
        ("SecondaryInterfaces", !input.secondary_interfaces().is_empty()),
        ("SecurityGroups (names)", !input.security_groups().is_empty()),
    ];
    match unsimulated.iter().find(|(_, is_given)| *is_given) {
        Some((name, _)) => Err(Refusal::unsimulated(name)),
        None => Ok(()),
    }
}

fn count(input: &RunInstancesInput) -> Result<i32, Refusal> {
    let least = input.min_count.ok_or_else(|| Refusal::missing("MinCount"))?;
    let most = input.max_count.ok_or_else(|| Refusal::missing("MaxCount"))?;
    if least < 1 || most < least || most > 1000 {
        return Err(Refusal::value(format!(
            "Invalid value '{least}' for minCount and '{most}' for maxCount. Must be at least 1, in order"
        )));
    }
    Ok(most)
}

fn check(call: &mut Call<'_>, input: &RunInstancesInput, count: i32) -> Result<Launch, Refusal> {
    let image = Image::named(call.region, input.image_id().ok_or_else(|| Refusal::missing("ImageId"))?)?;
    let type_name = input.instance_type().ok_or_else(|| Refusal::missing("InstanceType"))?.as_str();
    let instance_type = Type::named(type_name).ok_or_else(|| Refusal::value(format!("Invalid value '{type_name}' for InstanceType.")))?;
    if instance_type.architecture != image.architecture {
        return Err(Refusal::value(format!(
            "The architecture '{}' of the specified instance type does not match the architecture '{}' of the specified AMI.",
            instance_type.architecture.as_str(),
            image.architecture.as_str()
        )));
    }
    if let Some(name) = input.key_name() {
        KeyPair::with_name(call, name)?;
    }
    let (network, subnet) = network(call, input, count)?;
    if !instance_type.is_offered_in(&subnet.zone) {
        return Err(Refusal::new(
            "Unsupported",
            format!("Your requested instance type ({type_name}) is not supported in your requested Availability Zone ({}).", subnet.zone),
        ));
    }
    let wanted_zone = input.placement().and_then(|placement| placement.availability_zone());
    if wanted_zone.is_some_and(|zone| zone != subnet.zone) {
        return Err(Refusal::value(format!("The subnet '{}' is in '{}'", subnet.id, subnet.zone)));
    }
    check_quota(call, &instance_type, count)?;
    let user_data = input.user_data().map(instance_attribute::checked_user_data).transpose()?;
    let mut tags = |wanted| tag::of_specifications(call, input.tag_specifications(), wanted, &TAGGABLE);
    let [instance_tags, volume_tags, interface_tags] =
        [tags(&ResourceType::Instance)?, tags(&ResourceType::Volume)?, tags(&ResourceType::NetworkInterface)?];
    for mapping in input.block_device_mappings() {
        needs_key(call, mapping.ebs().and_then(|ebs| ebs.kms_key_id()))?;
    }
    Ok(Launch {
        disks: launch_storage::read(call, input.block_device_mappings(), &image)?,
        metadata: MetadataOptions::for_launch(input.metadata_options())?,
        instance_tags,
        volume_tags,
        interface_tags,
        profile: Profile::read(call, input.iam_instance_profile())?,
        reservation: call.new_id("r"),
        image,
        instance_type,
        network,
        subnet,
        user_data: user_data.filter(|data| !data.is_empty()),
    })
}

/// The quota of on-demand standard instances counts the processors of what is running or pending (EC2 User Guide, "On-Demand Instance quotas").
fn check_quota(call: &Call<'_>, wanted: &Type, count: i32) -> Result<(), Refusal> {
    let is_counted = |instance: &&Instance| matches!(instance.state(call.now), InstanceStateName::Pending | InstanceStateName::Running);
    let counted = call.iter::<Instance>().filter(is_counted).filter_map(|instance| Type::named(&instance.instance_type));
    let used: i32 = counted.map(|known| known.vcpus).sum();
    let quota = call.options().quotas.vcpus;
    if usize::try_from(used + wanted.vcpus * count).unwrap_or_default() > quota {
        let message = format!(
            "You have requested more vCPU capacity than your current vCPU limit of {quota} allows for the instance bucket that the specified instance type belongs to."
        );
        return Err(Refusal::new("VcpuLimitExceeded", message));
    }
    Ok(())
}

/// Reads where the instance goes: by its interface, or by subnet and groups, never both.
fn network(call: &Call<'_>, input: &RunInstancesInput, count: i32) -> Result<(Network, Subnet), Refusal> {
    let private_ip = |ip: Option<&str>| match ip {
        Some(_) if count > 1 => Err(Refusal::combination("A private IP address cannot be specified for more than one instance")),
        ip => Ok(ip.map(str::to_owned)),
    };
    let [wanted] = input.network_interfaces() else {
        if !input.network_interfaces().is_empty() {
            return Err(Refusal::unsimulated("NetworkInterfaces with more than one interface"));
        }
        if input.subnet_id().is_none() {
            return Err(Refusal::new(
                "VPCIdNotSpecified",
                "No default VPC for this user. GroupName is only supported for EC2-Classic and default VPC.",
            ));
        }
        let subnet: Subnet = call.named(input.subnet_id(), "subnetId")?;
        let groups = security_group::for_interface(call, input.security_group_ids(), &subnet.vpc, &subnet.id)?;
        let private_ip = private_ip(input.private_ip_address())?;
        let lends_public_ip = subnet.maps_public_ip;
        return Ok((Network::New { groups, private_ip, description: String::new(), deletes_with_instance: true, lends_public_ip }, subnet));
    };
    let outside = [
        ("an instance-level subnet ID", input.subnet_id().is_some()),
        ("instance-level security groups", !input.security_group_ids().is_empty()),
        ("an instance-level private address", input.private_ip_address().is_some()),
    ];
    if let Some((what, _)) = outside.iter().find(|(_, is_given)| *is_given) {
        return Err(Refusal::combination(format!("Network interfaces and {what} may not be specified on the same request")));
    }
    match wanted.device_index {
        Some(0) => {}
        Some(_) => return Err(Refusal::value("You must specify a network interface with device index 0")),
        None => return Err(Refusal::missing("NetworkInterface.1.DeviceIndex")),
    }
    if !wanted.private_ip_addresses().is_empty() || wanted.secondary_private_ip_address_count.is_some() {
        return Err(Refusal::unsimulated("NetworkInterfaces.PrivateIpAddresses"));
    }
    if let Some(id) = wanted.network_interface_id() {
        let has_more = wanted.subnet_id().is_some() || !wanted.groups().is_empty() || wanted.private_ip_address().is_some();
        if has_more || wanted.associate_public_ip_address.is_some() || wanted.delete_on_termination == Some(true) {
            return Err(Refusal::combination("An existing network interface cannot be combined with the properties of a new one"));
        }
        if count > 1 {
            return Err(Refusal::combination("A network interface cannot be specified for more than one instance"));
        }
        let interface: NetworkInterface = call.named(Some(id), "networkInterfaceId")?;
        if interface.user != User::None {
            return Err(Refusal::new("InvalidNetworkInterface.InUse", format!("The network interface '{id}' is currently in use.")));
        }
        let subnet = call.named(Some(&interface.subnet), "subnetId")?;
        return Ok((Network::Existing(Box::new(interface)), subnet));
    }
    let subnet: Subnet = call.named(wanted.subnet_id(), "NetworkInterface.1.SubnetId")?;
    let network = Network::New {
        groups: security_group::for_interface(call, wanted.groups(), &subnet.vpc, &subnet.id)?,
        private_ip: private_ip(wanted.private_ip_address())?,
        description: wanted.description().unwrap_or_default().to_owned(),
        deletes_with_instance: wanted.delete_on_termination.unwrap_or(true),
        lends_public_ip: wanted.associate_public_ip_address.unwrap_or(subnet.maps_public_ip),
    };
    Ok((network, subnet))
}

/// Why a launch fails after it was accepted: a stuck rule, or a key that EBS cannot use (EC2 API Reference, `StateReason`).
fn failure(call: &Call<'_>, launch: &Launch) -> Option<(String, String)> {
    let reason = |code: &str, message: &str| Some((code.to_owned(), format!("{code}: {message}")));
    if call.stuck::<Instance>(&launch.instance_tags) == Some(StuckOutcome::Fails) {
        return reason("Server.InternalError", "Internal error on launch");
    }
    if launch.disks.iter().any(|disk| !disk.is_key_usable(call)) {
        return reason("Client.InternalError", "Client error on launch");
    }
    None
}

fn make(call: &mut Call<'_>, input: &RunInstancesInput, launch: &Launch, index: i32) -> Result<Instance, Refusal> {
    let id = call.new_id("i");
    let reason = failure(call, launch);
    // A launch that fails goes from pending straight to terminated.
    let phase = if reason.is_some() { Phase::Terminating } else { Phase::Starting };
    let instance = Instance {
        tags: launch.instance_tags.clone(),
        created: call.now,
        launched: call.now,
        boots: 0,
        transition: Transition { phase, until: call.ready_at::<Instance>(&launch.instance_tags, PENDING) },
        reason,
        reservation: launch.reservation.clone(),
        launch_index: index,
        client_token: input.client_token.clone(),
        image: launch.image.id.clone(),
        architecture: launch.image.architecture.as_str().to_owned(),
        root_device: launch.image.root_device.to_owned(),
        instance_type: launch.instance_type.name.clone(),
        key_name: input.key_name.clone(),
        profile: launch.profile.as_ref().map(|profile| Profile { arn: profile.arn.clone(), association: call.new_id("iip-assoc") }),
        subnet: launch.subnet.id.clone(),
        vpc: launch.subnet.vpc.clone(),
        zone: launch.subnet.zone.clone(),
        user_data: launch.user_data.clone(),
        is_monitored: input.monitoring().and_then(|monitoring| monitoring.enabled).unwrap_or_default(),
        is_ebs_optimized: input.ebs_optimized.unwrap_or_default(),
        is_protected: input.disable_api_termination.unwrap_or_default(),
        terminates_on_shutdown: input.instance_initiated_shutdown_behavior == Some(ShutdownBehavior::Terminate),
        metadata: launch.metadata.clone(),
        id,
    };
    connect(call, launch, &instance)?;
    for disk in &launch.disks {
        disk.make(call, &instance, launch.volume_tags.clone());
    }
    call.put(instance.clone());
    Ok(instance)
}

fn connect(call: &mut Call<'_>, launch: &Launch, instance: &Instance) -> Result<(), Refusal> {
    let attachment = call.new_id("eni-attach");
    let user = |deletes_with_instance: bool, since: Moment| User::Instance {
        attachment,
        instance: instance.id.clone(),
        device_index: 0,
        deletes_with_instance,
        since,
    };
    match &launch.network {
        Network::Existing(interface) => {
            let interface = NetworkInterface { user: user(false, call.now), ..NetworkInterface::clone(interface) };
            call.put(interface);
        }
        Network::New { groups, private_ip, description, deletes_with_instance, lends_public_ip } => {
            let private_ip: Ipv4Addr = launch.subnet.take_address(call, private_ip.as_deref())?;
            let new = NewInterface {
                tags: launch.interface_tags.clone(),
                description: description.clone(),
                private_ip,
                groups: groups.clone(),
                user: user(*deletes_with_instance, call.now),
            };
            let mut interface = NetworkInterface::make(call, &launch.subnet, new);
            if *lends_public_ip {
                interface.lend_public_ip(call);
                call.put(interface);
            }
        }
    }
    Ok(())
}
