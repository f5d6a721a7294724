use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::desired::Policy;
use crate::model::{AttributeSchema, Effect, IdentityClass, Layer, OnChange, RefOr, Schema, Typical};

/// A bucket: private, encrypted, reached over TLS only. Its id is its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bucket {
    /// Its name in the account's own namespace of the region: `PREFIX-ACCOUNT-REGION-an` (S3 `CreateBucket`, `BucketNamespace`).
    pub bucket_name: String,
    /// Whether the versions of its objects are kept.
    pub is_versioned: bool,
    /// For how many days a new object can neither be overwritten nor deleted (object lock in governance mode); absent: not locked.
    ///
    /// A lock can be given later and never taken away.
    pub lock_days: Option<i32>,
    /// The ARN of the customer's key; absent: S3's own (SSE-S3).
    pub kms_key: Option<RefOr>,
    /// Whether all four blocks of public access are set; always true.
    pub blocks_public_access: bool,
    /// Whether its owner owns every object, so that access lists count for nothing; always true.
    pub is_owner_enforced: bool,
    /// Who may do what besides the account's own policies.
    pub policy: Policy,
    /// What becomes of its objects in time.
    pub lifecycle: Lifecycle,
    /// Where accesses are logged; absent for the bucket that takes the logs.
    pub access_log: Option<AccessLog>,
}

/// What becomes of a bucket's objects in time: one rule over all of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lifecycle {
    /// After how many days an object goes; absent: never.
    pub expires_after_days: Option<i32>,
    /// After how many days a version that is no longer the present one goes.
    pub old_versions_expire_after_days: i32,
    /// After how many days an upload in parts that was never finished goes.
    pub uploads_expire_after_days: i32,
}

/// Where accesses to a bucket are logged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessLog {
    /// The name of the bucket that takes them; in the same account and region (S3 `PutBucketLogging`).
    pub bucket: RefOr,
    /// How their names begin: `access/backups/`.
    pub prefix: String,
}

/// What the planner knows of the kind `bucket`.
pub static SCHEMA: Schema = Schema {
    kind: "bucket",
    listed_by: "bucket",
    layer: Layer::Data,
    identity: IdentityClass::NaturalKey,
    is_taggable: true,
    holds_data: true,
    is_permanent: false,
    attributes: &[
        AttributeSchema { name: "bucket_name", on_change: OnChange::Fixed },
        AttributeSchema { name: "is_versioned", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "lock_days", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "kms_key", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "blocks_public_access", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "is_owner_enforced", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "policy", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "lifecycle", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "access_log", on_change: OnChange::Update(Effect::InPlace) },
    ],
    outlives_down: true,
    last_copy: None,
    restores_from: None,
    vanishes_with: None,
    typical: Typical { create: Duration::from_secs(5), update: Duration::from_secs(5), delete: Duration::from_secs(5) },
    permissions: &[
        "s3:CreateBucket",
        "s3:DeleteBucket",
        "s3:ListAllMyBuckets",
        "s3:GetBucketTagging",
        "s3:PutBucketTagging",
        "s3:TagResource",
        "s3:GetBucketVersioning",
        "s3:PutBucketVersioning",
        "s3:GetEncryptionConfiguration",
        "s3:PutEncryptionConfiguration",
        "s3:GetBucketPublicAccessBlock",
        "s3:PutBucketPublicAccessBlock",
        "s3:GetBucketOwnershipControls",
        "s3:PutBucketOwnershipControls",
        "s3:GetBucketPolicy",
        "s3:PutBucketPolicy",
        "s3:GetLifecycleConfiguration",
        "s3:PutLifecycleConfiguration",
        "s3:GetBucketLogging",
        "s3:PutBucketLogging",
        "s3:GetBucketObjectLockConfiguration",
        "s3:PutBucketObjectLockConfiguration",
        "s3:PutBucketAcl",
        "s3:DeleteBucketPolicy",
        // Only for --discard-data, which empties a bucket before it deletes it.
        "s3:ListBucketVersions",
        "s3:ListBucketMultipartUploads",
        "s3:AbortMultipartUpload",
        "s3:DeleteObject",
        "s3:DeleteObjectVersion",
        "s3:BypassGovernanceRetention",
        "s3:GetObjectRetention",
    ],
};
