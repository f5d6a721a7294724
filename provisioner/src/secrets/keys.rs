use std::fs;
use std::path::{Path, PathBuf};

use age::x25519::{Identity, Recipient};
use secrecy::ExposeSecret;
use zeroize::Zeroizing;

use crate::secrets::{SecretError, file};

/// The variable that names the file of the operator's `age` identity.
pub const IDENTITY_VARIABLE: &str = "PROVISION_AGE_IDENTITY";

/// Who opens the secrets here, and for whom they are sealed.
pub struct Keys {
    pub(super) identities: Vec<Identity>,
    /// Those the environment names; empty: those the file was sealed for, and this machine.
    pub(super) named: Vec<String>,
    looked_at: Vec<PathBuf>,
    made: Option<PathBuf>,
}

impl Keys {
    /// Finds the identities: in the file that [`IDENTITY_VARIABLE`] names, and this machine's own.
    ///
    /// Without any, without named recipients and before there is a `store`, one is made for this machine, mode 0600.
    ///
    /// # Errors
    /// When a recipient or an identity file is not what it should be, or a file cannot be read or made.
    pub fn find(named: &[String], variable: Option<&Path>, own: &Path, store: &Path) -> Result<Self, SecretError> {
        named.iter().try_for_each(|recipient| parse_recipient(recipient).map(drop))?;
        let mut keys = Self { identities: Vec::new(), named: named.to_vec(), looked_at: Vec::new(), made: None };
        if let Some(path) = variable {
            keys.looked_at.push(path.to_owned());
            keys.identities.extend(read(path)?);
        }
        keys.looked_at.push(own.to_owned());
        if own.exists() {
            keys.identities.extend(read(own)?);
        }
        if keys.identities.is_empty() && named.is_empty() && !store.exists() {
            keys.make(own)?;
        }
        if keys.identities.is_empty() { Err(keys.none_for(store)) } else { Ok(keys) }
    }

    /// The file of the identity that was made just now.
    pub fn made(&self) -> Option<&Path> {
        self.made.as_deref()
    }

    fn make(&mut self, own: &Path) -> Result<(), SecretError> {
        let identity = Identity::generate();
        let text = Zeroizing::new(format!("# recipient: {}\n{}\n", identity.to_public(), identity.to_string().expose_secret()));
        if file::create(own, text.as_bytes())? {
            self.identities.push(identity);
            self.made = Some(own.to_owned());
        } else {
            self.identities.extend(read(own)?);
        }
        Ok(())
    }

    /// The recipients of the identities found.
    pub(super) fn ours(&self) -> impl Iterator<Item = String> {
        self.identities.iter().map(|identity| identity.to_public().to_string())
    }

    pub(super) fn none_for(&self, store: &Path) -> SecretError {
        SecretError::NoIdentity { path: store.to_owned(), looked_at: self.looked_at.clone(), ours: self.ours().collect() }
    }
}

pub(super) fn parse_recipient(text: &str) -> Result<Recipient, SecretError> {
    text.parse().map_err(|_| SecretError::BadRecipient { recipient: text.to_owned() })
}

/// The identities of a file as `age-keygen` writes it.
fn read(path: &Path) -> Result<Vec<Identity>, SecretError> {
    let text = Zeroizing::new(fs::read_to_string(path).map_err(SecretError::file("read", path))?);
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let refuse = |why: &str| SecretError::BadIdentity { path: path.to_owned(), why: why.to_owned() };
    let identities = lines.map(|line| line.parse::<Identity>().map_err(refuse)).collect::<Result<Vec<_>, _>>()?;
    if identities.is_empty() { Err(refuse("it holds no identity")) } else { Ok(identities) }
}
