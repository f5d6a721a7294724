use aws_sdk_s3::operation::delete_bucket_ownership_controls::{DeleteBucketOwnershipControlsInput, DeleteBucketOwnershipControlsOutput};
use aws_sdk_s3::operation::get_bucket_ownership_controls::{GetBucketOwnershipControlsInput, GetBucketOwnershipControlsOutput};
use aws_sdk_s3::operation::put_bucket_ownership_controls::{PutBucketOwnershipControlsInput, PutBucketOwnershipControlsOutput};
use aws_sdk_s3::types::{ObjectOwnership, OwnershipControls, OwnershipControlsRule};

use super::bucket::{change, malformed, reach};
use crate::sandbox::call::Call;
use crate::sandbox::refusal::Refusal;

/// `GetBucketOwnershipControls`.
pub(super) fn get(call: &mut Call<'_>, input: &GetBucketOwnershipControlsInput) -> Result<GetBucketOwnershipControlsOutput, Refusal> {
    let bucket = reach(call, input.bucket(), input.expected_bucket_owner())?;
    let Some(ownership) = bucket.ownership else {
        let message = "The bucket ownership controls were not found";
        return Err(Refusal::with_status("OwnershipControlsNotFoundError", message, 404));
    };
    let broken = |error: aws_sdk_s3::error::BuildError| Refusal::new("InternalError", error.to_string());
    let rule = OwnershipControlsRule::builder().object_ownership(ObjectOwnership::from(ownership.as_str())).build().map_err(broken)?;
    let controls = OwnershipControls::builder().rules(rule).build().map_err(broken)?;
    Ok(GetBucketOwnershipControlsOutput::builder().ownership_controls(controls).build())
}

/// `PutBucketOwnershipControls`: access lists that grant something to others are taken back first.
pub(super) fn put(call: &mut Call<'_>, input: &PutBucketOwnershipControlsInput) -> Result<PutBucketOwnershipControlsOutput, Refusal> {
    let mut bucket = change(call, input.bucket(), input.expected_bucket_owner())?;
    let [rule] = input.ownership_controls().map(OwnershipControls::rules).unwrap_or_default() else {
        return Err(malformed());
    };
    if *rule.object_ownership() == ObjectOwnership::BucketOwnerEnforced && bucket.acl != "private" {
        let message = "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting";
        return Err(Refusal::new("InvalidBucketAclWithObjectOwnership", message));
    }
    bucket.ownership = Some(rule.object_ownership().as_str().to_owned());
    call.put(bucket);
    Ok(PutBucketOwnershipControlsOutput::builder().build())
}

/// `DeleteBucketOwnershipControls`.
pub(super) fn delete(
    call: &mut Call<'_>,
    input: &DeleteBucketOwnershipControlsInput,
) -> Result<DeleteBucketOwnershipControlsOutput, Refusal> {
    let mut bucket = change(call, input.bucket(), input.expected_bucket_owner())?;
    bucket.ownership = None;
    call.put(bucket);
    Ok(DeleteBucketOwnershipControlsOutput::builder().build())
}
