use aws_sdk_s3::operation::put_bucket_acl::{PutBucketAclInput, PutBucketAclOutput};
use aws_sdk_s3::types::BucketCannedAcl;

use super::bucket::change;
use crate::sandbox::call::Call;
use crate::sandbox::refusal::Refusal;

/// `PutBucketAcl`, of the canned lists only.
pub(super) fn put(call: &mut Call<'_>, input: &PutBucketAclInput) -> Result<PutBucketAclOutput, Refusal> {
    let mut bucket = change(call, input.bucket(), input.expected_bucket_owner())?;
    let grants = [input.grant_full_control(), input.grant_read(), input.grant_read_acp(), input.grant_write(), input.grant_write_acp()];
    if input.access_control_policy().is_some() || grants.iter().any(Option::is_some) {
        return Err(Refusal::unsimulated("AccessControlPolicy or Grant"));
    }
    let Some(acl) = input.acl() else { return Err(Refusal::new("MissingSecurityHeader", "Your request was missing a required header")) };
    if *acl != BucketCannedAcl::Private && bucket.is_owner_enforced() {
        return Err(Refusal::new("AccessControlListNotSupported", "The bucket does not allow ACLs"));
    }
    let is_public = matches!(acl, BucketCannedAcl::PublicRead | BucketCannedAcl::PublicReadWrite | BucketCannedAcl::AuthenticatedRead);
    if is_public && bucket.public_access.as_ref().is_some_and(|access| access.blocks_acls) {
        return Err(Refusal::with_status("AccessDenied", "Access Denied", 403));
    }
    acl.as_str().clone_into(&mut bucket.acl);
    call.put(bucket);
    Ok(PutBucketAclOutput::builder().build())
}
