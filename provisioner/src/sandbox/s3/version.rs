use std::collections::BTreeSet;

use aws_sdk_s3::operation::list_object_versions::{ListObjectVersionsInput, ListObjectVersionsOutput};
use aws_sdk_s3::types::{DeleteMarkerEntry, ObjectVersion};

use super::StoredObject;
use super::bucket::reach;
use crate::sandbox::call::Call;
use crate::sandbox::refusal::Refusal;

/// The most versions of one page (S3 API Reference, `ListObjectVersions`).
const MAX_KEYS: usize = 1000;

/// `ListObjectVersions`: by key, the newest first.
pub(super) fn list(call: &mut Call<'_>, input: &ListObjectVersionsInput) -> Result<ListObjectVersionsOutput, Refusal> {
    let bucket = reach(call, input.bucket(), input.expected_bucket_owner())?;
    if input.delimiter().is_some() || input.encoding_type().is_some() {
        return Err(Refusal::unsimulated("Delimiter or EncodingType"));
    }
    if input.version_id_marker().is_some() && input.key_marker().is_none() {
        return Err(Refusal::new("InvalidArgument", "A version-id marker cannot be specified without a key marker."));
    }
    let size = input.max_keys.and_then(|size| usize::try_from(size).ok()).unwrap_or(MAX_KEYS).min(MAX_KEYS);
    let prefix = input.prefix().unwrap_or_default();
    let mut all: Vec<&StoredObject> =
        call.iter::<StoredObject>().filter(|object| object.bucket == bucket.id && object.key.starts_with(prefix)).collect();
    all.sort_by(|left, right| (&left.key, right.order).cmp(&(&right.key, left.order)));
    let mut seen = BTreeSet::new();
    let marked: Vec<(&StoredObject, bool)> = all.into_iter().map(|object| (object, seen.insert(object.key.as_str()))).collect();
    let start = start_of(&marked, input.key_marker(), input.version_id_marker());
    let page: Vec<(&StoredObject, bool)> = marked.iter().skip(start).take(size).copied().collect();
    let has_more = start + page.len() < marked.len();
    let last = page.last().filter(|_| has_more).map(|(object, _)| *object);
    Ok(ListObjectVersionsOutput::builder()
        .name(&bucket.id)
        .is_truncated(has_more)
        .set_versions(Some(page.iter().filter(|(object, _)| object.body.is_some()).map(|entry| version(*entry)).collect()))
        .set_delete_markers(Some(page.iter().filter(|(object, _)| object.body.is_none()).map(|entry| marker(*entry)).collect()))
        .set_next_key_marker(last.map(|object| object.key.clone()))
        .set_next_version_id_marker(last.map(|object| object.version.clone()))
        .build())
}

/// Where a page begins: behind the marked version, or behind all versions of the marked key.
fn start_of(all: &[(&StoredObject, bool)], key: Option<&str>, version: Option<&str>) -> usize {
    let Some(key) = key else { return 0 };
    let marked = version.and_then(|version| all.iter().position(|(object, _)| object.key == key && object.version == version));
    marked.map_or_else(|| all.iter().filter(|(object, _)| object.key.as_str() <= key).count(), |position| position + 1)
}

fn version((object, is_latest): (&StoredObject, bool)) -> ObjectVersion {
    let size = object.body.as_ref().map_or(0, Vec::len);
    ObjectVersion::builder()
        .key(&object.key)
        .version_id(&object.version)
        .is_latest(is_latest)
        .size(i64::try_from(size).unwrap_or(i64::MAX))
        .last_modified(object.created.to_sdk())
        .build()
}

fn marker((object, is_latest): (&StoredObject, bool)) -> DeleteMarkerEntry {
    let marker = DeleteMarkerEntry::builder().key(&object.key).version_id(&object.version);
    marker.is_latest(is_latest).last_modified(object.created.to_sdk()).build()
}
