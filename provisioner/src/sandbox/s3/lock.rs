use std::time::Duration;

use aws_sdk_s3::operation::get_object_lock_configuration::{GetObjectLockConfigurationInput, GetObjectLockConfigurationOutput};
use aws_sdk_s3::operation::put_object_lock_configuration::{PutObjectLockConfigurationInput, PutObjectLockConfigurationOutput};
use aws_sdk_s3::types::{DefaultRetention, ObjectLockConfiguration, ObjectLockEnabled, ObjectLockRetentionMode, ObjectLockRule};
use serde::{Deserialize, Serialize};

use super::bucket::{change, malformed, reach};
use crate::sandbox::call::Call;
use crate::sandbox::moment::Moment;
use crate::sandbox::refusal::Refusal;

/// A bucket's object lock; what is locked once can never be unlocked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Lock {
    pub(super) retention: Option<DefaultLock>,
}

/// What new objects are locked with.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct DefaultLock {
    /// `GOVERNANCE` or `COMPLIANCE`.
    pub(super) mode: String,
    days: Option<i32>,
    years: Option<i32>,
}

impl DefaultLock {
    /// Until when an object that is written now is locked. A retention is a date, not a duration of S3's work, and runs at true speed.
    pub(super) fn until(&self, now: Moment) -> Moment {
        let days = self.days.unwrap_or_default() + 365 * self.years.unwrap_or_default();
        now.plus(Duration::from_secs(u64::try_from(days).unwrap_or_default() * 24 * 3600))
    }
}

/// `GetObjectLockConfiguration`.
pub(super) fn get(call: &mut Call<'_>, input: &GetObjectLockConfigurationInput) -> Result<GetObjectLockConfigurationOutput, Refusal> {
    let bucket = reach(call, input.bucket(), input.expected_bucket_owner())?;
    let Some(lock) = bucket.lock else {
        let message = "Object Lock configuration does not exist for this bucket";
        return Err(Refusal::with_status("ObjectLockConfigurationNotFoundError", message, 404));
    };
    let rule = lock.retention.map(|retention| {
        let mode = ObjectLockRetentionMode::from(retention.mode.as_str());
        let retention = DefaultRetention::builder().mode(mode).set_days(retention.days).set_years(retention.years);
        ObjectLockRule::builder().default_retention(retention.build()).build()
    });
    let configuration = ObjectLockConfiguration::builder().object_lock_enabled(ObjectLockEnabled::Enabled).set_rule(rule);
    Ok(GetObjectLockConfigurationOutput::builder().object_lock_configuration(configuration.build()).build())
}

/// `PutObjectLockConfiguration`: on versioned buckets only.
pub(super) fn put(call: &mut Call<'_>, input: &PutObjectLockConfigurationInput) -> Result<PutObjectLockConfigurationOutput, Refusal> {
    let mut bucket = change(call, input.bucket(), input.expected_bucket_owner())?;
    if !bucket.is_versioned() {
        let message = "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration";
        return Err(Refusal::with_status("InvalidBucketState", message, 409));
    }
    let configuration = input.object_lock_configuration().ok_or_else(malformed)?;
    if configuration.object_lock_enabled() != Some(&ObjectLockEnabled::Enabled) {
        return Err(malformed());
    }
    let retention = configuration.rule().and_then(ObjectLockRule::default_retention);
    let retention = match retention.map(|retention| (retention.mode(), retention.days, retention.years)) {
        None => None,
        Some((Some(mode), days, years)) if days.is_some() != years.is_some() => {
            if days.or(years).is_some_and(|count| count < 1) {
                return Err(Refusal::new("InvalidArgument", "Default retention period must be a positive integer value."));
            }
            Some(DefaultLock { mode: mode.as_str().to_owned(), days, years })
        }
        Some(_) => return Err(malformed()),
    };
    bucket.lock = Some(Lock { retention });
    call.put(bucket);
    Ok(PutObjectLockConfigurationOutput::builder().build())
}
