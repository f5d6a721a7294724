use aws_sdk_s3::operation::get_bucket_logging::{GetBucketLoggingInput, GetBucketLoggingOutput};
use aws_sdk_s3::operation::put_bucket_logging::{PutBucketLoggingInput, PutBucketLoggingOutput};
use aws_sdk_s3::types::{BucketLoggingStatus, LoggingEnabled};
use serde::{Deserialize, Serialize};

use super::Bucket;
use super::bucket::{change, reach};
use crate::sandbox::call::Call;
use crate::sandbox::refusal::Refusal;

/// Where accesses to a bucket are logged.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Logging {
    bucket: String,
    prefix: String,
}

/// `GetBucketLogging`.
pub(super) fn get(call: &mut Call<'_>, input: &GetBucketLoggingInput) -> Result<GetBucketLoggingOutput, Refusal> {
    let bucket = reach(call, input.bucket(), input.expected_bucket_owner())?;
    let Some(logging) = bucket.logging else { return Ok(GetBucketLoggingOutput::builder().build()) };
    let enabled = LoggingEnabled::builder().target_bucket(logging.bucket).target_prefix(logging.prefix).build();
    let enabled = enabled.map_err(|error| Refusal::new("InternalError", error.to_string()))?;
    Ok(GetBucketLoggingOutput::builder().logging_enabled(enabled).build())
}

/// `PutBucketLogging`: to a bucket of the same account and region; an empty status ends it.
pub(super) fn put(call: &mut Call<'_>, input: &PutBucketLoggingInput) -> Result<PutBucketLoggingOutput, Refusal> {
    let mut bucket = change(call, input.bucket(), input.expected_bucket_owner())?;
    bucket.logging = match input.bucket_logging_status().and_then(BucketLoggingStatus::logging_enabled) {
        None => None,
        Some(enabled) => Some(checked(call, enabled)?),
    };
    call.put(bucket);
    Ok(PutBucketLoggingOutput::builder().build())
}

fn checked(call: &Call<'_>, enabled: &LoggingEnabled) -> Result<Logging, Refusal> {
    let invalid = |message: &str| Refusal::new("InvalidTargetBucketForLogging", message);
    if enabled.target_object_key_format().is_some() {
        return Err(Refusal::unsimulated("TargetObjectKeyFormat"));
    }
    let target = call.get::<Bucket>(enabled.target_bucket()).filter(|bucket| bucket.free_at.is_none());
    let target = target.ok_or_else(|| invalid("The target bucket for logging does not exist"))?;
    if target.region != call.region {
        return Err(invalid("The owner for the bucket to be logged and the target bucket must be in the same location."));
    }
    // S3 User Guide, "Enabling Amazon S3 server access logging": grants do not go with owner enforcement.
    if !enabled.target_grants().is_empty() && target.is_owner_enforced() {
        return Err(invalid("The target bucket has BucketOwnerEnforced set, so target grants cannot be used."));
    }
    Ok(Logging { bucket: target.id, prefix: enabled.target_prefix().to_owned() })
}
