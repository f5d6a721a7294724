use aws_sdk_s3::operation::delete_bucket_encryption::{DeleteBucketEncryptionInput, DeleteBucketEncryptionOutput};
use aws_sdk_s3::operation::get_bucket_encryption::{GetBucketEncryptionInput, GetBucketEncryptionOutput};
use aws_sdk_s3::operation::put_bucket_encryption::{PutBucketEncryptionInput, PutBucketEncryptionOutput};
use aws_sdk_s3::types::{ServerSideEncryption, ServerSideEncryptionByDefault, ServerSideEncryptionConfiguration, ServerSideEncryptionRule};
use serde::{Deserialize, Serialize};

use super::bucket::{change, malformed, reach};
use crate::sandbox::call::Call;
use crate::sandbox::kms::{InService, in_service};
use crate::sandbox::refusal::Refusal;

/// How new objects are encrypted.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Encryption {
    algorithm: String,
    key: Option<String>,
    has_bucket_key: bool,
}

impl Encryption {
    /// Refuses to write under a key that is not there or not enabled. S3 looks for the key when it writes, not when it is told of it
    /// (S3 API Reference, `PutBucketEncryption`; KMS API Reference, `GenerateDataKey`, whose errors S3 hands on with `KMS.`).
    pub(super) fn check_key(&self, call: &mut Call<'_>) -> Result<(), Refusal> {
        let Some(key) = &self.key else { return Ok(()) };
        call.needs("kms:GenerateDataKey")?;
        match in_service(call, key) {
            InService::Usable(_) => Ok(()),
            InService::Unusable(arn) => Err(Refusal::new("KMS.DisabledException", format!("{arn} is disabled."))),
            InService::Missing => Err(Refusal::new("KMS.NotFoundException", format!("Key '{key}' does not exist"))),
        }
    }
}

impl Default for Encryption {
    /// S3's own keys, as every bucket has since 2023 (S3 User Guide, "Setting default server-side encryption behavior").
    fn default() -> Encryption {
        Encryption { algorithm: "AES256".to_owned(), key: None, has_bucket_key: false }
    }
}

/// `GetBucketEncryption`.
pub(super) fn get(call: &mut Call<'_>, input: &GetBucketEncryptionInput) -> Result<GetBucketEncryptionOutput, Refusal> {
    let bucket = reach(call, input.bucket(), input.expected_bucket_owner())?;
    let broken = |error: aws_sdk_s3::error::BuildError| Refusal::new("InternalError", error.to_string());
    let Encryption { algorithm, key, has_bucket_key } = bucket.encryption;
    let algorithm = ServerSideEncryption::from(algorithm.as_str());
    let by_default = ServerSideEncryptionByDefault::builder().sse_algorithm(algorithm).set_kms_master_key_id(key);
    let rule = ServerSideEncryptionRule::builder()
        .apply_server_side_encryption_by_default(by_default.build().map_err(broken)?)
        .bucket_key_enabled(has_bucket_key);
    let configuration = ServerSideEncryptionConfiguration::builder().rules(rule.build()).build().map_err(broken)?;
    Ok(GetBucketEncryptionOutput::builder().server_side_encryption_configuration(configuration).build())
}

/// `PutBucketEncryption`: one rule; a key is only for KMS.
pub(super) fn put(call: &mut Call<'_>, input: &PutBucketEncryptionInput) -> Result<PutBucketEncryptionOutput, Refusal> {
    let mut bucket = change(call, input.bucket(), input.expected_bucket_owner())?;
    let [rule] = input.server_side_encryption_configuration().map(ServerSideEncryptionConfiguration::rules).unwrap_or_default() else {
        return Err(malformed());
    };
    if rule.blocked_encryption_types().is_some() {
        return Err(Refusal::unsimulated("BlockedEncryptionTypes"));
    }
    let by_default = rule.apply_server_side_encryption_by_default().ok_or_else(malformed)?;
    let algorithm = by_default.sse_algorithm().as_str();
    if !["AES256", "aws:kms", "aws:kms:dsse"].contains(&algorithm) {
        return Err(malformed());
    }
    if algorithm == "AES256" && by_default.kms_master_key_id().is_some() {
        let message = "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse";
        return Err(Refusal::new("InvalidArgument", message));
    }
    bucket.encryption = Encryption {
        algorithm: algorithm.to_owned(),
        key: by_default.kms_master_key_id().map(str::to_owned),
        has_bucket_key: rule.bucket_key_enabled == Some(true),
    };
    call.put(bucket);
    Ok(PutBucketEncryptionOutput::builder().build())
}

/// `DeleteBucketEncryption`: back to S3's own keys.
pub(super) fn delete(call: &mut Call<'_>, input: &DeleteBucketEncryptionInput) -> Result<DeleteBucketEncryptionOutput, Refusal> {
    let mut bucket = change(call, input.bucket(), input.expected_bucket_owner())?;
    bucket.encryption = Encryption::default();
    call.put(bucket);
    Ok(DeleteBucketEncryptionOutput::builder().build())
}
