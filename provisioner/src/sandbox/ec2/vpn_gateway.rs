use std::time::Duration;

use aws_sdk_ec2::operation::attach_vpn_gateway::{AttachVpnGatewayInput, AttachVpnGatewayOutput};
use aws_sdk_ec2::operation::describe_vpn_gateways::{DescribeVpnGatewaysInput, DescribeVpnGatewaysOutput};
use aws_sdk_ec2::operation::detach_vpn_gateway::{DetachVpnGatewayInput, DetachVpnGatewayOutput};
use aws_sdk_ec2::types::{AttachmentStatus, GatewayType, VpcAttachment, VpnState};
use serde::{Deserialize, Serialize};

use super::paging::{Query, select};
use super::{Vpc, tag};
use crate::sandbox::call::Call;
use crate::sandbox::moment::Moment;
use crate::sandbox::object::Tags;
use crate::sandbox::refusal::Refusal;

/// The customer's own virtual private gateway, which exists in each region of the account.
const FOREIGN: &str = "vgw-0fedcba9876543210";
/// How long an attachment is `attaching`, and `detaching`.
const CHANGING: Duration = Duration::from_secs(30);

/// A virtual private gateway; the cloud makes and deletes none.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct VpnGateway {
    pub(crate) id: String,
    pub(crate) tags: Tags,
    pub(crate) created: Moment,
    /// The VPC it is attached to, until a detachment ends.
    pub(crate) vpc: Option<String>,
    pub(crate) attached_at: Moment,
    pub(crate) detached_at: Option<Moment>,
}

impl VpnGateway {
    /// Makes the customer's own gateway where it is missing.
    pub(crate) fn seed(call: &mut Call<'_>) {
        if call.peek::<VpnGateway>(FOREIGN).is_none() {
            let (created, attached_at) = (Moment::EPOCH, Moment::EPOCH);
            call.put(VpnGateway { id: FOREIGN.to_owned(), tags: Tags::new(), created, vpc: None, attached_at, detached_at: None });
        }
    }

    fn attachment_state(&self, now: Moment) -> AttachmentStatus {
        match self.detached_at {
            Some(_) => AttachmentStatus::Detaching,
            None if now < self.attached_at => AttachmentStatus::Attaching,
            None => AttachmentStatus::Attached,
        }
    }

    fn attachment(&self, now: Moment) -> Option<VpcAttachment> {
        Some(VpcAttachment::builder().vpc_id(self.vpc.as_ref()?).state(self.attachment_state(now)).build())
    }
}

/// `AttachVpnGateway`: one VPC a gateway, one gateway a VPC.
pub(crate) fn attach(call: &mut Call<'_>, input: &AttachVpnGatewayInput) -> Result<AttachVpnGatewayOutput, Refusal> {
    let mut gateway: VpnGateway = call.named(input.vpn_gateway_id(), "vpnGatewayId")?;
    let vpc: Vpc = call.named(input.vpc_id(), "vpcId")?;
    if gateway.vpc.as_ref() == Some(&vpc.id) && gateway.detached_at.is_none() {
        return Ok(AttachVpnGatewayOutput::builder().set_vpc_attachment(gateway.attachment(call.now)).build());
    }
    let is_taken = gateway.vpc.is_some() || call.iter::<VpnGateway>().any(|other| other.vpc.as_ref() == Some(&vpc.id));
    if is_taken {
        let message = format!("The vpnGateway {} or the VPC {} already has an attachment", gateway.id, vpc.id);
        return Err(Refusal::new("VpnGatewayAttachmentLimitExceeded", message));
    }
    gateway.vpc = Some(vpc.id);
    gateway.attached_at = call.after(CHANGING);
    gateway.detached_at = None;
    let attachment = gateway.attachment(call.now);
    call.put(gateway);
    Ok(AttachVpnGatewayOutput::builder().set_vpc_attachment(attachment).build())
}

/// `DetachVpnGateway`.
pub(crate) fn detach(call: &mut Call<'_>, input: &DetachVpnGatewayInput) -> Result<DetachVpnGatewayOutput, Refusal> {
    let mut gateway: VpnGateway = call.named(input.vpn_gateway_id(), "vpnGatewayId")?;
    let vpc: Vpc = call.named(input.vpc_id(), "vpcId")?;
    if gateway.vpc.as_ref() != Some(&vpc.id) {
        let message = format!("The attachment between {} and {} does not exist", gateway.id, vpc.id);
        return Err(Refusal::new("InvalidVpnGatewayAttachment.NotFound", message));
    }
    if gateway.detached_at.is_none() {
        gateway.detached_at = Some(call.after(CHANGING));
    }
    call.put(gateway);
    Ok(DetachVpnGatewayOutput::builder().build())
}

/// Ends the detachments that are due.
pub(crate) fn settle(call: &mut Call<'_>) {
    let is_due = |gateway: &&VpnGateway| gateway.detached_at.is_some_and(|end| end <= call.now);
    let due: Vec<VpnGateway> = call.iter::<VpnGateway>().filter(is_due).cloned().collect();
    for mut gateway in due {
        gateway.vpc = None;
        gateway.detached_at = None;
        call.put(gateway);
    }
}

/// `DescribeVpnGateways`, which has no paging.
pub(crate) fn describe(call: &mut Call<'_>, input: &DescribeVpnGatewaysInput) -> Result<DescribeVpnGatewaysOutput, Refusal> {
    let query = Query {
        ids: input.vpn_gateway_ids(),
        filters: input.filters(),
        names: &["amazon-side-asn", "attachment.state", "attachment.vpc-id", "availability-zone", "state", "type", "vpn-gateway-id"],
        max_results: None,
        next_token: None,
        sizes: 1..=1000,
        excludes_ids: false,
    };
    let page = select::<VpnGateway>(call, &query, |call, gateway, name| match name {
        "amazon-side-asn" => vec!["64512".to_owned()],
        "attachment.state" => gateway.vpc.iter().map(|_| gateway.attachment_state(call.now).as_str().to_owned()).collect(),
        "attachment.vpc-id" => gateway.vpc.iter().cloned().collect(),
        "state" => vec!["available".to_owned()],
        "type" => vec!["ipsec.1".to_owned()],
        "vpn-gateway-id" => vec![gateway.id.clone()],
        _ => Vec::new(),
    })?;
    let gateways = page.items.iter().map(|gateway| {
        aws_sdk_ec2::types::VpnGateway::builder()
            .vpn_gateway_id(&gateway.id)
            .state(VpnState::Available)
            .r#type(GatewayType::Ipsec1)
            .amazon_side_asn(64512)
            .set_vpc_attachments(Some(gateway.attachment(call.now).into_iter().collect()))
            .set_tags(Some(tag::to_sdk(&gateway.tags)))
            .build()
    });
    Ok(DescribeVpnGatewaysOutput::builder().set_vpn_gateways(Some(gateways.collect())).build())
}
