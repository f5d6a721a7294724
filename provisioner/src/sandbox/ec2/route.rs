use aws_sdk_ec2::operation::create_route::{CreateRouteInput, CreateRouteOutput};
use aws_sdk_ec2::operation::delete_route::{DeleteRouteInput, DeleteRouteOutput};
use aws_sdk_ec2::operation::replace_route::{ReplaceRouteInput, ReplaceRouteOutput};
use aws_sdk_ec2::types::{NatGatewayState, RouteOrigin, RouteState};
use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

use super::vpc::parse_cidr;
use super::{InternetGateway, NatGateway, NetworkInterface, RouteTable, TransitGatewayAttachment, Vpc, VpnGateway};
use crate::sandbox::call::Call;
use crate::sandbox::refusal::Refusal;

/// Where a route leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Target {
    Local,
    InternetGateway(String),
    NatGateway(String),
    TransitGateway(String),
    VpnGateway(String),
    NetworkInterface(String),
}

impl Target {
    /// The target as a route's `GatewayId`.
    pub(crate) fn gateway(&self) -> Option<&str> {
        match self {
            Target::Local => Some("local"),
            Target::InternetGateway(id) | Target::VpnGateway(id) => Some(id),
            Target::NatGateway(_) | Target::TransitGateway(_) | Target::NetworkInterface(_) => None,
        }
    }

    /// The target as a route's `NatGatewayId`.
    pub(crate) fn nat_gateway(&self) -> Option<&str> {
        if let Target::NatGateway(id) = self { Some(id) } else { None }
    }

    /// The target as a route's `TransitGatewayId`.
    pub(crate) fn transit_gateway(&self) -> Option<&str> {
        if let Target::TransitGateway(id) = self { Some(id) } else { None }
    }

    fn interface(&self) -> Option<&str> {
        if let Target::NetworkInterface(id) = self { Some(id) } else { None }
    }
}

/// One route of a route table.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Route {
    pub(crate) destination: Ipv4Net,
    pub(crate) target: Target,
}

impl Route {
    pub(crate) fn origin(&self) -> RouteOrigin {
        if self.target == Target::Local { RouteOrigin::CreateRouteTable } else { RouteOrigin::CreateRoute }
    }

    /// A route is a black hole when its target is gone (EC2 API Reference, `Route`).
    pub(crate) fn state(&self, call: &Call<'_>) -> RouteState {
        let is_alive = match &self.target {
            Target::Local => true,
            Target::InternetGateway(id) => call.peek::<InternetGateway>(id).is_some_and(|gateway| gateway.vpc.is_some()),
            Target::NatGateway(id) => call.peek::<NatGateway>(id).is_some_and(|gateway| gateway.is_usable(call.now)),
            Target::TransitGateway(id) => {
                call.iter::<TransitGatewayAttachment>().any(|attachment| attachment.gateway == *id && !attachment.is_deleted(call.now))
            }
            Target::VpnGateway(id) => call.peek::<VpnGateway>(id).is_some_and(|gateway| gateway.vpc.is_some()),
            Target::NetworkInterface(id) => call.peek::<NetworkInterface>(id).is_some(),
        };
        if is_alive { RouteState::Active } else { RouteState::Blackhole }
    }

    pub(crate) fn to_sdk(&self, call: &Call<'_>) -> aws_sdk_ec2::types::Route {
        aws_sdk_ec2::types::Route::builder()
            .destination_cidr_block(self.destination.to_string())
            .set_gateway_id(self.target.gateway().map(str::to_owned))
            .set_nat_gateway_id(self.target.nat_gateway().map(str::to_owned))
            .set_transit_gateway_id(self.target.transit_gateway().map(str::to_owned))
            .set_network_interface_id(self.target.interface().map(str::to_owned))
            .origin(self.origin())
            .state(self.state(call))
            .build()
    }
}

/// The targets that a request may name.
struct Wanted<'a> {
    gateway: Option<&'a str>,
    nat_gateway: Option<&'a str>,
    transit_gateway: Option<&'a str>,
    interface: Option<&'a str>,
    has_other: bool,
}

impl Wanted<'_> {
    /// Checks that exactly one target is named, exists, and belongs to the table's VPC.
    fn resolve(&self, call: &Call<'_>, table: &RouteTable) -> Result<Target, Refusal> {
        if self.has_other {
            return Err(Refusal::unsimulated("of CreateRoute that names this kind of target or destination"));
        }
        let elsewhere =
            |id: &str| Refusal::value(format!("route table {} and network gateway {id} belong to different networks", table.id));
        match (self.gateway, self.nat_gateway, self.transit_gateway, self.interface) {
            (Some(id), None, None, None) if id.starts_with("vgw-") => {
                let gateway: VpnGateway = call.named(Some(id), "gatewayId")?;
                if gateway.vpc.as_ref() != Some(&table.vpc) {
                    return Err(elsewhere(id));
                }
                Ok(Target::VpnGateway(gateway.id))
            }
            (Some(id), None, None, None) => {
                let gateway: InternetGateway = call.named(Some(id), "gatewayId")?;
                if gateway.vpc.as_ref() != Some(&table.vpc) {
                    return Err(elsewhere(id));
                }
                Ok(Target::InternetGateway(gateway.id))
            }
            (None, Some(id), None, None) => {
                let missing = || Refusal::new("InvalidNatGatewayID.NotFound", format!("The natGateway ID '{id}' does not exist"));
                let gateway: NatGateway = call.named(Some(id), "natGatewayId").map_err(|_| missing())?;
                match gateway.state(call.now) {
                    NatGatewayState::Pending | NatGatewayState::Available if gateway.vpc == table.vpc => Ok(Target::NatGateway(gateway.id)),
                    NatGatewayState::Pending | NatGatewayState::Available => Err(elsewhere(id)),
                    _ => Err(missing()),
                }
            }
            (None, None, Some(id), None) => {
                // A transit gateway is reachable only from a VPC that is attached to it.
                let is_attached = call
                    .iter::<TransitGatewayAttachment>()
                    .any(|attachment| attachment.gateway == id && attachment.vpc == table.vpc && !attachment.is_deleted(call.now));
                if !is_attached {
                    let message = format!("The transitGateway ID '{id}' does not exist.");
                    return Err(Refusal::new("InvalidTransitGatewayID.NotFound", message));
                }
                Ok(Target::TransitGateway(id.to_owned()))
            }
            (None, None, None, Some(id)) => {
                let interface: NetworkInterface = call.named(Some(id), "networkInterfaceId")?;
                if interface.vpc != table.vpc {
                    return Err(elsewhere(id));
                }
                Ok(Target::NetworkInterface(interface.id))
            }
            (None, None, None, None) => Err(Refusal::missing("gatewayId or another target")),
            _ => Err(Refusal::combination("Exactly one target must be specified for a route")),
        }
    }
}

/// `CreateRoute`.
pub(crate) fn create(call: &mut Call<'_>, input: &CreateRouteInput) -> Result<CreateRouteOutput, Refusal> {
    let mut table: RouteTable = call.named(input.route_table_id(), "routeTableId")?;
    let wanted = Wanted {
        gateway: input.gateway_id(),
        nat_gateway: input.nat_gateway_id(),
        transit_gateway: input.transit_gateway_id(),
        interface: input.network_interface_id(),
        has_other: input.instance_id.is_some()
            || input.destination_ipv6_cidr_block.is_some()
            || input.destination_prefix_list_id.is_some()
            || input.vpc_peering_connection_id.is_some()
            || input.vpc_endpoint_id.is_some(),
    };
    let target = wanted.resolve(call, &table)?;
    let destination = parse_cidr(input.destination_cidr_block(), "destinationCidrBlock")?;
    if table.routes.iter().any(|route| route.destination == destination) {
        return Err(Refusal::new("RouteAlreadyExists", format!("The route identified by {destination} already exists.")));
    }
    let is_inside = call.peek::<Vpc>(&table.vpc).is_some_and(|vpc| vpc.cidr.contains(&destination));
    if is_inside && !matches!(target, Target::NetworkInterface(_)) {
        return Err(Refusal::value(format!(
            "The destination CIDR block {destination} is equal to or more specific than one of this VPC's CIDR blocks. This route can target only an interface or an instance."
        )));
    }
    if table.routes.len() > call.options().quotas.routes_per_table {
        return Err(Refusal::new("RouteLimitExceeded", "The maximum number of routes has been reached."));
    }
    table.routes.push(Route { destination, target });
    call.put(table);
    Ok(CreateRouteOutput::builder().r#return(true).build())
}

/// `ReplaceRoute`.
pub(crate) fn replace(call: &mut Call<'_>, input: &ReplaceRouteInput) -> Result<ReplaceRouteOutput, Refusal> {
    let mut table: RouteTable = call.named(input.route_table_id(), "routeTableId")?;
    let wanted = Wanted {
        gateway: input.gateway_id(),
        nat_gateway: input.nat_gateway_id(),
        transit_gateway: input.transit_gateway_id(),
        interface: input.network_interface_id(),
        has_other: input.instance_id.is_some() || input.destination_ipv6_cidr_block.is_some() || input.local_target == Some(true),
    };
    let target = wanted.resolve(call, &table)?;
    let destination = parse_cidr(input.destination_cidr_block(), "destinationCidrBlock")?;
    let route = table.routes.iter_mut().find(|route| route.destination == destination && route.target != Target::Local);
    let Some(route) = route else {
        return Err(Refusal::value(format!("There is no route defined for '{destination}' in the route table. Use CreateRoute instead.")));
    };
    route.target = target;
    call.put(table);
    Ok(ReplaceRouteOutput::builder().build())
}

/// `DeleteRoute`: refused for the local route.
pub(crate) fn delete(call: &mut Call<'_>, input: &DeleteRouteInput) -> Result<DeleteRouteOutput, Refusal> {
    let mut table: RouteTable = call.named(input.route_table_id(), "routeTableId")?;
    let destination = parse_cidr(input.destination_cidr_block(), "destinationCidrBlock")?;
    let Some(place) = table.routes.iter().position(|route| route.destination == destination) else {
        let message = format!("no route with destination-cidr-block {destination} in route table {}", table.id);
        return Err(Refusal::new("InvalidRoute.NotFound", message));
    };
    if table.routes[place].target == Target::Local {
        return Err(Refusal::value(format!("cannot remove local route {destination} in route table {}", table.id)));
    }
    table.routes.remove(place);
    call.put(table);
    Ok(DeleteRouteOutput::builder().build())
}
