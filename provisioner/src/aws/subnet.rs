use async_trait::async_trait;
use aws_sdk_ec2::types::{AttributeBooleanValue, ResourceType as Taggable, Subnet as Listed, SubnetState};
use ipnet::Ipv4Net;

use crate::aws::client::{Connection, required};
use crate::aws::error::gone_is_success;
use crate::aws::request::{known, observed, parsed, pending, request_text, wanted};
use crate::aws::tags::{filter, is_same_object, read_tags, repair_tags, scope_filters, tags_at_creation};
use crate::aws::taken::{Holder, refusal, taken};
use crate::desired::Subnet;
use crate::model::{Observed, RemoteId, Scope, Status};
use crate::provider::{Calls, Create, Delete, Depth, ProviderError, ResourceType, Update};

const LIST: &str = "DescribeSubnets";

/// EC2's subnets.
pub(super) struct SubnetType {
    connection: Connection,
}

impl SubnetType {
    /// Speaks over `connection`.
    pub(super) fn new(connection: &Connection) -> Self {
        Self { connection: connection.clone() }
    }

    /// Who has addresses of the subnet's in the VPC: the same ones, or only some of them.
    async fn holder(&self, specification: &Subnet, request: &Create<'_>) -> Result<Holder, ProviderError> {
        let list = self.connection.ec2().describe_subnets().filters(filter("vpc-id", known(LIST, &specification.vpc)?));
        let pages = self.connection.pages(LIST, list.into_paginator().page_size(1000).send()).await?;
        let cidr = specification.cidr;
        let cidr_of = |subnet: &Listed| subnet.cidr_block().and_then(|text| text.parse::<Ipv4Net>().ok());
        let overlaps = |subnet: &&Listed| cidr_of(subnet).is_some_and(|other| other.contains(&cidr) || cidr.contains(&other));
        let overlapping = pages.iter().flat_map(|page| page.subnets()).filter(overlaps);
        let is_ours = |subnet: &Listed| cidr_of(subnet) == Some(cidr) && is_same_object(&read_tags(subnet.tags()), request.tags);
        Ok(Holder::among(overlapping, is_ours, Listed::subnet_id))
    }
}

/// Every subnet of the scope, as the cloud lists it.
pub(super) async fn list_subnets(connection: &Connection, scope: &Scope) -> Result<Vec<Listed>, ProviderError> {
    let list = connection.ec2().describe_subnets().set_filters(Some(scope_filters(scope)));
    let pages = connection.pages(LIST, list.into_paginator().page_size(1000).send()).await?;
    Ok(pages.into_iter().flat_map(|page| page.subnets.unwrap_or_default()).collect())
}

fn observe_one(subnet: &Listed, scope: &Scope) -> Result<Option<Observed>, ProviderError> {
    let tags = read_tags(subnet.tags());
    let Some(address) = scope.address_in(&tags) else { return Ok(None) };
    let status = match subnet.state() {
        Some(SubnetState::Available) | None => Status::Ready,
        Some(state) => pending(state.as_str()),
    };
    let specification = Subnet {
        vpc: required(LIST, "vpcId", subnet.vpc_id())?.into(),
        cidr: parsed(LIST, "cidrBlock", subnet.cidr_block())?,
        zone: required(LIST, "availabilityZone", subnet.availability_zone())?.to_owned(),
        assigns_public_addresses: subnet.map_public_ip_on_launch().unwrap_or(false),
    };
    let id = RemoteId::new(required(LIST, "subnetId", subnet.subnet_id())?);
    observed(LIST, address, id, status, &specification, tags).map(Some)
}

#[async_trait]
impl ResourceType for SubnetType {
    fn kind(&self) -> &'static str {
        "subnet"
    }

    async fn observe(&self, scope: &Scope, _depth: Depth) -> Result<Vec<Observed>, ProviderError> {
        let subnets = list_subnets(&self.connection, scope).await?;
        subnets.iter().filter_map(|subnet| observe_one(subnet, scope).transpose()).collect()
    }

    async fn create(&self, request: Create<'_>, calls: &dyn Calls) -> Result<RemoteId, ProviderError> {
        const OPERATION: &str = "CreateSubnet";
        let specification: Subnet = wanted(OPERATION, request.attributes)?;
        let token = calls.intend(OPERATION, &request.text()).await?;
        let call = self
            .connection
            .ec2()
            .create_subnet()
            .vpc_id(known(OPERATION, &specification.vpc)?)
            .cidr_block(specification.cidr.to_string())
            .availability_zone(&specification.zone)
            .tag_specifications(tags_at_creation(Taggable::Subnet, request.tags, &token));
        let answer = self.connection.call(OPERATION, call.send()).await;
        if let Some(refusal) = refusal(&answer, "InvalidSubnet.Conflict") {
            return taken(refusal, self.holder(&specification, &request).await);
        }
        Ok(RemoteId::new(required(OPERATION, "subnetId", answer?.subnet.and_then(|subnet| subnet.subnet_id))?))
    }

    async fn update(&self, request: Update<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "ModifySubnetAttribute";
        let id = &request.observed.id;
        repair_tags(&self.connection, &request, calls).await?;
        if request.differs("assigns_public_addresses") {
            let value = wanted::<Subnet>(OPERATION, request.attributes)?.assigns_public_addresses;
            calls.intend(OPERATION, &request_text(&(id, "assigns_public_addresses", value))).await?;
            let value = AttributeBooleanValue::builder().value(value).build();
            let call = self.connection.ec2().modify_subnet_attribute().subnet_id(id.as_str()).map_public_ip_on_launch(value);
            self.connection.call(OPERATION, call.send()).await?;
        }
        Ok(())
    }

    async fn delete(&self, request: Delete<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "DeleteSubnet";
        let id = request.observed.id.as_str();
        calls.intend(OPERATION, &request_text(&id)).await?;
        gone_is_success(self.connection.call(OPERATION, self.connection.ec2().delete_subnet().subnet_id(id).send()).await)
    }
}
