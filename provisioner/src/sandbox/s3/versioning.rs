use aws_sdk_s3::operation::get_bucket_versioning::{GetBucketVersioningInput, GetBucketVersioningOutput};
use aws_sdk_s3::operation::put_bucket_versioning::{PutBucketVersioningInput, PutBucketVersioningOutput};
use aws_sdk_s3::types::{BucketVersioningStatus, VersioningConfiguration};

use super::bucket::{change, reach};
use crate::sandbox::call::Call;
use crate::sandbox::refusal::Refusal;

/// `GetBucketVersioning`: a bucket that was never versioned has no status.
pub(super) fn get(call: &mut Call<'_>, input: &GetBucketVersioningInput) -> Result<GetBucketVersioningOutput, Refusal> {
    let bucket = reach(call, input.bucket(), input.expected_bucket_owner())?;
    let status = bucket.versioning.as_deref().map(BucketVersioningStatus::from);
    Ok(GetBucketVersioningOutput::builder().set_status(status).build())
}

/// `PutBucketVersioning`: a locked bucket stays versioned.
pub(super) fn put(call: &mut Call<'_>, input: &PutBucketVersioningInput) -> Result<PutBucketVersioningOutput, Refusal> {
    let mut bucket = change(call, input.bucket(), input.expected_bucket_owner())?;
    if input.mfa().is_some() || input.versioning_configuration().is_some_and(|wanted| wanted.mfa_delete().is_some()) {
        return Err(Refusal::unsimulated("MFA"));
    }
    match input.versioning_configuration().and_then(VersioningConfiguration::status) {
        Some(BucketVersioningStatus::Suspended) if bucket.lock.is_some() => {
            let message = "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.";
            Err(Refusal::with_status("InvalidBucketState", message, 409))
        }
        Some(status @ (BucketVersioningStatus::Enabled | BucketVersioningStatus::Suspended)) => {
            bucket.versioning = Some(status.as_str().to_owned());
            call.put(bucket);
            Ok(PutBucketVersioningOutput::builder().build())
        }
        _ => Err(Refusal::new("IllegalVersioningConfigurationException", "The Versioning element must be specified")),
    }
}
