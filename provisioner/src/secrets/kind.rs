use std::fmt;

use rand::TryRngCore;
use rand::rngs::OsRng;
use serde::{Deserialize, Serialize};
use ssh_key::{Algorithm, LineEnding, PrivateKey};
use zeroize::Zeroizing;

use crate::secrets::{Secret, SecretError};

/// Letters and digits: what shells, ini files, SNMP, XML and URLs take as it is.
const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/// The least number of characters of a password: 95 bits.
const SHORTEST: usize = 16;
/// The largest number of characters of a password.
const LONGEST: usize = 256;

/// What a secret is, and so how one is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Kind {
    /// Letters and digits, evenly drawn.
    Password {
        /// How many characters; at least 16 and at most 256 are made.
        length: usize,
    },
    /// The Ed25519 private key that signs the keys of hosts and users, in OpenSSH's form.
    SshAuthority,
}

impl Kind {
    /// Makes a new value.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub(super) fn make(self) -> Result<Secret, SecretError> {
        match self {
            Self::Password { length } => password(length.clamp(SHORTEST, LONGEST)),
            Self::SshAuthority => {
                let key = PrivateKey::random(&mut ssh_key::rand_core::OsRng, Algorithm::Ed25519)
                    .and_then(|key| key.to_openssh(LineEnding::LF))
                    .map_err(|error| SecretError::NotMade { why: error.to_string() })?;
                Ok(Secret::new(key.as_str().to_owned()))
            }
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Password { .. } => "password",
            Self::SshAuthority => "SSH authority",
        })
    }
}

fn password(length: usize) -> Result<Secret, SecretError> {
    // Bytes past the last whole multiple are drawn again, so that no letter is likelier than another.
    let even = (256 / ALPHABET.len() * ALPHABET.len()) as u8;
    let mut text = String::with_capacity(length);
    let mut bytes = Zeroizing::new([0_u8; 64]);
    while text.len() < length {
        OsRng.try_fill_bytes(bytes.as_mut()).map_err(|error| SecretError::NotMade { why: error.to_string() })?;
        let letters = bytes.iter().filter(|byte| **byte < even).map(|byte| char::from(ALPHABET[usize::from(*byte) % ALPHABET.len()]));
        let missing = length - text.len();
        text.extend(letters.take(missing));
    }
    Ok(Secret::new(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_has_its_length_and_only_letters_and_digits() {
        for (asked, given) in [(0, SHORTEST), (32, 32), (9999, LONGEST)] {
            let password = Kind::Password { length: asked }.make().expect("made");
            assert_eq!(password.expose().len(), given);
            assert!(password.expose().bytes().all(|byte| byte.is_ascii_alphanumeric()));
        }
    }

    #[test]
    fn every_letter_is_drawn_and_none_much_more_often() {
        let mut counts = [0_usize; 256];
        for _ in 0..200 {
            let password = Kind::Password { length: LONGEST }.make().expect("made");
            password.expose().bytes().for_each(|byte| counts[usize::from(byte)] += 1);
        }
        let expected = 200 * LONGEST / ALPHABET.len();
        assert!(ALPHABET.iter().all(|letter| counts[usize::from(*letter)].abs_diff(expected) < expected / 3));
    }

    #[test]
    fn an_authority_is_an_ed25519_key() {
        let secret = Kind::SshAuthority.make().expect("made");
        let key = PrivateKey::from_openssh(secret.expose()).expect("a key");
        assert_eq!(key.algorithm(), Algorithm::Ed25519);
    }
}
