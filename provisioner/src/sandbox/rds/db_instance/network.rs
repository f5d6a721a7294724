use super::DbInstance;
use crate::sandbox::call::Call;
use crate::sandbox::ec2::{InterfaceUser, NetworkInterface, NewInterface, SecurityGroup, Subnet};
use crate::sandbox::moment::Moment;
use crate::sandbox::object::Tags;
use crate::sandbox::rds::DbSubnetGroup;
use crate::sandbox::refusal::Refusal;

/// The zone that an instance stands in, and the one its standby stands in.
pub(super) fn zones(call: &Call<'_>, group: &DbSubnetGroup, wanted: Option<&str>, is_multi_az: bool) -> Result<Vec<String>, Refusal> {
    let mut zones: Vec<String> = group.present_subnets(call).into_iter().map(|subnet| subnet.zone).collect();
    zones.sort();
    zones.dedup();
    if let Some(wanted) = wanted {
        if is_multi_az {
            return Err(Refusal::combination("Requesting a specific availability zone is not valid for Multi-AZ instances."));
        }
        if !zones.iter().any(|zone| zone == wanted) {
            return Err(Refusal::combination(format!("The DB subnet group {} has no subnet in {wanted}.", group.id)));
        }
        return Ok(vec![wanted.to_owned()]);
    }
    let needed = if is_multi_az { 2 } else { 1 };
    if zones.len() < 2 {
        return Err(Refusal::new(
            "DBSubnetGroupDoesNotCoverEnoughAZs",
            "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement.",
        ));
    }
    zones.truncate(needed);
    Ok(zones)
}

/// The groups that a request names, all in the instance's VPC.
pub(super) fn groups(call: &Call<'_>, ids: &[String], vpc: &str) -> Result<Vec<String>, Refusal> {
    if ids.is_empty() {
        let default = call.iter::<SecurityGroup>().find(|group| group.vpc == vpc && group.is_default);
        return Ok(default.map(|group| group.id.clone()).into_iter().collect());
    }
    for id in ids {
        let group: Option<SecurityGroup> = call.get(id);
        match group {
            None => return Err(Refusal::value(format!("Invalid security group , groupId= {id}, groupName="))),
            Some(group) if group.vpc != vpc => {
                return Err(Refusal::new(
                    "InvalidVPCNetworkStateFault",
                    format!(
                        "The DB instance and EC2 security group are in different VPCs. The DB instance is in {vpc} and the EC2 security group is in {}",
                        group.vpc
                    ),
                ));
            }
            Some(_) => {}
        }
    }
    Ok(ids.to_vec())
}

/// Makes the interfaces that an instance lacks in its zones; returns their subnets.
pub(super) fn attach(call: &mut Call<'_>, instance: &DbInstance, group: &DbSubnetGroup, zones: &[String]) -> Result<Vec<String>, Refusal> {
    let mut taken = Vec::new();
    for zone in zones {
        let in_zone: Vec<Subnet> = group.present_subnets(call).into_iter().filter(|subnet| subnet.zone == *zone).collect();
        let subnet = in_zone.into_iter().next().ok_or_else(|| Refusal::new("InvalidSubnet", format!("No subnet in {zone}")))?;
        let private_ip = subnet.take_address(call, None)?;
        let new = NewInterface {
            tags: Tags::new(),
            description: "RDSNetworkInterface".to_owned(),
            private_ip,
            groups: instance.groups.keys().cloned().collect(),
            user: InterfaceUser::Database {
                attachment: call.new_id("ela-attach"),
                instance: instance.resource_id.clone(),
                leaves_at: None,
            },
        };
        NetworkInterface::make(call, &subnet, new);
        taken.push(subnet.id);
    }
    Ok(taken)
}

fn of(call: &Call<'_>, resource_id: &str) -> Vec<NetworkInterface> {
    let is_of = |interface: &&NetworkInterface| matches!(&interface.user, InterfaceUser::Database { instance, leaves_at: None, .. } if instance == resource_id);
    call.iter::<NetworkInterface>().filter(is_of).cloned().collect()
}

/// Gives an instance's interfaces its groups.
pub(super) fn wear(call: &mut Call<'_>, instance: &DbInstance) {
    for mut interface in of(call, &instance.resource_id) {
        interface.groups = instance.groups.keys().cloned().collect();
        call.put(interface);
    }
}

/// Lets an instance's interfaces in some subnets go at a moment.
pub(super) fn release(call: &mut Call<'_>, resource_id: &str, subnets: &[String], at: Moment) {
    for mut interface in of(call, resource_id) {
        if let InterfaceUser::Database { leaves_at, .. } = &mut interface.user
            && subnets.contains(&interface.subnet)
        {
            *leaves_at = Some(at);
            call.put(interface);
        }
    }
}

/// Removes the interfaces whose time is over.
pub(super) fn settle(call: &mut Call<'_>) {
    let now = call.now;
    let is_over =
        |interface: &&NetworkInterface| matches!(interface.user, InterfaceUser::Database { leaves_at: Some(at), .. } if at <= now);
    let over: Vec<String> = call.iter::<NetworkInterface>().filter(is_over).map(|interface| interface.id.clone()).collect();
    for id in over {
        call.remove::<NetworkInterface>(&id);
    }
}
