use async_trait::async_trait;
use aws_sdk_ec2::types::{InternetGateway as Listed, ResourceType as Taggable};

use crate::aws::client::{Connection, required};
use crate::aws::error::gone_is_success;
use crate::aws::request::{known, leaving, observed, request_text, wanted};
use crate::aws::tags::{filter, read_tags, repair_tags, scope_filters, tags_at_creation, token_filter};
use crate::aws::taken::{Holder, refusal, taken};
use crate::desired::InternetGateway;
use crate::model::{Observed, RemoteId, Scope, Status, Value};
use crate::provider::{Calls, Create, Delete, Depth, ProviderError, ResourceType, Update};

const LIST: &str = "DescribeInternetGateways";

/// EC2's internet gateways.
pub(super) struct InternetGatewayType {
    connection: Connection,
}

impl InternetGatewayType {
    /// Speaks over `connection`.
    pub(super) fn new(connection: &Connection) -> Self {
        Self { connection: connection.clone() }
    }

    async fn attach(&self, id: &str, vpc: &str, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "AttachInternetGateway";
        calls.intend(OPERATION, &request_text(&(id, vpc))).await?;
        let call = self.connection.ec2().attach_internet_gateway().internet_gateway_id(id).vpc_id(vpc);
        let answer = self.connection.call(OPERATION, call.send()).await;
        // An answer that was lost lets the SDK ask again, and then the gateway is attached already.
        if let Some(refusal) = refusal(&answer, "Resource.AlreadyAssociated") {
            let shown = self.attached_to(vpc).await;
            return taken(refusal, shown.map(|shown| Holder::if_it_is(shown, &id.to_owned()))).map(drop);
        }
        answer.map(drop)
    }

    /// The gateway that the VPC has.
    async fn attached_to(&self, vpc: &str) -> Result<Option<String>, ProviderError> {
        let list = self.connection.ec2().describe_internet_gateways().filters(filter("attachment.vpc-id", vpc));
        let answer = self.connection.call(LIST, list.send()).await?;
        Ok(answer.internet_gateways().first().and_then(Listed::internet_gateway_id).map(str::to_owned))
    }

    async fn detach(&self, id: &str, vpc: &str, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "DetachInternetGateway";
        calls.intend(OPERATION, &request_text(&(id, vpc))).await?;
        let call = self.connection.ec2().detach_internet_gateway().internet_gateway_id(id).vpc_id(vpc);
        let answer = self.connection.call(OPERATION, call.send()).await;
        if refusal(&answer, "Gateway.NotAttached").is_some() { Ok(()) } else { gone_is_success(answer) }
    }
}

fn observe_one(gateway: &Listed, scope: &Scope) -> Result<Option<Observed>, ProviderError> {
    let tags = read_tags(gateway.tags());
    let Some(address) = scope.address_in(&tags) else { return Ok(None) };
    let id = RemoteId::new(required(LIST, "internetGatewayId", gateway.internet_gateway_id())?);
    // An attached gateway is `available` here, which is no value of the SDK's `AttachmentStatus`.
    let attached = gateway.attachments().iter().find_map(|attachment| attachment.vpc_id());
    match attached {
        Some(vpc) => observed(LIST, address, id, Status::Ready, &InternetGateway { vpc: vpc.into() }, tags).map(Some),
        None => Ok(Some(leaving(address, id, Status::Ready, tags))),
    }
}

#[async_trait]
impl ResourceType for InternetGatewayType {
    fn kind(&self) -> &'static str {
        "internet-gateway"
    }

    async fn observe(&self, scope: &Scope, _depth: Depth) -> Result<Vec<Observed>, ProviderError> {
        let list = self.connection.ec2().describe_internet_gateways().set_filters(Some(scope_filters(scope)));
        let pages = self.connection.pages(LIST, list.into_paginator().page_size(1000).send()).await?;
        let gateways = pages.iter().flat_map(|page| page.internet_gateways());
        gateways.filter_map(|gateway| observe_one(gateway, scope).transpose()).collect()
    }

    /// Makes the gateway; `update` attaches it.
    async fn create(&self, request: Create<'_>, calls: &dyn Calls) -> Result<RemoteId, ProviderError> {
        const OPERATION: &str = "CreateInternetGateway";
        let token = calls.intend(OPERATION, &request.text()).await?;
        let earlier = self.connection.ec2().describe_internet_gateways().filters(token_filter(&token));
        let earlier = self.connection.call(LIST, earlier.send()).await?;
        if let Some(id) = earlier.internet_gateways().first().and_then(Listed::internet_gateway_id) {
            return Ok(RemoteId::new(id));
        }
        let tags = tags_at_creation(Taggable::InternetGateway, request.tags, &token);
        let call = self.connection.ec2_once().create_internet_gateway().tag_specifications(tags);
        let answer = self.connection.call(OPERATION, call.send()).await?;
        let id = answer.internet_gateway.and_then(|gateway| gateway.internet_gateway_id);
        Ok(RemoteId::new(required(OPERATION, "internetGatewayId", id)?))
    }

    async fn update(&self, request: Update<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "AttachInternetGateway";
        let id = &request.observed.id;
        repair_tags(&self.connection, &request, calls).await?;
        let specification: InternetGateway = wanted(OPERATION, request.attributes)?;
        let vpc = known(OPERATION, &specification.vpc)?;
        match request.observed.attributes.get("vpc").and_then(Value::as_text) {
            Some(attached) if attached == vpc => return Ok(()),
            Some(elsewhere) => self.detach(id.as_str(), elsewhere, calls).await?,
            None => {}
        }
        self.attach(id.as_str(), vpc, calls).await
    }

    async fn delete(&self, request: Delete<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "DeleteInternetGateway";
        let id = request.observed.id.as_str();
        if let Some(vpc) = request.observed.attributes.get("vpc").and_then(Value::as_text) {
            self.detach(id, vpc, calls).await?;
        }
        calls.intend(OPERATION, &request_text(&id)).await?;
        let call = self.connection.ec2().delete_internet_gateway().internet_gateway_id(id);
        gone_is_success(self.connection.call(OPERATION, call.send()).await)
    }
}
