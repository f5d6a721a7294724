use aws_sdk_rds::operation::add_tags_to_resource::{AddTagsToResourceInput, AddTagsToResourceOutput};
use aws_sdk_rds::operation::list_tags_for_resource::{ListTagsForResourceInput, ListTagsForResourceOutput};
use aws_sdk_rds::operation::remove_tags_from_resource::{RemoveTagsFromResourceInput, RemoveTagsFromResourceOutput};
use aws_sdk_rds::types::Tag;

use crate::sandbox::call::Call;
use crate::sandbox::object::{Kind, Object, Tags};
use crate::sandbox::refusal::Refusal;

/// The most tags of one object (RDS User Guide, "Tagging Amazon RDS resources").
const MAX_TAGS: usize = 50;

/// Writes tags as the SDK has them.
pub(super) fn to_sdk(tags: &Tags) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

/// The tags that a creating request gives; giving any is an action of its own (RDS User Guide, "Grant permission to tag Amazon RDS resources during creation").
pub(super) fn for_new(call: &mut Call<'_>, tags: &[Tag]) -> Result<Tags, Refusal> {
    if !tags.is_empty() {
        call.needs("rds:AddTagsToResource")?;
    }
    let tags = checked(tags)?;
    within_limit(&tags)?;
    Ok(tags)
}

/// Checks keys and values (RDS API Reference, `Tag`: letters, digits, white space and `_.:/=+-@`).
fn checked(tags: &[Tag]) -> Result<Tags, Refusal> {
    let is_allowed = |text: &str| {
        text.chars().all(|character| character.is_alphanumeric() || character.is_whitespace() || "_.:/=+-@".contains(character))
    };
    let is_reserved = |text: &str| text.to_lowercase().starts_with("aws:") || text.to_lowercase().starts_with("rds:");
    let mut checked = Tags::new();
    for tag in tags {
        let (key, value) = (tag.key().unwrap_or_default(), tag.value().unwrap_or_default());
        let is_long = key.chars().count() > 128 || value.chars().count() > 256;
        if key.is_empty() || is_long || is_reserved(key) || is_reserved(value) || !is_allowed(key) || !is_allowed(value) {
            return Err(Refusal::value(format!("Tag `{key}` = `{value}` is not valid.")));
        }
        if checked.insert(key.to_owned(), value.to_owned()).is_some() {
            return Err(Refusal::value(format!("Duplicate tag key: {key}")));
        }
    }
    Ok(checked)
}

fn within_limit(tags: &Tags) -> Result<(), Refusal> {
    if tags.len() > MAX_TAGS {
        return Err(Refusal::value(format!("An object may have at most {MAX_TAGS} tags.")));
    }
    Ok(())
}

/// The object that an ARN names.
fn object(call: &Call<'_>, arn: Option<&str>) -> Result<Object, Refusal> {
    let arn = arn.ok_or_else(|| Refusal::missing("ResourceName"))?;
    let parts: Vec<&str> = arn.splitn(7, ':').collect();
    let [_, _, "rds", region, account, kind, name] = parts[..] else {
        return Err(Refusal::value(format!("Invalid resource name: {arn}")));
    };
    if region != call.region || account != call.account() {
        return Err(Refusal::value(format!("The specified resource name does not match an RDS resource in this region: {arn}")));
    }
    let kind = match kind {
        "db" => Kind::DbInstance,
        "pg" => Kind::DbParameterGroup,
        "snapshot" => Kind::DbSnapshot,
        "subgrp" => Kind::DbSubnetGroup,
        _ => return Err(Refusal::unsimulated("ResourceName of that type")),
    };
    let (code, noun) = kind.not_found();
    call.named_object(kind, name).ok_or_else(|| Refusal::with_status(code, format!("{noun} not found: {name}"), 404))
}

/// `AddTagsToResource`.
pub(super) fn add(call: &mut Call<'_>, input: &AddTagsToResourceInput) -> Result<AddTagsToResourceOutput, Refusal> {
    let mut object = object(call, input.resource_name())?;
    object.tags_mut().extend(checked(input.tags())?);
    within_limit(object.tags())?;
    call.put_object(object);
    Ok(AddTagsToResourceOutput::builder().build())
}

/// `RemoveTagsFromResource`; a key that is not there is no error.
pub(super) fn remove(call: &mut Call<'_>, input: &RemoveTagsFromResourceInput) -> Result<RemoveTagsFromResourceOutput, Refusal> {
    let mut object = object(call, input.resource_name())?;
    object.tags_mut().retain(|key, _| !input.tag_keys().contains(key));
    call.put_object(object);
    Ok(RemoveTagsFromResourceOutput::builder().build())
}

/// `ListTagsForResource`.
pub(super) fn list(call: &mut Call<'_>, input: &ListTagsForResourceInput) -> Result<ListTagsForResourceOutput, Refusal> {
    if !input.filters().is_empty() {
        return Err(Refusal::unsimulated("Filters"));
    }
    let tags = to_sdk(object(call, input.resource_name())?.tags());
    Ok(ListTagsForResourceOutput::builder().set_tag_list(Some(tags)).build())
}
