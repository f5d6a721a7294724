//! The simulated S3: buckets, their settings, and just enough of their objects to fill, lock and empty them.

mod acl;
mod bucket;
mod create;
mod encryption;
mod lifecycle;
mod lock;
mod logging;
mod name;
mod object;
mod operations;
mod ownership;
mod policy;
mod public_access;
mod removal;
mod tag;
mod upload;
mod version;
mod versioning;

pub(crate) use bucket::{Bucket, settle};
pub(crate) use object::StoredObject;
pub(crate) use operations::operation;
pub(crate) use upload::Upload;

use super::call::Call;
use super::dump::Live;
use super::object::Object;

/// An object of the service as a dump shows it; `None` for one that is deleted.
pub(crate) fn live(_call: &Call<'_>, object: &Object) -> Option<Live> {
    let state = match object {
        Object::Bucket(bucket) if bucket.free_at.is_some() => return None,
        Object::StoredObject(stored) if stored.body.is_none() => "delete-marker",
        Object::Upload(_) => "in-progress",
        _ => "available",
    };
    Some(Live { state: state.to_owned(), is_made_by_aws: false })
}

/// The IAM action of an operation; S3 names many of them otherwise (S3 User Guide, "Required permissions for Amazon S3 API operations").
pub(crate) fn action(operation: &str) -> String {
    let action = match operation {
        "ListBuckets" => "ListAllMyBuckets",
        "HeadBucket" => "ListBucket",
        "GetBucketEncryption" => "GetEncryptionConfiguration",
        "PutBucketEncryption" | "DeleteBucketEncryption" => "PutEncryptionConfiguration",
        "GetBucketLifecycleConfiguration" => "GetLifecycleConfiguration",
        "PutBucketLifecycleConfiguration" | "DeleteBucketLifecycle" => "PutLifecycleConfiguration",
        "GetPublicAccessBlock" => "GetBucketPublicAccessBlock",
        "PutPublicAccessBlock" | "DeletePublicAccessBlock" => "PutBucketPublicAccessBlock",
        "GetObjectLockConfiguration" => "GetBucketObjectLockConfiguration",
        "PutObjectLockConfiguration" => "PutBucketObjectLockConfiguration",
        "DeleteBucketOwnershipControls" => "PutBucketOwnershipControls",
        "DeleteBucketTagging" => "PutBucketTagging",
        "ListObjectVersions" => "ListBucketVersions",
        "ListMultipartUploads" => "ListBucketMultipartUploads",
        "CreateMultipartUpload" => "PutObject",
        "DeleteObjects" => "DeleteObject",
        operation => operation,
    };
    format!("s3:{action}")
}

#[cfg(test)]
mod tests {
    use super::action;

    #[test]
    fn the_actions_of_operations_are_those_of_iam() {
        assert_eq!(action("ListBuckets"), "s3:ListAllMyBuckets");
        assert_eq!(action("GetBucketEncryption"), "s3:GetEncryptionConfiguration");
        assert_eq!(action("PutBucketTagging"), "s3:PutBucketTagging");
        assert_eq!(action("ListObjectVersions"), "s3:ListBucketVersions");
    }
}
