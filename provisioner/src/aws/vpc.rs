use async_trait::async_trait;
use aws_sdk_ec2::types::{AttributeBooleanValue, ResourceType as Taggable, Vpc as Listed, VpcAttributeName, VpcState};
use futures::future::try_join_all;

use crate::aws::client::{Connection, required};
use crate::aws::error::gone_is_success;
use crate::aws::request::{observed, parsed, pending, request_text, wanted};
use crate::aws::tags::{read_tags, repair_tags, scope_filters, tags_at_creation, token_filter};
use crate::desired::Vpc;
use crate::model::{Observed, RemoteId, Scope, Status};
use crate::provider::{Calls, Create, Delete, Depth, ProviderError, ResourceType, Token, Update};

const LIST: &str = "DescribeVpcs";

/// EC2's VPCs.
pub(super) struct VpcType {
    connection: Connection,
}

impl VpcType {
    /// Speaks over `connection`.
    pub(super) fn new(connection: &Connection) -> Self {
        Self { connection: connection.clone() }
    }

    async fn observe_one(&self, vpc: &Listed, scope: &Scope, depth: Depth) -> Result<Option<Observed>, ProviderError> {
        let tags = read_tags(vpc.tags());
        let Some(address) = scope.address_in(&tags) else { return Ok(None) };
        let id = RemoteId::new(required(LIST, "vpcId", vpc.vpc_id())?);
        let status = match vpc.state() {
            Some(VpcState::Available) | None => Status::Ready,
            Some(state) => pending(state.as_str()),
        };
        let (dns_support, dns_hostnames) = match depth {
            Depth::Full => (
                self.attribute(&id, VpcAttributeName::EnableDnsSupport).await?,
                self.attribute(&id, VpcAttributeName::EnableDnsHostnames).await?,
            ),
            Depth::Fast => (None, None),
        };
        let specification = Vpc {
            cidr: parsed(LIST, "cidrBlock", vpc.cidr_block())?,
            dns_support: dns_support.unwrap_or_default(),
            dns_hostnames: dns_hostnames.unwrap_or_default(),
        };
        let mut object = observed(LIST, address, id, status, &specification, tags)?;
        for (name, value) in [("dns_support", dns_support), ("dns_hostnames", dns_hostnames)] {
            if value.is_none() {
                object.attributes.remove(name);
            }
        }
        Ok(Some(object))
    }

    /// One attribute of a VPC, which no list shows; nothing when the VPC went away meanwhile.
    async fn attribute(&self, id: &RemoteId, name: VpcAttributeName) -> Result<Option<bool>, ProviderError> {
        const OPERATION: &str = "DescribeVpcAttribute";
        let call = self.connection.ec2().describe_vpc_attribute().vpc_id(id.as_str()).attribute(name.clone());
        let answer = match self.connection.call(OPERATION, call.send()).await {
            Ok(answer) => answer,
            Err(error) => return gone_is_success::<()>(Err(error)).map(|()| None),
        };
        let value = match name {
            VpcAttributeName::EnableDnsSupport => answer.enable_dns_support,
            _ => answer.enable_dns_hostnames,
        };
        Ok(Some(value.and_then(|value| value.value).unwrap_or(false)))
    }

    /// What an earlier try with the same token made: `CreateVpc` takes no client token.
    async fn made_with(&self, token: &Token) -> Result<Option<RemoteId>, ProviderError> {
        let call = self.connection.ec2().describe_vpcs().filters(token_filter(token));
        let answer = self.connection.call(LIST, call.send()).await?;
        Ok(answer.vpcs().first().and_then(Listed::vpc_id).map(RemoteId::new))
    }

    async fn set_attribute(&self, request: &Update<'_>, name: &'static str, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "ModifyVpcAttribute";
        let specification: Vpc = wanted(OPERATION, request.attributes)?;
        let id = request.observed.id.as_str();
        let call = self.connection.ec2().modify_vpc_attribute().vpc_id(id);
        let (call, value) = match name {
            "dns_support" => (call.enable_dns_support(claim(specification.dns_support)), specification.dns_support),
            _ => (call.enable_dns_hostnames(claim(specification.dns_hostnames)), specification.dns_hostnames),
        };
        calls.intend(OPERATION, &request_text(&(id, name, value))).await?;
        self.connection.call(OPERATION, call.send()).await.map(drop)
    }
}

fn claim(value: bool) -> AttributeBooleanValue {
    AttributeBooleanValue::builder().value(value).build()
}

#[async_trait]
impl ResourceType for VpcType {
    fn kind(&self) -> &'static str {
        "vpc"
    }

    fn reads_details(&self) -> bool {
        true
    }

    async fn observe(&self, scope: &Scope, depth: Depth) -> Result<Vec<Observed>, ProviderError> {
        let list = self.connection.ec2().describe_vpcs().set_filters(Some(scope_filters(scope)));
        let pages = self.connection.pages(LIST, list.into_paginator().page_size(1000).send()).await?;
        let objects = pages.iter().flat_map(|page| page.vpcs()).map(|vpc| self.observe_one(vpc, scope, depth));
        Ok(try_join_all(objects).await?.into_iter().flatten().collect())
    }

    async fn create(&self, request: Create<'_>, calls: &dyn Calls) -> Result<RemoteId, ProviderError> {
        const OPERATION: &str = "CreateVpc";
        let specification: Vpc = wanted(OPERATION, request.attributes)?;
        let token = calls.intend(OPERATION, &request.text()).await?;
        if let Some(id) = self.made_with(&token).await? {
            return Ok(id);
        }
        let call = self.connection.ec2_once().create_vpc().cidr_block(specification.cidr.to_string()).tag_specifications(tags_at_creation(
            Taggable::Vpc,
            request.tags,
            &token,
        ));
        let answer = self.connection.call(OPERATION, call.send()).await?;
        Ok(RemoteId::new(required(OPERATION, "vpcId", answer.vpc.and_then(|vpc| vpc.vpc_id))?))
    }

    async fn update(&self, request: Update<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        repair_tags(&self.connection, &request, calls).await?;
        let specification: Vpc = wanted("ModifyVpcAttribute", request.attributes)?;
        // Names need the resolver: it is switched on before them, and off after them (EC2 `ModifyVpcAttribute`).
        let order = if specification.dns_support { ["dns_support", "dns_hostnames"] } else { ["dns_hostnames", "dns_support"] };
        for name in order {
            if request.differs(name) {
                self.set_attribute(&request, name, calls).await?;
            }
        }
        Ok(())
    }

    async fn delete(&self, request: Delete<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "DeleteVpc";
        let id = request.observed.id.as_str();
        calls.intend(OPERATION, &request_text(&id)).await?;
        gone_is_success(self.connection.call(OPERATION, self.connection.ec2().delete_vpc().vpc_id(id).send()).await)
    }
}
