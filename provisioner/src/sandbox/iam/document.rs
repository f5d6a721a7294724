use std::fmt::Write;

use serde_json::Value;

use crate::sandbox::refusal::Refusal;

/// The kind of a policy, which says what its statements have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Who may take a role: principals, no resources.
    Trust,
    /// What somebody may do: resources, no principals.
    Identity,
}

/// Checks a policy document (IAM User Guide, "Grammar of the IAM JSON policy language").
pub(super) fn check(document: &str, purpose: Purpose) -> Result<(), Refusal> {
    let Ok(Value::Object(policy)) = serde_json::from_str(document) else { return Err(malformed("This policy contains invalid Json")) };
    let statements = match policy.get("Statement") {
        Some(Value::Array(statements)) if !statements.is_empty() => statements.clone(),
        Some(one @ Value::Object(_)) => vec![one.clone()],
        _ => return Err(malformed("Syntax errors in policy.")),
    };
    statements.iter().try_for_each(|statement| check_statement(statement, purpose))
}

fn check_statement(statement: &Value, purpose: Purpose) -> Result<(), Refusal> {
    let has = |key: &str| statement.get(key).is_some() || statement.get(format!("Not{key}")).is_some();
    if !matches!(statement.get("Effect").and_then(Value::as_str), Some("Allow" | "Deny")) || !has("Action") {
        return Err(malformed("Syntax errors in policy."));
    }
    match purpose {
        Purpose::Trust if has("Resource") => Err(malformed("Has prohibited field Resource")),
        Purpose::Trust if !has("Principal") => Err(malformed("Missing required field Principal")),
        Purpose::Identity if has("Principal") => Err(malformed("Policy document should not specify a principal.")),
        Purpose::Identity if !has("Resource") => Err(malformed("Policy statement must contain resources.")),
        _ => Ok(()),
    }
}

fn malformed(message: &str) -> Refusal {
    Refusal::new("MalformedPolicyDocument", message)
}

/// What counts against a quota: IAM does not count white space (IAM User Guide, "IAM and AWS STS quotas").
pub(super) fn size(document: &str) -> usize {
    document.chars().filter(|character| !character.is_whitespace()).count()
}

/// The document as IAM answers with it, URL-encoded (IAM API Reference, `GetRolePolicy`; RFC 3986, section 2.3).
pub(super) fn encoded(document: &str) -> String {
    document.bytes().fold(String::with_capacity(document.len() * 2), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            // Writing to a text cannot fail.
            let _ = write!(text, "%{byte:02X}");
        }
        text
    })
}
