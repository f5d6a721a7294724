use std::path::Path;

use aws_sdk_ec2::types::{InstanceStateName, NatGatewayState, RouteState, VolumeAttachmentState, VolumeState};
use aws_smithy_types::base64;
use ipnet::Ipv4Net;

use super::image::Image;
use super::permission::{Peer, Permission};
use super::route::{Route, Target};
use super::{Address, Instance, NatGateway, NetworkInterface, RouteTable, SecurityGroup, Snapshot, Subnet, Vpc};
use crate::model::{ResourceAddress, Scope, TAG_ADDRESS, TAG_ENVIRONMENT, TAG_PROJECT};
use crate::sandbox::call::Call;
use crate::sandbox::machines::{Machine, MachineGroup, MachineRule, MachineState, Machines, Traffic, TrafficPeer, Volume, WayOut};
use crate::sandbox::object::{Record, Tags};

/// Adds the machines of an environment in the call's region, with the groups of their VPC.
pub(crate) fn collect(call: &Call<'_>, scope: &Scope, folder: Option<&Path>, found: &mut Machines) {
    let has_our = |tags: &Tags| tags.get(TAG_PROJECT) == Some(&scope.project) && tags.get(TAG_ENVIRONMENT) == Some(&scope.environment);
    let volumes = call.iter::<super::Volume>().filter(|volume| !volume.is_made_by_aws && has_our(&volume.tags));
    found.volumes.extend(volumes.filter_map(|one| volume(call, one)));
    let snapshots = call.iter::<Snapshot>().filter(|snapshot| has_our(&snapshot.tags));
    found.snapshots.extend(snapshots.map(|snapshot| (snapshot.id.clone(), snapshot.volume.clone())));
    let ours: Vec<&Instance> = call.iter::<Instance>().filter(|instance| has_our(instance.tags())).collect();
    for instance in &ours {
        found.machines.extend(machine(call, instance, folder));
    }
    let Some(vpc) = ours.iter().find(|instance| !instance.is_ending()).and_then(|instance| call.peek::<Vpc>(&instance.vpc)) else { return };
    found.vpc = Some(vpc.cidr);
    found.groups.extend(call.iter::<SecurityGroup>().filter(|group| group.vpc == vpc.id).map(group));
}

/// A volume; none while it is made.
fn volume(call: &Call<'_>, volume: &super::Volume) -> Option<Volume> {
    if !matches!(volume.state(call.now), VolumeState::Available | VolumeState::InUse) {
        return None;
    }
    let attached = volume.attachment.as_ref().filter(|attachment| attachment.state(call.now) == VolumeAttachmentState::Attached);
    Some(Volume {
        id: volume.id.clone(),
        size_gib: u32::try_from(volume.present(call.now).size).ok()?,
        instance: attached.map(|attachment| attachment.instance.clone()),
        snapshot: volume.snapshot.clone(),
    })
}

/// The machine of an instance; none for one that is on its way to `terminated`.
fn machine(call: &Call<'_>, instance: &Instance, folder: Option<&Path>) -> Option<Machine> {
    let state = match instance.state(call.now) {
        InstanceStateName::Pending => MachineState::Pending,
        InstanceStateName::Running => MachineState::Running,
        InstanceStateName::Stopping | InstanceStateName::Stopped => MachineState::Stopped,
        _ => return None,
    };
    let interface = NetworkInterface::of_instance(call, &instance.id).into_iter().next()?;
    let address = instance.tags.get(TAG_ADDRESS).and_then(|text| text.parse::<ResourceAddress>().ok());
    let elastic = Address::of_interface(call, &interface.id).map(|address| address.public_ip);
    Some(Machine {
        id: instance.id.clone(),
        name: address.map_or_else(|| instance.id.clone(), |address| address.name().to_owned()),
        state,
        boots: instance.boots,
        address: interface.private_ip,
        subnet: call.peek::<Subnet>(&interface.subnet)?.cidr,
        private_name: interface.private_dns(call.region),
        public_address: elastic.or(interface.public_ip),
        groups: interface.groups.clone(),
        way_out: way_out(call, &interface),
        private_ways: private_ways(call, &interface),
        image: Image::named(call.region, &instance.image).map(|image| image.name).unwrap_or_default(),
        user_data: instance.user_data.as_deref().and_then(|data| base64::decode(data).ok()),
        console: folder.map(|folder| super::console::file(folder, &instance.id)),
    })
}

/// The routes that count for an interface: those of its subnet's table, or of the VPC's main one.
fn routes<'c>(call: &'c Call<'_>, interface: &NetworkInterface) -> impl Iterator<Item = &'c Route> {
    let of_subnet =
        |table: &&RouteTable| table.associations.iter().any(|association| association.subnet.as_ref() == Some(&interface.subnet));
    let main = |table: &&RouteTable| table.vpc == interface.vpc && table.is_main();
    let table = call.iter::<RouteTable>().find(of_subnet).or_else(|| call.iter::<RouteTable>().find(main));
    let active = |route: &&Route| route.state(call) == RouteState::Active;
    table.map(|table| table.routes.iter()).into_iter().flatten().filter(active)
}

/// The networks that belong to somebody else and are connected.
fn private_ways(call: &Call<'_>, interface: &NetworkInterface) -> Vec<Ipv4Net> {
    let is_private = |route: &&Route| matches!(route.target, Target::TransitGateway(_) | Target::VpnGateway(_));
    routes(call, interface).filter(is_private).map(|route| route.destination).collect()
}

/// Where what is for the internet is sent.
fn way_out(call: &Call<'_>, interface: &NetworkInterface) -> WayOut {
    let Some(route) = routes(call, interface).find(|route| route.destination.prefix_len() == 0) else { return WayOut::None };
    match &route.target {
        Target::InternetGateway(_) => WayOut::InternetGateway,
        Target::NatGateway(id) => {
            let gateway = call.peek::<NatGateway>(id).filter(|gateway| gateway.state(call.now) == NatGatewayState::Available);
            let public = gateway.and_then(|gateway| gateway.public.as_ref());
            public.map_or(WayOut::None, |(_, address, _)| WayOut::NatGateway(*address))
        }
        _ => WayOut::None,
    }
}

fn group(group: &SecurityGroup) -> MachineGroup {
    let rules = |is_egress: bool| {
        let of_direction = group.rules.iter().filter(move |rule| rule.is_egress == is_egress);
        of_direction.filter_map(|rule| machine_rule(&rule.permission)).collect()
    };
    MachineGroup { id: group.id.clone(), name: group.name.clone(), ingress: rules(false), egress: rules(true) }
}

/// The rule as far as it is about IPv4.
fn machine_rule(permission: &Permission) -> Option<MachineRule> {
    let peer = match &permission.peer {
        Peer::Ipv4(net) => TrafficPeer::Network(*net),
        Peer::Group(id) => TrafficPeer::Group(id.clone()),
        Peer::Ipv6(_) => return None,
    };
    let port = |port: Option<i32>| u16::try_from(port.unwrap_or_default()).ok();
    // For ICMP the ports are type and code, -1 for every one (EC2 `IpPermission`).
    let kind = |port: Option<i32>| port.and_then(|port| u8::try_from(port).ok());
    let traffic = match permission.protocol.as_str() {
        "-1" => Traffic::All,
        "tcp" => Traffic::Tcp(port(permission.from_port)?, port(permission.to_port)?),
        "udp" => Traffic::Udp(port(permission.from_port)?, port(permission.to_port)?),
        "icmp" => Traffic::Icmp(kind(permission.from_port), kind(permission.to_port)),
        "icmpv6" => return None,
        number => Traffic::Protocol(number.parse().ok()?),
    };
    Some(MachineRule { traffic, peer })
}
