use aws_sdk_sesv2::operation::list_tags_for_resource::{ListTagsForResourceInput, ListTagsForResourceOutput};
use aws_sdk_sesv2::operation::tag_resource::{TagResourceInput, TagResourceOutput};
use aws_sdk_sesv2::operation::untag_resource::{UntagResourceInput, UntagResourceOutput};
use aws_sdk_sesv2::types::Tag;

use super::paging::{bad_request, not_found};
use super::{ConfigurationSet, EmailIdentity};
use crate::sandbox::call::Call;
use crate::sandbox::object::{Object, Record, Tags};
use crate::sandbox::refusal::Refusal;

/// The tags of a request, checked.
pub(super) fn read(tags: &[Tag]) -> Result<Tags, Refusal> {
    let mut read = Tags::new();
    for tag in tags {
        let (key, value) = (tag.key(), tag.value());
        if key.is_empty() || key.chars().count() > 128 || value.chars().count() > 256 || key.to_ascii_lowercase().starts_with("aws:") {
            return Err(bad_request(format!("Tag key <{key}> is invalid.")));
        }
        if read.insert(key.to_owned(), value.to_owned()).is_some() {
            return Err(bad_request(format!("Tag key <{key}> is there twice.")));
        }
    }
    if read.len() > 50 { Err(bad_request("More than 50 tags.")) } else { Ok(read) }
}

/// The tags as the SDK has them.
pub(super) fn to_sdk(tags: &Tags) -> Result<Vec<Tag>, Refusal> {
    tags.iter().map(|(key, value)| Ok(Tag::builder().key(key).value(value).build()?)).collect()
}

/// The identity or the configuration set that an ARN names.
fn tagged(call: &Call<'_>, arn: Option<&str>) -> Result<Object, Refusal> {
    let arn = arn.unwrap_or_default();
    let prefix = format!("arn:{}:ses:{}:{}:", call.partition(), call.region, call.account());
    let missing = || not_found(format!("Resource {arn} does not exist."));
    let (kind, name) = arn.strip_prefix(&prefix).and_then(|rest| rest.split_once('/')).ok_or_else(missing)?;
    let kind = match kind {
        "identity" => EmailIdentity::KIND,
        "configuration-set" => ConfigurationSet::KIND,
        _ => return Err(missing()),
    };
    call.named_object(kind, name).ok_or_else(missing)
}

/// `TagResource`.
pub(super) fn write(call: &mut Call<'_>, input: &TagResourceInput) -> Result<TagResourceOutput, Refusal> {
    let mut object = tagged(call, input.resource_arn())?;
    object.tags_mut().extend(read(input.tags())?);
    call.put_object(object);
    Ok(TagResourceOutput::builder().build())
}

/// `UntagResource`: a key that is not there is no error.
pub(super) fn remove(call: &mut Call<'_>, input: &UntagResourceInput) -> Result<UntagResourceOutput, Refusal> {
    let mut object = tagged(call, input.resource_arn())?;
    object.tags_mut().retain(|key, _| !input.tag_keys().contains(key));
    call.put_object(object);
    Ok(UntagResourceOutput::builder().build())
}

/// `ListTagsForResource`.
pub(super) fn list(call: &mut Call<'_>, input: &ListTagsForResourceInput) -> Result<ListTagsForResourceOutput, Refusal> {
    let object = tagged(call, input.resource_arn())?;
    Ok(ListTagsForResourceOutput::builder().set_tags(Some(to_sdk(object.tags())?)).build()?)
}
