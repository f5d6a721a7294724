use std::collections::BTreeSet;

use async_trait::async_trait;
use aws_sdk_ec2::types::{ResourceType as Taggable, TransitGatewayAttachmentState, TransitGatewayVpcAttachment as Listed};

use crate::aws::client::{Connection, required};
use crate::aws::error::gone_is_success;
use crate::aws::request::{known, known_sorted, leaving, observed, pending, request_text, wanted};
use crate::aws::tags::{filter, is_same_object, read_tags, repair_tags, scope_filters, tags_at_creation};
use crate::aws::taken::{Holder, refusal, taken};
use crate::desired::TransitGatewayAttachment;
use crate::model::{Observed, RefOr, RemoteId, Scope, Status, Value};
use crate::provider::{Calls, Create, Delete, Depth, ErrorKind, ProviderError, ResourceType, Update};

const LIST: &str = "DescribeTransitGatewayVpcAttachments";

/// EC2's attachments of VPCs to transit gateways.
pub(super) struct TransitGatewayAttachmentType {
    connection: Connection,
}

impl TransitGatewayAttachmentType {
    /// Speaks over `connection`.
    pub(super) fn new(connection: &Connection) -> Self {
        Self { connection: connection.clone() }
    }

    /// Whose the VPC's attachment to the gateway is; one that was deleted stays listed for a while and holds nothing.
    async fn holder(&self, specification: &TransitGatewayAttachment, request: &Create<'_>) -> Result<Holder, ProviderError> {
        let list = self
            .connection
            .ec2()
            .describe_transit_gateway_vpc_attachments()
            .filters(filter("vpc-id", known(LIST, &specification.vpc)?))
            .filters(filter("transit-gateway-id", &specification.transit_gateway));
        let answer = self.connection.call(LIST, list.send()).await?;
        let is_ours = |one: &Listed| is_same_object(&read_tags(one.tags()), request.tags);
        let staying = answer.transit_gateway_vpc_attachments().iter();
        let staying = staying.filter(|one| !matches!(status_of(one.state()), Status::Deleting | Status::Gone));
        Ok(Holder::among(staying, is_ours, Listed::transit_gateway_attachment_id))
    }
}

fn status_of(state: Option<&TransitGatewayAttachmentState>) -> Status {
    match state {
        Some(TransitGatewayAttachmentState::Available) => Status::Ready,
        Some(TransitGatewayAttachmentState::Deleting) => Status::Deleting,
        Some(TransitGatewayAttachmentState::Deleted) => Status::Gone,
        Some(
            state @ (TransitGatewayAttachmentState::Failed
            | TransitGatewayAttachmentState::Failing
            | TransitGatewayAttachmentState::Rejected
            | TransitGatewayAttachmentState::Rejecting),
        ) => Status::Failed { reason: format!("the transit gateway attachment is {}", state.as_str()) },
        // `pendingAcceptance` waits for the gateway's owner.
        Some(state) => pending(state.as_str()),
        None => pending("pending"),
    }
}

fn observe_one(attachment: &Listed, scope: &Scope) -> Result<Option<Observed>, ProviderError> {
    let tags = read_tags(attachment.tags());
    let Some(address) = scope.address_in(&tags) else { return Ok(None) };
    let id = RemoteId::new(required(LIST, "transitGatewayAttachmentId", attachment.transit_gateway_attachment_id())?);
    let status = status_of(attachment.state());
    if matches!(status, Status::Deleting | Status::Gone) {
        return Ok(Some(leaving(address, id, status, tags)));
    }
    let mut subnets = attachment.subnet_ids().to_vec();
    subnets.sort();
    let specification = TransitGatewayAttachment {
        vpc: required(LIST, "vpcId", attachment.vpc_id())?.into(),
        transit_gateway: required(LIST, "transitGatewayId", attachment.transit_gateway_id())?.to_owned(),
        subnets: subnets.into_iter().map(RefOr::from).collect(),
    };
    observed(LIST, address, id, status, &specification, tags).map(Some)
}

#[async_trait]
impl ResourceType for TransitGatewayAttachmentType {
    fn kind(&self) -> &'static str {
        "transit-gateway-attachment"
    }

    async fn observe(&self, scope: &Scope, _depth: Depth) -> Result<Vec<Observed>, ProviderError> {
        let list = self.connection.ec2().describe_transit_gateway_vpc_attachments().set_filters(Some(scope_filters(scope)));
        let pages = self.connection.pages(LIST, list.into_paginator().page_size(1000).send()).await?;
        let attachments = pages.iter().flat_map(|page| page.transit_gateway_vpc_attachments());
        attachments.filter_map(|attachment| observe_one(attachment, scope).transpose()).collect()
    }

    async fn create(&self, request: Create<'_>, calls: &dyn Calls) -> Result<RemoteId, ProviderError> {
        const OPERATION: &str = "CreateTransitGatewayVpcAttachment";
        let specification: TransitGatewayAttachment = wanted(OPERATION, request.attributes)?;
        let token = calls.intend(OPERATION, &request.text()).await?;
        let call = self
            .connection
            .ec2()
            .create_transit_gateway_vpc_attachment()
            .transit_gateway_id(&specification.transit_gateway)
            .vpc_id(known(OPERATION, &specification.vpc)?)
            .set_subnet_ids(Some(known_sorted(OPERATION, &specification.subnets)?))
            .tag_specifications(tags_at_creation(Taggable::TransitGatewayAttachment, request.tags, &token));
        let answer = self.connection.call(OPERATION, call.send()).await;
        if let Some(refusal) = refusal(&answer, "DuplicateTransitGatewayAttachment") {
            return taken(refusal, self.holder(&specification, &request).await);
        }
        let answer = answer.map_err(|error| match error.code.as_deref() {
            // The gateway is the customer's: it does not become visible by waiting.
            Some("InvalidTransitGatewayID.NotFound") => ProviderError { kind: ErrorKind::Refused, ..error },
            _ => error,
        })?;
        let id = answer.transit_gateway_vpc_attachment.and_then(|attachment| attachment.transit_gateway_attachment_id);
        Ok(RemoteId::new(required(OPERATION, "transitGatewayAttachmentId", id)?))
    }

    async fn update(&self, request: Update<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "ModifyTransitGatewayVpcAttachment";
        let id = &request.observed.id;
        repair_tags(&self.connection, &request, calls).await?;
        let specification: TransitGatewayAttachment = wanted(OPERATION, request.attributes)?;
        let wanted_subnets: BTreeSet<String> = known_sorted(OPERATION, &specification.subnets)?.into_iter().collect();
        let observed_subnets: BTreeSet<String> = match request.observed.attributes.get("subnets") {
            Some(Value::List(items)) => items.iter().filter_map(Value::as_text).map(str::to_owned).collect(),
            _ => BTreeSet::new(),
        };
        if wanted_subnets == observed_subnets {
            return Ok(());
        }
        let added: Vec<String> = wanted_subnets.difference(&observed_subnets).cloned().collect();
        let removed: Vec<String> = observed_subnets.difference(&wanted_subnets).cloned().collect();
        calls.intend(OPERATION, &request_text(&(id, &added, &removed))).await?;
        let some = |ids: Vec<String>| (!ids.is_empty()).then_some(ids);
        let call = self
            .connection
            .ec2()
            .modify_transit_gateway_vpc_attachment()
            .transit_gateway_attachment_id(id.as_str())
            .set_add_subnet_ids(some(added))
            .set_remove_subnet_ids(some(removed));
        self.connection.call(OPERATION, call.send()).await.map(drop)
    }

    async fn delete(&self, request: Delete<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "DeleteTransitGatewayVpcAttachment";
        let id = request.observed.id.as_str();
        calls.intend(OPERATION, &request_text(&id)).await?;
        let call = self.connection.ec2().delete_transit_gateway_vpc_attachment().transit_gateway_attachment_id(id);
        gone_is_success(self.connection.call(OPERATION, call.send()).await)
    }
}
