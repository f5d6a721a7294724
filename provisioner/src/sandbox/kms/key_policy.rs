use aws_sdk_kms::operation::get_key_policy::{GetKeyPolicyInput, GetKeyPolicyOutput};
use aws_sdk_kms::operation::put_key_policy::{PutKeyPolicyInput, PutKeyPolicyOutput};
use serde_json::{Value, json};

use super::KmsKey;
use crate::sandbox::call::Call;
use crate::sandbox::refusal::Refusal;

/// The only name a key policy has (KMS API Reference, `PutKeyPolicy`).
const NAME: &str = "default";
/// The longest policy in bytes (KMS Developer Guide, "Resource quotas").
const LONGEST: usize = 32 * 1024;

/// The policy of a key for which none is given: the account may do everything (KMS Developer Guide, "Default key policy").
pub(super) fn default_of(call: &Call<'_>) -> String {
    let root = format!("arn:{}:iam::{}:root", call.partition(), call.account());
    let statement = json!({
        "Sid": "Enable IAM User Permissions", "Effect": "Allow", "Principal": { "AWS": root }, "Action": "kms:*", "Resource": "*"
    });
    json!({ "Version": "2012-10-17", "Id": "key-default-1", "Statement": [statement] }).to_string()
}

/// Checks a key policy: its form, and that whoever sends it can change it again.
pub(super) fn checked(call: &Call<'_>, policy: &str) -> Result<String, Refusal> {
    let malformed = |message: &str| Refusal::new("MalformedPolicyDocumentException", message);
    if policy.len() > LONGEST {
        return Err(Refusal::new("LimitExceededException", "The policy is larger than 32 KB."));
    }
    let document: Value = serde_json::from_str(policy).map_err(|_| malformed("Policy contains invalid JSON."))?;
    let statements = many(document.get("Statement").unwrap_or(&Value::Null));
    if statements.is_empty() || !statements.iter().all(|statement| statement.get("Principal").is_some()) {
        return Err(malformed("Policy contains a statement with no principal."));
    }
    if !statements.iter().any(|statement| lets_back_in(call, statement)) {
        return Err(malformed("The new key policy will not allow you to update the key policy in the future."));
    }
    Ok(policy.to_owned())
}

fn lets_back_in(call: &Call<'_>, statement: &Value) -> bool {
    let root = format!("arn:{}:iam::{}:root", call.partition(), call.account());
    let (account, caller) = (call.account(), call.caller());
    let names = statement.get("Principal").map(|principal| many(principal.get("AWS").unwrap_or(principal))).unwrap_or_default();
    let is_us = names.iter().filter_map(Value::as_str).any(|name| [root.as_str(), account, &caller, "*"].contains(&name));
    let actions = many(statement.get("Action").unwrap_or(&Value::Null));
    let may_write = actions.iter().filter_map(Value::as_str).any(|action| ["kms:*", "kms:Put*", "kms:PutKeyPolicy"].contains(&action));
    statement.get("Effect").and_then(Value::as_str) == Some("Allow") && is_us && may_write
}

fn many(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items.clone(),
        Value::Null => Vec::new(),
        one => vec![one.clone()],
    }
}

fn check_name(name: Option<&str>) -> Result<(), Refusal> {
    match name {
        None | Some(NAME) => Ok(()),
        Some(_) => Err(Refusal::new("NotFoundException", "No such policy exists")),
    }
}

/// `GetKeyPolicy`; allowed while the key waits for its deletion.
pub(super) fn get(call: &mut Call<'_>, input: &GetKeyPolicyInput) -> Result<GetKeyPolicyOutput, Refusal> {
    check_name(input.policy_name())?;
    let key = KmsKey::named(call, input.key_id())?;
    Ok(GetKeyPolicyOutput::builder().policy(key.policy).policy_name(NAME).build())
}

/// `PutKeyPolicy`.
pub(super) fn put(call: &mut Call<'_>, input: &PutKeyPolicyInput) -> Result<PutKeyPolicyOutput, Refusal> {
    check_name(input.policy_name())?;
    if input.bypass_policy_lockout_safety_check() == Some(true) {
        return Err(Refusal::unsimulated("BypassPolicyLockoutSafetyCheck"));
    }
    let mut key = KmsKey::usable(call, input.key_id())?;
    key.policy = checked(call, input.policy().unwrap_or_default())?;
    call.put(key);
    Ok(PutKeyPolicyOutput::builder().build())
}
