use serde::Serialize;

use crate::desired::Policy;
use crate::model::{Attributes, Value};
use crate::provider::{ErrorKind, ProviderError};

/// A document as AWS wants it.
pub(super) fn document(operation: &'static str, policy: &Policy) -> Result<String, ProviderError> {
    policy.document().ok_or_else(|| ProviderError::new(ErrorKind::Refused, operation, "a reference in a policy is not resolved yet"))
}

/// A document as an attribute. One that says more than a [`Policy`] can hold is its own text, which differs from every policy.
pub(super) fn attribute(document: &str) -> Value {
    Policy::parse(document).and_then(|policy| as_value(&policy)).unwrap_or_else(|| Value::Text(document.to_owned()))
}

fn as_value<T: Serialize>(policy: &T) -> Option<Value> {
    Value::attributes_of(policy).ok().map(Value::Map)
}

/// Puts an attribute where the typed form has a place-holder.
pub(super) fn put(attributes: &mut Attributes, name: &str, value: Value) {
    attributes.insert(name.to_owned(), value);
}

/// A document of IAM's, which answers URL-encoded (IAM API Reference, `GetRolePolicy`; RFC 3986, section 2.1).
pub(super) fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escaped = (bytes[at] == b'%').then(|| bytes.get(at + 1..at + 3)).flatten();
        let byte = escaped.and_then(|digits| std::str::from_utf8(digits).ok()).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        decoded.push(byte.unwrap_or(bytes[at]));
        at += if byte.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_decoded_and_plain_ones_stay() {
        assert_eq!(decoded("%7B%22a%22%3A%20%22%C3%A4%22%7D"), "{\"a\": \"ä\"}");
        assert_eq!(decoded("{\"a\": \"100%\"}"), "{\"a\": \"100%\"}");
    }

    #[test]
    fn a_document_that_says_more_differs_from_every_policy() {
        let more = r#"{"Statement": [{"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}]}"#;
        assert_eq!(attribute(more), Value::Text(more.to_owned()));
    }
}
