use aws_sdk_kms::operation::list_resource_tags::{ListResourceTagsInput, ListResourceTagsOutput};
use aws_sdk_kms::operation::tag_resource::{TagResourceInput, TagResourceOutput};
use aws_sdk_kms::operation::untag_resource::{UntagResourceInput, UntagResourceOutput};
use aws_sdk_kms::types::Tag;

use super::KmsKey;
use super::paging::cut;
use crate::sandbox::call::Call;
use crate::sandbox::object::Tags;
use crate::sandbox::refusal::Refusal;

/// How many tags a key has at most (KMS Developer Guide, "Tags in AWS KMS").
const MOST: usize = 50;

/// The tags of a request, checked.
pub(super) fn read(tags: &[Tag]) -> Result<Tags, Refusal> {
    let mut read = Tags::new();
    for tag in tags {
        let (key, value) = (tag.tag_key(), tag.tag_value());
        if key.is_empty() || key.chars().count() > 128 || value.chars().count() > 256 || key.to_ascii_lowercase().starts_with("aws:") {
            return Err(Refusal::new("TagException", format!("The tag '{key}' is not allowed")));
        }
        if read.insert(key.to_owned(), value.to_owned()).is_some() {
            return Err(Refusal::new("TagException", "Duplicate tag keys"));
        }
    }
    if read.len() > MOST { Err(Refusal::new("TagException", "Too many tags")) } else { Ok(read) }
}

/// `ListResourceTags`: 50 on a page.
pub(super) fn list(call: &mut Call<'_>, input: &ListResourceTagsInput) -> Result<ListResourceTagsOutput, Refusal> {
    let key = KmsKey::named(call, input.key_id())?;
    let tags = key.tags.iter().map(|(key, value)| Ok(Tag::builder().tag_key(key).tag_value(value).build()?));
    let page = cut(tags.collect::<Result<Vec<_>, Refusal>>()?, input.marker(), input.limit(), (50, 50), Tag::tag_key)?;
    Ok(ListResourceTagsOutput::builder().set_tags(Some(page.items)).truncated(page.marker.is_some()).set_next_marker(page.marker).build())
}

/// `TagResource`.
pub(super) fn write(call: &mut Call<'_>, input: &TagResourceInput) -> Result<TagResourceOutput, Refusal> {
    let mut key = KmsKey::usable(call, input.key_id())?;
    key.tags.extend(read(input.tags())?);
    if key.tags.len() > MOST {
        return Err(Refusal::new("TagException", "Too many tags"));
    }
    call.put(key);
    Ok(TagResourceOutput::builder().build())
}

/// `UntagResource`: a key that is not there is no error.
pub(super) fn remove(call: &mut Call<'_>, input: &UntagResourceInput) -> Result<UntagResourceOutput, Refusal> {
    let mut key = KmsKey::usable(call, input.key_id())?;
    key.tags.retain(|name, _| !input.tag_keys().contains(name));
    call.put(key);
    Ok(UntagResourceOutput::builder().build())
}
