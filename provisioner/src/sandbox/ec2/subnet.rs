use std::net::Ipv4Addr;

use aws_sdk_ec2::operation::create_subnet::{CreateSubnetInput, CreateSubnetOutput};
use aws_sdk_ec2::operation::delete_subnet::{DeleteSubnetInput, DeleteSubnetOutput};
use aws_sdk_ec2::operation::describe_subnets::{DescribeSubnetsInput, DescribeSubnetsOutput};
use aws_sdk_ec2::operation::modify_subnet_attribute::{ModifySubnetAttributeInput, ModifySubnetAttributeOutput};
use aws_sdk_ec2::types::{ResourceType, SubnetState};
use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

use super::paging::{Query, select};
use super::vpc::parse_cidr;
use super::{NetworkAcl, NetworkInterface, RouteTable, TransitGatewayAttachment, Vpc, tag, zone};
use crate::sandbox::call::Call;
use crate::sandbox::moment::Moment;
use crate::sandbox::object::Tags;
use crate::sandbox::refusal::Refusal;

const FILTERS: [&str; 16] = [
    "availability-zone",
    "availabilityZone",
    "availability-zone-id",
    "availabilityZoneId",
    "available-ip-address-count",
    "cidr",
    "cidr-block",
    "cidrBlock",
    "default-for-az",
    "defaultForAz",
    "map-public-ip-on-launch",
    "owner-id",
    "state",
    "subnet-arn",
    "subnet-id",
    "vpc-id",
];

/// A subnet; it is available at once.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Subnet {
    pub(crate) id: String,
    pub(crate) tags: Tags,
    pub(crate) created: Moment,
    pub(crate) vpc: String,
    pub(crate) cidr: Ipv4Net,
    pub(crate) zone: String,
    pub(crate) maps_public_ip: bool,
}

impl Subnet {
    /// The addresses that AWS keeps in every subnet: the first four and the last (VPC User Guide, "Subnet sizing for IPv4").
    fn is_reserved(&self, address: Ipv4Addr) -> bool {
        let offset = u32::from(address).wrapping_sub(u32::from(self.cidr.network()));
        offset < 4 || address == self.cidr.broadcast()
    }

    fn used_addresses(&self, call: &Call<'_>) -> Vec<Ipv4Addr> {
        let interfaces = call.iter::<NetworkInterface>().filter(|interface| interface.subnet == self.id);
        interfaces.map(|interface| interface.private_ip).collect()
    }

    fn available_count(&self, call: &Call<'_>) -> i32 {
        let size = 1_i64 << (32 - self.cidr.prefix_len());
        let used = i64::try_from(self.used_addresses(call).len()).unwrap_or(i64::MAX);
        i32::try_from(size - 5 - used).unwrap_or(0)
    }

    /// Takes the address that a request names, or the first free one.
    pub(crate) fn take_address(&self, call: &Call<'_>, wanted: Option<&str>) -> Result<Ipv4Addr, Refusal> {
        let used = self.used_addresses(call);
        let Some(text) = wanted else {
            return self.cidr.hosts().find(|address| !self.is_reserved(*address) && !used.contains(address)).ok_or_else(|| {
                let message = format!("The specified subnet does not have enough free addresses to satisfy the request: {}", self.id);
                Refusal::new("InsufficientFreeAddressesInSubnet", message)
            });
        };
        let address: Ipv4Addr = text
            .parse()
            .map_err(|_| Refusal::value(format!("Value ({text}) for parameter privateIpAddress is invalid. Invalid IPv4 address")))?;
        if !self.cidr.contains(&address) {
            return Err(Refusal::value(format!("Address {address} does not fall within the subnet's address range")));
        }
        if self.is_reserved(address) {
            return Err(Refusal::value(format!("Address {address} is in subnet's reserved address range")));
        }
        if used.contains(&address) {
            return Err(Refusal::new("InvalidIPAddress.InUse", format!("Address {address} is in use.")));
        }
        Ok(address)
    }

    fn arn(&self, call: &Call<'_>) -> String {
        format!("arn:aws:ec2:{}:{}:subnet/{}", call.region, call.account(), self.id)
    }

    fn to_sdk(&self, call: &Call<'_>) -> aws_sdk_ec2::types::Subnet {
        aws_sdk_ec2::types::Subnet::builder()
            .subnet_id(&self.id)
            .vpc_id(&self.vpc)
            .cidr_block(self.cidr.to_string())
            .availability_zone(&self.zone)
            .set_availability_zone_id(zone::id_of(call.region, &self.zone))
            .available_ip_address_count(self.available_count(call))
            .default_for_az(false)
            .map_public_ip_on_launch(self.maps_public_ip)
            .assign_ipv6_address_on_creation(false)
            .owner_id(call.account())
            .state(SubnetState::Available)
            .subnet_arn(self.arn(call))
            .set_tags(Some(tag::to_sdk(&self.tags)))
            .build()
    }
}

/// `CreateSubnet`.
pub(crate) fn create(call: &mut Call<'_>, input: &CreateSubnetInput) -> Result<CreateSubnetOutput, Refusal> {
    let vpc: Vpc = call.named(input.vpc_id(), "vpcId")?;
    let cidr = parse_cidr(input.cidr_block(), "cidrBlock")?;
    if input.ipv6_cidr_block.is_some() || input.ipv6_native == Some(true) || input.outpost_arn.is_some() {
        return Err(Refusal::unsimulated("Ipv6CidrBlock, Ipv6Native or OutpostArn"));
    }
    // VPC User Guide, "Subnet sizing for IPv4": between /16 and /28, a part of the VPC's block.
    if !(16..=28).contains(&cidr.prefix_len()) || !vpc.cidr.contains(&cidr) {
        return Err(Refusal::new("InvalidSubnet.Range", format!("The CIDR '{cidr}' is invalid.")));
    }
    let zone = zone::chosen(call.region, input.availability_zone(), input.availability_zone_id())?;
    let tags = tag::for_new(call, input.tag_specifications(), ResourceType::Subnet)?;
    let siblings: Vec<Subnet> = call.all::<Subnet>().into_iter().filter(|subnet| subnet.vpc == vpc.id).collect();
    if siblings.iter().any(|subnet| subnet.cidr.contains(&cidr) || cidr.contains(&subnet.cidr)) {
        return Err(Refusal::new("InvalidSubnet.Conflict", format!("The CIDR '{cidr}' conflicts with another subnet")));
    }
    if siblings.len() >= call.options().quotas.subnets_per_vpc {
        return Err(Refusal::new("SubnetLimitExceeded", "The maximum number of subnets has been reached."));
    }
    let subnet = Subnet { id: call.new_id("subnet"), tags, created: call.now, vpc: vpc.id, cidr, zone, maps_public_ip: false };
    call.put(subnet.clone());
    NetworkAcl::take_in(call, &subnet.vpc, &subnet.id);
    Ok(CreateSubnetOutput::builder().subnet(subnet.to_sdk(call)).build())
}

/// `DeleteSubnet`: refused while an interface or a transit gateway attachment is in it; its associations go with it.
pub(crate) fn delete(call: &mut Call<'_>, input: &DeleteSubnetInput) -> Result<DeleteSubnetOutput, Refusal> {
    let subnet: Subnet = call.named(input.subnet_id(), "subnetId")?;
    let is_used = call.iter::<NetworkInterface>().any(|interface| interface.subnet == subnet.id)
        || call
            .iter::<TransitGatewayAttachment>()
            .any(|attachment| attachment.subnets.contains(&subnet.id) && !attachment.is_deleted(call.now));
    if is_used {
        return Err(Refusal::dependency(format!("The subnet '{}' has dependencies and cannot be deleted.", subnet.id)));
    }
    for mut table in call.all::<RouteTable>() {
        if table.associations.iter().any(|association| association.subnet.as_ref() == Some(&subnet.id)) {
            table.associations.retain(|association| association.subnet.as_ref() != Some(&subnet.id));
            call.put(table);
        }
    }
    NetworkAcl::let_go(call, &subnet.id);
    call.remove::<Subnet>(&subnet.id);
    Ok(DeleteSubnetOutput::builder().build())
}

/// `DescribeSubnets`.
pub(crate) fn describe(call: &mut Call<'_>, input: &DescribeSubnetsInput) -> Result<DescribeSubnetsOutput, Refusal> {
    let query = Query {
        ids: input.subnet_ids(),
        filters: input.filters(),
        names: &FILTERS,
        max_results: input.max_results,
        next_token: input.next_token(),
        // EC2 API Reference, DescribeSubnets: 5 to 1000.
        sizes: 5..=1000,
        excludes_ids: false,
    };
    let page = select::<Subnet>(call, &query, |call, subnet, name| {
        vec![match name {
            "availability-zone" | "availabilityZone" => subnet.zone.clone(),
            "availability-zone-id" | "availabilityZoneId" => zone::id_of(call.region, &subnet.zone).unwrap_or_default(),
            "available-ip-address-count" => subnet.available_count(call).to_string(),
            "default-for-az" | "defaultForAz" => "false".to_owned(),
            "map-public-ip-on-launch" => subnet.maps_public_ip.to_string(),
            "owner-id" => call.account().to_owned(),
            "state" => "available".to_owned(),
            "subnet-arn" => subnet.arn(call),
            "subnet-id" => subnet.id.clone(),
            "vpc-id" => subnet.vpc.clone(),
            _ => subnet.cidr.to_string(),
        }]
    })?;
    let subnets = page.items.iter().map(|subnet| subnet.to_sdk(call)).collect();
    Ok(DescribeSubnetsOutput::builder().set_subnets(Some(subnets)).set_next_token(page.next_token).build())
}

/// `ModifySubnetAttribute`, of which `MapPublicIpOnLaunch` is simulated.
pub(crate) fn modify_attribute(call: &mut Call<'_>, input: &ModifySubnetAttributeInput) -> Result<ModifySubnetAttributeOutput, Refusal> {
    let mut subnet: Subnet = call.named(input.subnet_id(), "subnetId")?;
    let Some(maps_public_ip) = &input.map_public_ip_on_launch else {
        return Err(Refusal::unsimulated("of ModifySubnetAttribute other than MapPublicIpOnLaunch"));
    };
    subnet.maps_public_ip = maps_public_ip.value.unwrap_or_default();
    call.put(subnet);
    Ok(ModifySubnetAttributeOutput::builder().build())
}
