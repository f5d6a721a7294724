use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_ec2::types::{
    ResourceType as Taggable, Route as ListedRoute, RouteOrigin, RouteTable as Listed, RouteTableAssociation as ListedAssociation,
    RouteTableAssociationStateCode,
};
use ipnet::Ipv4Net;

use crate::aws::client::{Connection, required};
use crate::aws::error::gone_is_success;
use crate::aws::request::{known, leaving, observed, parsed, pending, request_text, wanted};
use crate::aws::subnet::list_subnets;
use crate::aws::tags::{read_tags, repair_tags, scope_filters, tags_at_creation};
use crate::desired::{Route, RouteTable, RouteTableAssociation};
use crate::model::{Observed, RemoteId, ResourceAddress, Scope, Status, Tags, Value};
use crate::provider::{Calls, Create, Delete, Depth, ProviderError, ResourceType, Update};

/// The operation that lists tables.
pub(super) const LIST: &str = "DescribeRouteTables";

/// EC2's route tables. Its list also shows `route` and `route-table-association`.
pub(super) struct RouteTableType {
    connection: Connection,
}

impl RouteTableType {
    /// Speaks over `connection`.
    pub(super) fn new(connection: &Connection) -> Self {
        Self { connection: connection.clone() }
    }
}

/// Every table of the scope with the routes and associations that somebody made; those that AWS makes are left out.
pub(super) async fn observe_tables(connection: &Connection, scope: &Scope) -> Result<Vec<Observed>, ProviderError> {
    let list = connection.ec2().describe_route_tables().set_filters(Some(scope_filters(scope)));
    let tables = connection.pages(LIST, list.into_paginator().page_size(100).send());
    let (pages, subnets) = futures::future::try_join(tables, list_subnets(connection, scope)).await?;
    let subnet_names: BTreeMap<String, String> = subnets
        .iter()
        .filter_map(|subnet| Some((subnet.subnet_id()?.to_owned(), scope.address_in(&read_tags(subnet.tags()))?.name().to_owned())))
        .collect();
    let mut objects = Vec::new();
    for table in pages.iter().flat_map(|page| page.route_tables()) {
        let tags = read_tags(table.tags());
        let Some(address) = scope.address_in(&tags) else { continue };
        let id = required(LIST, "routeTableId", table.route_table_id())?;
        for route in table.routes() {
            objects.extend(observe_route(route, id, address.name())?);
        }
        for association in table.associations() {
            objects.extend(observe_association(association, id, &subnet_names)?);
        }
        objects.push(observe_table(table, address, id, tags)?);
    }
    Ok(objects)
}

fn observe_table(table: &Listed, address: ResourceAddress, id: &str, tags: Tags) -> Result<Observed, ProviderError> {
    let specification = RouteTable { vpc: required(LIST, "vpcId", table.vpc_id())?.into() };
    observed(LIST, address, RemoteId::new(id), Status::Ready, &specification, tags)
}

/// A route that somebody made to an IPv4 network: neither the VPC's own, nor a propagated one, nor a gateway endpoint's.
fn observe_route(route: &ListedRoute, table: &str, table_name: &str) -> Result<Option<Observed>, ProviderError> {
    let is_made = matches!(route.origin(), None | Some(RouteOrigin::CreateRoute));
    let gateway = [
        route.gateway_id(),
        route.nat_gateway_id(),
        route.transit_gateway_id(),
        route.network_interface_id(),
        route.vpc_peering_connection_id(),
        route.instance_id(),
    ];
    let gateway = gateway.into_iter().flatten().find(|id| !id.is_empty());
    let Some((destination, gateway)) = route.destination_cidr_block().filter(|_| is_made).zip(gateway) else { return Ok(None) };
    if gateway == "local" || gateway.starts_with("vpce-") {
        return Ok(None);
    }
    let destination: Ipv4Net = parsed(LIST, "destinationCidrBlock", Some(destination))?;
    let address = ResourceAddress::new("route", Route::name(table_name, destination));
    let specification = Route { route_table: table.into(), destination, gateway: gateway.into() };
    observed(LIST, address, route_id(table, destination), Status::Ready, &specification, Tags::new()).map(Some)
}

/// A route has no id of its own: its table's and its destination.
pub(super) fn route_id(table: &str, destination: Ipv4Net) -> RemoteId {
    RemoteId::new(format!("{table}:{destination}"))
}

/// An association is known by its subnet, and must not be taken for it.
pub(super) fn association_id(subnet: &str) -> RemoteId {
    RemoteId::new(format!("{subnet}:route-table"))
}

/// Observed ones also have `association`, EC2's own id, which changes whenever the table does.
fn observe_association(
    association: &ListedAssociation,
    table: &str,
    subnet_names: &BTreeMap<String, String>,
) -> Result<Option<Observed>, ProviderError> {
    let Some((subnet, name)) = association.subnet_id().and_then(|subnet| subnet_names.get_key_value(subnet)) else { return Ok(None) };
    let address = ResourceAddress::new("route-table-association", name.as_str());
    let id = association_id(subnet);
    let status = match association.association_state().and_then(|state| state.state()) {
        Some(RouteTableAssociationStateCode::Associated) | None => Status::Ready,
        Some(RouteTableAssociationStateCode::Disassociating) => Status::Deleting,
        Some(RouteTableAssociationStateCode::Disassociated) => Status::Gone,
        Some(RouteTableAssociationStateCode::Failed) => {
            let reason = association.association_state().and_then(|state| state.status_message());
            Status::Failed { reason: reason.unwrap_or("failed").to_owned() }
        }
        Some(state) => pending(state.as_str()),
    };
    if matches!(status, Status::Deleting | Status::Gone) {
        return Ok(Some(leaving(address, id, status, Tags::new())));
    }
    let specification = RouteTableAssociation { route_table: table.into(), subnet: subnet.as_str().into() };
    let mut object = observed(LIST, address, id, status, &specification, Tags::new())?;
    let own_id = required(LIST, "routeTableAssociationId", association.route_table_association_id())?;
    object.attributes.insert("association".to_owned(), Value::from(own_id));
    Ok(Some(object))
}

#[async_trait]
impl ResourceType for RouteTableType {
    fn kind(&self) -> &'static str {
        "route-table"
    }

    async fn observe(&self, scope: &Scope, _depth: Depth) -> Result<Vec<Observed>, ProviderError> {
        observe_tables(&self.connection, scope).await
    }

    async fn create(&self, request: Create<'_>, calls: &dyn Calls) -> Result<RemoteId, ProviderError> {
        const OPERATION: &str = "CreateRouteTable";
        let specification: RouteTable = wanted(OPERATION, request.attributes)?;
        let token = calls.intend(OPERATION, &request.text()).await?;
        let call = self
            .connection
            .ec2()
            .create_route_table()
            .client_token(token.as_str())
            .vpc_id(known(OPERATION, &specification.vpc)?)
            .tag_specifications(tags_at_creation(Taggable::RouteTable, request.tags, &token));
        let answer = self.connection.call(OPERATION, call.send()).await?;
        Ok(RemoteId::new(required(OPERATION, "routeTableId", answer.route_table.and_then(|table| table.route_table_id))?))
    }

    async fn update(&self, request: Update<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        repair_tags(&self.connection, &request, calls).await
    }

    async fn delete(&self, request: Delete<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "DeleteRouteTable";
        let id = request.observed.id.as_str();
        calls.intend(OPERATION, &request_text(&id)).await?;
        gone_is_success(self.connection.call(OPERATION, self.connection.ec2().delete_route_table().route_table_id(id).send()).await)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(route: aws_sdk_ec2::types::builders::RouteBuilder) -> Option<String> {
        observe_route(&route.build(), "rtb-1", "public").expect("well formed").map(|object| object.address.to_string())
    }

    #[test]
    fn only_routes_that_somebody_made_are_seen() {
        let made = || ListedRoute::builder().origin(RouteOrigin::CreateRoute).destination_cidr_block("10.99.0.0/16");
        assert_eq!(seen(made().transit_gateway_id("tgw-1")).as_deref(), Some("route.public-10-99-0-0-16"));
        assert_eq!(seen(made().gateway_id("vpce-1")), None);
        assert_eq!(seen(made().gateway_id("vgw-1").origin(RouteOrigin::EnableVgwRoutePropagation)), None);
        assert_eq!(seen(made().gateway_id("local").origin(RouteOrigin::CreateRouteTable)), None);
        let prefix_list = ListedRoute::builder().origin(RouteOrigin::CreateRoute).destination_prefix_list_id("pl-1").gateway_id("vpce-1");
        assert_eq!(seen(prefix_list), None);
    }
}
