use aws_sdk_ec2::operation::authorize_security_group_egress::{AuthorizeSecurityGroupEgressInput, AuthorizeSecurityGroupEgressOutput};
use aws_sdk_ec2::operation::authorize_security_group_ingress::{AuthorizeSecurityGroupIngressInput, AuthorizeSecurityGroupIngressOutput};
use aws_sdk_ec2::operation::describe_security_group_rules::{DescribeSecurityGroupRulesInput, DescribeSecurityGroupRulesOutput};
use aws_sdk_ec2::operation::revoke_security_group_egress::{RevokeSecurityGroupEgressInput, RevokeSecurityGroupEgressOutput};
use aws_sdk_ec2::operation::revoke_security_group_ingress::{RevokeSecurityGroupIngressInput, RevokeSecurityGroupIngressOutput};
use aws_sdk_ec2::operation::update_security_group_rule_descriptions_egress::{
    UpdateSecurityGroupRuleDescriptionsEgressInput, UpdateSecurityGroupRuleDescriptionsEgressOutput,
};
use aws_sdk_ec2::operation::update_security_group_rule_descriptions_ingress::{
    UpdateSecurityGroupRuleDescriptionsIngressInput, UpdateSecurityGroupRuleDescriptionsIngressOutput,
};
use aws_sdk_ec2::types::{
    IpPermission, IpRange, ReferencedSecurityGroup, ResourceType, RevokedSecurityGroupRule, SecurityGroupRule, SecurityGroupRuleDescription,
};
use serde::{Deserialize, Serialize};

use super::filter::Filters;
use super::paging::{Query, cut};
use super::permission::{Peer, Permission, read_description};
use super::{SecurityGroup, security_group, tag};
use crate::sandbox::call::Call;
use crate::sandbox::object::Tags;
use crate::sandbox::refusal::Refusal;

/// One rule of a security group.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Rule {
    pub(crate) id: String,
    pub(crate) tags: Tags,
    pub(crate) is_egress: bool,
    pub(crate) permission: Permission,
    pub(crate) description: Option<String>,
}

impl Rule {
    pub(crate) fn new(call: &mut Call<'_>, is_egress: bool, permission: Permission) -> Rule {
        Rule { id: call.new_id("sgr"), tags: Tags::new(), is_egress, permission, description: None }
    }

    /// Writes the rules of one direction as `DescribeSecurityGroups` does.
    pub(crate) fn grouped(call: &Call<'_>, rules: &[Rule], is_egress: bool) -> Vec<IpPermission> {
        let chosen = rules.iter().filter(|rule| rule.is_egress == is_egress);
        Permission::grouped(call, chosen.map(|rule| (&rule.permission, rule.description.as_deref())))
    }

    fn to_sdk(&self, call: &Call<'_>, group: &str) -> SecurityGroupRule {
        let rule = SecurityGroupRule::builder()
            .security_group_rule_id(&self.id)
            .security_group_rule_arn(format!("arn:aws:ec2:{}:{}:security-group-rule/{}", call.region, call.account(), self.id))
            .group_id(group)
            .group_owner_id(call.account())
            .is_egress(self.is_egress)
            .ip_protocol(&self.permission.protocol)
            // EC2 writes -1 for "all ports" here, where DescribeSecurityGroups leaves the ports out.
            .from_port(self.permission.from_port.unwrap_or(-1))
            .to_port(self.permission.to_port.unwrap_or(-1))
            .set_description(self.description.clone())
            .set_tags(Some(tag::to_sdk(&self.tags)));
        match &self.permission.peer {
            Peer::Ipv4(net) => rule.cidr_ipv4(net.to_string()),
            Peer::Ipv6(net) => rule.cidr_ipv6(net.to_string()),
            Peer::Group(other) => {
                rule.referenced_group_info(ReferencedSecurityGroup::builder().group_id(other).user_id(call.account()).build())
            }
        }
        .build()
    }

    fn to_revoked(&self, group: &str) -> RevokedSecurityGroupRule {
        let rule = RevokedSecurityGroupRule::builder()
            .security_group_rule_id(&self.id)
            .group_id(group)
            .is_egress(self.is_egress)
            .ip_protocol(&self.permission.protocol)
            .from_port(self.permission.from_port.unwrap_or(-1))
            .to_port(self.permission.to_port.unwrap_or(-1))
            .set_description(self.description.clone());
        match &self.permission.peer {
            Peer::Ipv4(net) => rule.cidr_ipv4(net.to_string()),
            Peer::Ipv6(net) => rule.cidr_ipv6(net.to_string()),
            Peer::Group(other) => rule.referenced_group_id(other),
        }
        .build()
    }
}

/// Adds rules to a group, all or none.
fn authorize(
    call: &mut Call<'_>,
    group_id: Option<&str>,
    permissions: &[IpPermission],
    is_egress: bool,
    tags: Tags,
) -> Result<Vec<SecurityGroupRule>, Refusal> {
    let mut group: SecurityGroup = call.named(group_id, "groupId")?;
    if permissions.is_empty() {
        return Err(Refusal::missing("ipPermissions"));
    }
    let mut added = Vec::new();
    for (permission, description) in Permission::read_all(call, &group.vpc, permissions)? {
        if group.rules.iter().any(|rule| rule.is_egress == is_egress && rule.permission == permission) {
            let message = format!("the specified rule \"{}\" already exists", spoken(&permission));
            return Err(Refusal::new("InvalidPermission.Duplicate", message));
        }
        let rule = Rule { tags: tags.clone(), description, ..Rule::new(call, is_egress, permission) };
        added.push(rule.to_sdk(call, &group.id));
        group.rules.push(rule);
    }
    let quota = call.options().quotas.rules_per_group;
    // VPC User Guide, "Amazon VPC quotas": counted apart for each direction, and for IPv4 and IPv6.
    let is_ipv6 = |rule: &&Rule| matches!(rule.permission.peer, Peer::Ipv6(_));
    let of_direction = || group.rules.iter().filter(|rule| rule.is_egress == is_egress);
    let ipv6 = of_direction().filter(is_ipv6).count();
    let ipv4 = of_direction().filter(|rule| !is_ipv6(rule)).count();
    if ipv4 > quota || ipv6 > quota {
        let message = "The maximum number of rules per security group has been reached.";
        return Err(Refusal::new("RulesPerSecurityGroupLimitExceeded", message));
    }
    call.put(group);
    Ok(added)
}

/// A rule as EC2's messages speak of it.
fn spoken(permission: &Permission) -> String {
    let peer = match &permission.peer {
        Peer::Ipv4(net) => net.to_string(),
        Peer::Ipv6(net) => net.to_string(),
        Peer::Group(group) => group.clone(),
    };
    let protocol = if permission.protocol == "-1" { "ALL".to_owned() } else { permission.protocol.to_uppercase() };
    match (permission.from_port, permission.to_port) {
        (Some(from), Some(to)) => format!("peer: {peer}, {protocol}, from port: {from}, to port: {to}, ALLOW"),
        _ => format!("peer: {peer}, {protocol}, ALLOW"),
    }
}

/// Removes rules of a group, by id or by content, all or none.
fn revoke(
    call: &mut Call<'_>,
    group_id: Option<&str>,
    permissions: &[IpPermission],
    ids: &[String],
    is_egress: bool,
) -> Result<Vec<RevokedSecurityGroupRule>, Refusal> {
    let mut group: SecurityGroup = call.named(group_id, "groupId")?;
    if permissions.is_empty() == ids.is_empty() {
        return Err(Refusal::combination("Exactly one of securityGroupRuleIds and ipPermissions must be given"));
    }
    let mut revoked = Vec::new();
    for id in ids {
        let place = group.rules.iter().position(|rule| rule.id == *id && rule.is_egress == is_egress).ok_or_else(|| {
            Refusal::new("InvalidSecurityGroupRuleId.NotFound", format!("The security group rule ID '{id}' does not exist"))
        })?;
        revoked.push(group.rules.remove(place).to_revoked(&group.id));
    }
    for (permission, _) in Permission::read_all(call, &group.vpc, permissions)? {
        let place = group
            .rules
            .iter()
            .position(|rule| rule.permission == permission && rule.is_egress == is_egress)
            .ok_or_else(|| Refusal::new("InvalidPermission.NotFound", "The specified rule does not exist in this security group."))?;
        revoked.push(group.rules.remove(place).to_revoked(&group.id));
    }
    call.put(group);
    Ok(revoked)
}

/// Changes the descriptions of existing rules.
fn describe_anew(
    call: &mut Call<'_>,
    group_id: Option<&str>,
    permissions: &[IpPermission],
    descriptions: &[SecurityGroupRuleDescription],
    is_egress: bool,
) -> Result<(), Refusal> {
    let mut group: SecurityGroup = call.named(group_id, "groupId")?;
    if permissions.is_empty() == descriptions.is_empty() {
        return Err(Refusal::combination("Exactly one of securityGroupRuleDescriptions and ipPermissions must be given"));
    }
    for wanted in descriptions {
        let id = wanted.security_group_rule_id().unwrap_or_default();
        let text = read_description(wanted.description())?;
        let rule = group.rules.iter_mut().find(|rule| rule.id == id && rule.is_egress == is_egress).ok_or_else(|| {
            Refusal::new("InvalidSecurityGroupRuleId.NotFound", format!("The security group rule ID '{id}' does not exist"))
        })?;
        rule.description = text;
    }
    for (permission, text) in Permission::read_all(call, &group.vpc, permissions)? {
        let rule = group
            .rules
            .iter_mut()
            .find(|rule| rule.permission == permission && rule.is_egress == is_egress)
            .ok_or_else(|| Refusal::new("InvalidPermission.NotFound", "The specified rule does not exist in this security group."))?;
        rule.description = text;
    }
    call.put(group);
    Ok(())
}

/// Reads the older form of a request, with one protocol, range and block outside `IpPermissions`.
fn flat(
    protocol: Option<&str>,
    from: Option<i32>,
    to: Option<i32>,
    cidr: Option<&str>,
    given: &[IpPermission],
) -> Result<Vec<IpPermission>, Refusal> {
    if protocol.is_none() && cidr.is_none() {
        return Ok(given.to_vec());
    }
    if !given.is_empty() {
        return Err(Refusal::combination("The parameter ipPermissions cannot be used with ipProtocol or cidrIp"));
    }
    let range = cidr.map(|cidr| IpRange::builder().cidr_ip(cidr).build());
    let permission = IpPermission::builder()
        .set_ip_protocol(protocol.map(str::to_owned))
        .set_from_port(from)
        .set_to_port(to)
        .set_ip_ranges(Some(range.into_iter().collect()));
    Ok(vec![permission.build()])
}

/// `AuthorizeSecurityGroupIngress`.
pub(crate) fn authorize_ingress(
    call: &mut Call<'_>,
    input: &AuthorizeSecurityGroupIngressInput,
) -> Result<AuthorizeSecurityGroupIngressOutput, Refusal> {
    let tags = tag::for_new(call, input.tag_specifications(), ResourceType::SecurityGroupRule)?;
    let permissions = flat(input.ip_protocol(), input.from_port, input.to_port, input.cidr_ip(), input.ip_permissions())?;
    let rules = authorize(call, input.group_id(), &permissions, false, tags)?;
    Ok(AuthorizeSecurityGroupIngressOutput::builder().r#return(true).set_security_group_rules(Some(rules)).build())
}

/// `AuthorizeSecurityGroupEgress`.
pub(crate) fn authorize_egress(
    call: &mut Call<'_>,
    input: &AuthorizeSecurityGroupEgressInput,
) -> Result<AuthorizeSecurityGroupEgressOutput, Refusal> {
    let tags = tag::for_new(call, input.tag_specifications(), ResourceType::SecurityGroupRule)?;
    let rules = authorize(call, input.group_id(), input.ip_permissions(), true, tags)?;
    Ok(AuthorizeSecurityGroupEgressOutput::builder().r#return(true).set_security_group_rules(Some(rules)).build())
}

/// `RevokeSecurityGroupIngress`.
pub(crate) fn revoke_ingress(
    call: &mut Call<'_>,
    input: &RevokeSecurityGroupIngressInput,
) -> Result<RevokeSecurityGroupIngressOutput, Refusal> {
    let permissions = flat(input.ip_protocol(), input.from_port, input.to_port, input.cidr_ip(), input.ip_permissions())?;
    let revoked = revoke(call, input.group_id(), &permissions, input.security_group_rule_ids(), false)?;
    Ok(RevokeSecurityGroupIngressOutput::builder().r#return(true).set_revoked_security_group_rules(Some(revoked)).build())
}

/// `RevokeSecurityGroupEgress`.
pub(crate) fn revoke_egress(
    call: &mut Call<'_>,
    input: &RevokeSecurityGroupEgressInput,
) -> Result<RevokeSecurityGroupEgressOutput, Refusal> {
    let revoked = revoke(call, input.group_id(), input.ip_permissions(), input.security_group_rule_ids(), true)?;
    Ok(RevokeSecurityGroupEgressOutput::builder().r#return(true).set_revoked_security_group_rules(Some(revoked)).build())
}

/// `UpdateSecurityGroupRuleDescriptionsIngress`.
pub(crate) fn describe_ingress_anew(
    call: &mut Call<'_>,
    input: &UpdateSecurityGroupRuleDescriptionsIngressInput,
) -> Result<UpdateSecurityGroupRuleDescriptionsIngressOutput, Refusal> {
    describe_anew(call, input.group_id(), input.ip_permissions(), input.security_group_rule_descriptions(), false)?;
    Ok(UpdateSecurityGroupRuleDescriptionsIngressOutput::builder().r#return(true).build())
}

/// `UpdateSecurityGroupRuleDescriptionsEgress`.
pub(crate) fn describe_egress_anew(
    call: &mut Call<'_>,
    input: &UpdateSecurityGroupRuleDescriptionsEgressInput,
) -> Result<UpdateSecurityGroupRuleDescriptionsEgressOutput, Refusal> {
    describe_anew(call, input.group_id(), input.ip_permissions(), input.security_group_rule_descriptions(), true)?;
    Ok(UpdateSecurityGroupRuleDescriptionsEgressOutput::builder().r#return(true).build())
}

/// `DescribeSecurityGroupRules`.
pub(crate) fn describe(call: &mut Call<'_>, input: &DescribeSecurityGroupRulesInput) -> Result<DescribeSecurityGroupRulesOutput, Refusal> {
    let query = Query {
        ids: input.security_group_rule_ids(),
        filters: input.filters(),
        names: &["group-id", "security-group-rule-id"],
        max_results: input.max_results,
        next_token: input.next_token(),
        // EC2 API Reference, DescribeSecurityGroupRules: 5 to 1000.
        sizes: 5..=1000,
        excludes_ids: false,
    };
    let filters = Filters::checked(query.filters, query.names)?;
    let mut rules: Vec<(String, Rule)> = Vec::new();
    for group in call.visible::<SecurityGroup>() {
        rules.extend(group.rules.into_iter().map(|rule| (group.id.clone(), rule)));
    }
    if let Some(unknown) = query.ids.iter().find(|id| !rules.iter().any(|(_, rule)| rule.id == **id)) {
        security_group::group_of_rule(call, unknown)?;
    }
    rules.retain(|(_, rule)| query.ids.is_empty() || query.ids.contains(&rule.id));
    rules.sort_by(|(_, left), (_, right)| left.id.cmp(&right.id));
    let page = cut(rules, &query, |(_, rule)| &rule.id)?;
    let kept = page
        .items
        .iter()
        .filter(|(group, rule)| filters.keep(&rule.tags, |name| vec![if name == "group-id" { group.clone() } else { rule.id.clone() }]));
    let rules = kept.map(|(group, rule)| rule.to_sdk(call, group)).collect();
    Ok(DescribeSecurityGroupRulesOutput::builder().set_security_group_rules(Some(rules)).set_next_token(page.next_token).build())
}
