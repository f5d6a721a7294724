use std::collections::BTreeSet;

use super::{Group, Place};
use crate::desired::Statement;
use crate::model::{Scope, TAG_ENVIRONMENT, TAG_PROJECT};

/// Every action in at least one group; what nothing limits is in a group for everything.
pub fn groups(actions: &BTreeSet<&str>, place: &Place<'_>) -> Vec<Group> {
    let mut grouping = Grouping { actions, place, groups: Vec::new(), taken: BTreeSet::new() };
    grouping.ec2();
    grouping.rds();
    grouping.s3();
    grouping.iam();
    grouping.kms();
    grouping.ses();
    grouping.rest();
    grouping.groups
}

/// Whether an action only reads.
pub fn is_read(action: &str) -> bool {
    let (_, operation) = action.split_once(':').unwrap_or_default();
    ["Describe", "Get", "List"].iter().any(|verb| operation.starts_with(verb))
}

/// The actions of one environment, as they are put into groups.
pub(super) struct Grouping<'a> {
    pub(super) actions: &'a BTreeSet<&'a str>,
    pub(super) place: &'a Place<'a>,
    groups: Vec<Group>,
    taken: BTreeSet<&'a str>,
}

impl Grouping<'_> {
    /// Groups the actions of a service that pass; nothing where none does.
    pub(super) fn add(
        &mut self,
        sid: &str,
        purpose: &'static str,
        of: &str,
        passes: impl Fn(&str) -> bool,
        resources: impl IntoIterator<Item = String>,
        limit: impl FnOnce(Statement) -> Statement,
    ) {
        let found: Vec<&str> = self.actions.iter().copied().filter(|action| service(action) == of && passes(action)).collect();
        if !found.is_empty() {
            let statement = limit(Statement::allow(sid, &found, resources));
            self.taken.extend(found);
            self.groups.push(Group { purpose, statement });
        }
    }

    /// `arn:PARTITION:SERVICE:REGION:ACCOUNT:PATH`
    pub(super) fn arn(&self, service: &str, path: &str) -> String {
        format!("arn:{}:{service}:{}:{}:{path}", self.partition(), self.place.region, self.place.account)
    }

    pub(super) fn partition(&self) -> &'static str {
        match self.place.region {
            region if region.starts_with("cn-") => "aws-cn",
            region if region.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        }
    }

    /// `PROJECT-ENVIRONMENT`, as physical names begin.
    pub(super) fn prefix(&self) -> String {
        format!("{}-{}", self.place.scope.project, self.place.scope.environment)
    }

    pub(super) fn in_region(&self) -> impl FnOnce(Statement) -> Statement + use<> {
        let region = self.place.region.to_owned();
        |statement| statement.when("StringEquals", "aws:RequestedRegion", [region])
    }

    /// Under the condition that both of our tags are ours in `context`: `aws:RequestTag`, `aws:ResourceTag`.
    pub(super) fn ours(&self, context: &str) -> impl FnOnce(Statement) -> Statement + use<> {
        let Scope { project, environment } = self.place.scope.clone();
        let (of_project, of_environment) = (format!("{context}/{TAG_PROJECT}"), format!("{context}/{TAG_ENVIRONMENT}"));
        move |statement| statement.when("StringEquals", &of_project, [project]).when("StringEquals", &of_environment, [environment])
    }

    /// What AWS cannot limit to objects, and what nothing above knows.
    fn rest(&mut self) {
        let taken = std::mem::take(&mut self.taken);
        let left: BTreeSet<&str> = self.actions.iter().copied().filter(|action| !taken.contains(action)).collect();
        for of in left.iter().map(|action| service(action)).collect::<BTreeSet<_>>() {
            let sid = format!("{}{}Other", of[..1].to_uppercase(), &of[1..]).replace('-', "");
            self.add(&sid, "cannot be limited to some objects", of, |action| left.contains(action), all(), same);
        }
    }
}

fn service(action: &str) -> &str {
    action.split_once(':').map_or(action, |(service, _)| service)
}

/// Every object.
pub(super) fn all() -> [String; 1] {
    ["*".to_owned()]
}

/// Under no condition.
pub(super) fn same(statement: Statement) -> Statement {
    statement
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope() -> Scope {
        Scope { project: "acme".to_owned(), environment: "prod".to_owned() }
    }

    fn grouped(actions: &[&'static str]) -> Vec<Group> {
        let scope = scope();
        let place = Place {
            scope: &scope,
            region: "eu-west-1",
            account: "123456789012",
            gateway: None,
            buckets: Vec::new(),
            domains: vec!["emm.example.com".to_owned()],
        };
        groups(&actions.iter().copied().collect(), &place)
    }

    fn sids(groups: &[Group]) -> Vec<&str> {
        groups.iter().map(|group| group.statement.sid.as_str()).collect()
    }

    #[test]
    fn an_action_that_nothing_knows_is_still_allowed() {
        let groups = grouped(&["logs:CreateLogDelivery", "new-service:DoThis"]);
        assert_eq!(sids(&groups), ["LogsOther", "NewserviceOther"]);
        assert!(groups.iter().all(|group| group.statement.resources == ["*".into()]));
    }

    #[test]
    fn a_creation_is_allowed_with_our_tags_and_in_what_carries_them() {
        assert_eq!(sids(&grouped(&["ec2:CreateSubnet"])), ["Ec2Make", "Ec2Own"]);
        assert_eq!(sids(&grouped(&["ec2:RunInstances"])), ["Ec2Make", "Ec2Own", "Ec2Launch"]);
        assert_eq!(sids(&grouped(&["ec2:CreateRoute"])), ["Ec2Own"]);
    }

    #[test]
    fn no_existing_object_of_others_can_be_tagged_as_ours_but_an_untagged_group() {
        let groups = grouped(&["ec2:CreateTags", "ec2:CreateVpc"]);
        let tagging = groups.iter().filter(|group| group.statement.actions.contains(&"ec2:CreateTags".to_owned()));
        let conditions: Vec<&str> = tagging.map(|group| group.statement.conditions[0].key.as_str()).collect();
        assert_eq!(conditions, ["ec2:CreateAction", "aws:ResourceTag/provision:project", "aws:ResourceTag/provision:project"]);
    }

    #[test]
    fn roles_are_passed_to_named_services_only() {
        let groups = grouped(&["iam:PassRole"]);
        assert_eq!(groups[0].statement.conditions[0].key, "iam:PassedToService");
    }
}
