use aws_sdk_s3::operation::delete_bucket_tagging::{DeleteBucketTaggingInput, DeleteBucketTaggingOutput};
use aws_sdk_s3::operation::get_bucket_tagging::{GetBucketTaggingInput, GetBucketTaggingOutput};
use aws_sdk_s3::operation::put_bucket_tagging::{PutBucketTaggingInput, PutBucketTaggingOutput};
use aws_sdk_s3::types::Tag;

use super::bucket::{change, reach};
use crate::sandbox::call::Call;
use crate::sandbox::object::Tags;
use crate::sandbox::refusal::Refusal;

/// The most tags of one bucket (S3 User Guide, "Using cost allocation S3 bucket tags").
const MAX_TAGS: usize = 50;
/// The most characters of a key and of a value (the same page).
const MAX_KEY: usize = 128;
const MAX_VALUE: usize = 256;

/// Reads the tags of a request.
pub(super) fn checked(given: &[Tag]) -> Result<Tags, Refusal> {
    let invalid = |message: &str| Refusal::new("InvalidTag", message);
    let mut tags = Tags::new();
    for tag in given {
        let (key, value) = (tag.key(), tag.value());
        if key.is_empty() || key.chars().count() > MAX_KEY {
            return Err(invalid("The TagKey you have provided is invalid"));
        }
        if value.chars().count() > MAX_VALUE {
            return Err(invalid("The TagValue you have provided is invalid"));
        }
        if key.to_ascii_lowercase().starts_with("aws:") {
            return Err(invalid("System tags cannot be added/updated by requester"));
        }
        if tags.insert(key.to_owned(), value.to_owned()).is_some() {
            return Err(invalid("Cannot provide multiple Tags with the same key"));
        }
    }
    if tags.len() > MAX_TAGS {
        return Err(Refusal::new("BadRequest", "Bucket tag count cannot be greater than 50"));
    }
    Ok(tags)
}

/// `GetBucketTagging`.
pub(super) fn get(call: &mut Call<'_>, input: &GetBucketTaggingInput) -> Result<GetBucketTaggingOutput, Refusal> {
    let bucket = reach(call, input.bucket(), input.expected_bucket_owner())?;
    if bucket.tags.is_empty() {
        return Err(Refusal::with_status("NoSuchTagSet", "The TagSet does not exist", 404));
    }
    let tags = bucket.tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build());
    let tags = tags.collect::<Result<Vec<_>, _>>().map_err(|error| Refusal::new("InternalError", error.to_string()))?;
    GetBucketTaggingOutput::builder().set_tag_set(Some(tags)).build().map_err(|error| Refusal::new("InternalError", error.to_string()))
}

/// `PutBucketTagging`: what is given takes the place of all that was there.
pub(super) fn put(call: &mut Call<'_>, input: &PutBucketTaggingInput) -> Result<PutBucketTaggingOutput, Refusal> {
    let mut bucket = change(call, input.bucket(), input.expected_bucket_owner())?;
    bucket.tags = checked(input.tagging().map(|tagging| tagging.tag_set()).unwrap_or_default())?;
    call.put(bucket);
    Ok(PutBucketTaggingOutput::builder().build())
}

/// `DeleteBucketTagging`.
pub(super) fn delete(call: &mut Call<'_>, input: &DeleteBucketTaggingInput) -> Result<DeleteBucketTaggingOutput, Refusal> {
    let mut bucket = change(call, input.bucket(), input.expected_bucket_owner())?;
    bucket.tags.clear();
    call.put(bucket);
    Ok(DeleteBucketTaggingOutput::builder().build())
}
