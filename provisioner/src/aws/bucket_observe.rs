use aws_sdk_s3::types::{BucketVersioningStatus, DefaultRetention, ExpirationStatus, LifecycleRule, ObjectOwnership, ServerSideEncryption};
use futures::future::try_join_all;
use serde::{Deserialize, Serialize};

use crate::aws::bucket_tags::{BucketTags, address_in_name, bucket_id, bucket_tags};
use crate::aws::client::Connection;
use crate::aws::request::observed;
use crate::desired::{AccessLog, Lifecycle, Policy};
use crate::model::{Attributes, Observed, Scope, Status, Tags};
use crate::provider::{Depth, ProviderError};

/// The operation that lists buckets.
const LIST: &str = "ListBuckets";
/// What S3 shows as the key where KMS encrypts and no key is named (KMS Developer Guide, "AWS managed keys").
const MANAGED_KEY: &str = "alias/aws/s3";

/// A bucket as S3 shows it: the attributes of [`crate::desired::Bucket`], absent where it has none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Shown {
    pub(super) bucket_name: String,
    pub(super) is_versioned: bool,
    pub(super) lock_days: Option<i32>,
    /// `GOVERNANCE` or `COMPLIANCE`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) lock_mode: Option<String>,
    pub(super) kms_key: Option<String>,
    pub(super) blocks_public_access: bool,
    pub(super) is_owner_enforced: bool,
    /// Absent also where it says more than a [`Policy`] can hold.
    pub(super) policy: Option<Policy>,
    /// Absent also where it is anything but one rule over all objects.
    pub(super) lifecycle: Option<Lifecycle>,
    pub(super) access_log: Option<AccessLog>,
}

/// Every bucket of the scope in the connection's region.
///
/// Ours is what carries our tags. A fast list cannot see tags: it takes the names for them, and leaves the tags out.
pub(super) async fn observe_buckets(connection: &Connection, scope: &Scope, depth: Depth) -> Result<Vec<Observed>, ProviderError> {
    let prefix = scope.physical_name("");
    let list = connection.s3().list_buckets().prefix(&prefix).bucket_region(connection.region());
    let pages = connection.pages(LIST, list.into_paginator().page_size(1000).send()).await?;
    let names = pages.iter().flat_map(|page| page.buckets()).filter_map(|bucket| bucket.name()).filter(|name| name.starts_with(&prefix));
    if depth == Depth::Fast {
        let known = names.filter_map(|name| Some((address_in_name(scope, connection.region(), name)?, bucket_id(name))));
        return Ok(known
            .map(|(address, id)| Observed { address, id, status: Status::Ready, attributes: Attributes::new(), tags: Tags::new() })
            .collect());
    }
    let read = try_join_all(names.map(|name| observe_one(connection, scope, name))).await?;
    Ok(read.into_iter().flatten().collect())
}

/// Reads one bucket in full; nothing for one that is not ours, or was deleted meanwhile.
pub(super) async fn observe_one(connection: &Connection, scope: &Scope, name: &str) -> Result<Option<Observed>, ProviderError> {
    let BucketTags::Of(tags) = bucket_tags(connection, name).await? else { return Ok(None) };
    let Some(address) = scope.address_in(&tags) else { return Ok(None) };
    match read(connection, name).await {
        Ok(shown) => observed(LIST, address, bucket_id(name), Status::Ready, &shown, tags).map(Some),
        Err(error) if error.code.as_deref() == Some("NoSuchBucket") => Ok(None),
        Err(error) => Err(error),
    }
}

async fn read(connection: &Connection, name: &str) -> Result<Shown, ProviderError> {
    let ((is_versioned, lock), kms_key, blocks_public_access, is_owner_enforced, policy, lifecycle, access_log) = tokio::try_join!(
        versions(connection, name),
        encryption(connection, name),
        public_access(connection, name),
        ownership(connection, name),
        policy(connection, name),
        lifecycle(connection, name),
        access_log(connection, name),
    )?;
    let lock_days = lock.as_ref().map(days_of);
    let lock_mode = lock.and_then(|lock| lock.mode).map(|mode| mode.as_str().to_owned());
    Ok(Shown {
        bucket_name: name.to_owned(),
        is_versioned,
        lock_days,
        lock_mode,
        kms_key,
        blocks_public_access,
        is_owner_enforced,
        policy,
        lifecycle,
        access_log,
    })
}

/// Makes the answer that a setting was never made an absence.
fn unless_absent<T>(result: Result<T, ProviderError>, code: &str) -> Result<Option<T>, ProviderError> {
    match result {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.code.as_deref() == Some(code) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether versions are kept, and with what new ones are locked: only a versioned bucket can have a lock (S3 `PutObjectLockConfiguration`).
async fn versions(connection: &Connection, name: &str) -> Result<(bool, Option<DefaultRetention>), ProviderError> {
    const OPERATION: &str = "GetBucketVersioning";
    let answer = connection.call(OPERATION, connection.s3().get_bucket_versioning().bucket(name).send()).await?;
    let is_versioned = answer.status() == Some(&BucketVersioningStatus::Enabled);
    Ok((is_versioned, if is_versioned { default_lock(connection, name).await?.flatten() } else { None }))
}

/// A bucket's object lock: nothing where it has none, and nothing within where no default is set.
pub(super) async fn default_lock(connection: &Connection, name: &str) -> Result<Option<Option<DefaultRetention>>, ProviderError> {
    const OPERATION: &str = "GetObjectLockConfiguration";
    let answer = connection.call(OPERATION, connection.s3().get_object_lock_configuration().bucket(name).send()).await;
    let lock = unless_absent(answer, "ObjectLockConfigurationNotFoundError")?.and_then(|answer| answer.object_lock_configuration);
    Ok(lock.map(|lock| lock.rule.and_then(|rule| rule.default_retention)))
}

/// How many days a default retention has; a year of it is 365 (S3 User Guide, "Object Lock considerations").
pub(super) fn days_of(retention: &DefaultRetention) -> i32 {
    retention.days.unwrap_or_default().saturating_add(retention.years.unwrap_or_default().saturating_mul(365))
}

/// The key; absent for S3's own.
async fn encryption(connection: &Connection, name: &str) -> Result<Option<String>, ProviderError> {
    const OPERATION: &str = "GetBucketEncryption";
    let answer = connection.call(OPERATION, connection.s3().get_bucket_encryption().bucket(name).send()).await;
    let answer = unless_absent(answer, "ServerSideEncryptionConfigurationNotFoundError")?;
    let configuration = answer.and_then(|answer| answer.server_side_encryption_configuration);
    let rule = configuration.and_then(|configuration| configuration.rules.into_iter().next());
    let by_default = rule.and_then(|rule| rule.apply_server_side_encryption_by_default);
    Ok(by_default.filter(|by_default| *by_default.sse_algorithm() != ServerSideEncryption::Aes256).map(|by_default| {
        let key = by_default.kms_master_key_id.unwrap_or_else(|| MANAGED_KEY.to_owned());
        // The dearer double encryption is another setting than ours.
        if by_default.sse_algorithm == ServerSideEncryption::AwsKms { key } else { format!("{}:{key}", by_default.sse_algorithm) }
    }))
}

async fn public_access(connection: &Connection, name: &str) -> Result<bool, ProviderError> {
    const OPERATION: &str = "GetPublicAccessBlock";
    let answer = connection.call(OPERATION, connection.s3().get_public_access_block().bucket(name).send()).await;
    let answer = unless_absent(answer, "NoSuchPublicAccessBlockConfiguration")?;
    Ok(answer.and_then(|answer| answer.public_access_block_configuration).is_some_and(|blocks| {
        let all = [blocks.block_public_acls, blocks.ignore_public_acls, blocks.block_public_policy, blocks.restrict_public_buckets];
        all.iter().all(|block| *block == Some(true))
    }))
}

async fn ownership(connection: &Connection, name: &str) -> Result<bool, ProviderError> {
    const OPERATION: &str = "GetBucketOwnershipControls";
    let answer = connection.call(OPERATION, connection.s3().get_bucket_ownership_controls().bucket(name).send()).await;
    let controls = unless_absent(answer, "OwnershipControlsNotFoundError")?.and_then(|answer| answer.ownership_controls);
    let rules = controls.map(|controls| controls.rules).unwrap_or_default();
    Ok(matches!(rules.as_slice(), [rule] if *rule.object_ownership() == ObjectOwnership::BucketOwnerEnforced))
}

async fn policy(connection: &Connection, name: &str) -> Result<Option<Policy>, ProviderError> {
    const OPERATION: &str = "GetBucketPolicy";
    let answer = connection.call(OPERATION, connection.s3().get_bucket_policy().bucket(name).send()).await;
    match unless_absent(answer, "NoSuchBucketPolicy")? {
        None => Ok(Some(Policy::default())),
        Some(answer) => Ok(answer.policy().and_then(Policy::parse)),
    }
}

async fn lifecycle(connection: &Connection, name: &str) -> Result<Option<Lifecycle>, ProviderError> {
    const OPERATION: &str = "GetBucketLifecycleConfiguration";
    let answer = connection.call(OPERATION, connection.s3().get_bucket_lifecycle_configuration().bucket(name).send()).await;
    match unless_absent(answer, "NoSuchLifecycleConfiguration")?.map(|answer| answer.rules.unwrap_or_default()).as_deref() {
        Some([rule]) => Ok(over_all(rule)),
        _ => Ok(None),
    }
}

/// The rule, if it is about all objects and does what a [`Lifecycle`] can say and nothing else.
fn over_all(rule: &LifecycleRule) -> Option<Lifecycle> {
    #[expect(deprecated, reason = "S3 shows the older form without a filter for rules that were written so")]
    let older_prefix = rule.prefix();
    let is_over_all = match rule.filter() {
        None => older_prefix.is_none_or(str::is_empty),
        Some(filter) => {
            let by_size = filter.object_size_greater_than.is_some() || filter.object_size_less_than.is_some();
            filter.prefix().is_none_or(str::is_empty) && filter.tag().is_none() && filter.and().is_none() && !by_size
        }
    };
    let moves = !rule.transitions().is_empty() || !rule.noncurrent_version_transitions().is_empty();
    let expiration = rule.expiration();
    let is_dated = expiration.is_some_and(|expiration| expiration.date().is_some());
    let old = rule.noncurrent_version_expiration()?;
    if !is_over_all || moves || is_dated || *rule.status() != ExpirationStatus::Enabled || old.newer_noncurrent_versions.is_some() {
        return None;
    }
    Some(Lifecycle {
        expires_after_days: expiration.and_then(|expiration| expiration.days).filter(|days| *days > 0),
        old_versions_expire_after_days: old.noncurrent_days?,
        uploads_expire_after_days: rule.abort_incomplete_multipart_upload()?.days_after_initiation?,
    })
}

async fn access_log(connection: &Connection, name: &str) -> Result<Option<AccessLog>, ProviderError> {
    const OPERATION: &str = "GetBucketLogging";
    let answer = connection.call(OPERATION, connection.s3().get_bucket_logging().bucket(name).send()).await?;
    let enabled = answer.logging_enabled();
    Ok(enabled.map(|enabled| AccessLog { bucket: enabled.target_bucket().into(), prefix: enabled.target_prefix().to_owned() }))
}
