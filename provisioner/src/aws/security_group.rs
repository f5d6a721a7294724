use async_trait::async_trait;
use aws_sdk_ec2::types::{IpPermission, ResourceType as Taggable, SecurityGroup as Listed};

use crate::aws::client::{Connection, required};
use crate::aws::error::gone_is_success;
use crate::aws::request::{known, observed, request_text, wanted};
use crate::aws::security_group_rules::rules_id;
use crate::aws::tags::{filter, is_same_object, read_tags, repair_tags, scope_filters, tags_at_creation};
use crate::aws::taken::{Holder, refusal, taken};
use crate::desired::{DefaultSecurityGroup, Rule, SecurityGroup, SecurityGroupRules};
use crate::model::{Observed, RefOr, RemoteId, ResourceAddress, Scope, Status, Tags};
use crate::provider::{Calls, Create, Delete, Depth, ProviderError, ResourceType, Update};

const LIST: &str = "DescribeSecurityGroups";

/// EC2's security groups. Its list also shows `security-group-rules` and `default-security-group`.
pub(super) struct SecurityGroupType {
    connection: Connection,
}

impl SecurityGroupType {
    /// Speaks over `connection`.
    pub(super) fn new(connection: &Connection) -> Self {
        Self { connection: connection.clone() }
    }

    /// Who has the group's name in the VPC.
    async fn holder(&self, specification: &SecurityGroup, request: &Create<'_>) -> Result<Holder, ProviderError> {
        let list = self
            .connection
            .ec2()
            .describe_security_groups()
            .filters(filter("vpc-id", known(LIST, &specification.vpc)?))
            .filters(filter("group-name", &specification.group_name));
        let answer = self.connection.call(LIST, list.send()).await?;
        let is_ours = |group: &Listed| is_same_object(&read_tags(group.tags()), request.tags);
        Ok(Holder::among(answer.security_groups(), is_ours, Listed::group_id))
    }
}

/// Every group of the scope with its rules, and the default groups that carry our tags.
pub(super) async fn observe_groups(connection: &Connection, scope: &Scope) -> Result<Vec<Observed>, ProviderError> {
    let list = connection.ec2().describe_security_groups().set_filters(Some(scope_filters(scope)));
    let pages = connection.pages(LIST, list.into_paginator().page_size(1000).send()).await?;
    let mut objects = Vec::new();
    for group in pages.iter().flat_map(|page| page.security_groups()) {
        observe_one(group, scope, &mut objects)?;
    }
    Ok(objects)
}

fn observe_one(group: &Listed, scope: &Scope, objects: &mut Vec<Observed>) -> Result<(), ProviderError> {
    let tags = read_tags(group.tags());
    let Some(address) = scope.address_in(&tags) else { return Ok(()) };
    let id = required(LIST, "groupId", group.group_id())?;
    let vpc: RefOr = required(LIST, "vpcId", group.vpc_id())?.into();
    let ingress = rules_of(group.ip_permissions());
    let egress = rules_of(group.ip_permissions_egress());
    if address.kind() == "default-security-group" {
        let specification = DefaultSecurityGroup { vpc, ingress, egress };
        objects.push(observed(LIST, address, RemoteId::new(id), Status::Ready, &specification, tags)?);
        return Ok(());
    }
    if !ingress.is_empty() || !egress.is_empty() {
        let rules = ResourceAddress::new("security-group-rules", address.name());
        let specification = SecurityGroupRules { group: id.into(), ingress, egress };
        objects.push(observed(LIST, rules, rules_id(id), Status::Ready, &specification, Tags::new())?);
    }
    let specification = SecurityGroup {
        vpc,
        group_name: group.group_name().unwrap_or_default().to_owned(),
        description: group.description().unwrap_or_default().to_owned(),
    };
    objects.push(observed(LIST, address, RemoteId::new(id), Status::Ready, &specification, tags)?);
    Ok(())
}

/// One rule per peer, sorted; AWS lists the peers of equal ports together.
///
/// A rule for all protocols has protocol and ports `-1`; an IPv6 network or a prefix list (`pl-`) is a peer like any other.
fn rules_of(permissions: &[IpPermission]) -> Vec<Rule> {
    let mut rules: Vec<Rule> = permissions
        .iter()
        .flat_map(|permission| {
            let networks = permission.ip_ranges().iter().map(|range| (range.cidr_ip(), range.description()));
            let networks6 = permission.ipv6_ranges().iter().map(|range| (range.cidr_ipv6(), range.description()));
            let lists = permission.prefix_list_ids().iter().map(|list| (list.prefix_list_id(), list.description()));
            let groups = permission.user_id_group_pairs().iter().map(|pair| (pair.group_id(), pair.description()));
            networks.chain(networks6).chain(lists).chain(groups).filter_map(|(peer, description)| {
                Some(Rule {
                    protocol: permission.ip_protocol().unwrap_or("-1").to_owned(),
                    from_port: permission.from_port().unwrap_or(-1),
                    to_port: permission.to_port().unwrap_or(-1),
                    peer: peer?.into(),
                    description: description.unwrap_or_default().to_owned(),
                })
            })
        })
        .collect();
    rules.sort();
    rules
}

#[async_trait]
impl ResourceType for SecurityGroupType {
    fn kind(&self) -> &'static str {
        "security-group"
    }

    async fn observe(&self, scope: &Scope, _depth: Depth) -> Result<Vec<Observed>, ProviderError> {
        observe_groups(&self.connection, scope).await
    }

    async fn create(&self, request: Create<'_>, calls: &dyn Calls) -> Result<RemoteId, ProviderError> {
        const OPERATION: &str = "CreateSecurityGroup";
        let specification: SecurityGroup = wanted(OPERATION, request.attributes)?;
        let token = calls.intend(OPERATION, &request.text()).await?;
        let call = self
            .connection
            .ec2()
            .create_security_group()
            .vpc_id(known(OPERATION, &specification.vpc)?)
            .group_name(&specification.group_name)
            .description(&specification.description)
            .tag_specifications(tags_at_creation(Taggable::SecurityGroup, request.tags, &token));
        let answer = self.connection.call(OPERATION, call.send()).await;
        if let Some(refusal) = refusal(&answer, "InvalidGroup.Duplicate") {
            return taken(refusal, self.holder(&specification, &request).await);
        }
        Ok(RemoteId::new(required(OPERATION, "groupId", answer?.group_id)?))
    }

    async fn update(&self, request: Update<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        repair_tags(&self.connection, &request, calls).await
    }

    async fn delete(&self, request: Delete<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "DeleteSecurityGroup";
        let id = request.observed.id.as_str();
        calls.intend(OPERATION, &request_text(&id)).await?;
        gone_is_success(self.connection.call(OPERATION, self.connection.ec2().delete_security_group().group_id(id).send()).await)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_ec2::types::{IpRange, UserIdGroupPair};

    #[test]
    fn peers_that_aws_lists_together_become_single_rules_in_order() {
        let permission = IpPermission::builder()
            .ip_protocol("tcp")
            .from_port(443)
            .to_port(443)
            .ip_ranges(IpRange::builder().cidr_ip("10.1.0.0/16").description("b").build())
            .ip_ranges(IpRange::builder().cidr_ip("10.0.0.0/16").description("a").build())
            .user_id_group_pairs(UserIdGroupPair::builder().group_id("sg-1").build())
            .build();
        let peers: Vec<(String, String)> =
            rules_of(&[permission]).into_iter().map(|rule| (rule.peer.known().unwrap_or_default().to_owned(), rule.description)).collect();
        let expected = [("10.0.0.0/16", "a"), ("10.1.0.0/16", "b"), ("sg-1", "")];
        assert_eq!(peers, expected.map(|(peer, description)| (peer.to_owned(), description.to_owned())));
    }

    #[test]
    fn the_rule_that_aws_adds_to_a_new_group_is_seen() {
        let permission = IpPermission::builder().ip_protocol("-1").ip_ranges(IpRange::builder().cidr_ip("0.0.0.0/0").build()).build();
        let rules = rules_of(&[permission]);
        assert_eq!((rules[0].protocol.as_str(), rules[0].from_port, rules[0].to_port), ("-1", -1, -1));
    }
}
