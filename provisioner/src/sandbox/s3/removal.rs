use aws_sdk_s3::operation::delete_object::{DeleteObjectInput, DeleteObjectOutput};
use aws_sdk_s3::operation::delete_objects::{DeleteObjectsInput, DeleteObjectsOutput};
use aws_sdk_s3::types::{DeletedObject, Error};

use super::bucket::{malformed, reach};
use super::{Bucket, StoredObject, object};
use crate::sandbox::call::Call;
use crate::sandbox::refusal::Refusal;

/// The most keys of one request (S3 API Reference, `DeleteObjects`).
const MAX_KEYS: usize = 1000;

/// What became of a deletion.
struct Removed {
    /// The version that is gone, or the delete marker that was written.
    version: Option<String>,
    is_marker: bool,
}

/// `DeleteObject`.
pub(super) fn delete(call: &mut Call<'_>, input: &DeleteObjectInput) -> Result<DeleteObjectOutput, Refusal> {
    let bucket = reach(call, input.bucket(), input.expected_bucket_owner())?;
    if input.version_id().is_some() {
        call.needs("s3:DeleteObjectVersion")?;
    }
    let bypasses = bypass(call, input.bypass_governance_retention)?;
    let removed = remove(call, bucket, input.key().unwrap_or_default(), input.version_id(), bypasses)?;
    let marker = removed.is_marker.then_some(true);
    Ok(DeleteObjectOutput::builder().set_version_id(removed.version).set_delete_marker(marker).build())
}

/// `DeleteObjects`: each key by itself; what is refused is told, and the rest goes.
pub(super) fn delete_many(call: &mut Call<'_>, input: &DeleteObjectsInput) -> Result<DeleteObjectsOutput, Refusal> {
    let name = reach(call, input.bucket(), input.expected_bucket_owner())?.id;
    let wanted = input.delete().ok_or_else(malformed)?;
    if wanted.objects().is_empty() || wanted.objects().len() > MAX_KEYS {
        return Err(malformed());
    }
    if wanted.objects().iter().any(|object| object.version_id().is_some()) {
        call.needs("s3:DeleteObjectVersion")?;
    }
    let bypasses = bypass(call, input.bypass_governance_retention)?;
    let (mut deleted, mut errors) = (Vec::new(), Vec::new());
    for object in wanted.objects() {
        let bucket = reach(call, Some(&name), None)?;
        match remove(call, bucket, object.key(), object.version_id(), bypasses) {
            Ok(_) if wanted.quiet == Some(true) => {}
            Ok(_) => deleted.push(DeletedObject::builder().key(object.key()).set_version_id(object.version_id.clone()).build()),
            Err(refusal) => {
                let error = Error::builder().key(object.key()).set_version_id(object.version_id.clone());
                errors.push(error.code(refusal.code).message(refusal.message).build());
            }
        }
    }
    let deleted = Some(deleted).filter(|deleted| !deleted.is_empty());
    Ok(DeleteObjectsOutput::builder().set_deleted(deleted).set_errors(Some(errors).filter(|errors| !errors.is_empty())).build())
}

/// Whether the caller bypasses governance; only who may (S3 API Reference, `DeleteObjects`).
fn bypass(call: &mut Call<'_>, asked: Option<bool>) -> Result<bool, Refusal> {
    let bypasses = asked == Some(true);
    if bypasses {
        call.needs("s3:BypassGovernanceRetention")?;
    }
    Ok(bypasses)
}

/// Removes a version, or hides a key behind a delete marker where versions are kept; what is not there counts as gone.
fn remove(call: &mut Call<'_>, bucket: Bucket, key: &str, version: Option<&str>, bypasses: bool) -> Result<Removed, Refusal> {
    if version.is_none() && bucket.versioning.is_some() {
        let version = object::write(call, bucket, key, None, None, false);
        return Ok(Removed { version, is_marker: true });
    }
    let id = StoredObject::id_of(&bucket.id, key, version.unwrap_or(object::NULL));
    let Some(found) = call.get::<StoredObject>(&id) else {
        return Ok(Removed { version: version.map(str::to_owned), is_marker: false });
    };
    if found.is_locked(call.now, bypasses) {
        let message = "Access Denied because object protected by object lock.";
        return Err(Refusal::with_status("AccessDenied", message, 403));
    }
    call.remove::<StoredObject>(&id);
    Ok(Removed { version: version.map(str::to_owned), is_marker: found.body.is_none() })
}
