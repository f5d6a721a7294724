use aws_sdk_ec2::operation::attach_internet_gateway::{AttachInternetGatewayInput, AttachInternetGatewayOutput};
use aws_sdk_ec2::operation::create_internet_gateway::{CreateInternetGatewayInput, CreateInternetGatewayOutput};
use aws_sdk_ec2::operation::delete_internet_gateway::{DeleteInternetGatewayInput, DeleteInternetGatewayOutput};
use aws_sdk_ec2::operation::describe_internet_gateways::{DescribeInternetGatewaysInput, DescribeInternetGatewaysOutput};
use aws_sdk_ec2::operation::detach_internet_gateway::{DetachInternetGatewayInput, DetachInternetGatewayOutput};
use aws_sdk_ec2::types::{AttachmentStatus, InternetGatewayAttachment, ResourceType};
use serde::{Deserialize, Serialize};

use super::paging::{Query, select};
use super::{Address, NetworkInterface, Vpc, tag};
use crate::sandbox::call::Call;
use crate::sandbox::moment::Moment;
use crate::sandbox::object::Tags;
use crate::sandbox::refusal::Refusal;

/// An internet gateway and the VPC it is attached to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct InternetGateway {
    pub(crate) id: String,
    pub(crate) tags: Tags,
    pub(crate) created: Moment,
    pub(crate) vpc: Option<String>,
}

impl InternetGateway {
    /// The gateway that is attached to a VPC.
    pub(crate) fn of_vpc(call: &Call<'_>, vpc: &str) -> Option<InternetGateway> {
        call.iter::<InternetGateway>().find(|gateway| gateway.vpc.as_deref() == Some(vpc)).cloned()
    }

    fn to_sdk(&self, call: &Call<'_>) -> aws_sdk_ec2::types::InternetGateway {
        // EC2 writes `available` for an internet gateway's attachment, which is no value of the modelled enum.
        let attachment =
            self.vpc.iter().map(|vpc| InternetGatewayAttachment::builder().vpc_id(vpc).state(AttachmentStatus::from("available")).build());
        aws_sdk_ec2::types::InternetGateway::builder()
            .internet_gateway_id(&self.id)
            .owner_id(call.account())
            .set_attachments(Some(attachment.collect()))
            .set_tags(Some(tag::to_sdk(&self.tags)))
            .build()
    }
}

/// `CreateInternetGateway`.
pub(crate) fn create(call: &mut Call<'_>, input: &CreateInternetGatewayInput) -> Result<CreateInternetGatewayOutput, Refusal> {
    let tags = tag::for_new(call, input.tag_specifications(), ResourceType::InternetGateway)?;
    if call.iter::<InternetGateway>().count() >= call.options().quotas.internet_gateways {
        return Err(Refusal::new("InternetGatewayLimitExceeded", "The maximum number of internet gateways has been reached."));
    }
    let gateway = InternetGateway { id: call.new_id("igw"), tags, created: call.now, vpc: None };
    call.put(gateway.clone());
    Ok(CreateInternetGatewayOutput::builder().internet_gateway(gateway.to_sdk(call)).build())
}

/// `AttachInternetGateway`: one gateway a VPC, one VPC a gateway.
pub(crate) fn attach(call: &mut Call<'_>, input: &AttachInternetGatewayInput) -> Result<AttachInternetGatewayOutput, Refusal> {
    let mut gateway: InternetGateway = call.named(input.internet_gateway_id(), "internetGatewayId")?;
    let vpc: Vpc = call.named(input.vpc_id(), "vpcId")?;
    if let Some(present) = &gateway.vpc {
        let message = format!("resource {} is already attached to network {present}", gateway.id);
        return Err(Refusal::new("Resource.AlreadyAssociated", message));
    }
    if InternetGateway::of_vpc(call, &vpc.id).is_some() {
        return Err(Refusal::value(format!("Network {} already has an internet gateway attached", vpc.id)));
    }
    gateway.vpc = Some(vpc.id);
    call.put(gateway);
    Ok(AttachInternetGatewayOutput::builder().build())
}

/// `DetachInternetGateway`: refused while the VPC has mapped public addresses.
pub(crate) fn detach(call: &mut Call<'_>, input: &DetachInternetGatewayInput) -> Result<DetachInternetGatewayOutput, Refusal> {
    let mut gateway: InternetGateway = call.named(input.internet_gateway_id(), "internetGatewayId")?;
    let vpc: Vpc = call.named(input.vpc_id(), "vpcId")?;
    if gateway.vpc.as_ref() != Some(&vpc.id) {
        let message = format!("resource {} is not attached to network {}", gateway.id, vpc.id);
        return Err(Refusal::new("Gateway.NotAttached", message));
    }
    let is_mapped = call
        .iter::<NetworkInterface>()
        .filter(|interface| interface.vpc == vpc.id)
        .any(|interface| interface.public_ip.is_some() || Address::of_interface(call, &interface.id).is_some());
    if is_mapped {
        return Err(Refusal::dependency(format!(
            "Network {} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.",
            vpc.id
        )));
    }
    gateway.vpc = None;
    call.put(gateway);
    Ok(DetachInternetGatewayOutput::builder().build())
}

/// `DeleteInternetGateway`: refused while attached.
pub(crate) fn delete(call: &mut Call<'_>, input: &DeleteInternetGatewayInput) -> Result<DeleteInternetGatewayOutput, Refusal> {
    let gateway: InternetGateway = call.named(input.internet_gateway_id(), "internetGatewayId")?;
    if gateway.vpc.is_some() {
        let message = format!("The internetGateway '{}' has dependencies and cannot be deleted.", gateway.id);
        return Err(Refusal::dependency(message));
    }
    call.remove::<InternetGateway>(&gateway.id);
    Ok(DeleteInternetGatewayOutput::builder().build())
}

/// `DescribeInternetGateways`.
pub(crate) fn describe(call: &mut Call<'_>, input: &DescribeInternetGatewaysInput) -> Result<DescribeInternetGatewaysOutput, Refusal> {
    let query = Query {
        ids: input.internet_gateway_ids(),
        filters: input.filters(),
        names: &["attachment.state", "attachment.vpc-id", "internet-gateway-id", "owner-id"],
        max_results: input.max_results,
        next_token: input.next_token(),
        // EC2 API Reference, DescribeInternetGateways: 5 to 1000.
        sizes: 5..=1000,
        excludes_ids: false,
    };
    let page = select::<InternetGateway>(call, &query, |call, gateway, name| match name {
        "attachment.state" => gateway.vpc.iter().map(|_| "available".to_owned()).collect(),
        "attachment.vpc-id" => gateway.vpc.iter().cloned().collect(),
        "owner-id" => vec![call.account().to_owned()],
        _ => vec![gateway.id.clone()],
    })?;
    let gateways = page.items.iter().map(|gateway| gateway.to_sdk(call)).collect();
    Ok(DescribeInternetGatewaysOutput::builder().set_internet_gateways(Some(gateways)).set_next_token(page.next_token).build())
}
