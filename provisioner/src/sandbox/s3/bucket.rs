use std::time::Duration;

use aws_sdk_s3::operation::delete_bucket::{DeleteBucketInput, DeleteBucketOutput};
use aws_sdk_s3::operation::head_bucket::{HeadBucketInput, HeadBucketOutput};
use aws_sdk_s3::operation::list_buckets::{ListBucketsInput, ListBucketsOutput};
use serde::{Deserialize, Serialize};

use super::encryption::Encryption;
use super::lifecycle::Rule;
use super::lock::Lock;
use super::logging::Logging;
use super::public_access::PublicAccess;
use super::{StoredObject, Upload};
use crate::sandbox::call::Call;
use crate::sandbox::moment::Moment;
use crate::sandbox::object::Tags;
use crate::sandbox::refusal::Refusal;

/// How long a name cannot be used after its bucket is deleted; AWS states no bound, minutes are usual
/// (S3 User Guide, "Deleting a general purpose bucket").
const NAME_HELD: Duration = Duration::from_secs(60);
/// How long a change keeps the next one out (S3 API Reference, "Error responses": OperationAborted).
const CHANGING: Duration = Duration::from_millis(300);

/// A bucket; its id is its name.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Bucket {
    pub(crate) id: String,
    pub(crate) tags: Tags,
    pub(crate) created: Moment,
    pub(crate) region: String,
    /// When the name of a deleted bucket is free again.
    pub(crate) free_at: Option<Moment>,
    /// Until when a change keeps the next one out.
    pub(crate) busy_until: Moment,
    /// How many objects were ever written; the order of versions.
    pub(crate) written: u64,
    pub(crate) public_access: Option<PublicAccess>,
    /// `BucketOwnerEnforced`, `BucketOwnerPreferred`, `ObjectWriter`.
    pub(crate) ownership: Option<String>,
    /// The canned access list.
    pub(crate) acl: String,
    /// `Enabled` or `Suspended`; none: never versioned.
    pub(crate) versioning: Option<String>,
    pub(crate) lock: Option<Lock>,
    pub(crate) encryption: Encryption,
    pub(crate) policy: Option<String>,
    pub(crate) lifecycle: Vec<Rule>,
    pub(crate) logging: Option<Logging>,
}

impl Bucket {
    pub(super) fn arn(&self) -> String {
        format!("arn:aws:s3:::{}", self.id)
    }

    /// Whether new objects keep their earlier versions.
    pub(super) fn is_versioned(&self) -> bool {
        self.versioning.as_deref() == Some("Enabled")
    }

    pub(super) fn is_owner_enforced(&self) -> bool {
        self.ownership.as_deref() == Some("BucketOwnerEnforced")
    }
}

/// The bucket that a request names, or S3's refusal.
pub(super) fn reach(call: &Call<'_>, name: Option<&str>, owner: Option<&str>) -> Result<Bucket, Refusal> {
    let name =
        name.filter(|name| !name.is_empty()).ok_or_else(|| Refusal::new("InvalidBucketName", "The specified bucket is not valid."))?;
    let bucket = match call.named::<Bucket>(Some(name), "Bucket") {
        Ok(bucket) if bucket.free_at.is_none() => bucket,
        _ if call.is_held_elsewhere::<Bucket>(name) => return Err(Refusal::with_status("AccessDenied", "Access Denied", 403)),
        _ => return Err(Refusal::with_status("NoSuchBucket", "The specified bucket does not exist", 404)),
    };
    if bucket.region != call.region {
        let message = "The bucket you are attempting to access must be addressed using the specified endpoint.";
        return Err(Refusal::with_status("PermanentRedirect", message, 301));
    }
    match owner {
        Some(owner) if owner != call.account() => Err(Refusal::with_status("AccessDenied", "Access Denied", 403)),
        _ => Ok(bucket),
    }
}

/// The bucket that a request changes; refused while an earlier change is in progress.
pub(super) fn change(call: &Call<'_>, name: Option<&str>, owner: Option<&str>) -> Result<Bucket, Refusal> {
    let mut bucket = reach(call, name, owner)?;
    if call.now < bucket.busy_until {
        return Err(aborted());
    }
    bucket.busy_until = call.after(CHANGING);
    Ok(bucket)
}

/// The refusal of a change while another one is in progress.
pub(super) fn aborted() -> Refusal {
    let message = "A conflicting conditional operation is currently in progress against this resource. Please try again.";
    Refusal::with_status("OperationAborted", message, 409)
}

/// The refusal of a document that breaks S3's schema.
pub(super) fn malformed() -> Refusal {
    Refusal::new("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema")
}

/// Frees the names of buckets that were deleted long enough ago.
pub(crate) fn settle(call: &mut Call<'_>) {
    let free: Vec<String> =
        call.iter::<Bucket>().filter(|bucket| bucket.free_at.is_some_and(|at| at <= call.now)).map(|bucket| bucket.id.clone()).collect();
    for name in free {
        call.remove::<Bucket>(&name);
    }
}

/// `DeleteBucket`: refused while an object, a version or a delete marker is in it; uploads that were never finished go with it.
pub(super) fn delete(call: &mut Call<'_>, input: &DeleteBucketInput) -> Result<DeleteBucketOutput, Refusal> {
    let mut bucket = change(call, input.bucket(), input.expected_bucket_owner())?;
    if call.iter::<StoredObject>().any(|object| object.bucket == bucket.id) {
        let hint = if bucket.versioning.is_some() { ". You must delete all versions in the bucket." } else { "" };
        return Err(Refusal::with_status("BucketNotEmpty", format!("The bucket you tried to delete is not empty{hint}"), 409));
    }
    let uploads: Vec<String> = call.iter::<Upload>().filter(|upload| upload.bucket == bucket.id).map(|upload| upload.id.clone()).collect();
    for upload in uploads {
        call.remove::<Upload>(&upload);
    }
    bucket.free_at = Some(call.after(NAME_HELD));
    bucket.tags.clear();
    call.put(bucket);
    Ok(DeleteBucketOutput::builder().build())
}

/// `HeadBucket`.
pub(super) fn head(call: &mut Call<'_>, input: &HeadBucketInput) -> Result<HeadBucketOutput, Refusal> {
    let bucket = reach(call, input.bucket(), input.expected_bucket_owner())?;
    Ok(HeadBucketOutput::builder().bucket_arn(bucket.arn()).bucket_region(&bucket.region).build())
}

/// `ListBuckets`: the account's buckets of every region, by name; in pages when a page's size is given.
pub(super) fn list(call: &mut Call<'_>, input: &ListBucketsInput) -> Result<ListBucketsOutput, Refusal> {
    let size = match input.max_buckets {
        None => usize::MAX,
        // S3 API Reference, ListBuckets: 1 to 10000.
        Some(size @ 1..=10_000) => usize::try_from(size).unwrap_or(usize::MAX),
        Some(_) => return Err(Refusal::new("InvalidArgument", "max-buckets must be between 1 and 10000.")),
    };
    let prefix = input.prefix().unwrap_or_default();
    let is_after = |name: &str| input.continuation_token().is_none_or(|last| name > last);
    let mut listed: Vec<Bucket> = call.visible::<Bucket>();
    listed.retain(|bucket| {
        bucket.free_at.is_none()
            && bucket.id.starts_with(prefix)
            && input.bucket_region().is_none_or(|region| region == bucket.region)
            && is_after(&bucket.id)
    });
    let has_more = listed.len() > size;
    listed.truncate(size);
    let next = listed.last().filter(|_| has_more).map(|last| last.id.clone());
    let buckets = listed.into_iter().map(|bucket| {
        let listed = aws_sdk_s3::types::Bucket::builder().name(bucket.id).creation_date(bucket.created.to_sdk());
        listed.bucket_region(bucket.region).build()
    });
    Ok(ListBucketsOutput::builder().set_buckets(Some(buckets.collect())).set_continuation_token(next).prefix(prefix).build())
}
