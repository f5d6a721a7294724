use aws_sdk_ec2::operation::create_security_group::{CreateSecurityGroupInput, CreateSecurityGroupOutput};
use aws_sdk_ec2::operation::delete_security_group::{DeleteSecurityGroupInput, DeleteSecurityGroupOutput};
use aws_sdk_ec2::operation::describe_security_groups::{DescribeSecurityGroupsInput, DescribeSecurityGroupsOutput};
use aws_sdk_ec2::types::{GroupIdentifier, ResourceType};
use serde::{Deserialize, Serialize};

use super::paging::{Query, select};
use super::permission::Permission;
use super::security_group_rule::Rule;
use super::{NetworkInterface, Vpc, tag};
use crate::sandbox::call::Call;
use crate::sandbox::moment::Moment;
use crate::sandbox::object::Tags;
use crate::sandbox::refusal::Refusal;

/// The longest name and description (EC2 API Reference, `CreateSecurityGroup`: up to 255 characters).
const MAX_TEXT: usize = 255;

const FILTERS: [&str; 20] = [
    "description",
    "egress.ip-permission.cidr",
    "egress.ip-permission.from-port",
    "egress.ip-permission.group-id",
    "egress.ip-permission.protocol",
    "egress.ip-permission.to-port",
    "group-id",
    "group-name",
    "ip-permission.cidr",
    "ip-permission.from-port",
    "ip-permission.group-id",
    "ip-permission.protocol",
    "ip-permission.to-port",
    "owner-id",
    "vpc-id",
    "ip-permission.ipv6-cidr",
    "egress.ip-permission.ipv6-cidr",
    "ip-permission.user-id",
    "egress.ip-permission.user-id",
    "ip-permission.group-name",
];

/// A security group with its rules.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SecurityGroup {
    pub(crate) id: String,
    pub(crate) tags: Tags,
    pub(crate) created: Moment,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) vpc: String,
    pub(crate) is_default: bool,
    pub(crate) rules: Vec<Rule>,
}

impl SecurityGroup {
    pub(crate) fn identifier(&self) -> GroupIdentifier {
        GroupIdentifier::builder().group_id(&self.id).group_name(&self.name).build()
    }

    pub(crate) fn arn(&self, call: &Call<'_>) -> String {
        format!("arn:aws:ec2:{}:{}:security-group/{}", call.region, call.account(), self.id)
    }

    fn to_sdk(&self, call: &Call<'_>) -> aws_sdk_ec2::types::SecurityGroup {
        aws_sdk_ec2::types::SecurityGroup::builder()
            .group_id(&self.id)
            .group_name(&self.name)
            .description(&self.description)
            .vpc_id(&self.vpc)
            .owner_id(call.account())
            .security_group_arn(self.arn(call))
            .set_ip_permissions(Some(Rule::grouped(call, &self.rules, false)))
            .set_ip_permissions_egress(Some(Rule::grouped(call, &self.rules, true)))
            .set_tags(Some(tag::to_sdk(&self.tags)))
            .build()
    }
}

/// The groups that a request names by id, all of the same VPC; none means the VPC's default group.
pub(crate) fn for_interface(call: &Call<'_>, ids: &[String], vpc: &str, subnet: &str) -> Result<Vec<String>, Refusal> {
    if ids.is_empty() {
        let default = call.iter::<SecurityGroup>().find(|group| group.vpc == vpc && group.is_default);
        return Ok(default.map(|group| group.id.clone()).into_iter().collect());
    }
    let quota = call.options().quotas.groups_per_interface;
    if ids.len() > quota {
        let message = format!("You have exceeded the maximum number of security groups per network interface: {quota}");
        return Err(Refusal::new("SecurityGroupsPerInterfaceLimitExceeded", message));
    }
    let mut groups = Vec::new();
    for id in ids {
        let group: SecurityGroup = call.named(Some(id), "groupId")?;
        if group.vpc != vpc {
            let message = format!("Security group {id} and subnet {subnet} belong to different networks.");
            return Err(Refusal::new("InvalidParameter", message));
        }
        if groups.contains(id) {
            return Err(Refusal::value(format!("Duplicate security group '{id}'")));
        }
        groups.push(group.id);
    }
    Ok(groups)
}

/// The group that a rule id belongs to.
pub(crate) fn group_of_rule(call: &Call<'_>, rule: &str) -> Result<SecurityGroup, Refusal> {
    let group = call.iter::<SecurityGroup>().find(|group| group.rules.iter().any(|present| present.id == rule));
    group
        .cloned()
        .ok_or_else(|| Refusal::new("InvalidSecurityGroupRuleId.NotFound", format!("The security group rule ID '{rule}' does not exist")))
}

/// Makes a VPC's default group: everything in from itself, everything out (VPC User Guide, "Default security groups").
pub(crate) fn make_default(call: &mut Call<'_>, vpc: &str) {
    let id = call.new_id("sg");
    let rules = vec![Rule::new(call, false, Permission::all_from_group(&id)), Rule::new(call, true, Permission::all_to_anywhere())];
    call.put(SecurityGroup {
        id,
        tags: Tags::new(),
        created: call.now,
        name: "default".to_owned(),
        description: "default VPC security group".to_owned(),
        vpc: vpc.to_owned(),
        is_default: true,
        rules,
    });
}

fn check_text(text: &str, parameter: &str) -> Result<(), Refusal> {
    // EC2 API Reference, CreateSecurityGroup: "a-z, A-Z, 0-9, spaces, and ._-:/()#,@[]+=&;{}!$*".
    let is_allowed = |character: char| character.is_ascii_alphanumeric() || " ._-:/()#,@[]+=&;{}!$*".contains(character);
    if text.is_empty() || text.len() > MAX_TEXT || !text.chars().all(is_allowed) {
        return Err(Refusal::value(format!(
            "Value ({text}) for parameter {parameter} is invalid. Valid values are non-empty strings less than 256 characters from the following set: a-zA-Z0-9. _-:/()#,@[]+=&;{{}}!$*"
        )));
    }
    Ok(())
}

/// `CreateSecurityGroup`: also makes the rule that lets everything out.
pub(crate) fn create(call: &mut Call<'_>, input: &CreateSecurityGroupInput) -> Result<CreateSecurityGroupOutput, Refusal> {
    let name = input.group_name().ok_or_else(|| Refusal::missing("GroupName"))?;
    let description = input.description().ok_or_else(|| Refusal::missing("GroupDescription"))?;
    check_text(name, "GroupName")?;
    check_text(description, "GroupDescription")?;
    if name.starts_with("sg-") {
        return Err(Refusal::value(format!("Invalid group name '{name}': a group name cannot start with 'sg-'")));
    }
    if name.eq_ignore_ascii_case("default") {
        return Err(Refusal::new("InvalidGroup.Reserved", format!("The name '{name}' is reserved.")));
    }
    if input.vpc_id().is_none() {
        return Err(Refusal::new("VPCIdNotSpecified", "No default VPC for this user"));
    }
    let vpc: Vpc = call.named(input.vpc_id(), "vpcId")?;
    let tags = tag::for_new(call, input.tag_specifications(), ResourceType::SecurityGroup)?;
    let is_taken = call.iter::<SecurityGroup>().any(|group| group.vpc == vpc.id && group.name.eq_ignore_ascii_case(name));
    if is_taken {
        let message = format!("The security group '{name}' already exists for VPC '{}'", vpc.id);
        return Err(Refusal::new("InvalidGroup.Duplicate", message));
    }
    if call.iter::<SecurityGroup>().count() >= call.options().quotas.security_groups {
        return Err(Refusal::new("SecurityGroupLimitExceeded", "The maximum number of security groups has been reached."));
    }
    let group = SecurityGroup {
        id: call.new_id("sg"),
        tags,
        created: call.now,
        name: name.to_owned(),
        description: description.to_owned(),
        vpc: vpc.id,
        is_default: false,
        rules: vec![Rule::new(call, true, Permission::all_to_anywhere())],
    };
    call.put(group.clone());
    Ok(CreateSecurityGroupOutput::builder()
        .group_id(&group.id)
        .security_group_arn(group.arn(call))
        .set_tags(Some(tag::to_sdk(&group.tags)))
        .build())
}

/// `DeleteSecurityGroup`: refused while an interface has the group, or another group's rule names it.
pub(crate) fn delete(call: &mut Call<'_>, input: &DeleteSecurityGroupInput) -> Result<DeleteSecurityGroupOutput, Refusal> {
    if input.group_id().is_none() && input.group_name().is_some() {
        // EC2 API Reference, DeleteSecurityGroup: the name serves the default VPC only, and this account has none.
        return Err(Refusal::new("VPCIdNotSpecified", "No default VPC for this user"));
    }
    let group: SecurityGroup = call.named(input.group_id(), "groupId")?;
    let id = group.id.as_str();
    if group.is_default {
        let message = format!("the specified group: \"{id}\" name: \"default\" cannot be deleted by a user");
        return Err(Refusal::new("CannotDelete", message));
    }
    let is_referenced =
        call.iter::<SecurityGroup>().any(|other| other.id != id && other.rules.iter().any(|rule| rule.permission.group() == Some(id)));
    let is_worn = call.iter::<NetworkInterface>().any(|interface| interface.groups.iter().any(|worn| worn == id));
    if is_referenced || is_worn {
        return Err(Refusal::dependency(format!("resource {id} has a dependent object")));
    }
    call.remove::<SecurityGroup>(id);
    Ok(DeleteSecurityGroupOutput::builder().r#return(true).group_id(id).build())
}

/// `DescribeSecurityGroups`.
pub(crate) fn describe(call: &mut Call<'_>, input: &DescribeSecurityGroupsInput) -> Result<DescribeSecurityGroupsOutput, Refusal> {
    if !input.group_names().is_empty() {
        return Err(Refusal::new(
            "InvalidGroup.NotFound",
            format!("The security group '{}' does not exist in default VPC", input.group_names()[0]),
        ));
    }
    let query = Query {
        ids: input.group_ids(),
        filters: input.filters(),
        names: &FILTERS,
        max_results: input.max_results,
        next_token: input.next_token(),
        // EC2 API Reference, DescribeSecurityGroups: 5 to 1000.
        sizes: 5..=1000,
        excludes_ids: false,
    };
    let page = select::<SecurityGroup>(call, &query, |call, group, name| match name {
        "group-id" => vec![group.id.clone()],
        "group-name" => vec![group.name.clone()],
        "description" => vec![group.description.clone()],
        "vpc-id" => vec![group.vpc.clone()],
        "owner-id" => vec![call.account().to_owned()],
        name => {
            let is_egress = name.starts_with("egress.");
            let property = name.rsplit_once('.').map_or(name, |(_, property)| property);
            let rules = group.rules.iter().filter(|rule| rule.is_egress == is_egress);
            rules.filter_map(|rule| rule.permission.property(property, call.account())).collect()
        }
    })?;
    let groups = page.items.iter().map(|group| group.to_sdk(call)).collect();
    Ok(DescribeSecurityGroupsOutput::builder().set_security_groups(Some(groups)).set_next_token(page.next_token).build())
}
