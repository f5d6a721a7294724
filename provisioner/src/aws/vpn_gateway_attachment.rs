use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_ec2::types::{AttachmentStatus, VpcAttachment, VpnGateway as Listed};

use crate::aws::client::{Connection, required};
use crate::aws::error::gone_is_success;
use crate::aws::request::{known, leaving, observed, pending, request_text, wanted};
use crate::aws::tags::{read_tags, scope_filters};
use crate::desired::VpnGatewayAttachment;
use crate::model::{Observed, RemoteId, ResourceAddress, Scope, Status, Tags};
use crate::provider::{Calls, Create, Delete, Depth, ErrorKind, ProviderError, ResourceType, Update};

const LIST: &str = "DescribeVpnGateways";

/// Which of the customer's virtual private gateways is on a VPC of ours. Its name is the VPC's.
///
/// The gateway carries no tags of ours and is never changed; the VPC tells that the attachment is ours.
pub(super) struct VpnGatewayAttachmentType {
    connection: Connection,
}

impl VpnGatewayAttachmentType {
    /// Speaks over `connection`.
    pub(super) fn new(connection: &Connection) -> Self {
        Self { connection: connection.clone() }
    }

    /// The names of our VPCs, by their ids.
    async fn vpc_names(&self, scope: &Scope) -> Result<BTreeMap<String, String>, ProviderError> {
        let list = self.connection.ec2().describe_vpcs().set_filters(Some(scope_filters(scope)));
        let pages = self.connection.pages("DescribeVpcs", list.into_paginator().page_size(1000).send()).await?;
        let vpcs = pages.iter().flat_map(|page| page.vpcs());
        let named = vpcs.filter_map(|vpc| Some((vpc.vpc_id()?.to_owned(), scope.address_in(&read_tags(vpc.tags()))?.name().to_owned())));
        Ok(named.collect())
    }
}

/// An attachment has no id of its own: the gateway's and the VPC's.
fn attachment_id(gateway: &str, vpc: &str) -> RemoteId {
    RemoteId::new(format!("{gateway}:{vpc}"))
}

fn observe_one(gateway: &Listed, attachment: &VpcAttachment, names: &BTreeMap<String, String>) -> Result<Option<Observed>, ProviderError> {
    let Some((vpc, name)) = attachment.vpc_id().and_then(|vpc| names.get_key_value(vpc)) else { return Ok(None) };
    let gateway = required(LIST, "vpnGatewayId", gateway.vpn_gateway_id())?;
    let address = ResourceAddress::new("vpn-gateway-attachment", name.as_str());
    let id = attachment_id(gateway, vpc);
    let status = match attachment.state() {
        Some(AttachmentStatus::Attached) => Status::Ready,
        Some(AttachmentStatus::Detaching) => Status::Deleting,
        Some(AttachmentStatus::Detached) => Status::Gone,
        Some(state) => pending(state.as_str()),
        None => pending("attaching"),
    };
    if matches!(status, Status::Deleting | Status::Gone) {
        return Ok(Some(leaving(address, id, status, Tags::new())));
    }
    let specification = VpnGatewayAttachment { vpc: vpc.as_str().into(), vpn_gateway: gateway.to_owned() };
    observed(LIST, address, id, status, &specification, Tags::new()).map(Some)
}

#[async_trait]
impl ResourceType for VpnGatewayAttachmentType {
    fn kind(&self) -> &'static str {
        "vpn-gateway-attachment"
    }

    async fn observe(&self, scope: &Scope, _depth: Depth) -> Result<Vec<Observed>, ProviderError> {
        let answer = self.connection.call(LIST, self.connection.ec2().describe_vpn_gateways().send()).await?;
        // Most accounts have no gateway on any VPC, and then whose the VPCs are need not be asked.
        if answer.vpn_gateways().iter().all(|gateway| gateway.vpc_attachments().is_empty()) {
            return Ok(Vec::new());
        }
        let names = self.vpc_names(scope).await?;
        let mut objects = Vec::new();
        for gateway in answer.vpn_gateways() {
            for attachment in gateway.vpc_attachments() {
                objects.extend(observe_one(gateway, attachment, &names)?);
            }
        }
        Ok(objects)
    }

    async fn create(&self, request: Create<'_>, calls: &dyn Calls) -> Result<RemoteId, ProviderError> {
        const OPERATION: &str = "AttachVpnGateway";
        let specification: VpnGatewayAttachment = wanted(OPERATION, request.attributes)?;
        let (gateway, vpc) = (specification.vpn_gateway.as_str(), known(OPERATION, &specification.vpc)?);
        calls.intend(OPERATION, &request_text(request.attributes)).await?;
        let call = self.connection.ec2().attach_vpn_gateway().vpn_gateway_id(gateway).vpc_id(vpc);
        match self.connection.call(OPERATION, call.send()).await {
            Ok(_) => Ok(attachment_id(gateway, vpc)),
            // The gateway is the customer's: it does not become visible by waiting.
            Err(error) if error.code.as_deref() == Some("InvalidVpnGatewayID.NotFound") => {
                Err(ProviderError { kind: ErrorKind::Refused, ..error })
            }
            Err(error) => Err(error),
        }
    }

    /// Nothing: an attachment is replaced.
    async fn update(&self, _request: Update<'_>, _calls: &dyn Calls) -> Result<(), ProviderError> {
        Ok(())
    }

    async fn delete(&self, request: Delete<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "DetachVpnGateway";
        let specification: VpnGatewayAttachment = wanted(OPERATION, &request.observed.attributes)?;
        calls.intend(OPERATION, &request_text(&request.observed.id)).await?;
        let call = self.connection.ec2().detach_vpn_gateway().vpn_gateway_id(&specification.vpn_gateway);
        let call = call.vpc_id(known(OPERATION, &specification.vpc)?);
        gone_is_success(self.connection.call(OPERATION, call.send()).await)
    }
}
