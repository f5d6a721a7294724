use std::collections::BTreeSet;

use aws_sdk_ec2::operation::create_tags::{CreateTagsInput, CreateTagsOutput};
use aws_sdk_ec2::operation::delete_tags::{DeleteTagsInput, DeleteTagsOutput};
use aws_sdk_ec2::operation::describe_tags::{DescribeTagsInput, DescribeTagsOutput};
use aws_sdk_ec2::types::{ResourceType, Tag, TagDescription, TagSpecification};

use super::filter::Filters;
use super::paging::{Query, cut};
use crate::sandbox::call::Call;
use crate::sandbox::object::{Kind, Object, Tags};
use crate::sandbox::refusal::Refusal;

/// The most tags of one object (EC2 User Guide, "Tag restrictions").
const MAX_TAGS: usize = 50;
/// The most characters of a key (EC2 API Reference, `Tag`).
const MAX_KEY: usize = 127;
/// The most characters of a value (EC2 API Reference, `Tag`).
const MAX_VALUE: usize = 255;
/// The most objects that one `CreateTags` names (EC2 API Reference, `CreateTags`).
const MAX_RESOURCES: usize = 1000;

/// The type of an object by the prefix of its id.
const PREFIXES: [(&str, Kind, ResourceType); 19] = [
    ("eipalloc-", Kind::Address, ResourceType::ElasticIp),
    ("eni-", Kind::NetworkInterface, ResourceType::NetworkInterface),
    ("fl-", Kind::FlowLog, ResourceType::VpcFlowLog),
    ("i-", Kind::Instance, ResourceType::Instance),
    ("igw-", Kind::InternetGateway, ResourceType::InternetGateway),
    ("key-", Kind::KeyPair, ResourceType::KeyPair),
    ("nat-", Kind::NatGateway, ResourceType::Natgateway),
    ("acl-", Kind::NetworkAcl, ResourceType::NetworkAcl),
    ("rtb-", Kind::RouteTable, ResourceType::RouteTable),
    ("sg-", Kind::SecurityGroup, ResourceType::SecurityGroup),
    ("sgr-", Kind::SecurityGroup, ResourceType::SecurityGroupRule),
    ("snap-", Kind::Snapshot, ResourceType::Snapshot),
    ("subnet-", Kind::Subnet, ResourceType::Subnet),
    ("tgw-attach-", Kind::TransitGatewayAttachment, ResourceType::TransitGatewayAttachment),
    ("tgw-", Kind::TransitGateway, ResourceType::TransitGateway),
    ("vgw-", Kind::VpnGateway, ResourceType::VpnGateway),
    ("vol-", Kind::Volume, ResourceType::Volume),
    ("vpce-", Kind::VpcEndpoint, ResourceType::VpcEndpoint),
    ("vpc-", Kind::Vpc, ResourceType::Vpc),
];

/// Writes tags as the SDK has them.
pub(crate) fn to_sdk(tags: &Tags) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

/// Reads the tags that a request gives to the objects of one type.
///
/// `allowed` are the types that the operation can tag; another one in the request is refused. Whoever gives tags at a creation needs the right
/// to give tags (EC2 User Guide, "Grant permission to tag resources during creation").
pub(crate) fn of_specifications(
    call: &mut Call<'_>,
    specifications: &[TagSpecification],
    wanted: &ResourceType,
    allowed: &[ResourceType],
) -> Result<Tags, Refusal> {
    if !specifications.is_empty() {
        call.needs("ec2:CreateTags")?;
    }
    let mut tags = Tags::new();
    let mut seen = BTreeSet::new();
    for specification in specifications {
        let resource_type = specification.resource_type().ok_or_else(|| Refusal::missing("TagSpecification.1.ResourceType"))?;
        if !allowed.contains(resource_type) {
            let name = resource_type.as_str();
            return Err(Refusal::value(format!("'{name}' is not a valid taggable resource type for this operation.")));
        }
        if !seen.insert(resource_type.as_str()) {
            return Err(Refusal::value(format!("Duplicate resource type '{}' in tag specifications", resource_type.as_str())));
        }
        if specification.tags().is_empty() {
            return Err(Refusal::value("Tag specification must have at least one tag"));
        }
        let given = checked(specification.tags())?;
        if resource_type == wanted {
            tags = given;
        }
    }
    within_limit(&tags)?;
    Ok(tags)
}

/// Reads the tags that a creating request gives to the one type it makes.
pub(crate) fn for_new(call: &mut Call<'_>, specifications: &[TagSpecification], wanted: ResourceType) -> Result<Tags, Refusal> {
    of_specifications(call, specifications, &wanted, std::slice::from_ref(&wanted))
}

/// Checks the keys and values of tags (EC2 User Guide, "Tag restrictions").
fn checked(tags: &[Tag]) -> Result<Tags, Refusal> {
    let mut checked = Tags::new();
    for tag in tags {
        let key = tag.key().unwrap_or_default();
        let value = tag.value().unwrap_or_default();
        if key.is_empty() {
            return Err(Refusal::new("InvalidTagKey.Malformed", "Tag keys cannot be empty or null"));
        }
        if key.to_ascii_lowercase().starts_with("aws:") {
            return Err(Refusal::value(format!(
                "Value ( {key} ) for parameter key is invalid. Tag keys starting with 'aws:' are reserved for internal use"
            )));
        }
        if key.chars().count() > MAX_KEY {
            return Err(Refusal::value(format!("Tag key exceeds the maximum length of {MAX_KEY} characters")));
        }
        if value.chars().count() > MAX_VALUE {
            return Err(Refusal::value(format!("Tag value exceeds the maximum length of {MAX_VALUE} characters")));
        }
        if checked.insert(key.to_owned(), value.to_owned()).is_some() {
            return Err(Refusal::value(format!("Duplicate tag key '{key}' specified.")));
        }
    }
    Ok(checked)
}

fn within_limit(tags: &Tags) -> Result<(), Refusal> {
    if tags.len() > MAX_TAGS {
        return Err(Refusal::new("TagLimitExceeded", "The maximum number of Tags for a resource has been reached."));
    }
    Ok(())
}

fn kind_of(id: &str) -> Result<Kind, Refusal> {
    let known = PREFIXES.iter().find(|(prefix, _, _)| id.starts_with(prefix));
    known.map(|(_, kind, _)| *kind).ok_or_else(|| Refusal::new("InvalidID", format!("The ID '{id}' is not valid")))
}

/// The name of an object's type in tags.
fn type_name(id: &str) -> &'static str {
    match PREFIXES.iter().find(|(prefix, _, _)| id.starts_with(prefix)) {
        Some((_, _, ResourceType::ElasticIp)) => "elastic-ip",
        Some((_, _, ResourceType::Instance)) => "instance",
        Some((_, _, ResourceType::InternetGateway)) => "internet-gateway",
        Some((_, _, ResourceType::KeyPair)) => "key-pair",
        Some((_, _, ResourceType::Natgateway)) => "natgateway",
        Some((_, _, ResourceType::NetworkAcl)) => "network-acl",
        Some((_, _, ResourceType::NetworkInterface)) => "network-interface",
        Some((_, _, ResourceType::RouteTable)) => "route-table",
        Some((_, _, ResourceType::SecurityGroup)) => "security-group",
        Some((_, _, ResourceType::SecurityGroupRule)) => "security-group-rule",
        Some((_, _, ResourceType::Snapshot)) => "snapshot",
        Some((_, _, ResourceType::Subnet)) => "subnet",
        Some((_, _, ResourceType::TransitGateway)) => "transit-gateway",
        Some((_, _, ResourceType::TransitGatewayAttachment)) => "transit-gateway-attachment",
        Some((_, _, ResourceType::VpnGateway)) => "vpn-gateway",
        Some((_, _, ResourceType::Volume)) => "volume",
        Some((_, _, ResourceType::Vpc)) => "vpc",
        Some((_, _, ResourceType::VpcEndpoint)) => "vpc-endpoint",
        Some((_, _, ResourceType::VpcFlowLog)) => "vpc-flow-log",
        _ => "unknown",
    }
}

/// Changes the tags of one object or security group rule.
fn retag(call: &mut Call<'_>, id: &str, change: impl FnOnce(&mut Tags) -> Result<(), Refusal>) -> Result<(), Refusal> {
    let kind = kind_of(id)?;
    let missing = || Refusal::new("InvalidID", format!("The ID '{id}' is not valid"));
    if id.starts_with("sgr-") {
        let mut group = super::security_group::group_of_rule(call, id)?;
        let rule = group.rules.iter_mut().find(|rule| rule.id == id).ok_or_else(missing)?;
        change(&mut rule.tags)?;
        call.put(group);
        return Ok(());
    }
    let mut object: Object = call.named_object(kind, id).ok_or_else(|| not_found(kind, id))?;
    change(object.tags_mut())?;
    call.put_object(object);
    Ok(())
}

fn not_found(kind: Kind, id: &str) -> Refusal {
    let (code, noun) = kind.not_found();
    Refusal::new(code, format!("The {noun} '{id}' does not exist"))
}

/// `CreateTags`: adds or overwrites tags of existing objects, all or none.
pub(crate) fn create(call: &mut Call<'_>, input: &CreateTagsInput) -> Result<CreateTagsOutput, Refusal> {
    check_resources(input.resources())?;
    if input.tags().is_empty() {
        return Err(Refusal::missing("TagSet"));
    }
    let tags = checked(input.tags())?;
    for id in input.resources() {
        let tags = tags.clone();
        retag(call, id, |present| {
            present.extend(tags);
            within_limit(present)
        })?;
    }
    Ok(CreateTagsOutput::builder().build())
}

/// `DeleteTags`: removes tags; with a value, only where it is the present one; without tags, all that are not AWS's own.
pub(crate) fn delete(call: &mut Call<'_>, input: &DeleteTagsInput) -> Result<DeleteTagsOutput, Refusal> {
    check_resources(input.resources())?;
    for id in input.resources() {
        retag(call, id, |present| {
            if input.tags().is_empty() {
                present.retain(|key, _| key.starts_with("aws:"));
            }
            for tag in input.tags() {
                let key = tag.key().unwrap_or_default();
                if tag.value().is_none_or(|value| present.get(key).is_some_and(|found| found == value)) {
                    present.remove(key);
                }
            }
            Ok(())
        })?;
    }
    Ok(DeleteTagsOutput::builder().build())
}

fn check_resources(ids: &[String]) -> Result<(), Refusal> {
    if ids.is_empty() {
        return Err(Refusal::missing("ResourceIdSet"));
    }
    if ids.len() > MAX_RESOURCES {
        return Err(Refusal::value(format!("The number of resources exceeds the limit of {MAX_RESOURCES}")));
    }
    Ok(())
}

/// `DescribeTags`.
pub(crate) fn describe(call: &mut Call<'_>, input: &DescribeTagsInput) -> Result<DescribeTagsOutput, Refusal> {
    let query = Query {
        ids: &[],
        filters: input.filters(),
        names: &["key", "resource-id", "resource-type", "value"],
        max_results: input.max_results,
        next_token: input.next_token(),
        // EC2 API Reference, DescribeTags: 5 to 1000.
        sizes: 5..=1000,
        excludes_ids: false,
    };
    let filters = Filters::checked(query.filters, query.names)?;
    let mut found: Vec<(String, String, String, String)> = Vec::new();
    for object in call.visible_objects() {
        let id = object.id().to_owned();
        found.extend(object.tags().iter().map(|(key, value)| (format!("{id}/{key}"), id.clone(), key.clone(), value.clone())));
        if let Object::SecurityGroup(group) = &*object {
            for rule in &group.rules {
                let tags = rule.tags.iter();
                found.extend(tags.map(|(key, value)| (format!("{}/{key}", rule.id), rule.id.clone(), key.clone(), value.clone())));
            }
        }
    }
    found.sort();
    let page = cut(found, &query, |(place, ..)| place)?;
    let tags = page.items.into_iter().filter(|(_, id, key, value)| {
        let own = Tags::from([(key.clone(), value.clone())]);
        filters.keep(&own, |name| match name {
            "key" => vec![key.clone()],
            "value" => vec![value.clone()],
            "resource-id" => vec![id.clone()],
            _ => vec![type_name(id).to_owned()],
        })
    });
    let tags = tags
        .map(|(_, id, key, value)| {
            TagDescription::builder().resource_type(ResourceType::from(type_name(&id))).resource_id(id).key(key).value(value).build()
        })
        .collect();
    Ok(DescribeTagsOutput::builder().set_tags(Some(tags)).set_next_token(page.next_token).build())
}
