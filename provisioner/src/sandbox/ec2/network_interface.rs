use std::net::Ipv4Addr;

use aws_sdk_ec2::operation::create_network_interface::{CreateNetworkInterfaceInput, CreateNetworkInterfaceOutput};
use aws_sdk_ec2::operation::delete_network_interface::{DeleteNetworkInterfaceInput, DeleteNetworkInterfaceOutput};
use aws_sdk_ec2::operation::describe_network_interfaces::{DescribeNetworkInterfacesInput, DescribeNetworkInterfacesOutput};
use aws_sdk_ec2::operation::modify_network_interface_attribute::{
    ModifyNetworkInterfaceAttributeInput, ModifyNetworkInterfaceAttributeOutput,
};
use aws_sdk_ec2::types::{
    AttachmentStatus, NetworkInterfaceAssociation, NetworkInterfaceAttachment, NetworkInterfacePrivateIpAddress, NetworkInterfaceStatus,
    NetworkInterfaceType, ResourceType,
};
use serde::{Deserialize, Serialize};

use super::paging::{Query, select};
use super::{Address, SecurityGroup, Subnet, security_group, tag, token, zone};
use crate::sandbox::call::Call;
use crate::sandbox::moment::Moment;
use crate::sandbox::object::Tags;
use crate::sandbox::refusal::Refusal;

const FILTERS: [&str; 20] = [
    "addresses.private-ip-address",
    "association.allocation-id",
    "association.public-ip",
    "attachment.attachment-id",
    "attachment.device-index",
    "attachment.instance-id",
    "attachment.status",
    "availability-zone",
    "description",
    "group-id",
    "group-name",
    "interface-type",
    "mac-address",
    "network-interface-id",
    "owner-id",
    "private-ip-address",
    "requester-managed",
    "status",
    "subnet-id",
    "vpc-id",
];

/// A network interface with one private address.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct NetworkInterface {
    pub(crate) id: String,
    pub(crate) tags: Tags,
    pub(crate) created: Moment,
    pub(crate) description: String,
    pub(crate) subnet: String,
    pub(crate) vpc: String,
    pub(crate) zone: String,
    pub(crate) private_ip: Ipv4Addr,
    pub(crate) mac: String,
    pub(crate) groups: Vec<String>,
    pub(crate) has_source_dest_check: bool,
    /// The public address that AWS lent it at launch; an Elastic IP is an [`Address`] of its own.
    pub(crate) public_ip: Option<Ipv4Addr>,
    pub(crate) user: User,
    /// Whether it came with an instance or a gateway.
    pub(crate) has_owner: bool,
}

/// What uses an interface.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum User {
    None,
    Instance {
        attachment: String,
        instance: String,
        device_index: i32,
        deletes_with_instance: bool,
        since: Moment,
    },
    NatGateway {
        attachment: String,
        gateway: String,
    },
    TransitGateway {
        attachment: String,
        gateway: String,
    },
    /// A database instance, by RDS's own name for it, and the moment at which the interface goes once that is known.
    Database {
        attachment: String,
        instance: String,
        leaves_at: Option<Moment>,
    },
}

/// What a new interface is made with.
pub(crate) struct NewInterface {
    pub(crate) tags: Tags,
    pub(crate) description: String,
    pub(crate) private_ip: Ipv4Addr,
    pub(crate) groups: Vec<String>,
    pub(crate) user: User,
}

impl NetworkInterface {
    /// Makes an interface in a subnet.
    pub(crate) fn make(call: &mut Call<'_>, subnet: &Subnet, new: NewInterface) -> NetworkInterface {
        let digits = call.new_digits(10);
        // A locally administered address, as EC2 gives them: 0a and five octets.
        let octets: Vec<&str> = digits.as_bytes().chunks(2).filter_map(|octet| std::str::from_utf8(octet).ok()).collect();
        let interface = NetworkInterface {
            id: call.new_id("eni"),
            tags: new.tags,
            created: call.now,
            description: new.description,
            subnet: subnet.id.clone(),
            vpc: subnet.vpc.clone(),
            zone: subnet.zone.clone(),
            private_ip: new.private_ip,
            mac: format!("0a:{}", octets.join(":")),
            groups: new.groups,
            has_source_dest_check: true,
            public_ip: None,
            has_owner: new.user != User::None,
            user: new.user,
        };
        call.put(interface.clone());
        interface
    }

    /// The interfaces of an instance, in device order.
    pub(crate) fn of_instance(call: &Call<'_>, id: &str) -> Vec<NetworkInterface> {
        let is_of = |interface: &&NetworkInterface| interface.instance() == Some(id);
        let mut interfaces: Vec<NetworkInterface> = call.iter::<NetworkInterface>().filter(is_of).cloned().collect();
        interfaces.sort_by_key(|interface| match interface.user {
            User::Instance { device_index, .. } => device_index,
            _ => 0,
        });
        interfaces
    }

    pub(crate) fn instance(&self) -> Option<&str> {
        if let User::Instance { instance, .. } = &self.user { Some(instance) } else { None }
    }

    /// Whether AWS made it for a service and no user may change it.
    pub(crate) fn is_requester_managed(&self) -> bool {
        matches!(self.user, User::NatGateway { .. } | User::TransitGateway { .. } | User::Database { .. })
    }

    /// Whether AWS made it beside an instance or a gateway.
    pub(crate) fn is_made_by_aws(&self) -> bool {
        self.has_owner
    }

    /// Gives the interface a public address that AWS lends.
    pub(crate) fn lend_public_ip(&mut self, call: &mut Call<'_>) {
        self.public_ip = Some(super::address::new_public_ip(call));
    }

    fn attachment_id(&self) -> Option<&str> {
        match &self.user {
            User::None => None,
            User::Instance { attachment, .. }
            | User::NatGateway { attachment, .. }
            | User::TransitGateway { attachment, .. }
            | User::Database { attachment, .. } => Some(attachment),
        }
    }

    pub(crate) fn status(&self) -> NetworkInterfaceStatus {
        if self.user == User::None { NetworkInterfaceStatus::Available } else { NetworkInterfaceStatus::InUse }
    }

    fn kind(&self) -> NetworkInterfaceType {
        match self.user {
            User::NatGateway { .. } => NetworkInterfaceType::NatGateway,
            User::TransitGateway { .. } => NetworkInterfaceType::TransitGateway,
            User::None | User::Instance { .. } | User::Database { .. } => NetworkInterfaceType::Interface,
        }
    }

    pub(crate) fn private_dns(&self, region: &str) -> String {
        let dashed = self.private_ip.to_string().replace('.', "-");
        if region == "us-east-1" { format!("ip-{dashed}.ec2.internal") } else { format!("ip-{dashed}.{region}.compute.internal") }
    }

    fn attachment(&self) -> Option<NetworkInterfaceAttachment> {
        let attachment = NetworkInterfaceAttachment::builder().attachment_id(self.attachment_id()?).status(AttachmentStatus::Attached);
        Some(match &self.user {
            User::Instance { instance, device_index, deletes_with_instance, since, .. } => attachment
                .instance_id(instance)
                .device_index(*device_index)
                .delete_on_termination(*deletes_with_instance)
                .attach_time(since.to_sdk())
                .build(),
            _ => attachment.device_index(1).delete_on_termination(false).instance_owner_id("amazon-aws").build(),
        })
    }

    fn association(&self, call: &Call<'_>) -> Option<NetworkInterfaceAssociation> {
        let association = NetworkInterfaceAssociation::builder();
        match Address::of_interface(call, &self.id) {
            Some(address) => Some(
                association
                    .allocation_id(&address.id)
                    .set_association_id(address.association.map(|association| association.id))
                    .ip_owner_id(call.account())
                    .public_ip(address.public_ip.to_string())
                    .build(),
            ),
            None => Some(association.ip_owner_id("amazon").public_ip(self.public_ip?.to_string()).build()),
        }
    }

    pub(crate) fn to_sdk(&self, call: &Call<'_>) -> aws_sdk_ec2::types::NetworkInterface {
        let groups = self.groups.iter().filter_map(|id| call.peek::<SecurityGroup>(id)).map(SecurityGroup::identifier);
        let association = self.association(call);
        let address = NetworkInterfacePrivateIpAddress::builder()
            .private_ip_address(self.private_ip.to_string())
            .primary(true)
            .set_association(association.clone())
            .build();
        aws_sdk_ec2::types::NetworkInterface::builder()
            .network_interface_id(&self.id)
            .description(&self.description)
            .subnet_id(&self.subnet)
            .vpc_id(&self.vpc)
            .availability_zone(&self.zone)
            .set_availability_zone_id(zone::id_of(call.region, &self.zone))
            .private_ip_address(self.private_ip.to_string())
            .private_ip_addresses(address)
            .private_dns_name(self.private_dns(call.region))
            .mac_address(&self.mac)
            .owner_id(call.account())
            .requester_managed(self.is_requester_managed())
            .source_dest_check(self.has_source_dest_check && !self.is_requester_managed())
            .interface_type(self.kind())
            .status(self.status())
            .set_groups(Some(groups.collect()))
            .set_attachment(self.attachment())
            .set_association(association)
            .set_tag_set(Some(tag::to_sdk(&self.tags)))
            .build()
    }

    fn values(&self, call: &Call<'_>, name: &str) -> Vec<String> {
        let association = self.association(call);
        let from_association = |value: fn(&NetworkInterfaceAssociation) -> Option<&str>| -> Vec<String> {
            association.iter().filter_map(value).map(str::to_owned).collect()
        };
        match name {
            "addresses.private-ip-address" | "private-ip-address" => vec![self.private_ip.to_string()],
            "association.allocation-id" => from_association(NetworkInterfaceAssociation::allocation_id),
            "association.public-ip" => from_association(NetworkInterfaceAssociation::public_ip),
            "attachment.attachment-id" => self.attachment_id().map(str::to_owned).into_iter().collect(),
            "attachment.instance-id" => self.instance().map(str::to_owned).into_iter().collect(),
            "attachment.status" => self.attachment_id().map(|_| "attached".to_owned()).into_iter().collect(),
            "attachment.device-index" => match self.user {
                User::Instance { device_index, .. } => vec![device_index.to_string()],
                _ => Vec::new(),
            },
            "availability-zone" => vec![self.zone.clone()],
            "description" => vec![self.description.clone()],
            "group-id" => self.groups.clone(),
            "group-name" => self.groups.iter().filter_map(|id| call.peek::<SecurityGroup>(id)).map(|group| group.name.clone()).collect(),
            "interface-type" => vec![self.kind().as_str().to_owned()],
            "mac-address" => vec![self.mac.clone()],
            "owner-id" => vec![call.account().to_owned()],
            "requester-managed" => vec![self.is_requester_managed().to_string()],
            "status" => vec![self.status().as_str().to_owned()],
            "subnet-id" => vec![self.subnet.clone()],
            "vpc-id" => vec![self.vpc.clone()],
            _ => vec![self.id.clone()],
        }
    }
}

/// `CreateNetworkInterface`.
pub(crate) fn create(call: &mut Call<'_>, input: &CreateNetworkInterfaceInput) -> Result<CreateNetworkInterfaceOutput, Refusal> {
    let operation = "CreateNetworkInterface";
    if !input.private_ip_addresses().is_empty() || input.secondary_private_ip_address_count.is_some() {
        return Err(Refusal::unsimulated("PrivateIpAddresses or SecondaryPrivateIpAddressCount"));
    }
    let answer = |call: &Call<'_>, interface: &NetworkInterface| {
        CreateNetworkInterfaceOutput::builder()
            .network_interface(interface.to_sdk(call))
            .set_client_token(input.client_token.clone())
            .build()
    };
    if let Some(made) = token::made_before(call, operation, input.client_token(), input, "")? {
        let id = made.first().map(String::as_str);
        let interface: NetworkInterface = call.named(id, "networkInterfaceId")?;
        return Ok(answer(call, &interface));
    }
    let subnet: Subnet = call.named(input.subnet_id(), "subnetId")?;
    let groups = security_group::for_interface(call, input.groups(), &subnet.vpc, &subnet.id)?;
    let private_ip = subnet.take_address(call, input.private_ip_address())?;
    let tags = tag::for_new(call, input.tag_specifications(), ResourceType::NetworkInterface)?;
    let description = input.description().unwrap_or_default().to_owned();
    let new = NewInterface { tags, description, private_ip, groups, user: User::None };
    let interface = NetworkInterface::make(call, &subnet, new);
    token::remember(call, operation, input.client_token(), input, "", vec![interface.id.clone()]);
    Ok(answer(call, &interface))
}

/// `DeleteNetworkInterface`: refused while something uses it.
pub(crate) fn delete(call: &mut Call<'_>, input: &DeleteNetworkInterfaceInput) -> Result<DeleteNetworkInterfaceOutput, Refusal> {
    let interface: NetworkInterface = call.named(input.network_interface_id(), "networkInterfaceId")?;
    if interface.user != User::None {
        let message = format!("Network interface '{}' is currently in use.", interface.id);
        return Err(Refusal::new("InvalidParameterValue", message));
    }
    Address::free(call, &interface.id);
    call.remove::<NetworkInterface>(&interface.id);
    Ok(DeleteNetworkInterfaceOutput::builder().build())
}

/// `DescribeNetworkInterfaces`.
pub(crate) fn describe(call: &mut Call<'_>, input: &DescribeNetworkInterfacesInput) -> Result<DescribeNetworkInterfacesOutput, Refusal> {
    let query = Query {
        ids: input.network_interface_ids(),
        filters: input.filters(),
        names: &FILTERS,
        max_results: input.max_results,
        next_token: input.next_token(),
        // EC2 API Reference, DescribeNetworkInterfaces: 5 to 1000, and not with an id list.
        sizes: 5..=1000,
        excludes_ids: true,
    };
    let page = select::<NetworkInterface>(call, &query, |call, interface, name| interface.values(call, name))?;
    let interfaces = page.items.iter().map(|interface| interface.to_sdk(call)).collect();
    Ok(DescribeNetworkInterfacesOutput::builder().set_network_interfaces(Some(interfaces)).set_next_token(page.next_token).build())
}

/// `ModifyNetworkInterfaceAttribute`: groups, description or the source and destination check, one a call.
pub(crate) fn modify_attribute(
    call: &mut Call<'_>,
    input: &ModifyNetworkInterfaceAttributeInput,
) -> Result<ModifyNetworkInterfaceAttributeOutput, Refusal> {
    let mut interface: NetworkInterface = call.named(input.network_interface_id(), "networkInterfaceId")?;
    if interface.is_requester_managed() {
        return Err(Refusal::new("AuthFailure", "You do not have permission to access the specified resource."));
    }
    match (input.groups(), &input.description, &input.source_dest_check) {
        (groups @ [_, ..], None, None) => {
            interface.groups = security_group::for_interface(call, groups, &interface.vpc, &interface.subnet)?;
        }
        ([], Some(description), None) => interface.description = description.value().unwrap_or_default().to_owned(),
        ([], None, Some(check)) => interface.has_source_dest_check = check.value.unwrap_or_default(),
        ([], None, None) => {
            return Err(Refusal::unsimulated("of ModifyNetworkInterfaceAttribute other than groups, description, sourceDestCheck"));
        }
        _ => return Err(Refusal::combination("Fields for multiple attribute types specified")),
    }
    call.put(interface);
    Ok(ModifyNetworkInterfaceAttributeOutput::builder().build())
}
