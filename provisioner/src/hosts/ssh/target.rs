use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use crate::hosts::ssh::SshError;

/// What a machine is known by in its certificate: an instance's id, a host's name. Letters, digits, `-` and `.`; at most 120.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Alias(String);

/// A machine to connect to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Whom the connection must reach: the instance's id, so that a replaced machine is somebody else.
    pub alias: Alias,
    /// The host's name, for people and as a second name in its certificate.
    pub name: Alias,
    /// Its address, as the bastion reaches it.
    pub address: IpAddr,
    /// The port of its SSH server.
    pub port: u16,
}

impl Alias {
    /// The alias as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Alias {
    type Err = SshError;

    fn from_str(text: &str) -> Result<Self, SshError> {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
        let is_alias = (1..=120).contains(&text.len())
            && text.bytes().all(is_allowed)
            && text.starts_with(|first: char| first.is_ascii_alphanumeric());
        if is_alias { Ok(Self(text.to_owned())) } else { Err(SshError::local(format!("`{}` is no name of a host", text.escape_debug()))) }
    }
}

impl fmt::Display for Alias {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alias_cannot_be_an_option_a_pattern_or_a_second_line() {
        assert!(["i-0abc", "worker-1.prod.internal", "10.0.0.1"].iter().all(|text| text.parse::<Alias>().is_ok()));
        let refused = ["", "-oProxyCommand=sh", "a b", "*", "a\nHost b", "a,b", "!a", "%h", "ä", &"a".repeat(121)];
        assert!(refused.iter().all(|text| text.parse::<Alias>().is_err()));
    }
}
