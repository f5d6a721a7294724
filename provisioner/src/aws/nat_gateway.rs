use std::net::Ipv4Addr;

use async_trait::async_trait;
use aws_sdk_ec2::types::{ConnectivityType, NatGateway as Listed, NatGatewayState, ResourceType as Taggable};

use crate::aws::client::{Connection, required};
use crate::aws::error::gone_is_success;
use crate::aws::request::{known, leaving, observed, parsed, pending, request_text, wanted};
use crate::aws::tags::{read_tags, repair_tags, scope_filters, tags_at_creation};
use crate::desired::NatGateway;
use crate::model::{Observed, RemoteId, Scope, Status, Value};
use crate::provider::{Calls, Create, Delete, Depth, ProviderError, ResourceType, Update};

const LIST: &str = "DescribeNatGateways";

/// EC2's NAT gateways. Observed ones also have `public_address`.
pub(super) struct NatGatewayType {
    connection: Connection,
}

impl NatGatewayType {
    /// Speaks over `connection`.
    pub(super) fn new(connection: &Connection) -> Self {
        Self { connection: connection.clone() }
    }
}

fn status_of(gateway: &Listed) -> Status {
    match gateway.state() {
        Some(NatGatewayState::Available) => Status::Ready,
        Some(NatGatewayState::Deleting) => Status::Deleting,
        Some(NatGatewayState::Deleted) => Status::Gone,
        Some(NatGatewayState::Failed) => {
            let words = [gateway.failure_code(), gateway.failure_message()];
            Status::Failed { reason: words.into_iter().flatten().collect::<Vec<_>>().join(": ") }
        }
        Some(state) => pending(state.as_str()),
        None => pending("pending"),
    }
}

fn observe_one(gateway: &Listed, scope: &Scope) -> Result<Option<Observed>, ProviderError> {
    let tags = read_tags(gateway.tags());
    let Some(address) = scope.address_in(&tags) else { return Ok(None) };
    let id = RemoteId::new(required(LIST, "natGatewayId", gateway.nat_gateway_id())?);
    let status = status_of(gateway);
    if status != Status::Ready {
        // Its addresses appear one by one while it is made, and vanish when it fails.
        return Ok(Some(leaving(address, id, status, tags)));
    }
    let addresses = gateway.nat_gateway_addresses();
    let first = required(LIST, "natGatewayAddressSet", addresses.iter().find(|one| one.is_primary() == Some(true)).or(addresses.first()))?;
    let specification = NatGateway {
        subnet: required(LIST, "subnetId", gateway.subnet_id())?.into(),
        elastic_ip: required(LIST, "allocationId", first.allocation_id())?.into(),
        private_address: parsed::<Ipv4Addr>(LIST, "privateIp", first.private_ip())?,
    };
    let mut object = observed(LIST, address, id, status, &specification, tags)?;
    if let Some(public) = first.public_ip() {
        object.attributes.insert("public_address".to_owned(), Value::from(public));
    }
    Ok(Some(object))
}

#[async_trait]
impl ResourceType for NatGatewayType {
    fn kind(&self) -> &'static str {
        "nat-gateway"
    }

    async fn observe(&self, scope: &Scope, _depth: Depth) -> Result<Vec<Observed>, ProviderError> {
        let list = self.connection.ec2().describe_nat_gateways().set_filter(Some(scope_filters(scope)));
        let pages = self.connection.pages(LIST, list.into_paginator().page_size(1000).send()).await?;
        pages.iter().flat_map(|page| page.nat_gateways()).filter_map(|gateway| observe_one(gateway, scope).transpose()).collect()
    }

    async fn create(&self, request: Create<'_>, calls: &dyn Calls) -> Result<RemoteId, ProviderError> {
        const OPERATION: &str = "CreateNatGateway";
        let specification: NatGateway = wanted(OPERATION, request.attributes)?;
        let token = calls.intend(OPERATION, &request.text()).await?;
        let call = self
            .connection
            .ec2()
            .create_nat_gateway()
            .client_token(token.as_str())
            .connectivity_type(ConnectivityType::Public)
            .subnet_id(known(OPERATION, &specification.subnet)?)
            .allocation_id(known(OPERATION, &specification.elastic_ip)?)
            .private_ip_address(specification.private_address.to_string())
            .tag_specifications(tags_at_creation(Taggable::Natgateway, request.tags, &token));
        let answer = self.connection.call(OPERATION, call.send()).await?;
        let id = answer.nat_gateway.and_then(|gateway| gateway.nat_gateway_id);
        Ok(RemoteId::new(required(OPERATION, "natGatewayId", id)?))
    }

    async fn update(&self, request: Update<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        repair_tags(&self.connection, &request, calls).await
    }

    async fn delete(&self, request: Delete<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "DeleteNatGateway";
        let id = request.observed.id.as_str();
        calls.intend(OPERATION, &request_text(&id)).await?;
        gone_is_success(self.connection.call(OPERATION, self.connection.ec2().delete_nat_gateway().nat_gateway_id(id).send()).await)
    }
}
