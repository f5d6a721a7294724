use std::time::Duration;

use aws_sdk_s3::error::BuildError;
use aws_sdk_s3::types::{
    AbortIncompleteMultipartUpload, BucketCannedAcl, BucketLifecycleConfiguration, BucketLoggingStatus, BucketVersioningStatus,
    DefaultRetention, ExpirationStatus, LifecycleExpiration, LifecycleRule, LifecycleRuleFilter, LoggingEnabled,
    NoncurrentVersionExpiration, ObjectLockConfiguration, ObjectLockEnabled, ObjectLockRetentionMode, ObjectLockRule, ObjectOwnership,
    OwnershipControls, OwnershipControlsRule, PublicAccessBlockConfiguration, ServerSideEncryption, ServerSideEncryptionByDefault,
    ServerSideEncryptionConfiguration, ServerSideEncryptionRule, VersioningConfiguration,
};
use serde::Serialize;

use crate::aws::bucket_observe::Shown;
use crate::aws::client::Connection;
use crate::aws::error::has_code;
use crate::aws::request::{known, request_text};
use crate::desired::{Bucket, Policy};
use crate::provider::{Calls, ErrorKind, ProviderError};

/// The name of our one lifecycle rule.
const RULE: &str = "provision";
/// The mode that a lock is given, and from which the account can still free itself (S3 User Guide, "Retention modes").
const GOVERNANCE: &str = "GOVERNANCE";

/// What lies between two changes of one bucket: S3 refuses the second with `OperationAborted` while the first is going on, and a look at
/// what is left costs nine reads.
const BETWEEN_CHANGES: Duration = Duration::from_millis(500);

/// A setting of a bucket: what one call writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Setting {
    PublicAccess,
    Ownership,
    Versioning,
    Lock,
    Encryption,
    Policy,
    Lifecycle,
    AccessLog,
}

/// The order in which settings are written: a bucket is closed before it is opened to anybody, and versioned before it is locked.
const ORDER: [Setting; 8] = [
    Setting::PublicAccess,
    Setting::Ownership,
    Setting::Versioning,
    Setting::Lock,
    Setting::Encryption,
    Setting::Policy,
    Setting::Lifecycle,
    Setting::AccessLog,
];

/// Brings a bucket's settings to what is wanted.
pub(super) struct Settings<'a> {
    pub(super) connection: &'a Connection,
    pub(super) name: &'a str,
    pub(super) wanted: &'a Bucket,
    pub(super) shown: &'a Shown,
    pub(super) calls: &'a dyn Calls,
}

fn refused(operation: &'static str, message: String) -> ProviderError {
    ProviderError::new(ErrorKind::Refused, operation, message)
}

fn incomplete(operation: &'static str) -> impl Fn(BuildError) -> ProviderError {
    move |error| refused(operation, error.to_string())
}

impl Settings<'_> {
    /// Refuses what S3 never does, before anything is written: to take a lock away, or the versions a lock stands on.
    pub(super) fn refuse_weakening(&self) -> Result<(), ProviderError> {
        const OPERATION: &str = "PutObjectLockConfiguration";
        let Self { name, wanted, shown, .. } = self;
        if let (Some(days), None) = (shown.lock_days, wanted.lock_days) {
            let message = format!("the bucket {name} locks new objects for {days} days; a lock is never taken away, so put it back");
            return Err(refused(OPERATION, message));
        }
        if wanted.lock_days.is_some() && !wanted.is_versioned {
            return Err(refused(OPERATION, format!("the bucket {name} shall lock its objects, and only a bucket with versions can")));
        }
        match (shown.lock_days, wanted.lock_days, shown.lock_mode.as_deref()) {
            (Some(found), Some(days), Some("COMPLIANCE")) if days < found => {
                let message = format!("the bucket {name} is locked in compliance mode for {found} days and cannot be brought to {days}");
                Err(refused(OPERATION, message))
            }
            _ => Ok(()),
        }
    }

    /// Writes what differs, one call after the other, with time between them.
    ///
    /// S3 answers `OperationAborted` while an earlier change of the bucket is still going on: after any progress that ends this
    /// round without an error, and the next look shows what is left.
    pub(super) async fn write(&self, has_written: bool) -> Result<(), ProviderError> {
        let mut has_written = has_written;
        for setting in ORDER {
            if !self.differs(setting) {
                continue;
            }
            if has_written {
                self.connection.rest(BETWEEN_CHANGES).await;
            }
            match self.put(setting).await {
                Err(error) if has_written && error.kind == ErrorKind::Busy => return Ok(()),
                result => result?,
            }
            has_written = true;
        }
        Ok(())
    }

    fn differs(&self, setting: Setting) -> bool {
        let Self { wanted, shown, .. } = self;
        match setting {
            Setting::PublicAccess => wanted.blocks_public_access != shown.blocks_public_access,
            Setting::Ownership => wanted.is_owner_enforced != shown.is_owner_enforced,
            Setting::Versioning => wanted.is_versioned != shown.is_versioned,
            Setting::Lock => wanted.lock_days != shown.lock_days,
            Setting::Encryption => wanted.kms_key.as_ref().and_then(|key| key.known()) != shown.kms_key.as_deref(),
            Setting::Policy => shown.policy.as_ref().map(Policy::in_order) != Some(wanted.policy.in_order()),
            Setting::Lifecycle => shown.lifecycle.as_ref() != Some(&wanted.lifecycle),
            Setting::AccessLog => wanted.access_log != shown.access_log,
        }
    }

    async fn put(&self, setting: Setting) -> Result<(), ProviderError> {
        match setting {
            Setting::PublicAccess => self.put_public_access().await,
            Setting::Ownership => self.put_ownership().await,
            Setting::Versioning => self.put_versioning().await,
            Setting::Lock => self.put_lock().await,
            Setting::Encryption => self.put_encryption().await,
            Setting::Policy => self.put_policy().await,
            Setting::Lifecycle => self.put_lifecycle().await,
            Setting::AccessLog => self.put_access_log().await,
        }
    }

    async fn intend<T: Serialize>(&self, operation: &'static str, value: &T) -> Result<(), ProviderError> {
        self.calls.intend(operation, &request_text(&(self.name, value))).await.map(drop)
    }

    async fn put_public_access(&self) -> Result<(), ProviderError> {
        const OPERATION: &str = "PutPublicAccessBlock";
        let blocks = self.wanted.blocks_public_access;
        self.intend(OPERATION, &blocks).await?;
        let configuration = PublicAccessBlockConfiguration::builder()
            .block_public_acls(blocks)
            .ignore_public_acls(blocks)
            .block_public_policy(blocks)
            .restrict_public_buckets(blocks)
            .build();
        let call = self.connection.s3().put_public_access_block().bucket(self.name).public_access_block_configuration(configuration);
        self.connection.call(OPERATION, call.send()).await.map(drop)
    }

    /// Makes the owner the owner of all objects; an access list that grants something to others is taken back first, for S3 asks for it.
    async fn put_ownership(&self) -> Result<(), ProviderError> {
        const OPERATION: &str = "PutBucketOwnershipControls";
        let ownership =
            if self.wanted.is_owner_enforced { ObjectOwnership::BucketOwnerEnforced } else { ObjectOwnership::BucketOwnerPreferred };
        self.intend(OPERATION, &ownership.as_str()).await?;
        let rule = OwnershipControlsRule::builder().object_ownership(ownership).build().map_err(incomplete(OPERATION))?;
        let controls = OwnershipControls::builder().rules(rule).build().map_err(incomplete(OPERATION))?;
        let call = self.connection.s3().put_bucket_ownership_controls().bucket(self.name).ownership_controls(controls);
        let answer = self.connection.call(OPERATION, call.send()).await;
        if has_code(&answer, "InvalidBucketAclWithObjectOwnership") {
            return self.put_private_acl().await;
        }
        answer.map(drop)
    }

    /// Takes back what an access list grants to others; the ownership is written in the next round.
    async fn put_private_acl(&self) -> Result<(), ProviderError> {
        const OPERATION: &str = "PutBucketAcl";
        self.intend(OPERATION, &BucketCannedAcl::Private.as_str()).await?;
        let call = self.connection.s3().put_bucket_acl().bucket(self.name).acl(BucketCannedAcl::Private);
        self.connection.call(OPERATION, call.send()).await.map(drop)
    }

    async fn put_versioning(&self) -> Result<(), ProviderError> {
        const OPERATION: &str = "PutBucketVersioning";
        let status = if self.wanted.is_versioned { BucketVersioningStatus::Enabled } else { BucketVersioningStatus::Suspended };
        self.intend(OPERATION, &status.as_str()).await?;
        let configuration = VersioningConfiguration::builder().status(status).build();
        let call = self.connection.s3().put_bucket_versioning().bucket(self.name).versioning_configuration(configuration);
        self.connection.call(OPERATION, call.send()).await.map(drop)
    }

    async fn put_lock(&self) -> Result<(), ProviderError> {
        const OPERATION: &str = "PutObjectLockConfiguration";
        // A stricter mode that was set outside stays.
        let mode = self.shown.lock_mode.as_deref().unwrap_or(GOVERNANCE);
        self.intend(OPERATION, &(mode, self.wanted.lock_days)).await?;
        let retention = DefaultRetention::builder().mode(ObjectLockRetentionMode::from(mode)).set_days(self.wanted.lock_days).build();
        let configuration = ObjectLockConfiguration::builder()
            .object_lock_enabled(ObjectLockEnabled::Enabled)
            .rule(ObjectLockRule::builder().default_retention(retention).build())
            .build();
        let call = self.connection.s3().put_object_lock_configuration().bucket(self.name).object_lock_configuration(configuration);
        self.connection.call(OPERATION, call.send()).await.map(drop)
    }

    async fn put_encryption(&self) -> Result<(), ProviderError> {
        const OPERATION: &str = "PutBucketEncryption";
        let key = self.wanted.kms_key.as_ref().map(|key| known(OPERATION, key)).transpose()?;
        self.intend(OPERATION, &key).await?;
        let algorithm = if key.is_some() { ServerSideEncryption::AwsKms } else { ServerSideEncryption::Aes256 };
        let by_default = ServerSideEncryptionByDefault::builder().sse_algorithm(algorithm).set_kms_master_key_id(key.map(str::to_owned));
        let by_default = by_default.build().map_err(incomplete(OPERATION))?;
        // One call to KMS then serves many objects (S3 User Guide, "Reducing the cost of SSE-KMS with Amazon S3 Bucket Keys").
        let rule =
            ServerSideEncryptionRule::builder().apply_server_side_encryption_by_default(by_default).bucket_key_enabled(key.is_some());
        let configuration = ServerSideEncryptionConfiguration::builder().rules(rule.build()).build().map_err(incomplete(OPERATION))?;
        let call = self.connection.s3().put_bucket_encryption().bucket(self.name).server_side_encryption_configuration(configuration);
        self.connection.call(OPERATION, call.send()).await.map(drop)
    }

    async fn put_policy(&self) -> Result<(), ProviderError> {
        const OPERATION: &str = "PutBucketPolicy";
        if self.wanted.policy.statements.is_empty() {
            return self.delete_policy().await;
        }
        let document = self.wanted.policy.document();
        let document = document.ok_or_else(|| refused(OPERATION, "a reference is not resolved yet".to_owned()))?;
        self.intend(OPERATION, &document).await?;
        let call = self.connection.s3().put_bucket_policy().bucket(self.name).policy(document);
        self.connection.call(OPERATION, call.send()).await.map(drop)
    }

    async fn delete_policy(&self) -> Result<(), ProviderError> {
        const OPERATION: &str = "DeleteBucketPolicy";
        self.intend(OPERATION, &()).await?;
        self.connection.call(OPERATION, self.connection.s3().delete_bucket_policy().bucket(self.name).send()).await.map(drop)
    }

    async fn put_lifecycle(&self) -> Result<(), ProviderError> {
        const OPERATION: &str = "PutBucketLifecycleConfiguration";
        let lifecycle = &self.wanted.lifecycle;
        self.intend(OPERATION, lifecycle).await?;
        let old = NoncurrentVersionExpiration::builder().noncurrent_days(lifecycle.old_versions_expire_after_days).build();
        let uploads = AbortIncompleteMultipartUpload::builder().days_after_initiation(lifecycle.uploads_expire_after_days).build();
        let rule = LifecycleRule::builder()
            .id(RULE)
            .filter(LifecycleRuleFilter::builder().prefix("").build())
            .status(ExpirationStatus::Enabled)
            .set_expiration(lifecycle.expires_after_days.map(|days| LifecycleExpiration::builder().days(days).build()))
            .noncurrent_version_expiration(old)
            .abort_incomplete_multipart_upload(uploads)
            .build()
            .map_err(incomplete(OPERATION))?;
        let configuration = BucketLifecycleConfiguration::builder().rules(rule).build().map_err(incomplete(OPERATION))?;
        let call = self.connection.s3().put_bucket_lifecycle_configuration().bucket(self.name).lifecycle_configuration(configuration);
        self.connection.call(OPERATION, call.send()).await.map(drop)
    }

    async fn put_access_log(&self) -> Result<(), ProviderError> {
        const OPERATION: &str = "PutBucketLogging";
        self.intend(OPERATION, &self.wanted.access_log).await?;
        let enabled = match &self.wanted.access_log {
            None => None,
            Some(log) => {
                let enabled = LoggingEnabled::builder().target_bucket(known(OPERATION, &log.bucket)?).target_prefix(&log.prefix);
                Some(enabled.build().map_err(incomplete(OPERATION))?)
            }
        };
        let status = BucketLoggingStatus::builder().set_logging_enabled(enabled).build();
        let call = self.connection.s3().put_bucket_logging().bucket(self.name).bucket_logging_status(status);
        self.connection.call(OPERATION, call.send()).await.map(drop)
    }
}
