use aws_sdk_s3::operation::delete_bucket_policy::{DeleteBucketPolicyInput, DeleteBucketPolicyOutput};
use aws_sdk_s3::operation::get_bucket_policy::{GetBucketPolicyInput, GetBucketPolicyOutput};
use aws_sdk_s3::operation::put_bucket_policy::{PutBucketPolicyInput, PutBucketPolicyOutput};
use serde_json::Value;

use super::Bucket;
use super::bucket::{change, reach};
use crate::sandbox::call::Call;
use crate::sandbox::refusal::Refusal;

/// The most bytes of a policy (S3 User Guide, "Bucket policies for Amazon S3").
const MAX_BYTES: usize = 20 * 1024;
/// The conditions that tie a statement to somebody known (S3 User Guide, "The meaning of \"public\"").
const TYING_KEYS: [&str; 10] = [
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:sourceowner",
    "aws:sourceorgid",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:principalaccount",
    "aws:userid",
];

/// `GetBucketPolicy`.
pub(super) fn get(call: &mut Call<'_>, input: &GetBucketPolicyInput) -> Result<GetBucketPolicyOutput, Refusal> {
    let bucket = reach(call, input.bucket(), input.expected_bucket_owner())?;
    let missing = || Refusal::with_status("NoSuchBucketPolicy", "The bucket policy does not exist", 404);
    Ok(GetBucketPolicyOutput::builder().policy(bucket.policy.ok_or_else(missing)?).build())
}

/// `PutBucketPolicy`: refused when it opens the bucket to everybody and that is blocked.
pub(super) fn put(call: &mut Call<'_>, input: &PutBucketPolicyInput) -> Result<PutBucketPolicyOutput, Refusal> {
    let mut bucket = change(call, input.bucket(), input.expected_bucket_owner())?;
    let text = input.policy().unwrap_or_default();
    let statements = checked(&bucket, text)?;
    let blocks = bucket.public_access.as_ref().is_some_and(|access| access.blocks_policy);
    if blocks && statements.iter().any(is_public) {
        let message = format!(
            "User: {} is not authorized to perform: s3:PutBucketPolicy on resource: \"{}\" because public policies are blocked by the BlockPublicPolicy block public access setting.",
            call.caller(),
            bucket.arn()
        );
        return Err(Refusal::with_status("AccessDenied", message, 403));
    }
    bucket.policy = Some(text.to_owned());
    call.put(bucket);
    Ok(PutBucketPolicyOutput::builder().build())
}

/// `DeleteBucketPolicy`.
pub(super) fn delete(call: &mut Call<'_>, input: &DeleteBucketPolicyInput) -> Result<DeleteBucketPolicyOutput, Refusal> {
    let mut bucket = change(call, input.bucket(), input.expected_bucket_owner())?;
    bucket.policy = None;
    call.put(bucket);
    Ok(DeleteBucketPolicyOutput::builder().build())
}

/// Reads the statements of a policy that is about this bucket and nothing else.
fn checked(bucket: &Bucket, text: &str) -> Result<Vec<Value>, Refusal> {
    let malformed = |message: &str| Refusal::new("MalformedPolicy", message);
    if text.len() > MAX_BYTES {
        return Err(Refusal::new("PolicyTooLarge", "Policy exceeds the maximum allowed document size."));
    }
    let document: Value = serde_json::from_str(text).map_err(|_| malformed("This policy contains invalid Json"))?;
    let statements = match document.get("Statement") {
        Some(Value::Array(statements)) => statements.clone(),
        Some(statement @ Value::Object(_)) => vec![statement.clone()],
        _ => return Err(malformed("Missing required field Statement")),
    };
    for statement in &statements {
        if statement.get("Principal").or(statement.get("NotPrincipal")).is_none() {
            return Err(malformed("Missing required field Principal"));
        }
        if !matches!(statement.get("Effect").and_then(Value::as_str), Some("Allow" | "Deny")) {
            return Err(malformed("Invalid effect"));
        }
        let actions = statement.get("Action").or(statement.get("NotAction")).map(texts).unwrap_or_default();
        if actions.is_empty() || !actions.iter().all(|action| *action == "*" || action.to_ascii_lowercase().starts_with("s3:")) {
            return Err(malformed("Policy has invalid action"));
        }
        let resources = statement.get("Resource").or(statement.get("NotResource")).map(texts).unwrap_or_default();
        if resources.is_empty() || !resources.iter().all(|resource| is_of(bucket, resource)) {
            return Err(malformed("Policy has invalid resource"));
        }
    }
    Ok(statements)
}

fn is_of(bucket: &Bucket, resource: &str) -> bool {
    resource.strip_prefix(&bucket.arn()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || rest == "*")
}

fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    }
}

/// Whether a statement allows something to everybody, with no condition that ties it to somebody known.
fn is_public(statement: &Value) -> bool {
    let is_everybody = match statement.get("Principal") {
        Some(Value::String(all)) => all == "*",
        Some(Value::Object(kinds)) => kinds.get("AWS").map(texts).unwrap_or_default().contains(&"*"),
        _ => statement.get("NotPrincipal").is_some(),
    };
    let mut conditions = statement.get("Condition").and_then(Value::as_object).into_iter().flatten();
    let is_tied = conditions.any(|(operator, keys)| {
        let counts = !operator.contains("Not") && !operator.ends_with("IfExists");
        counts && keys.as_object().into_iter().flatten().any(|(key, _)| TYING_KEYS.contains(&key.to_ascii_lowercase().as_str()))
    });
    statement.get("Effect").and_then(Value::as_str) == Some("Allow") && is_everybody && !is_tied
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_statement_for_everybody_is_public_unless_it_is_tied() {
        let statement = |condition: Value| json!({"Effect": "Allow", "Principal": {"AWS": "*"}, "Condition": condition});
        assert!(is_public(&statement(json!({}))));
        assert!(is_public(&statement(json!({"Bool": {"aws:SecureTransport": "true"}}))));
        assert!(!is_public(&statement(json!({"StringEquals": {"aws:SourceAccount": "123456789012"}}))));
        assert!(!is_public(&json!({"Effect": "Deny", "Principal": "*"})));
        assert!(!is_public(&json!({"Effect": "Allow", "Principal": {"Service": "logging.s3.amazonaws.com"}})));
    }
}
