use aws_sdk_s3::operation::delete_public_access_block::{DeletePublicAccessBlockInput, DeletePublicAccessBlockOutput};
use aws_sdk_s3::operation::get_public_access_block::{GetPublicAccessBlockInput, GetPublicAccessBlockOutput};
use aws_sdk_s3::operation::put_public_access_block::{PutPublicAccessBlockInput, PutPublicAccessBlockOutput};
use aws_sdk_s3::types::PublicAccessBlockConfiguration;
use serde::{Deserialize, Serialize};

use super::bucket::{change, reach};
use crate::sandbox::call::Call;
use crate::sandbox::refusal::Refusal;

/// What is blocked of public access.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct PublicAccess {
    pub(super) blocks_acls: bool,
    ignores_acls: bool,
    pub(super) blocks_policy: bool,
    restricts_buckets: bool,
}

impl PublicAccess {
    /// All four blocks.
    pub(super) const ALL_BLOCKED: PublicAccess =
        PublicAccess { blocks_acls: true, ignores_acls: true, blocks_policy: true, restricts_buckets: true };
}

/// `GetPublicAccessBlock`.
pub(super) fn get(call: &mut Call<'_>, input: &GetPublicAccessBlockInput) -> Result<GetPublicAccessBlockOutput, Refusal> {
    let bucket = reach(call, input.bucket(), input.expected_bucket_owner())?;
    let Some(access) = bucket.public_access else {
        let message = "The public access block configuration was not found";
        return Err(Refusal::with_status("NoSuchPublicAccessBlockConfiguration", message, 404));
    };
    let configuration = PublicAccessBlockConfiguration::builder()
        .block_public_acls(access.blocks_acls)
        .ignore_public_acls(access.ignores_acls)
        .block_public_policy(access.blocks_policy)
        .restrict_public_buckets(access.restricts_buckets);
    Ok(GetPublicAccessBlockOutput::builder().public_access_block_configuration(configuration.build()).build())
}

/// `PutPublicAccessBlock`: a block that is not named is not set.
pub(super) fn put(call: &mut Call<'_>, input: &PutPublicAccessBlockInput) -> Result<PutPublicAccessBlockOutput, Refusal> {
    let mut bucket = change(call, input.bucket(), input.expected_bucket_owner())?;
    let wanted = input.public_access_block_configuration();
    let is_set = |choose: fn(&PublicAccessBlockConfiguration) -> Option<bool>| wanted.and_then(choose) == Some(true);
    bucket.public_access = Some(PublicAccess {
        blocks_acls: is_set(|wanted| wanted.block_public_acls),
        ignores_acls: is_set(|wanted| wanted.ignore_public_acls),
        blocks_policy: is_set(|wanted| wanted.block_public_policy),
        restricts_buckets: is_set(|wanted| wanted.restrict_public_buckets),
    });
    call.put(bucket);
    Ok(PutPublicAccessBlockOutput::builder().build())
}

/// `DeletePublicAccessBlock`.
pub(super) fn delete(call: &mut Call<'_>, input: &DeletePublicAccessBlockInput) -> Result<DeletePublicAccessBlockOutput, Refusal> {
    let mut bucket = change(call, input.bucket(), input.expected_bucket_owner())?;
    bucket.public_access = None;
    call.put(bucket);
    Ok(DeletePublicAccessBlockOutput::builder().build())
}
