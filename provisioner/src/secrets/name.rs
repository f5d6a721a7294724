use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::secrets::SecretError;

/// The name of a secret: lower-case letters, digits and single `-`, a letter first, at most 80 characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SecretName(String);

impl SecretName {
    /// The name of the SSH authority of an environment.
    pub fn ssh_authority() -> Self {
        Self("ssh-authority".to_owned())
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for SecretName {
    type Err = SecretError;

    fn from_str(text: &str) -> Result<Self, SecretError> {
        let is_part = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        let is_name = text.len() <= 80 && text.starts_with(|first: char| first.is_ascii_lowercase()) && text.split('-').all(is_part);
        if is_name { Ok(Self(text.to_owned())) } else { Err(SecretError::BadName) }
    }
}

impl TryFrom<String> for SecretName {
    type Error = SecretError;

    fn try_from(text: String) -> Result<Self, SecretError> {
        text.parse()
    }
}

impl From<SecretName> for String {
    fn from(name: SecretName) -> Self {
        name.0
    }
}

impl fmt::Display for SecretName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words_with_single_dashes() {
        assert!(["ssh-authority", "a", "snmp-worker-1"].iter().all(|name| name.parse::<SecretName>().is_ok()));
        let refused = ["", "-a", "a-", "a--b", "A", "1a", "a b", "a/b", "ä", &"a".repeat(81)];
        assert!(refused.iter().all(|name| name.parse::<SecretName>().is_err()));
    }
}
