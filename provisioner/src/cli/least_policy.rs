//! Limits a set of IAM actions to what belongs to one environment.
//!
//! What can be limited to is in AWS's Service Authorization Reference. Where a limit might refuse what the program needs, there is none: each
//! group below says why. The names of two environments of a project may begin alike (`prod`, `prod-eu`); limits by name then overlap.

use std::collections::BTreeSet;

use crate::desired::{Policy, Statement};
use crate::model::{Scope, TAG_ENVIRONMENT, TAG_PROJECT};

/// How many characters a managed policy has at most; white space is not counted (IAM User Guide, "IAM and AWS STS quotas").
pub const DOCUMENT_CHARACTERS: usize = 6144;

/// Whose objects the actions are limited to.
pub struct Place<'a> {
    /// The project and the environment.
    pub scope: &'a Scope,
    /// The region.
    pub region: &'a str,
    /// The account.
    pub account: &'a str,
    /// The customer's gateway, as ARNs have it: `transit-gateway/tgw-0abc`.
    pub gateway: Option<String>,
    /// Names of buckets that do not begin as the environment's names do.
    pub buckets: Vec<String>,
    /// The domains that mail is sent from.
    pub domains: Vec<String>,
}

/// Actions under one limit, and what they are for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What they are for, in one line.
    pub purpose: &'static str,
    /// The statement.
    pub statement: Statement,
}

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

/// The groups in as many documents as AWS's limit asks for; a group that is too long for one is cut in two.
pub fn documents(groups: &[Group]) -> Vec<Policy> {
    let mut documents: Vec<Policy> = Vec::new();
    for statement in groups.iter().flat_map(|group| pieces(&group.statement)) {
        if let Some(last) = documents.last_mut() {
            last.statements.push(statement.clone());
            if size(last) <= DOCUMENT_CHARACTERS {
                continue;
            }
            last.statements.pop();
        }
        documents.push(Policy { statements: vec![statement] });
    }
    documents
}

fn pieces(statement: &Statement) -> Vec<Statement> {
    if statement.actions.len() < 2 || size(&Policy { statements: vec![statement.clone()] }) <= DOCUMENT_CHARACTERS {
        return vec![statement.clone()];
    }
    let (first, second) = statement.actions.split_at(statement.actions.len() / 2);
    let half = |number: u8, actions: &[String]| {
        pieces(&Statement { sid: format!("{}{number}", statement.sid), actions: actions.to_vec(), ..statement.clone() })
    };
    [half(1, first), half(2, second)].concat()
}

/// A document's length as AWS counts it.
pub fn size(policy: &Policy) -> usize {
    let document = policy.document().expect("the statements hold no references");
    document.chars().filter(|character| !character.is_whitespace()).count()
}

/// Whether an action only reads.
pub fn is_read(action: &str) -> bool {
    let (_, operation) = action.split_once(':').unwrap_or_default();
    ["Describe", "Get", "List"].iter().any(|verb| operation.starts_with(verb))
}

/// Whether an action of EC2 makes an object that is tagged by the very request that makes it.
fn is_ec2_creation(action: &str) -> bool {
    let is_named = matches!(action, "ec2:AllocateAddress" | "ec2:ImportKeyPair" | "ec2:RunInstances");
    let is_part = matches!(action, "ec2:CreateTags" | "ec2:CreateRoute" | "ec2:CreateNetworkAclEntry");
    is_named || (action.starts_with("ec2:Create") && !is_part)
}

/// Whether an action of EC2 concerns the customer's gateway as well as our network.
fn is_of_gateway(action: &str) -> bool {
    matches!(action, "ec2:CreateTransitGatewayVpcAttachment" | "ec2:AttachVpnGateway" | "ec2:DetachVpnGateway")
}

struct Grouping<'a> {
    actions: &'a BTreeSet<&'a str>,
    place: &'a Place<'a>,
    groups: Vec<Group>,
    taken: BTreeSet<&'a str>,
}

impl Grouping<'_> {
    /// Groups the actions of a service that pass; nothing where none does.
    fn add(
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
    fn arn(&self, service: &str, path: &str) -> String {
        format!("arn:{}:{service}:{}:{}:{path}", self.partition(), self.place.region, self.place.account)
    }

    fn partition(&self) -> &'static str {
        match self.place.region {
            region if region.starts_with("cn-") => "aws-cn",
            region if region.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        }
    }

    /// `PROJECT-ENVIRONMENT`, as physical names begin.
    fn prefix(&self) -> String {
        format!("{}-{}", self.place.scope.project, self.place.scope.environment)
    }

    fn in_region(&self) -> impl FnOnce(Statement) -> Statement + use<> {
        let region = self.place.region.to_owned();
        |statement| statement.when("StringEquals", "aws:RequestedRegion", [region])
    }

    /// Under the condition that both of our tags are ours in `context`: `aws:RequestTag`, `aws:ResourceTag`.
    fn ours(&self, context: &str) -> impl FnOnce(Statement) -> Statement + use<> {
        let Scope { project, environment } = self.place.scope.clone();
        let (of_project, of_environment) = (format!("{context}/{TAG_PROJECT}"), format!("{context}/{TAG_ENVIRONMENT}"));
        move |statement| statement.when("StringEquals", &of_project, [project]).when("StringEquals", &of_environment, [environment])
    }

    /// EC2 asks about every object of a request by itself: about a new one with the request's tags, about others with their own.
    fn ec2(&mut self) {
        let any = self.arn("ec2", "*/*");
        let (partition, region) = (self.partition(), self.place.region);
        self.add(
            "Ec2Read",
            "looks at network and machines; lists cannot be limited to some objects",
            "ec2",
            is_read,
            all(),
            self.in_region(),
        );
        self.add(
            "Ec2Make",
            "makes objects that carry this environment's tags",
            "ec2",
            is_ec2_creation,
            [any.clone()],
            self.ours("aws:RequestTag"),
        );
        let creations: Vec<String> =
            self.actions.iter().filter(|action| is_ec2_creation(action)).map(|action| action[4..].to_owned()).collect();
        let while_made = |statement: Statement| statement.when("StringEquals", "ec2:CreateAction", creations);
        // The root volume and the interface of a machine get the operator's tags and none of ours, so that their tags are not asked for.
        self.add("Ec2Tag", "tags objects while they are made", "ec2", |action| action == "ec2:CreateTags", [any.clone()], while_made);
        self.add(
            "Ec2Own",
            "changes, uses and deletes what carries this environment's tags",
            "ec2",
            |action| !is_read(action),
            [any],
            self.ours("aws:ResourceTag"),
        );
        let launch = [
            format!("arn:{partition}:ec2:{region}::image/*"),
            format!("arn:{partition}:ec2:{region}::snapshot/*"),
            self.arn("ec2", "volume/*"),
            self.arn("ec2", "network-interface/*"),
        ];
        self.add(
            "Ec2Launch",
            "starts machines: their image, and what AWS makes along with them",
            "ec2",
            |action| action == "ec2:RunInstances",
            launch,
            same,
        );
        let rules = [self.arn("ec2", "security-group-rule/*")];
        self.add(
            "Ec2Rules",
            "adds rules to this environment's security groups",
            "ec2",
            |action| action.starts_with("ec2:AuthorizeSecurityGroup"),
            rules,
            same,
        );
        let untagged = |statement: Statement| statement.when("Null", &format!("aws:ResourceTag/{TAG_PROJECT}"), ["true"]);
        let groups = [self.arn("ec2", "security-group/*")];
        self.add(
            "Ec2Adopt",
            "takes over the default security group that AWS makes with a VPC",
            "ec2",
            |action| action == "ec2:CreateTags",
            groups,
            untagged,
        );
        let acls = [self.arn("ec2", "network-acl/*")];
        self.add(
            "Ec2Acl",
            "takes subnets from and gives them back to the VPC's own access list, which is untagged",
            "ec2",
            |action| action == "ec2:ReplaceNetworkAclAssociation",
            acls,
            same,
        );
        if let Some(gateway) = &self.place.gateway {
            // A transit gateway may be shared from another account.
            let gateway = [format!("arn:{partition}:ec2:{region}:*:{gateway}")];
            self.add("Ec2Gateway", "connects the network with the customer's gateway", "ec2", is_of_gateway, gateway, same);
        }
    }

    /// RDS has no condition on the tags of an object that is being made, but names are ours to choose.
    fn rds(&mut self) {
        self.add("RdsRead", "looks at databases; lists cannot be limited to some", "rds", is_read, all(), self.in_region());
        let prefix = self.prefix().to_lowercase();
        let ours = ["db", "subgrp", "pg", "snapshot"].map(|kind| self.arn("rds", &format!("{kind}:{prefix}-*")));
        // A database has RDS's own option group.
        let resources = ours.into_iter().chain([self.arn("rds", "og:default:*")]);
        self.add(
            "RdsOwn",
            "makes, changes and deletes databases by this environment's names",
            "rds",
            |action| !is_read(action),
            resources,
            same,
        );
        let secrets = [self.arn("secretsmanager", "secret:rds!*")];
        self.add("RdsSecret", "lets RDS make and keep the master passwords", "secretsmanager", |_| true, secrets, same);
    }

    /// A bucket's ARN has neither region nor account; `*` also stands for the objects in it.
    fn s3(&mut self) {
        self.add("S3List", "lists the names of buckets", "s3", |action| action == "s3:ListAllMyBuckets", all(), same);
        let prefix = self.prefix().to_lowercase();
        let others = self.place.buckets.iter().filter(|name| !name.starts_with(&format!("{prefix}-")));
        let names: Vec<String> = others.map(|name| format!("{name}*")).chain([format!("{prefix}-*")]).collect();
        let partition = self.partition();
        let resources = names.into_iter().map(|name| format!("arn:{partition}:s3:::{name}"));
        self.add(
            "S3Own",
            "makes, changes and deletes this environment's buckets",
            "s3",
            |action| action != "s3:ListAllMyBuckets",
            resources,
            same,
        );
    }

    /// Roles and profiles have a path of their own. IAM is in no region.
    fn iam(&mut self) {
        let Scope { project, environment } = self.place.scope;
        let arn = |path: &str| format!("arn:{}:iam::{}:{path}", self.partition(), self.place.account);
        let roles = arn(&format!("role/provision/{project}/{environment}/*"));
        let own = [roles.clone(), arn(&format!("instance-profile/provision/{project}/{environment}/*"))];
        let linked = [arn("role/aws-service-role/rds.amazonaws.com/*")];
        let is_list = |action: &str| matches!(action, "iam:ListRoles" | "iam:ListInstanceProfiles");
        let is_special = move |action: &str| {
            is_list(action) || matches!(action, "iam:PassRole" | "iam:CreateServiceLinkedRole" | "iam:SimulatePrincipalPolicy")
        };
        self.add("IamList", "lists roles and profiles, which cannot be limited to some", "iam", is_list, all(), same);
        self.add("IamOwn", "makes, changes and deletes the roles of this environment", "iam", |action| !is_special(action), own, same);
        let to_services = |statement: Statement| {
            statement.when("StringEquals", "iam:PassedToService", ["ec2.amazonaws.com", "monitoring.rds.amazonaws.com"])
        };
        self.add(
            "IamPass",
            "hands these roles to machines and databases, and to nothing else",
            "iam",
            |action| action == "iam:PassRole",
            [roles],
            to_services,
        );
        let of_rds = |statement: Statement| statement.when("StringEquals", "iam:AWSServiceName", ["rds.amazonaws.com"]);
        self.add(
            "IamLinked",
            "makes RDS's own role with the account's first database",
            "iam",
            |action| action == "iam:CreateServiceLinkedRole",
            linked,
            of_rds,
        );
    }

    /// A key has no name; it is known by its tags, and an alias by its name.
    fn kms(&mut self) {
        const USES: [&str; 4] = ["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext"];
        let is_alias = |action: &str| matches!(action, "kms:CreateAlias" | "kms:DeleteAlias");
        let is_list = |action: &str| matches!(action, "kms:ListAliases" | "kms:ListKeys");
        let is_making = |action: &str| matches!(action, "kms:CreateKey" | "kms:TagResource");
        let keys = [self.arn("kms", "key/*")];
        let aliases = [self.arn("kms", &format!("alias/{}*", self.prefix()))];
        let services: Vec<String> =
            ["ec2", "rds", "s3", "secretsmanager"].iter().map(|name| format!("{name}.{}.amazonaws.com", self.place.region)).collect();
        self.add("KmsList", "lists the names of keys", "kms", is_list, all(), same);
        self.add("KmsMake", "makes a key that carries this environment's tags", "kms", is_making, all(), self.ours("aws:RequestTag"));
        self.add(
            "KmsOwn",
            "looks at and changes the key that carries this environment's tags",
            "kms",
            |action| !is_list(action) && action != "kms:CreateKey",
            keys.clone(),
            self.ours("aws:ResourceTag"),
        );
        self.add("KmsAlias", "names the key", "kms", is_alias, aliases, same);
        let through = |statement: Statement| statement.when("StringEquals", "kms:ViaService", services);
        self.add(
            "KmsUse",
            "lets volumes, databases, buckets and passwords be encrypted with keys, AWS's own among them",
            "kms",
            |action| USES.contains(&action),
            keys,
            through,
        );
    }

    fn ses(&mut self) {
        let is_account = |action: &str| action.starts_with("ses:List") || action == "ses:GetAccount";
        self.add("SesList", "lists what mail is sent from", "ses", is_account, all(), same);
        let domains = self.place.domains.iter().map(|domain| format!("identity/{domain}"));
        let sets = [format!("configuration-set/{}-*", self.prefix())];
        let resources: Vec<String> = domains.chain(sets).map(|path| self.arn("ses", &path)).collect();
        self.add(
            "SesOwn",
            "makes, changes and deletes the mail identity of this environment and how it sends",
            "ses",
            |action| !is_account(action),
            resources,
            same,
        );
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

fn all() -> [String; 1] {
    ["*".to_owned()]
}

fn same(statement: Statement) -> Statement {
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

    #[test]
    fn documents_are_within_the_limit_and_hold_every_action() {
        let names: Vec<String> = (0..900).map(|number| format!("ec2:DoSomethingVerySpecial{number}")).collect();
        let actions: BTreeSet<&str> = names.iter().map(String::as_str).collect();
        let scope = scope();
        let place =
            Place { scope: &scope, region: "eu-west-1", account: "123456789012", gateway: None, buckets: Vec::new(), domains: Vec::new() };
        let documents = documents(&groups(&actions, &place));
        assert!(documents.len() > 1 && documents.iter().all(|document| size(document) <= DOCUMENT_CHARACTERS));
        let written: BTreeSet<&str> =
            documents.iter().flat_map(|document| &document.statements).flat_map(|one| &one.actions).map(String::as_str).collect();
        assert_eq!(written, actions);
        let mut sids: Vec<&str> = documents.iter().flat_map(|document| &document.statements).map(|one| one.sid.as_str()).collect();
        let count = sids.len();
        sids.dedup();
        assert_eq!(sids.len(), count);
    }
}
