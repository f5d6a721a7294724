use std::time::SystemTime;

use aws_sdk_s3::operation::get_object::{GetObjectInput, GetObjectOutput};
use aws_sdk_s3::operation::get_object_retention::{GetObjectRetentionInput, GetObjectRetentionOutput};
use aws_sdk_s3::operation::put_object::{PutObjectInput, PutObjectOutput};
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{ObjectLockLegalHoldStatus, ObjectLockRetention, ObjectLockRetentionMode};
use serde::{Deserialize, Serialize};

use super::Bucket;
use super::bucket::reach;
use crate::sandbox::call::Call;
use crate::sandbox::moment::Moment;
use crate::sandbox::object::Tags;
use crate::sandbox::refusal::Refusal;

/// The most bytes of an object here: enough to prove what is stored and what is emptied.
const MAX_BYTES: usize = 8 * 1024;
/// The version of what is written while versions are not kept.
pub(super) const NULL: &str = "null";

/// One version of an object, or a delete marker. Its id is made of the bucket, the key and the version.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct StoredObject {
    pub(crate) id: String,
    pub(crate) tags: Tags,
    pub(crate) bucket: String,
    pub(crate) key: String,
    pub(crate) version: String,
    /// Its place among all that was written to the bucket.
    pub(crate) order: u64,
    pub(crate) created: Moment,
    /// What is stored; none for a delete marker.
    pub(crate) body: Option<Vec<u8>>,
    pub(crate) retention: Option<Retention>,
    pub(crate) is_held: bool,
}

/// Until when a version is locked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Retention {
    mode: String,
    until: Moment,
}

impl StoredObject {
    /// The id of a version.
    pub(super) fn id_of(bucket: &str, key: &str, version: &str) -> String {
        format!("{bucket}/{key}?versionId={version}")
    }

    /// Whether the version may not be deleted by now; governance gives way to who may bypass it.
    pub(super) fn is_locked(&self, now: Moment, bypasses: bool) -> bool {
        let gives_way = |retention: &Retention| bypasses && retention.mode == "GOVERNANCE";
        self.is_held || self.retention.as_ref().is_some_and(|retention| now < retention.until && !gives_way(retention))
    }
}

/// What is written, taken out of a request whose body is a stream.
pub(super) struct NewObject {
    bucket: Option<String>,
    owner: Option<String>,
    key: String,
    body: Result<Vec<u8>, Refusal>,
    mode: Option<String>,
    until: Option<SystemTime>,
    is_held: bool,
}

impl NewObject {
    /// Takes what is needed out of a request.
    pub(super) fn of(input: &PutObjectInput) -> NewObject {
        let body = match input.body().bytes() {
            Some(bytes) if bytes.len() <= MAX_BYTES => Ok(bytes.to_vec()),
            _ => Err(Refusal::unsimulated("Body of more than 8 KiB, or of unknown length")),
        };
        NewObject {
            bucket: input.bucket().map(str::to_owned),
            owner: input.expected_bucket_owner().map(str::to_owned),
            key: input.key().unwrap_or_default().to_owned(),
            body,
            mode: input.object_lock_mode().map(|mode| mode.as_str().to_owned()),
            until: input.object_lock_retain_until_date().and_then(|date| SystemTime::try_from(*date).ok()),
            is_held: input.object_lock_legal_hold_status() == Some(&ObjectLockLegalHoldStatus::On),
        }
    }
}

/// `PutObject`: a new version where versions are kept, else in the place of what was there.
pub(super) fn put(call: &mut Call<'_>, new: &NewObject) -> Result<PutObjectOutput, Refusal> {
    let bucket = reach(call, new.bucket.as_deref(), new.owner.as_deref())?;
    bucket.encryption.check_key(call)?;
    let body = new.body.clone()?;
    let retention = retention_of(call, &bucket, new)?;
    let version = write(call, bucket, &new.key, Some(body), retention, new.is_held);
    Ok(PutObjectOutput::builder().set_version_id(version).build())
}

fn retention_of(call: &mut Call<'_>, bucket: &Bucket, new: &NewObject) -> Result<Option<Retention>, Refusal> {
    let asks = new.mode.is_some() || new.until.is_some();
    if asks {
        call.needs("s3:PutObjectRetention")?;
    }
    if new.is_held {
        call.needs("s3:PutObjectLegalHold")?;
    }
    if bucket.lock.is_none() && (asks || new.is_held) {
        return Err(Refusal::new("InvalidRequest", "Bucket is missing Object Lock Configuration"));
    }
    let by_default = bucket.lock.as_ref().and_then(|lock| lock.retention.as_ref());
    match (&new.mode, new.until) {
        (Some(mode), Some(until)) => Ok(Some(Retention { mode: mode.clone(), until: Moment::of(until) })),
        (None, None) => Ok(by_default.map(|rule| Retention { mode: rule.mode.clone(), until: rule.until(call.now) })),
        _ => {
            let message = "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied";
            Err(Refusal::new("InvalidArgument", message))
        }
    }
}

/// Writes a version or a delete marker and returns its version where the bucket is, or was, versioned.
pub(super) fn write(
    call: &mut Call<'_>,
    mut bucket: Bucket,
    key: &str,
    body: Option<Vec<u8>>,
    retention: Option<Retention>,
    is_held: bool,
) -> Option<String> {
    let version = if bucket.is_versioned() { call.new_digits(32) } else { NULL.to_owned() };
    bucket.written += 1;
    let id = StoredObject::id_of(&bucket.id, key, &version);
    let stored = StoredObject {
        id,
        tags: Tags::new(),
        bucket: bucket.id.clone(),
        key: key.to_owned(),
        version: version.clone(),
        order: bucket.written,
        created: call.now,
        body,
        retention,
        is_held,
    };
    call.put(stored);
    let shown = bucket.versioning.is_some().then_some(version);
    call.put(bucket);
    shown
}

/// The version of a key that a request names; without a version the newest.
fn find(call: &Call<'_>, bucket: &Bucket, key: &str, version: Option<&str>) -> Result<StoredObject, Refusal> {
    let missing = match version {
        None => Refusal::with_status("NoSuchKey", "The specified key does not exist.", 404),
        Some(_) => Refusal::with_status("NoSuchVersion", "The specified version does not exist.", 404),
    };
    let found = match version {
        Some(version) => call.get::<StoredObject>(&StoredObject::id_of(&bucket.id, key, version)),
        None => {
            let of_key = call.iter::<StoredObject>().filter(|object| object.bucket == bucket.id && object.key == key);
            of_key.max_by_key(|object| object.order).filter(|newest| newest.body.is_some()).cloned()
        }
    };
    found.ok_or(missing)
}

/// `GetObject`.
pub(super) fn get(call: &mut Call<'_>, input: &GetObjectInput) -> Result<GetObjectOutput, Refusal> {
    let bucket = reach(call, input.bucket(), input.expected_bucket_owner())?;
    if input.range().is_some() || input.part_number.is_some() {
        return Err(Refusal::unsimulated("Range or PartNumber"));
    }
    let found = find(call, &bucket, input.key().unwrap_or_default(), input.version_id())?;
    let Some(body) = found.body else {
        return Err(Refusal::with_status("MethodNotAllowed", "The specified method is not allowed against this resource.", 405));
    };
    let output = GetObjectOutput::builder()
        .content_length(i64::try_from(body.len()).unwrap_or(i64::MAX))
        .last_modified(found.created.to_sdk())
        .set_version_id(bucket.versioning.is_some().then_some(found.version))
        .body(ByteStream::from(body));
    Ok(output.build())
}

/// `GetObjectRetention`.
pub(super) fn get_retention(call: &mut Call<'_>, input: &GetObjectRetentionInput) -> Result<GetObjectRetentionOutput, Refusal> {
    let bucket = reach(call, input.bucket(), input.expected_bucket_owner())?;
    if bucket.lock.is_none() {
        return Err(Refusal::new("InvalidRequest", "Bucket is missing Object Lock Configuration"));
    }
    let found = find(call, &bucket, input.key().unwrap_or_default(), input.version_id())?;
    let Some(retention) = found.retention else {
        let message = "The specified object does not have a ObjectLock configuration";
        return Err(Refusal::with_status("NoSuchObjectLockConfiguration", message, 404));
    };
    let mode = ObjectLockRetentionMode::from(retention.mode.as_str());
    let retention = ObjectLockRetention::builder().mode(mode.as_str().into()).retain_until_date(retention.until.to_sdk());
    Ok(GetObjectRetentionOutput::builder().retention(retention.build()).build())
}
