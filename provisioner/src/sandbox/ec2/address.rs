use std::net::Ipv4Addr;

use aws_sdk_ec2::operation::allocate_address::{AllocateAddressInput, AllocateAddressOutput};
use aws_sdk_ec2::operation::associate_address::{AssociateAddressInput, AssociateAddressOutput};
use aws_sdk_ec2::operation::describe_addresses::{DescribeAddressesInput, DescribeAddressesOutput};
use aws_sdk_ec2::operation::disassociate_address::{DisassociateAddressInput, DisassociateAddressOutput};
use aws_sdk_ec2::operation::release_address::{ReleaseAddressInput, ReleaseAddressOutput};
use aws_sdk_ec2::types::{DomainType, InstanceStateName, ResourceType};
use serde::{Deserialize, Serialize};

use super::paging::{Query, select};
use super::{Instance, InternetGateway, NetworkInterface, tag};
use crate::sandbox::call::Call;
use crate::sandbox::moment::Moment;
use crate::sandbox::object::Tags;
use crate::sandbox::refusal::Refusal;

const FILTERS: [&str; 10] = [
    "allocation-id",
    "association-id",
    "domain",
    "instance-id",
    "network-border-group",
    "network-interface-id",
    "network-interface-owner-id",
    "private-ip-address",
    "public-ip",
    "instance-owner-id",
];

/// An Elastic IP address; its id is the allocation id.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Address {
    pub(crate) id: String,
    pub(crate) tags: Tags,
    pub(crate) created: Moment,
    pub(crate) public_ip: Ipv4Addr,
    pub(crate) association: Option<Association>,
}

/// What an Elastic IP address is mapped to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Association {
    pub(crate) id: String,
    pub(crate) interface: String,
    pub(crate) private_ip: Ipv4Addr,
}

impl Address {
    /// The address that is mapped to an interface.
    pub(crate) fn of_interface(call: &Call<'_>, interface: &str) -> Option<Address> {
        let is_of = |address: &&Address| address.association.as_ref().is_some_and(|association| association.interface == interface);
        call.iter::<Address>().find(is_of).cloned()
    }

    /// Maps the address to an interface and returns the association's id.
    pub(crate) fn map_to(&mut self, call: &mut Call<'_>, interface: &NetworkInterface) -> String {
        let id = call.new_id("eipassoc");
        self.association = Some(Association { id: id.clone(), interface: interface.id.clone(), private_ip: interface.private_ip });
        call.put(self.clone());
        id
    }

    /// Unmaps whatever address is mapped to an interface.
    pub(crate) fn free(call: &mut Call<'_>, interface: &str) {
        if let Some(mut address) = Address::of_interface(call, interface) {
            address.association = None;
            call.put(address);
        }
    }

    fn interface<'c>(&self, call: &'c Call<'_>) -> Option<&'c NetworkInterface> {
        call.peek(&self.association.as_ref()?.interface)
    }

    fn to_sdk(&self, call: &Call<'_>) -> aws_sdk_ec2::types::Address {
        let association = self.association.as_ref();
        aws_sdk_ec2::types::Address::builder()
            .allocation_id(&self.id)
            .public_ip(self.public_ip.to_string())
            .public_ipv4_pool("amazon")
            .network_border_group(call.region)
            .domain(DomainType::Vpc)
            .set_association_id(association.map(|association| association.id.clone()))
            .set_network_interface_id(association.map(|association| association.interface.clone()))
            .set_network_interface_owner_id(association.map(|_| call.account().to_owned()))
            .set_private_ip_address(association.map(|association| association.private_ip.to_string()))
            .set_instance_id(self.interface(call).and_then(NetworkInterface::instance).map(str::to_owned))
            .set_tags(Some(tag::to_sdk(&self.tags)))
            .build()
    }
}

/// Makes a public address out of a block that EC2 announces, 18.128.0.0/9.
pub(crate) fn new_public_ip(call: &mut Call<'_>) -> Ipv4Addr {
    let digits = call.new_digits(6);
    let number = u32::from_str_radix(&digits, 16).unwrap_or_default();
    Ipv4Addr::from(u32::from(Ipv4Addr::new(18, 128, 0, 0)) | (number & 0x007f_ffff))
}

/// `AllocateAddress`: an address of Amazon's own pool.
pub(crate) fn allocate(call: &mut Call<'_>, input: &AllocateAddressInput) -> Result<AllocateAddressOutput, Refusal> {
    if input.address.is_some() || input.public_ipv4_pool.is_some() || input.domain == Some(DomainType::Standard) {
        return Err(Refusal::unsimulated("Address, PublicIpv4Pool or Domain=standard"));
    }
    let tags = tag::for_new(call, input.tag_specifications(), ResourceType::ElasticIp)?;
    if call.iter::<Address>().count() >= call.options().quotas.addresses {
        return Err(Refusal::new("AddressLimitExceeded", "The maximum number of addresses has been reached."));
    }
    let address = Address { id: call.new_id("eipalloc"), tags, created: call.now, public_ip: new_public_ip(call), association: None };
    call.put(address.clone());
    Ok(AllocateAddressOutput::builder()
        .allocation_id(&address.id)
        .public_ip(address.public_ip.to_string())
        .public_ipv4_pool("amazon")
        .network_border_group(call.region)
        .domain(DomainType::Vpc)
        .build())
}

/// `ReleaseAddress`: refused while mapped; one that a NAT gateway holds belongs to the service.
pub(crate) fn release(call: &mut Call<'_>, input: &ReleaseAddressInput) -> Result<ReleaseAddressOutput, Refusal> {
    let address: Address = call.named(input.allocation_id(), "allocationId")?;
    if let Some(interface) = address.interface(call) {
        if interface.is_requester_managed() {
            return Err(Refusal::new("AuthFailure", "You do not have permission to access the specified resource."));
        }
        return Err(Refusal::new("InvalidIPAddress.InUse", format!("Address {} is in use.", address.public_ip)));
    }
    call.remove::<Address>(&address.id);
    Ok(ReleaseAddressOutput::builder().build())
}

/// `AssociateAddress`: to an interface, or to the first interface of an instance that is not pending.
pub(crate) fn associate(call: &mut Call<'_>, input: &AssociateAddressInput) -> Result<AssociateAddressOutput, Refusal> {
    let mut address: Address = call.named(input.allocation_id(), "allocationId")?;
    let interface = match (input.network_interface_id(), input.instance_id()) {
        (Some(_), Some(_)) => {
            return Err(Refusal::combination("You may specify networkInterfaceId or instanceId, but not both in the same call"));
        }
        (None, None) => return Err(Refusal::missing("InstanceId or NetworkInterfaceId")),
        (Some(_), None) => call.named::<NetworkInterface>(input.network_interface_id(), "networkInterfaceId")?,
        (None, Some(id)) => first_interface(call, id)?,
    };
    if interface.is_requester_managed() {
        return Err(Refusal::new("AuthFailure", "You do not have permission to access the specified resource."));
    }
    if input.private_ip_address().is_some_and(|wanted| wanted != interface.private_ip.to_string()) {
        return Err(Refusal::value(format!("Invalid value for privateIpAddress: the interface has {}", interface.private_ip)));
    }
    if InternetGateway::of_vpc(call, &interface.vpc).is_none() {
        let message = format!("Network {} is not attached to any internet gateway", interface.vpc);
        return Err(Refusal::new("Gateway.NotAttached", message));
    }
    if let Some(present) = &address.association {
        if present.interface == interface.id {
            return Ok(AssociateAddressOutput::builder().association_id(&present.id).build());
        }
        if address.interface(call).is_some_and(NetworkInterface::is_requester_managed) {
            return Err(Refusal::new("AuthFailure", "You do not have permission to access the specified resource."));
        }
        // EC2 API Reference, AssociateAddress: reassociation is automatic unless AllowReassociation is false.
        if input.allow_reassociation == Some(false) {
            let message = format!("resource {} is already associated with associate-id {}", address.id, present.id);
            return Err(Refusal::new("Resource.AlreadyAssociated", message));
        }
    }
    if let Some(present) = Address::of_interface(call, &interface.id) {
        if input.allow_reassociation == Some(false) {
            let message = format!("resource {} is already associated with {}", interface.id, present.id);
            return Err(Refusal::new("Resource.AlreadyAssociated", message));
        }
        Address::free(call, &interface.id);
    }
    // The address that AWS lent goes back when an Elastic IP takes its place.
    call.update::<NetworkInterface>(&interface.id, |interface| interface.public_ip = None);
    let id = address.map_to(call, &interface);
    Ok(AssociateAddressOutput::builder().association_id(id).build())
}

fn first_interface(call: &Call<'_>, id: &str) -> Result<NetworkInterface, Refusal> {
    let instance: Instance = call.named(Some(id), "instanceId")?;
    let state = instance.state(call.now);
    if !matches!(state, InstanceStateName::Running | InstanceStateName::Stopping | InstanceStateName::Stopped) {
        let message = format!("The {} instance '{id}' is not in a valid state for this operation.", state.as_str());
        return Err(Refusal::new("InvalidInstanceID", message));
    }
    let first = NetworkInterface::of_instance(call, id).into_iter().next();
    first.ok_or_else(|| Refusal::new("InvalidInstanceID", format!("The instance '{id}' has no network interface")))
}

/// `DisassociateAddress`.
pub(crate) fn disassociate(call: &mut Call<'_>, input: &DisassociateAddressInput) -> Result<DisassociateAddressOutput, Refusal> {
    let id = input.association_id().ok_or_else(|| Refusal::missing("AssociationId"))?;
    let is_of = |address: &&Address| address.association.as_ref().is_some_and(|association| association.id == id);
    let Some(mut address) = call.iter::<Address>().find(is_of).cloned() else {
        return Err(Refusal::new("InvalidAssociationID.NotFound", format!("The association ID '{id}' does not exist")));
    };
    if address.interface(call).is_some_and(NetworkInterface::is_requester_managed) {
        return Err(Refusal::new("AuthFailure", "You do not have permission to access the specified resource."));
    }
    address.association = None;
    call.put(address);
    Ok(DisassociateAddressOutput::builder().build())
}

/// `DescribeAddresses`, which has no paging.
pub(crate) fn describe(call: &mut Call<'_>, input: &DescribeAddressesInput) -> Result<DescribeAddressesOutput, Refusal> {
    let query = Query {
        ids: input.allocation_ids(),
        filters: input.filters(),
        names: &FILTERS,
        max_results: None,
        next_token: None,
        sizes: 1..=1000,
        excludes_ids: false,
    };
    let page = select::<Address>(call, &query, |call, address, name| {
        let association = address.association.iter();
        match name {
            "allocation-id" => vec![address.id.clone()],
            "association-id" => association.map(|association| association.id.clone()).collect(),
            "domain" => vec!["vpc".to_owned()],
            "network-border-group" => vec![call.region.to_owned()],
            "network-interface-id" => association.map(|association| association.interface.clone()).collect(),
            "network-interface-owner-id" => association.map(|_| call.account().to_owned()).collect(),
            "private-ip-address" => association.map(|association| association.private_ip.to_string()).collect(),
            "public-ip" => vec![address.public_ip.to_string()],
            "instance-id" => address.interface(call).and_then(NetworkInterface::instance).map(str::to_owned).into_iter().collect(),
            _ => Vec::new(),
        }
    })?;
    if let Some(unknown) = input.public_ips().iter().find(|ip| !page.items.iter().any(|address| address.public_ip.to_string() == **ip)) {
        return Err(Refusal::new("InvalidAddress.NotFound", format!("Address '{unknown}' not found.")));
    }
    let is_named = |address: &&Address| input.public_ips().is_empty() || input.public_ips().contains(&address.public_ip.to_string());
    let addresses = page.items.iter().filter(is_named).map(|address| address.to_sdk(call)).collect();
    Ok(DescribeAddressesOutput::builder().set_addresses(Some(addresses)).build())
}
