use std::net::Ipv4Addr;
use std::time::Duration;

use aws_sdk_ec2::operation::create_nat_gateway::{CreateNatGatewayInput, CreateNatGatewayOutput};
use aws_sdk_ec2::operation::delete_nat_gateway::{DeleteNatGatewayInput, DeleteNatGatewayOutput};
use aws_sdk_ec2::operation::describe_nat_gateways::{DescribeNatGatewaysInput, DescribeNatGatewaysOutput};
use aws_sdk_ec2::types::{AvailabilityMode, ConnectivityType, NatGatewayAddress, NatGatewayAddressStatus, NatGatewayState, ResourceType};
use serde::{Deserialize, Serialize};

use super::network_interface::{NewInterface, User};
use super::paging::{Query, select};
use super::{Address, InternetGateway, NetworkInterface, Subnet, tag, token};
use crate::sandbox::call::Call;
use crate::sandbox::faults::StuckOutcome;
use crate::sandbox::moment::Moment;
use crate::sandbox::object::Tags;
use crate::sandbox::refusal::Refusal;

/// How long a gateway is `pending`: the published median.
const PENDING: Duration = Duration::from_secs(115);
/// How long a gateway is `deleting`.
const DELETING: Duration = Duration::from_secs(60);

/// A zonal NAT gateway.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct NatGateway {
    pub(crate) id: String,
    pub(crate) tags: Tags,
    pub(crate) created: Moment,
    pub(crate) subnet: String,
    pub(crate) vpc: String,
    pub(crate) zone: String,
    pub(crate) interface: String,
    pub(crate) private_ip: Ipv4Addr,
    /// The allocation id, the public address and the association's id; none for a private gateway.
    pub(crate) public: Option<(String, Ipv4Addr, String)>,
    pub(crate) ready_at: Moment,
    /// Why it fails when it would become ready.
    pub(crate) failure: Option<(String, String)>,
    /// When its deletion was asked for, and when it ends.
    pub(crate) deletion: Option<(Moment, Moment)>,
    /// Whether its interface and address are given back.
    pub(crate) is_released: bool,
}

impl NatGateway {
    pub(crate) fn state(&self, now: Moment) -> NatGatewayState {
        match (&self.deletion, &self.failure) {
            (Some((_, end)), _) if now < *end => NatGatewayState::Deleting,
            (Some(_), _) => NatGatewayState::Deleted,
            (None, _) if now < self.ready_at => NatGatewayState::Pending,
            (None, Some(_)) => NatGatewayState::Failed,
            (None, None) => NatGatewayState::Available,
        }
    }

    /// Whether a route to it carries traffic or will.
    pub(crate) fn is_usable(&self, now: Moment) -> bool {
        matches!(self.state(now), NatGatewayState::Pending | NatGatewayState::Available)
    }

    /// The moment at which the gateway came to its end; none while it lives.
    pub(crate) fn ended(&self, now: Moment) -> Option<Moment> {
        match self.state(now) {
            NatGatewayState::Deleted => self.deletion.map(|(_, end)| end),
            NatGatewayState::Failed => Some(self.ready_at),
            _ => None,
        }
    }

    fn to_sdk(&self, call: &Call<'_>) -> aws_sdk_ec2::types::NatGateway {
        let state = self.state(call.now);
        let status = match state {
            NatGatewayState::Pending => NatGatewayAddressStatus::Associating,
            NatGatewayState::Available => NatGatewayAddressStatus::Succeeded,
            NatGatewayState::Failed => NatGatewayAddressStatus::Failed,
            _ => NatGatewayAddressStatus::Disassociating,
        };
        let public = self.public.as_ref();
        let address = NatGatewayAddress::builder()
            .network_interface_id(&self.interface)
            .private_ip(self.private_ip.to_string())
            .set_allocation_id(public.map(|(allocation, _, _)| allocation.clone()))
            .set_public_ip(public.map(|(_, ip, _)| ip.to_string()))
            .set_association_id(public.map(|(_, _, association)| association.clone()))
            .is_primary(true)
            .status(status)
            .build();
        let failure = self.failure.as_ref().filter(|_| state == NatGatewayState::Failed);
        aws_sdk_ec2::types::NatGateway::builder()
            .nat_gateway_id(&self.id)
            .subnet_id(&self.subnet)
            .vpc_id(&self.vpc)
            .state(state)
            .availability_mode(AvailabilityMode::Zonal)
            .connectivity_type(self.connectivity())
            .nat_gateway_addresses(address)
            .create_time(self.created.to_sdk())
            .set_delete_time(self.deletion.map(|(asked, _)| asked.to_sdk()))
            .set_failure_code(failure.map(|(code, _)| code.clone()))
            .set_failure_message(failure.map(|(_, message)| message.clone()))
            .set_tags(Some(tag::to_sdk(&self.tags)))
            .build()
    }

    fn connectivity(&self) -> ConnectivityType {
        if self.public.is_some() { ConnectivityType::Public } else { ConnectivityType::Private }
    }
}

/// `CreateNatGateway`, of one zone.
///
/// A public gateway whose VPC has no internet gateway, or whose address is in use, is accepted and becomes `failed` (VPC User Guide, "NAT gateway troubleshooting").
pub(crate) fn create(call: &mut Call<'_>, input: &CreateNatGatewayInput) -> Result<CreateNatGatewayOutput, Refusal> {
    let operation = "CreateNatGateway";
    let answer = |call: &Call<'_>, gateway: &NatGateway| {
        CreateNatGatewayOutput::builder().nat_gateway(gateway.to_sdk(call)).set_client_token(input.client_token.clone()).build()
    };
    if let Some(made) = token::made_before(call, operation, input.client_token(), input, "")? {
        let gateway: NatGateway = call.named(made.first().map(String::as_str), "natGatewayId")?;
        return Ok(answer(call, &gateway));
    }
    if input.availability_mode == Some(AvailabilityMode::Regional)
        || input.secondary_private_ip_address_count.is_some()
        || !input.secondary_allocation_ids().is_empty()
        || !input.secondary_private_ip_addresses().is_empty()
    {
        return Err(Refusal::unsimulated("AvailabilityMode=regional or secondary addresses"));
    }
    let subnet: Subnet = call.named(input.subnet_id(), "subnetId")?;
    let address = match input.connectivity_type() {
        None | Some(ConnectivityType::Public) => Some(call.named::<Address>(input.allocation_id(), "allocationId")?),
        Some(ConnectivityType::Private) if input.allocation_id().is_some() => {
            return Err(Refusal::combination("The parameter AllocationId cannot be used with ConnectivityType private"));
        }
        Some(ConnectivityType::Private) => None,
        Some(other) => return Err(Refusal::value(format!("Value ({}) for parameter connectivityType is invalid.", other.as_str()))),
    };
    let tags = tag::for_new(call, input.tag_specifications(), ResourceType::Natgateway)?;
    let in_zone = call.iter::<NatGateway>().filter(|gateway| gateway.zone == subnet.zone && gateway.ended(call.now).is_none()).count();
    if in_zone >= call.options().quotas.nat_gateways_per_zone {
        let message = format!("Performing this operation would exceed the limit of NAT gateways in {}", subnet.zone);
        return Err(Refusal::new("NatGatewayLimitExceeded", message));
    }
    let private_ip = subnet.take_address(call, input.private_ip_address())?;
    let gateway = make(call, &subnet, private_ip, address, tags);
    token::remember(call, operation, input.client_token(), input, "", vec![gateway.id.clone()]);
    Ok(answer(call, &gateway))
}

fn make(call: &mut Call<'_>, subnet: &Subnet, private_ip: Ipv4Addr, address: Option<Address>, tags: Tags) -> NatGateway {
    let id = call.new_id("nat");
    let user = User::NatGateway { attachment: call.new_id("ela-attach"), gateway: id.clone() };
    let description = format!("Interface for NAT Gateway {id}");
    let interface =
        NetworkInterface::make(call, subnet, NewInterface { tags: Tags::new(), description, private_ip, groups: Vec::new(), user });
    let is_public = address.is_some();
    let taken = address.as_ref().filter(|address| address.association.is_some()).map(|address| address.id.clone());
    let public = address.map(|mut address| match address.association.clone() {
        // An address in use keeps its association; the gateway fails.
        Some(present) => (address.id, address.public_ip, present.id),
        None => {
            let association = address.map_to(call, &interface);
            (address.id, address.public_ip, association)
        }
    });
    let has_gateway = InternetGateway::of_vpc(call, &subnet.vpc).is_some();
    let failure = match call.stuck::<NatGateway>(&tags) {
        Some(StuckOutcome::Fails) => {
            Some(("InternalError".to_owned(), "Network interface was created but not attached to the NAT gateway".to_owned()))
        }
        _ if taken.is_some() => {
            let message = format!("Elastic IP address [{}] is already associated", taken.unwrap_or_default());
            Some(("Resource.AlreadyAssociated".to_owned(), message))
        }
        _ if is_public && !has_gateway => {
            Some(("Gateway.NotAttached".to_owned(), format!("Network {} has no Internet gateway attached", subnet.vpc)))
        }
        _ => None,
    };
    let gateway = NatGateway {
        ready_at: call.ready_at::<NatGateway>(&tags, PENDING),
        id,
        tags,
        created: call.now,
        subnet: subnet.id.clone(),
        vpc: subnet.vpc.clone(),
        zone: subnet.zone.clone(),
        interface: interface.id,
        private_ip,
        public,
        failure,
        deletion: None,
        is_released: false,
    };
    call.put(gateway.clone());
    gateway
}

/// `DeleteNatGateway`: it keeps its interface and address until it is `deleted`.
pub(crate) fn delete(call: &mut Call<'_>, input: &DeleteNatGatewayInput) -> Result<DeleteNatGatewayOutput, Refusal> {
    let id = input.nat_gateway_id().ok_or_else(|| Refusal::missing("natGatewayId"))?;
    let mut gateway: NatGateway = call
        .named(Some(id), "natGatewayId")
        .map_err(|refusal| Refusal { message: format!("NAT gateway {id} was not found"), ..refusal })?;
    if gateway.deletion.is_none() {
        gateway.deletion = Some((call.now, call.after(DELETING)));
        call.put(gateway);
    }
    Ok(DeleteNatGatewayOutput::builder().nat_gateway_id(id).build())
}

/// Gives back what ended gateways held, and forgets them about an hour later.
pub(crate) fn settle(call: &mut Call<'_>) {
    let now = call.now;
    let ended: Vec<NatGateway> = call.iter::<NatGateway>().filter(|gateway| gateway.ended(now).is_some()).cloned().collect();
    let ghost_life = call.options().ghost_life();
    for mut gateway in ended {
        if !gateway.is_released {
            Address::free(call, &gateway.interface);
            call.remove::<NetworkInterface>(&gateway.interface);
            gateway.is_released = true;
            call.put(gateway.clone());
        }
        if gateway.ended(now).is_some_and(|end| end.plus(ghost_life) <= now) {
            call.remove::<NatGateway>(&gateway.id);
        }
    }
}

/// `DescribeNatGateways`.
pub(crate) fn describe(call: &mut Call<'_>, input: &DescribeNatGatewaysInput) -> Result<DescribeNatGatewaysOutput, Refusal> {
    let query = Query {
        ids: input.nat_gateway_ids(),
        filters: input.filter(),
        names: &["nat-gateway-id", "state", "subnet-id", "vpc-id"],
        max_results: input.max_results,
        next_token: input.next_token(),
        // EC2 API Reference, DescribeNatGateways: 5 to 1000.
        sizes: 5..=1000,
        excludes_ids: false,
    };
    let page = select::<NatGateway>(call, &query, |call, gateway, name| {
        vec![match name {
            "state" => gateway.state(call.now).as_str().to_owned(),
            "subnet-id" => gateway.subnet.clone(),
            "vpc-id" => gateway.vpc.clone(),
            _ => gateway.id.clone(),
        }]
    })?;
    let gateways = page.items.iter().map(|gateway| gateway.to_sdk(call)).collect();
    Ok(DescribeNatGatewaysOutput::builder().set_nat_gateways(Some(gateways)).set_next_token(page.next_token).build())
}
