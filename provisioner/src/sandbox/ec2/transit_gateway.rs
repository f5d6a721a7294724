use std::time::Duration;

use aws_sdk_ec2::operation::create_transit_gateway_vpc_attachment::{
    CreateTransitGatewayVpcAttachmentInput, CreateTransitGatewayVpcAttachmentOutput,
};
use aws_sdk_ec2::operation::delete_transit_gateway_vpc_attachment::{
    DeleteTransitGatewayVpcAttachmentInput, DeleteTransitGatewayVpcAttachmentOutput,
};
use aws_sdk_ec2::operation::describe_transit_gateway_vpc_attachments::{
    DescribeTransitGatewayVpcAttachmentsInput, DescribeTransitGatewayVpcAttachmentsOutput,
};
use aws_sdk_ec2::operation::describe_transit_gateways::{DescribeTransitGatewaysInput, DescribeTransitGatewaysOutput};
use aws_sdk_ec2::operation::modify_transit_gateway_vpc_attachment::{
    ModifyTransitGatewayVpcAttachmentInput, ModifyTransitGatewayVpcAttachmentOutput,
};
use aws_sdk_ec2::types::{ResourceType, TransitGatewayAttachmentState, TransitGatewayState, TransitGatewayVpcAttachment};
use serde::{Deserialize, Serialize};

use super::paging::{Query, select};
use super::{Subnet, Vpc, tag};
use crate::sandbox::call::Call;
use crate::sandbox::moment::Moment;
use crate::sandbox::object::Tags;
use crate::sandbox::refusal::Refusal;

/// The customer's own transit gateway, which exists in each region of the account.
const FOREIGN: &str = "tgw-0fedcba9876543210";
/// How long an attachment is `pending`, and `deleting`.
const CHANGING: Duration = Duration::from_secs(60);

/// A transit gateway; the cloud makes and deletes none.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct TransitGateway {
    pub(crate) id: String,
    pub(crate) tags: Tags,
    pub(crate) created: Moment,
}

impl TransitGateway {
    /// Makes the customer's own gateway where it is missing.
    pub(crate) fn seed(call: &mut Call<'_>) {
        if call.peek::<TransitGateway>(FOREIGN).is_none() {
            call.put(TransitGateway { id: FOREIGN.to_owned(), tags: Tags::new(), created: Moment::EPOCH });
        }
    }
}

/// A VPC's attachment to a transit gateway.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct TransitGatewayAttachment {
    pub(crate) id: String,
    pub(crate) tags: Tags,
    pub(crate) created: Moment,
    pub(crate) gateway: String,
    pub(crate) vpc: String,
    pub(crate) subnets: Vec<String>,
    pub(crate) available_at: Moment,
    /// Until when it is being changed.
    pub(crate) modified_at: Option<Moment>,
    pub(crate) deleted_at: Option<Moment>,
}

impl TransitGatewayAttachment {
    pub(crate) fn state(&self, now: Moment) -> TransitGatewayAttachmentState {
        match self.deleted_at {
            Some(end) if now < end => TransitGatewayAttachmentState::Deleting,
            Some(_) => TransitGatewayAttachmentState::Deleted,
            None if now < self.available_at => TransitGatewayAttachmentState::Pending,
            None if self.modified_at.is_some_and(|end| now < end) => TransitGatewayAttachmentState::Modifying,
            None => TransitGatewayAttachmentState::Available,
        }
    }

    pub(crate) fn is_deleted(&self, now: Moment) -> bool {
        self.deleted_at.is_some_and(|end| end <= now)
    }

    fn to_sdk(&self, call: &Call<'_>) -> TransitGatewayVpcAttachment {
        TransitGatewayVpcAttachment::builder()
            .transit_gateway_attachment_id(&self.id)
            .transit_gateway_id(&self.gateway)
            .vpc_id(&self.vpc)
            .vpc_owner_id(call.account())
            .state(self.state(call.now))
            .set_subnet_ids(Some(self.subnets.clone()))
            .creation_time(self.created.to_sdk())
            .set_tags(Some(tag::to_sdk(&self.tags)))
            .build()
    }
}

/// Checks that the subnets are the VPC's, and one in each zone.
fn check_subnets(call: &Call<'_>, vpc: &str, subnets: &[String]) -> Result<(), Refusal> {
    let mut zones = Vec::new();
    for id in subnets {
        let subnet: Subnet = call.named(Some(id), "SubnetIds")?;
        if subnet.vpc != vpc {
            return Err(Refusal::value(format!("Subnet {id} is not in VPC {vpc}")));
        }
        // EC2 API Reference, CreateTransitGatewayVpcAttachment: "only one subnet per Availability Zone".
        if zones.contains(&subnet.zone) {
            let message = format!("Duplicate subnets for the availability zone {}", subnet.zone);
            return Err(Refusal::new("DuplicateSubnetsInSameZone", message));
        }
        zones.push(subnet.zone);
    }
    Ok(())
}

/// `CreateTransitGatewayVpcAttachment`, which has no client token.
pub(crate) fn create(
    call: &mut Call<'_>,
    input: &CreateTransitGatewayVpcAttachmentInput,
) -> Result<CreateTransitGatewayVpcAttachmentOutput, Refusal> {
    let gateway: TransitGateway = call.named(input.transit_gateway_id(), "TransitGatewayId")?;
    let vpc: Vpc = call.named(input.vpc_id(), "VpcId")?;
    if input.subnet_ids().is_empty() {
        return Err(Refusal::missing("SubnetIds"));
    }
    check_subnets(call, &vpc.id, input.subnet_ids())?;
    let is_attached = call
        .iter::<TransitGatewayAttachment>()
        .any(|present| present.gateway == gateway.id && present.vpc == vpc.id && !present.is_deleted(call.now));
    if is_attached {
        let message = format!("{} has non-deleted Transit Gateway Attachments with same VPC ID", gateway.id);
        return Err(Refusal::new("DuplicateTransitGatewayAttachment", message));
    }
    let tags = tag::for_new(call, input.tag_specifications(), ResourceType::TransitGatewayAttachment)?;
    let attachment = TransitGatewayAttachment {
        id: call.new_id("tgw-attach"),
        created: call.now,
        available_at: call.ready_at::<TransitGatewayAttachment>(&tags, CHANGING),
        tags,
        gateway: gateway.id,
        vpc: vpc.id,
        subnets: input.subnet_ids().to_vec(),
        modified_at: None,
        deleted_at: None,
    };
    call.put(attachment.clone());
    Ok(CreateTransitGatewayVpcAttachmentOutput::builder().transit_gateway_vpc_attachment(attachment.to_sdk(call)).build())
}

/// `ModifyTransitGatewayVpcAttachment`, of which the subnets are simulated.
pub(crate) fn modify(
    call: &mut Call<'_>,
    input: &ModifyTransitGatewayVpcAttachmentInput,
) -> Result<ModifyTransitGatewayVpcAttachmentOutput, Refusal> {
    let mut attachment: TransitGatewayAttachment = call.named(input.transit_gateway_attachment_id(), "TransitGatewayAttachmentId")?;
    if input.options.is_some() {
        return Err(Refusal::unsimulated("Options"));
    }
    if attachment.state(call.now) != TransitGatewayAttachmentState::Available {
        return Err(Refusal::new("IncorrectState", format!("{} is in invalid state", attachment.id)));
    }
    attachment.subnets.retain(|subnet| !input.remove_subnet_ids().contains(subnet));
    attachment.subnets.extend(input.add_subnet_ids().iter().cloned());
    check_subnets(call, &attachment.vpc, &attachment.subnets)?;
    if attachment.subnets.is_empty() {
        return Err(Refusal::value("An attachment must have at least one subnet"));
    }
    attachment.modified_at = Some(call.after(CHANGING));
    let output = attachment.to_sdk(call);
    call.put(attachment);
    Ok(ModifyTransitGatewayVpcAttachmentOutput::builder().transit_gateway_vpc_attachment(output).build())
}

/// `DeleteTransitGatewayVpcAttachment`.
pub(crate) fn delete(
    call: &mut Call<'_>,
    input: &DeleteTransitGatewayVpcAttachmentInput,
) -> Result<DeleteTransitGatewayVpcAttachmentOutput, Refusal> {
    let mut attachment: TransitGatewayAttachment = call.named(input.transit_gateway_attachment_id(), "TransitGatewayAttachmentId")?;
    if attachment.state(call.now) != TransitGatewayAttachmentState::Available {
        let message = format!("{} is in invalid state", attachment.id);
        return Err(Refusal::new("IncorrectState", message));
    }
    attachment.deleted_at = Some(call.after(CHANGING));
    let output = attachment.to_sdk(call);
    call.put(attachment);
    Ok(DeleteTransitGatewayVpcAttachmentOutput::builder().transit_gateway_vpc_attachment(output).build())
}

/// Forgets deleted attachments about an hour later.
pub(crate) fn settle(call: &mut Call<'_>) {
    let ghost_life = call.options().ghost_life();
    let is_over = |attachment: &&TransitGatewayAttachment| attachment.deleted_at.is_some_and(|end| end.plus(ghost_life) <= call.now);
    let over: Vec<String> = call.iter::<TransitGatewayAttachment>().filter(is_over).map(|attachment| attachment.id.clone()).collect();
    for id in over {
        call.remove::<TransitGatewayAttachment>(&id);
    }
}

/// `DescribeTransitGatewayVpcAttachments`.
pub(crate) fn describe_attachments(
    call: &mut Call<'_>,
    input: &DescribeTransitGatewayVpcAttachmentsInput,
) -> Result<DescribeTransitGatewayVpcAttachmentsOutput, Refusal> {
    let query = Query {
        ids: input.transit_gateway_attachment_ids(),
        filters: input.filters(),
        names: &["state", "transit-gateway-attachment-id", "transit-gateway-id", "vpc-id"],
        max_results: input.max_results,
        next_token: input.next_token(),
        // EC2 API Reference, DescribeTransitGatewayVpcAttachments: 5 to 1000.
        sizes: 5..=1000,
        excludes_ids: false,
    };
    let page = select::<TransitGatewayAttachment>(call, &query, |call, attachment, name| {
        vec![match name {
            "state" => attachment.state(call.now).as_str().to_owned(),
            "transit-gateway-id" => attachment.gateway.clone(),
            "vpc-id" => attachment.vpc.clone(),
            _ => attachment.id.clone(),
        }]
    })?;
    let attachments = page.items.iter().map(|attachment| attachment.to_sdk(call)).collect();
    Ok(DescribeTransitGatewayVpcAttachmentsOutput::builder()
        .set_transit_gateway_vpc_attachments(Some(attachments))
        .set_next_token(page.next_token)
        .build())
}

/// `DescribeTransitGateways`.
pub(crate) fn describe(call: &mut Call<'_>, input: &DescribeTransitGatewaysInput) -> Result<DescribeTransitGatewaysOutput, Refusal> {
    let query = Query {
        ids: input.transit_gateway_ids(),
        filters: input.filters(),
        names: &["owner-id", "state", "transit-gateway-id"],
        max_results: input.max_results,
        next_token: input.next_token(),
        // EC2 API Reference, DescribeTransitGateways: 5 to 1000.
        sizes: 5..=1000,
        excludes_ids: false,
    };
    let page = select::<TransitGateway>(call, &query, |call, gateway, name| {
        vec![match name {
            "owner-id" => call.account().to_owned(),
            "state" => "available".to_owned(),
            _ => gateway.id.clone(),
        }]
    })?;
    let gateways = page.items.iter().map(|gateway| {
        aws_sdk_ec2::types::TransitGateway::builder()
            .transit_gateway_id(&gateway.id)
            .transit_gateway_arn(format!("arn:aws:ec2:{}:{}:transit-gateway/{}", call.region, call.account(), gateway.id))
            .owner_id(call.account())
            .state(TransitGatewayState::Available)
            .creation_time(gateway.created.to_sdk())
            .set_tags(Some(tag::to_sdk(&gateway.tags)))
            .build()
    });
    Ok(DescribeTransitGatewaysOutput::builder().set_transit_gateways(Some(gateways.collect())).set_next_token(page.next_token).build())
}
