use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_ec2::types::{IpPermission, IpRange, Ipv6Range, PrefixListId, UserIdGroupPair};

use crate::aws::client::Connection;
use crate::aws::error::{gone_is_success, has_code};
use crate::aws::request::{known, request_text, wanted};
use crate::aws::security_group::observe_groups;
use crate::desired::{Rule, SecurityGroupRules};
use crate::model::{Attributes, Observed, RemoteId, Scope};
use crate::provider::{Calls, Create, Delete, Depth, ProviderError, ResourceType, Update};

/// The rules of EC2's security groups, all of one group as one object; listed by `security-group`.
pub(super) struct SecurityGroupRulesType {
    connection: Connection,
}

/// Which way a rule looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// Who may come in.
    Ingress,
    /// Where it may go.
    Egress,
}

/// What AWS compares rules by: two rules that differ in their description alone are one.
type RuleKey<'a> = (&'a str, i32, i32, &'a str);

impl SecurityGroupRulesType {
    /// Speaks over `connection`.
    pub(super) fn new(connection: &Connection) -> Self {
        Self { connection: connection.clone() }
    }

    async fn authorize(&self, group: &str, direction: Direction, rules: &[&Rule], calls: &dyn Calls) -> Result<(), ProviderError> {
        if rules.is_empty() {
            return Ok(());
        }
        let ec2 = self.connection.ec2();
        let permissions = Some(permissions_of(rules)?);
        let answer = match direction {
            Direction::Ingress => {
                const OPERATION: &str = "AuthorizeSecurityGroupIngress";
                calls.intend(OPERATION, &request_text(&(group, rules))).await?;
                let call = ec2.authorize_security_group_ingress().group_id(group).set_ip_permissions(permissions);
                self.connection.call(OPERATION, call.send()).await.map(drop)
            }
            Direction::Egress => {
                const OPERATION: &str = "AuthorizeSecurityGroupEgress";
                calls.intend(OPERATION, &request_text(&(group, rules))).await?;
                let call = ec2.authorize_security_group_egress().group_id(group).set_ip_permissions(permissions);
                self.connection.call(OPERATION, call.send()).await.map(drop)
            }
        };
        // One that exists already makes AWS refuse all of them; the next look tells which are missing.
        if has_code(&answer, "InvalidPermission.Duplicate") { Ok(()) } else { answer }
    }

    async fn describe(&self, group: &str, direction: Direction, rules: &[&Rule], calls: &dyn Calls) -> Result<(), ProviderError> {
        if rules.is_empty() {
            return Ok(());
        }
        let ec2 = self.connection.ec2();
        let permissions = Some(permissions_of(rules)?);
        match direction {
            Direction::Ingress => {
                const OPERATION: &str = "UpdateSecurityGroupRuleDescriptionsIngress";
                calls.intend(OPERATION, &request_text(&(group, rules))).await?;
                let call = ec2.update_security_group_rule_descriptions_ingress().group_id(group).set_ip_permissions(permissions);
                self.connection.call(OPERATION, call.send()).await.map(drop)
            }
            Direction::Egress => {
                const OPERATION: &str = "UpdateSecurityGroupRuleDescriptionsEgress";
                calls.intend(OPERATION, &request_text(&(group, rules))).await?;
                let call = ec2.update_security_group_rule_descriptions_egress().group_id(group).set_ip_permissions(permissions);
                self.connection.call(OPERATION, call.send()).await.map(drop)
            }
        }
    }
}

/// Takes rules from a group; those that are gone already are no matter.
pub(super) async fn revoke(
    connection: &Connection,
    group: &str,
    direction: Direction,
    rules: &[&Rule],
    calls: &dyn Calls,
) -> Result<(), ProviderError> {
    if rules.is_empty() {
        return Ok(());
    }
    let permissions = Some(permissions_of(rules)?);
    let answer = match direction {
        Direction::Ingress => {
            const OPERATION: &str = "RevokeSecurityGroupIngress";
            calls.intend(OPERATION, &request_text(&(group, rules))).await?;
            let call = connection.ec2().revoke_security_group_ingress().group_id(group).set_ip_permissions(permissions);
            connection.call(OPERATION, call.send()).await.map(drop)
        }
        Direction::Egress => {
            const OPERATION: &str = "RevokeSecurityGroupEgress";
            calls.intend(OPERATION, &request_text(&(group, rules))).await?;
            let call = connection.ec2().revoke_security_group_egress().group_id(group).set_ip_permissions(permissions);
            connection.call(OPERATION, call.send()).await.map(drop)
        }
    };
    gone_is_success(answer)
}

fn permissions_of(rules: &[&Rule]) -> Result<Vec<IpPermission>, ProviderError> {
    rules.iter().map(|rule| permission_of(rule)).collect()
}

fn permission_of(rule: &Rule) -> Result<IpPermission, ProviderError> {
    let peer = known("AuthorizeSecurityGroupIngress", &rule.peer)?;
    let description = (!rule.description.is_empty()).then(|| rule.description.clone());
    let mut permission = IpPermission::builder().ip_protocol(&rule.protocol);
    if rule.protocol != "-1" {
        permission = permission.from_port(rule.from_port).to_port(rule.to_port);
    }
    let permission = if peer.starts_with("sg-") {
        permission.user_id_group_pairs(UserIdGroupPair::builder().group_id(peer).set_description(description).build())
    } else if peer.starts_with("pl-") {
        permission.prefix_list_ids(PrefixListId::builder().prefix_list_id(peer).set_description(description).build())
    } else if peer.contains(':') {
        permission.ipv6_ranges(Ipv6Range::builder().cidr_ipv6(peer).set_description(description).build())
    } else {
        permission.ip_ranges(IpRange::builder().cidr_ip(peer).set_description(description).build())
    };
    Ok(permission.build())
}

/// What brings the rules that are there to those that are wanted.
#[derive(Debug, Default, PartialEq, Eq)]
struct Difference<'a> {
    missing: Vec<&'a Rule>,
    surplus: Vec<&'a Rule>,
    renamed: Vec<&'a Rule>,
}

fn difference<'a>(observed: &'a [Rule], wanted: &'a [Rule]) -> Result<Difference<'a>, ProviderError> {
    let (observed, wanted) = (by_key(observed)?, by_key(wanted)?);
    let mut difference = Difference::default();
    for (key, rule) in &wanted {
        match observed.get(key) {
            None => difference.missing.push(rule),
            Some(there) if there.description != rule.description => difference.renamed.push(rule),
            Some(_) => {}
        }
    }
    difference.surplus = observed.iter().filter(|(key, _)| !wanted.contains_key(*key)).map(|(_, rule)| *rule).collect();
    Ok(difference)
}

fn by_key(rules: &[Rule]) -> Result<BTreeMap<RuleKey<'_>, &Rule>, ProviderError> {
    rules
        .iter()
        .map(|rule| Ok(((rule.protocol.as_str(), rule.from_port, rule.to_port, known("DescribeSecurityGroups", &rule.peer)?), rule)))
        .collect()
}

/// The rules in observed attributes, in both directions.
pub(super) fn rules_in(attributes: &Attributes) -> Result<(Vec<Rule>, Vec<Rule>), ProviderError> {
    #[derive(serde::Deserialize)]
    struct Both {
        #[serde(default)]
        ingress: Vec<Rule>,
        #[serde(default)]
        egress: Vec<Rule>,
    }
    let both: Both = wanted("DescribeSecurityGroups", attributes)?;
    Ok((both.ingress, both.egress))
}

#[async_trait]
impl ResourceType for SecurityGroupRulesType {
    fn kind(&self) -> &'static str {
        "security-group-rules"
    }

    async fn observe(&self, scope: &Scope, _depth: Depth) -> Result<Vec<Observed>, ProviderError> {
        let mut objects = observe_groups(&self.connection, scope).await?;
        objects.retain(|object| object.address.kind() == self.kind());
        Ok(objects)
    }

    async fn create(&self, request: Create<'_>, calls: &dyn Calls) -> Result<RemoteId, ProviderError> {
        let specification: SecurityGroupRules = wanted("AuthorizeSecurityGroupIngress", request.attributes)?;
        let group = known("AuthorizeSecurityGroupIngress", &specification.group)?;
        let (direction, rules) = match specification.ingress.is_empty() {
            true => (Direction::Egress, &specification.egress),
            false => (Direction::Ingress, &specification.ingress),
        };
        self.authorize(group, direction, &rules.iter().collect::<Vec<_>>(), calls).await?;
        Ok(rules_id(group))
    }

    async fn update(&self, request: Update<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        let specification: SecurityGroupRules = wanted("AuthorizeSecurityGroupIngress", request.attributes)?;
        let group = known("AuthorizeSecurityGroupIngress", &specification.group)?;
        let (ingress, egress) = rules_in(&request.observed.attributes)?;
        let ingress = difference(&ingress, &specification.ingress)?;
        let egress = difference(&egress, &specification.egress)?;
        // What is missing comes before what is too much goes: nobody who shall get through is cut off in between.
        for (direction, difference) in [(Direction::Ingress, &ingress), (Direction::Egress, &egress)] {
            self.authorize(group, direction, &difference.missing, calls).await?;
        }
        for (direction, difference) in [(Direction::Ingress, &ingress), (Direction::Egress, &egress)] {
            revoke(&self.connection, group, direction, &difference.surplus, calls).await?;
            self.describe(group, direction, &difference.renamed, calls).await?;
        }
        Ok(())
    }

    async fn delete(&self, request: Delete<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        let specification: SecurityGroupRules = wanted("RevokeSecurityGroupIngress", &request.observed.attributes)?;
        let group = known("RevokeSecurityGroupIngress", &specification.group)?;
        let (ingress, egress) = rules_in(&request.observed.attributes)?;
        for (direction, rules) in [(Direction::Ingress, &ingress), (Direction::Egress, &egress)] {
            revoke(&self.connection, group, direction, &rules.iter().collect::<Vec<_>>(), calls).await?;
        }
        Ok(())
    }
}

/// The rules of a group have no id of their own, and must not be taken for the group.
pub(super) fn rules_id(group: &str) -> RemoteId {
    RemoteId::new(format!("{group}:rules"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(port: i32, peer: &str, description: &str) -> Rule {
        Rule { protocol: "tcp".to_owned(), from_port: port, to_port: port, peer: peer.into(), description: description.to_owned() }
    }

    #[test]
    fn rules_that_differ_in_their_description_alone_are_neither_added_nor_revoked() {
        let observed = [rule(22, "sg-1", "old"), rule(80, "0.0.0.0/0", "same"), rule(81, "0.0.0.0/0", "gone")];
        let wanted = [rule(22, "sg-1", "new"), rule(80, "0.0.0.0/0", "same"), rule(443, "sg-2", "added")];
        let difference = difference(&observed, &wanted).expect("all known");
        assert_eq!(difference, Difference { missing: vec![&wanted[2]], surplus: vec![&observed[2]], renamed: vec![&wanted[0]] });
    }

    #[test]
    fn all_protocols_carry_no_ports() {
        let all = Rule { protocol: "-1".to_owned(), from_port: -1, to_port: -1, peer: "::/0".into(), description: String::new() };
        let permission = permission_of(&all).expect("known");
        assert_eq!((permission.from_port(), permission.to_port()), (None, None));
        assert_eq!(permission.ipv6_ranges()[0].cidr_ipv6(), Some("::/0"));
    }
}
