use aws_sdk_iam::operation::list_instance_profile_tags::{ListInstanceProfileTagsInput, ListInstanceProfileTagsOutput};
use aws_sdk_iam::operation::list_role_tags::{ListRoleTagsInput, ListRoleTagsOutput};
use aws_sdk_iam::operation::tag_instance_profile::{TagInstanceProfileInput, TagInstanceProfileOutput};
use aws_sdk_iam::operation::tag_role::{TagRoleInput, TagRoleOutput};
use aws_sdk_iam::operation::untag_instance_profile::{UntagInstanceProfileInput, UntagInstanceProfileOutput};
use aws_sdk_iam::operation::untag_role::{UntagRoleInput, UntagRoleOutput};
use aws_sdk_iam::types::Tag;

use super::paging::cut;
use super::{InstanceProfile, Role};
use crate::sandbox::call::Call;
use crate::sandbox::object::Tags;
use crate::sandbox::refusal::Refusal;

/// How many tags an object has at most (IAM User Guide, "IAM and AWS STS quotas").
const MOST: usize = 50;

/// The tags of a request, checked.
pub(super) fn read(tags: &[Tag]) -> Result<Tags, Refusal> {
    let mut read = Tags::new();
    for tag in tags {
        if tag.key().is_empty() || tag.key().chars().count() > 128 || tag.value().chars().count() > 256 {
            return Err(Refusal::new("ValidationError", format!("The tag '{}' is too long or has no key", tag.key())));
        }
        if tag.key().to_ascii_lowercase().starts_with("aws:") {
            return Err(Refusal::new("InvalidInput", "Caller is not authorized to use the reserved prefix aws:"));
        }
        // Keys differ by more than their case (IAM User Guide, "Rules for tagging in IAM and AWS STS").
        if read.keys().any(|key: &String| key.eq_ignore_ascii_case(tag.key())) {
            return Err(Refusal::new("InvalidInput", "Duplicate tag keys found. Please note that Tag keys are case insensitive."));
        }
        read.insert(tag.key().to_owned(), tag.value().to_owned());
    }
    if read.len() > MOST { Err(too_many()) } else { Ok(read) }
}

fn too_many() -> Refusal {
    Refusal::with_status("LimitExceeded", format!("The number of tags has reached the maximum limit of {MOST}."), 409)
}

/// The tags as the SDK has them.
pub(super) fn to_sdk(tags: &Tags) -> Result<Vec<Tag>, Refusal> {
    tags.iter().map(|(key, value)| Ok(Tag::builder().key(key).value(value).build()?)).collect()
}

fn add(tags: &mut Tags, written: &[Tag]) -> Result<(), Refusal> {
    tags.extend(read(written)?);
    if tags.len() > MOST { Err(too_many()) } else { Ok(()) }
}

/// `TagRole`.
pub(super) fn tag_role(call: &mut Call<'_>, input: &TagRoleInput) -> Result<TagRoleOutput, Refusal> {
    let mut role = Role::named(call, input.role_name())?;
    add(&mut role.tags, input.tags())?;
    call.put(role);
    Ok(TagRoleOutput::builder().build())
}

/// `UntagRole`: a key that is not there is no error.
pub(super) fn untag_role(call: &mut Call<'_>, input: &UntagRoleInput) -> Result<UntagRoleOutput, Refusal> {
    let mut role = Role::named(call, input.role_name())?;
    role.tags.retain(|key, _| !input.tag_keys().contains(key));
    call.put(role);
    Ok(UntagRoleOutput::builder().build())
}

/// `ListRoleTags`.
pub(super) fn list_of_role(call: &mut Call<'_>, input: &ListRoleTagsInput) -> Result<ListRoleTagsOutput, Refusal> {
    let role = Role::named(call, input.role_name())?;
    let page = cut(to_sdk(&role.tags)?, input.marker(), input.max_items(), Tag::key)?;
    let truncated = page.is_truncated();
    Ok(ListRoleTagsOutput::builder().set_tags(Some(page.items)).is_truncated(truncated).set_marker(page.marker).build()?)
}

/// `TagInstanceProfile`.
pub(super) fn tag_profile(call: &mut Call<'_>, input: &TagInstanceProfileInput) -> Result<TagInstanceProfileOutput, Refusal> {
    let mut profile = InstanceProfile::named(call, input.instance_profile_name())?;
    add(&mut profile.tags, input.tags())?;
    call.put(profile);
    Ok(TagInstanceProfileOutput::builder().build())
}

/// `UntagInstanceProfile`: a key that is not there is no error.
pub(super) fn untag_profile(call: &mut Call<'_>, input: &UntagInstanceProfileInput) -> Result<UntagInstanceProfileOutput, Refusal> {
    let mut profile = InstanceProfile::named(call, input.instance_profile_name())?;
    profile.tags.retain(|key, _| !input.tag_keys().contains(key));
    call.put(profile);
    Ok(UntagInstanceProfileOutput::builder().build())
}

/// `ListInstanceProfileTags`.
pub(super) fn list_of_profile(call: &mut Call<'_>, input: &ListInstanceProfileTagsInput) -> Result<ListInstanceProfileTagsOutput, Refusal> {
    let profile = InstanceProfile::named(call, input.instance_profile_name())?;
    let page = cut(to_sdk(&profile.tags)?, input.marker(), input.max_items(), Tag::key)?;
    let truncated = page.is_truncated();
    Ok(ListInstanceProfileTagsOutput::builder().set_tags(Some(page.items)).is_truncated(truncated).set_marker(page.marker).build()?)
}
