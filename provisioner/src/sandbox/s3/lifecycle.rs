use std::collections::BTreeSet;

use aws_sdk_s3::operation::delete_bucket_lifecycle::{DeleteBucketLifecycleInput, DeleteBucketLifecycleOutput};
use aws_sdk_s3::operation::get_bucket_lifecycle_configuration::{
    GetBucketLifecycleConfigurationInput, GetBucketLifecycleConfigurationOutput,
};
use aws_sdk_s3::operation::put_bucket_lifecycle_configuration::{
    PutBucketLifecycleConfigurationInput, PutBucketLifecycleConfigurationOutput,
};
use aws_sdk_s3::types::{
    AbortIncompleteMultipartUpload, ExpirationStatus, LifecycleExpiration, LifecycleRule, LifecycleRuleFilter, NoncurrentVersionExpiration,
};
use serde::{Deserialize, Serialize};

use super::bucket::{change, malformed, reach};
use crate::sandbox::call::Call;
use crate::sandbox::refusal::Refusal;

/// The most rules of one bucket (S3 API Reference, `PutBucketLifecycleConfiguration`).
const MAX_RULES: usize = 1000;

/// One rule of what becomes of objects in time.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Rule {
    name: String,
    prefix: String,
    is_enabled: bool,
    expires_after_days: Option<i32>,
    removes_lone_markers: bool,
    old_versions_expire_after_days: Option<i32>,
    newer_versions_kept: Option<i32>,
    uploads_expire_after_days: Option<i32>,
}

/// `GetBucketLifecycleConfiguration`.
pub(super) fn get(
    call: &mut Call<'_>,
    input: &GetBucketLifecycleConfigurationInput,
) -> Result<GetBucketLifecycleConfigurationOutput, Refusal> {
    let bucket = reach(call, input.bucket(), input.expected_bucket_owner())?;
    if bucket.lifecycle.is_empty() {
        let message = "The lifecycle configuration does not exist";
        return Err(Refusal::with_status("NoSuchLifecycleConfiguration", message, 404));
    }
    let rules = bucket.lifecycle.iter().map(to_sdk).collect::<Result<Vec<_>, _>>()?;
    Ok(GetBucketLifecycleConfigurationOutput::builder().set_rules(Some(rules)).build())
}

fn to_sdk(rule: &Rule) -> Result<LifecycleRule, Refusal> {
    let expiration = (rule.expires_after_days.is_some() || rule.removes_lone_markers).then(|| {
        let marker = rule.removes_lone_markers.then_some(true);
        LifecycleExpiration::builder().set_days(rule.expires_after_days).set_expired_object_delete_marker(marker).build()
    });
    let old = (rule.old_versions_expire_after_days.is_some() || rule.newer_versions_kept.is_some()).then(|| {
        let old = NoncurrentVersionExpiration::builder().set_noncurrent_days(rule.old_versions_expire_after_days);
        old.set_newer_noncurrent_versions(rule.newer_versions_kept).build()
    });
    let uploads = rule.uploads_expire_after_days.map(|days| AbortIncompleteMultipartUpload::builder().days_after_initiation(days).build());
    let status = if rule.is_enabled { ExpirationStatus::Enabled } else { ExpirationStatus::Disabled };
    LifecycleRule::builder()
        .id(&rule.name)
        .filter(LifecycleRuleFilter::builder().prefix(&rule.prefix).build())
        .status(status)
        .set_expiration(expiration)
        .set_noncurrent_version_expiration(old)
        .set_abort_incomplete_multipart_upload(uploads)
        .build()
        .map_err(|error| Refusal::new("InternalError", error.to_string()))
}

/// `PutBucketLifecycleConfiguration`: what is given takes the place of all rules.
pub(super) fn put(
    call: &mut Call<'_>,
    input: &PutBucketLifecycleConfigurationInput,
) -> Result<PutBucketLifecycleConfigurationOutput, Refusal> {
    let mut bucket = change(call, input.bucket(), input.expected_bucket_owner())?;
    let rules = input.lifecycle_configuration().map(|configuration| configuration.rules()).unwrap_or_default();
    if rules.is_empty() || rules.len() > MAX_RULES {
        return Err(malformed());
    }
    let rules = rules.iter().enumerate().map(|(number, rule)| checked(number, rule)).collect::<Result<Vec<_>, _>>()?;
    let names: BTreeSet<&str> = rules.iter().map(|rule| rule.name.as_str()).collect();
    if names.len() != rules.len() {
        return Err(Refusal::new("InvalidArgument", "Rule ID must be unique. Found same ID for more than one rule"));
    }
    bucket.lifecycle = rules;
    call.put(bucket);
    Ok(PutBucketLifecycleConfigurationOutput::builder().build())
}

fn checked(number: usize, rule: &LifecycleRule) -> Result<Rule, Refusal> {
    if !rule.transitions().is_empty() || !rule.noncurrent_version_transitions().is_empty() {
        return Err(Refusal::unsimulated("Transitions"));
    }
    let name = rule.id().map_or_else(|| format!("rule-{number}"), str::to_owned);
    if name.len() > 255 {
        return Err(Refusal::new("InvalidArgument", "ID length should not exceed allowed limit of 255"));
    }
    let old = rule.noncurrent_version_expiration();
    let expiration = rule.expiration();
    if expiration.is_some_and(|expiration| expiration.date().is_some()) {
        return Err(Refusal::unsimulated("Expiration.Date"));
    }
    let rule = Rule {
        name,
        prefix: prefix_of(rule)?,
        is_enabled: *rule.status() == ExpirationStatus::Enabled,
        expires_after_days: positive("Expiration", expiration.and_then(|expiration| expiration.days))?,
        removes_lone_markers: expiration.is_some_and(|expiration| expiration.expired_object_delete_marker == Some(true)),
        old_versions_expire_after_days: positive("NoncurrentVersionExpiration", old.and_then(|old| old.noncurrent_days))?,
        newer_versions_kept: old.and_then(|old| old.newer_noncurrent_versions),
        uploads_expire_after_days: positive(
            "AbortIncompleteMultipartUpload",
            rule.abort_incomplete_multipart_upload().and_then(|uploads| uploads.days_after_initiation),
        )?,
    };
    // S3 API Reference, LifecycleExpiration: ExpiredObjectDeleteMarker does not go with Days.
    if rule.removes_lone_markers && rule.expires_after_days.is_some() {
        return Err(malformed());
    }
    let days = [rule.expires_after_days, rule.old_versions_expire_after_days, rule.uploads_expire_after_days];
    if !rule.removes_lone_markers && days.iter().all(Option::is_none) {
        return Err(Refusal::new("InvalidRequest", "At least one action needs to be specified in a rule"));
    }
    Ok(rule)
}

fn prefix_of(rule: &LifecycleRule) -> Result<String, Refusal> {
    #[expect(deprecated, reason = "S3 still takes the older form without a filter")]
    match (rule.filter(), rule.prefix()) {
        (Some(filter), None) => {
            let has_more = filter.tag().is_some() || filter.and().is_some() || filter.object_size_greater_than.is_some();
            if has_more || filter.object_size_less_than.is_some() {
                return Err(Refusal::unsimulated("Filter by anything but a prefix"));
            }
            Ok(filter.prefix().unwrap_or_default().to_owned())
        }
        (None, Some(prefix)) => Ok(prefix.to_owned()),
        _ => Err(malformed()),
    }
}

fn positive(action: &str, days: Option<i32>) -> Result<Option<i32>, Refusal> {
    match days {
        Some(days) if days < 1 => Err(Refusal::new("InvalidArgument", format!("'Days' for {action} action must be a positive integer"))),
        days => Ok(days),
    }
}

/// `DeleteBucketLifecycle`.
pub(super) fn delete(call: &mut Call<'_>, input: &DeleteBucketLifecycleInput) -> Result<DeleteBucketLifecycleOutput, Refusal> {
    let mut bucket = change(call, input.bucket(), input.expected_bucket_owner())?;
    bucket.lifecycle.clear();
    call.put(bucket);
    Ok(DeleteBucketLifecycleOutput::builder().build())
}
