use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Names one object of an environment: `kind.name`, for example `subnet.private-a`.
///
/// Both halves hold lower-case letters, digits and `-`. One address is one object for the life of the
/// environment; it is what the tag `provision:address` carries.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceAddress {
    kind: String,
    name: String,
}

/// Tells why a text is no address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not an address: {reason}")]
pub struct AddressError {
    text: String,
    reason: &'static str,
}

impl ResourceAddress {
    /// Builds an address from parts that the program itself made.
    ///
    /// The parts MUST hold lower-case letters, digits and `-` only; what a person wrote goes through [`FromStr`].
    pub fn new(kind: impl Into<String>, name: impl Into<String>) -> Self {
        let address = Self { kind: kind.into(), name: name.into() };
        debug_assert!(is_word(&address.kind) && is_word(&address.name), "{address} is not an address");
        address
    }

    /// The type of the object: `subnet`.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The object's own name within its kind: `private-a`.
    pub fn name(&self) -> &str {
        &self.name
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

impl fmt::Display for ResourceAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // `pad` honours the width that tables ask for.
        formatter.pad(&format!("{}.{}", self.kind, self.name))
    }
}

impl FromStr for ResourceAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let refuse = |reason| AddressError { text: text.to_owned(), reason };
        let (kind, name) = text.split_once('.').ok_or_else(|| refuse("write it as kind.name, for example subnet.private-a"))?;
        if !is_word(kind) || !is_word(name) {
            return Err(refuse("kind and name hold lower-case letters, digits and `-`"));
        }
        Ok(Self { kind: kind.to_owned(), name: name.to_owned() })
    }
}

impl Serialize for ResourceAddress {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ResourceAddress {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn address_survives_a_round_trip_through_text() {
        let address: ResourceAddress = "subnet.private-a".parse().expect("valid");
        assert_eq!(address, ResourceAddress::new("subnet", "private-a"));
        assert_eq!(address.to_string(), "subnet.private-a");
    }

    #[test]
    fn text_without_a_dot_or_with_foreign_characters_is_refused() {
        for text in ["subnet", "Subnet.a", "subnet.", ".a", "subnet.a b", "subnet.a.b"] {
            assert!(text.parse::<ResourceAddress>().is_err(), "{text}");
        }
    }
}
