use aws_sdk_s3::operation::put_object::PutObjectInput;
use aws_smithy_runtime_api::client::interceptors::context::{Input, Output};

use super::*;
use crate::sandbox::operation::{Effect, Operation};

/// Declares the operations: the SDK's module and input, whether the operation reads or writes, and the function that serves it.
macro_rules! operations {
    ($($module:ident $input:ident $effect:ident $handler:path;)*) => {
        /// Finds the S3 operation that takes this input; `None` for one that is not simulated.
        pub(crate) fn operation(input: &Input) -> Option<Operation> {
            $(if let Some(input) = input.downcast_ref::<aws_sdk_s3::operation::$module::$input>() {
                let input = input.clone();
                return Some(Operation::new(Effect::$effect, false, move |call| $handler(call, &input).map(Output::erase)));
            })*
            put_object(input)
        }
    };
}

operations! {
    create_bucket CreateBucketInput Writes create::create;
    delete_bucket DeleteBucketInput Writes bucket::delete;
    head_bucket HeadBucketInput Reads bucket::head;
    list_buckets ListBucketsInput Reads bucket::list;
    get_bucket_tagging GetBucketTaggingInput Reads tag::get;
    put_bucket_tagging PutBucketTaggingInput Writes tag::put;
    delete_bucket_tagging DeleteBucketTaggingInput Writes tag::delete;
    get_public_access_block GetPublicAccessBlockInput Reads public_access::get;
    put_public_access_block PutPublicAccessBlockInput Writes public_access::put;
    delete_public_access_block DeletePublicAccessBlockInput Writes public_access::delete;
    get_bucket_ownership_controls GetBucketOwnershipControlsInput Reads ownership::get;
    put_bucket_ownership_controls PutBucketOwnershipControlsInput Writes ownership::put;
    delete_bucket_ownership_controls DeleteBucketOwnershipControlsInput Writes ownership::delete;
    put_bucket_acl PutBucketAclInput Writes acl::put;
    get_bucket_versioning GetBucketVersioningInput Reads versioning::get;
    put_bucket_versioning PutBucketVersioningInput Writes versioning::put;
    get_object_lock_configuration GetObjectLockConfigurationInput Reads lock::get;
    put_object_lock_configuration PutObjectLockConfigurationInput Writes lock::put;
    get_bucket_encryption GetBucketEncryptionInput Reads encryption::get;
    put_bucket_encryption PutBucketEncryptionInput Writes encryption::put;
    delete_bucket_encryption DeleteBucketEncryptionInput Writes encryption::delete;
    get_bucket_policy GetBucketPolicyInput Reads policy::get;
    put_bucket_policy PutBucketPolicyInput Writes policy::put;
    delete_bucket_policy DeleteBucketPolicyInput Writes policy::delete;
    get_bucket_lifecycle_configuration GetBucketLifecycleConfigurationInput Reads lifecycle::get;
    put_bucket_lifecycle_configuration PutBucketLifecycleConfigurationInput Writes lifecycle::put;
    delete_bucket_lifecycle DeleteBucketLifecycleInput Writes lifecycle::delete;
    get_bucket_logging GetBucketLoggingInput Reads logging::get;
    put_bucket_logging PutBucketLoggingInput Writes logging::put;
    get_object GetObjectInput Reads object::get;
    get_object_retention GetObjectRetentionInput Reads object::get_retention;
    delete_object DeleteObjectInput Writes removal::delete;
    delete_objects DeleteObjectsInput Writes removal::delete_many;
    list_object_versions ListObjectVersionsInput Reads version::list;
    create_multipart_upload CreateMultipartUploadInput Writes upload::create;
    abort_multipart_upload AbortMultipartUploadInput Writes upload::abort;
    list_multipart_uploads ListMultipartUploadsInput Reads upload::list;
}

/// `PutObject`, whose input holds a stream and cannot be cloned: what is needed of it is taken out.
fn put_object(input: &Input) -> Option<Operation> {
    let new = object::NewObject::of(input.downcast_ref::<PutObjectInput>()?);
    Some(Operation::new(Effect::Writes, false, move |call| object::put(call, &new).map(Output::erase)))
}
