use std::time::Duration;

use aws_sdk_ec2::operation::create_vpc::{CreateVpcInput, CreateVpcOutput};
use aws_sdk_ec2::operation::delete_vpc::{DeleteVpcInput, DeleteVpcOutput};
use aws_sdk_ec2::operation::describe_vpc_attribute::{DescribeVpcAttributeInput, DescribeVpcAttributeOutput};
use aws_sdk_ec2::operation::describe_vpcs::{DescribeVpcsInput, DescribeVpcsOutput};
use aws_sdk_ec2::operation::modify_vpc_attribute::{ModifyVpcAttributeInput, ModifyVpcAttributeOutput};
use aws_sdk_ec2::types::{
    AttributeBooleanValue, ResourceType, Tenancy, VpcAttributeName, VpcCidrBlockAssociation, VpcCidrBlockState, VpcCidrBlockStateCode,
    VpcState,
};
use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

use super::paging::{Query, select};
use super::{
    InternetGateway, NetworkAcl, NetworkInterface, RouteTable, SecurityGroup, Subnet, TransitGatewayAttachment, VpcEndpoint, VpnGateway,
    security_group, tag,
};
use crate::sandbox::call::Call;
use crate::sandbox::moment::Moment;
use crate::sandbox::object::Tags;
use crate::sandbox::refusal::Refusal;

/// How long a new VPC is `pending`.
const PENDING: Duration = Duration::from_secs(1);

const FILTERS: [&str; 8] =
    ["cidr", "cidr-block-association.cidr-block", "dhcp-options-id", "is-default", "owner-id", "state", "vpc-id", "isDefault"];

/// A VPC.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Vpc {
    pub(crate) id: String,
    pub(crate) tags: Tags,
    pub(crate) created: Moment,
    pub(crate) available_at: Moment,
    pub(crate) cidr: Ipv4Net,
    pub(crate) association: String,
    pub(crate) has_dns_support: bool,
    pub(crate) has_dns_hostnames: bool,
}

impl Vpc {
    pub(crate) fn state(&self, now: Moment) -> VpcState {
        if now < self.available_at { VpcState::Pending } else { VpcState::Available }
    }

    fn to_sdk(&self, call: &Call<'_>) -> aws_sdk_ec2::types::Vpc {
        let block_state = VpcCidrBlockState::builder().state(VpcCidrBlockStateCode::Associated).build();
        let block = VpcCidrBlockAssociation::builder()
            .association_id(&self.association)
            .cidr_block(self.cidr.to_string())
            .cidr_block_state(block_state)
            .build();
        aws_sdk_ec2::types::Vpc::builder()
            .vpc_id(&self.id)
            .cidr_block(self.cidr.to_string())
            .cidr_block_association_set(block)
            .dhcp_options_id("dopt-0fedcba9876543210")
            .state(self.state(call.now))
            .owner_id(call.account())
            .instance_tenancy(Tenancy::Default)
            .is_default(false)
            .set_tags(Some(tag::to_sdk(&self.tags)))
            .build()
    }
}

/// Reads a CIDR block as EC2 does: host bits are cleared (EC2 API Reference, `CreateVpc`: "we modify it to 100.68.0.0/18").
pub(crate) fn parse_cidr(text: Option<&str>, parameter: &str) -> Result<Ipv4Net, Refusal> {
    let text = text.ok_or_else(|| Refusal::missing(parameter))?;
    let net: Ipv4Net = text
        .parse()
        .map_err(|_| Refusal::value(format!("Value ({text}) for parameter {parameter} is invalid. This is not a valid CIDR block.")))?;
    Ok(net.trunc())
}

/// `CreateVpc`: also makes the main route table, the default security group and the default network ACL.
pub(crate) fn create(call: &mut Call<'_>, input: &CreateVpcInput) -> Result<CreateVpcOutput, Refusal> {
    if input.ipv4_ipam_pool_id.is_some() || input.amazon_provided_ipv6_cidr_block == Some(true) {
        return Err(Refusal::unsimulated("Ipv4IpamPoolId or AmazonProvidedIpv6CidrBlock"));
    }
    if input.instance_tenancy().is_some_and(|tenancy| *tenancy != Tenancy::Default) {
        return Err(Refusal::unsimulated("InstanceTenancy"));
    }
    let cidr = parse_cidr(input.cidr_block(), "cidrBlock")?;
    // EC2 API Reference, CreateVpc: the block is between /16 and /28.
    if !(16..=28).contains(&cidr.prefix_len()) {
        return Err(Refusal::new("InvalidVpc.Range", format!("The CIDR '{cidr}' is invalid.")));
    }
    let tags = tag::for_new(call, input.tag_specifications(), ResourceType::Vpc)?;
    if call.iter::<Vpc>().count() >= call.options().quotas.vpcs {
        return Err(Refusal::new("VpcLimitExceeded", "The maximum number of VPCs has been reached."));
    }
    let vpc = Vpc {
        id: call.new_id("vpc"),
        available_at: call.ready_at::<Vpc>(&tags, PENDING),
        tags,
        created: call.now,
        cidr,
        association: call.new_id("vpc-cidr-assoc"),
        has_dns_support: true,
        has_dns_hostnames: false,
    };
    call.put(vpc.clone());
    RouteTable::make_main(call, &vpc.id, cidr);
    security_group::make_default(call, &vpc.id);
    NetworkAcl::make_default(call, &vpc.id);
    Ok(CreateVpcOutput::builder().vpc(vpc.to_sdk(call)).build())
}

/// `DeleteVpc`: refused while anything but what AWS made is left in the VPC.
pub(crate) fn delete(call: &mut Call<'_>, input: &DeleteVpcInput) -> Result<DeleteVpcOutput, Refusal> {
    let vpc: Vpc = call.named(input.vpc_id(), "vpcId")?;
    let id = vpc.id.as_str();
    let is_used = call.iter::<Subnet>().any(|subnet| subnet.vpc == id)
        || call.iter::<InternetGateway>().any(|gateway| gateway.vpc.as_deref() == Some(id))
        || call.iter::<SecurityGroup>().any(|group| group.vpc == id && !group.is_default)
        || call.iter::<RouteTable>().any(|table| table.vpc == id && !table.is_main())
        || call.iter::<NetworkAcl>().any(|acl| acl.vpc == id && !acl.is_default)
        || call.iter::<VpcEndpoint>().any(|endpoint| endpoint.vpc == id && !endpoint.is_deleted(call.now))
        || call.iter::<NetworkInterface>().any(|interface| interface.vpc == id)
        || call.iter::<VpnGateway>().any(|gateway| gateway.vpc.as_deref() == Some(id))
        || call.iter::<TransitGatewayAttachment>().any(|attachment| attachment.vpc == id && !attachment.is_deleted(call.now));
    if is_used {
        return Err(Refusal::dependency(format!("The vpc '{id}' has dependencies and cannot be deleted.")));
    }
    for table in call.all::<RouteTable>().into_iter().filter(|table| table.vpc == id) {
        call.remove::<RouteTable>(&table.id);
    }
    for group in call.all::<SecurityGroup>().into_iter().filter(|group| group.vpc == id) {
        call.remove::<SecurityGroup>(&group.id);
    }
    for acl in call.all::<NetworkAcl>().into_iter().filter(|acl| acl.vpc == id) {
        call.remove::<NetworkAcl>(&acl.id);
    }
    call.remove::<Vpc>(id);
    Ok(DeleteVpcOutput::builder().build())
}

/// `DescribeVpcs`.
pub(crate) fn describe(call: &mut Call<'_>, input: &DescribeVpcsInput) -> Result<DescribeVpcsOutput, Refusal> {
    let query = Query {
        ids: input.vpc_ids(),
        filters: input.filters(),
        names: &FILTERS,
        max_results: input.max_results,
        next_token: input.next_token(),
        // EC2 API Reference, DescribeVpcs: 5 to 1000.
        sizes: 5..=1000,
        excludes_ids: false,
    };
    let page = select::<Vpc>(call, &query, |call, vpc, name| {
        vec![match name {
            "vpc-id" => vpc.id.clone(),
            "state" => vpc.state(call.now).as_str().to_owned(),
            "is-default" | "isDefault" => "false".to_owned(),
            "owner-id" => call.account().to_owned(),
            "dhcp-options-id" => "dopt-0fedcba9876543210".to_owned(),
            _ => vpc.cidr.to_string(),
        }]
    })?;
    let vpcs = page.items.iter().map(|vpc| vpc.to_sdk(call)).collect();
    Ok(DescribeVpcsOutput::builder().set_vpcs(Some(vpcs)).set_next_token(page.next_token).build())
}

/// `ModifyVpcAttribute`: one attribute a call ("you can only modify one attribute at a time").
pub(crate) fn modify_attribute(call: &mut Call<'_>, input: &ModifyVpcAttributeInput) -> Result<ModifyVpcAttributeOutput, Refusal> {
    let mut vpc: Vpc = call.named(input.vpc_id(), "vpcId")?;
    if input.enable_network_address_usage_metrics.is_some() {
        return Err(Refusal::unsimulated("EnableNetworkAddressUsageMetrics"));
    }
    match (&input.enable_dns_support, &input.enable_dns_hostnames) {
        (Some(_), Some(_)) => return Err(Refusal::combination("Fields for multiple attribute types specified")),
        (None, None) => return Err(Refusal::combination("No attributes specified.")),
        (Some(support), None) => vpc.has_dns_support = support.value.unwrap_or_default(),
        (None, Some(hostnames)) => {
            let is_on = hostnames.value.unwrap_or_default();
            // EC2 API Reference, ModifyVpcAttribute: "You can only enable DNS hostnames if you've enabled DNS support."
            if is_on && !vpc.has_dns_support {
                return Err(Refusal::value("DNS hostnames can only be enabled if DNS support is enabled."));
            }
            vpc.has_dns_hostnames = is_on;
        }
    }
    call.put(vpc);
    Ok(ModifyVpcAttributeOutput::builder().build())
}

/// `DescribeVpcAttribute`.
pub(crate) fn describe_attribute(call: &mut Call<'_>, input: &DescribeVpcAttributeInput) -> Result<DescribeVpcAttributeOutput, Refusal> {
    let id = input.vpc_id().ok_or_else(|| Refusal::missing("vpcId"))?;
    let seen = call.visible::<Vpc>().into_iter().find(|vpc| vpc.id == id);
    let vpc = seen.ok_or_else(|| crate::sandbox::call::not_found::<Vpc>(id))?;
    let output = DescribeVpcAttributeOutput::builder().vpc_id(&vpc.id);
    let boolean = |value: bool| AttributeBooleanValue::builder().value(value).build();
    match input.attribute() {
        None => Err(Refusal::missing("attribute")),
        Some(VpcAttributeName::EnableDnsSupport) => Ok(output.enable_dns_support(boolean(vpc.has_dns_support)).build()),
        Some(VpcAttributeName::EnableDnsHostnames) => Ok(output.enable_dns_hostnames(boolean(vpc.has_dns_hostnames)).build()),
        Some(VpcAttributeName::EnableNetworkAddressUsageMetrics) => Ok(output.enable_network_address_usage_metrics(boolean(false)).build()),
        Some(other) => Err(Refusal::value(format!("Value ({}) for parameter attribute is invalid.", other.as_str()))),
    }
}
