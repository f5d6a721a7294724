use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use age::{DecryptError, Decryptor, Encryptor};
use jiff::Timestamp;
use zeroize::Zeroizing;

use crate::secrets::contents::{Contents, Edition, Entry, VERSION};
use crate::secrets::keys::parse_recipient;
use crate::secrets::{Keys, Kind, Secret, SecretError, SecretName, file};

/// The largest sealed file that is read, in bytes.
const LARGEST: u64 = 4 << 20;

/// The secrets of one environment: `secrets/<env>.age`, sealed for its recipients. Commit that file.
///
/// Nothing is on disk before [`Self::save`]; what is, is sealed.
pub struct SecretStore {
    path: PathBuf,
    keys: Keys,
    contents: Contents,
    /// The file as it was read; nothing where there was none.
    sealed: Option<Vec<u8>>,
    is_changed: bool,
}

/// What may be told of a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub name: SecretName,
    /// What it is.
    pub kind: Kind,
    /// How often it was made: from 1.
    pub generation: u32,
    /// When it was made.
    pub made: Timestamp,
    /// Whether the value before is kept as well.
    pub has_earlier: bool,
}

impl SecretStore {
    /// Opens the file, or begins an empty store where there is none.
    ///
    /// # Errors
    /// When no identity opens it, or it is not what this program writes.
    pub fn open(path: &Path, keys: Keys) -> Result<Self, SecretError> {
        let sealed = read(path)?;
        let contents = match &sealed {
            Some(sealed) => unseal(path, sealed, &keys)?,
            None => Contents { version: VERSION, recipients: BTreeSet::new(), secrets: BTreeMap::new() },
        };
        let mut store = Self { path: path.to_owned(), keys, contents, sealed, is_changed: false };
        let recipients = store.recipients();
        // Who joined or left since is a reason to seal it anew, once there is something to seal.
        store.is_changed = recipients != store.contents.recipients && !store.contents.secrets.is_empty();
        store.contents.recipients = recipients;
        Ok(store)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Who opens it here.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// The value of a secret.
    pub fn get(&self, name: &SecretName) -> Option<&Secret> {
        self.contents.secrets.get(name).map(|entry| &entry.current.value)
    }

    /// The value before the last rotation, as long as it is kept.
    pub fn earlier(&self, name: &SecretName) -> Option<&Secret> {
        self.contents.secrets.get(name)?.earlier.as_ref().map(|edition| &edition.value)
    }

    /// How often a secret was made: from 1.
    pub fn generation(&self, name: &SecretName) -> Option<u32> {
        self.contents.secrets.get(name).map(|entry| entry.current.generation)
    }

    /// The value of a secret, made now if it is not there.
    ///
    /// # Errors
    /// When none could be made.
    pub fn ensure(&mut self, name: &SecretName, kind: Kind) -> Result<&Secret, SecretError> {
        if !self.contents.secrets.contains_key(name) {
            let current = Edition { generation: 1, made: Timestamp::now(), value: kind.make()? };
            self.contents.secrets.insert(name.clone(), Entry { kind, current, earlier: None });
            self.is_changed = true;
        }
        self.get(name).ok_or_else(|| self.unknown(name))
    }

    /// Makes a new value; the one until now is kept as the earlier one. Returns the new generation.
    ///
    /// # Errors
    /// When there is no such secret, or no value could be made.
    pub fn rotate(&mut self, name: &SecretName) -> Result<u32, SecretError> {
        let unknown = self.unknown(name);
        let entry = self.contents.secrets.get_mut(name).ok_or(unknown)?;
        let generation = entry.current.generation.saturating_add(1);
        let fresh = Edition { generation, made: Timestamp::now(), value: entry.kind.make()? };
        entry.earlier = Some(std::mem::replace(&mut entry.current, fresh));
        self.is_changed = true;
        Ok(generation)
    }

    /// Forgets the value before the last rotation: nothing uses it any more.
    pub fn forget_earlier(&mut self, name: &SecretName) {
        if let Some(entry) = self.contents.secrets.get_mut(name)
            && entry.earlier.take().is_some()
        {
            self.is_changed = true;
        }
    }

    /// What may be told, by name.
    pub fn list(&self) -> Vec<Listed> {
        let listed = |(name, entry): (&SecretName, &Entry)| Listed {
            name: name.clone(),
            kind: entry.kind,
            generation: entry.current.generation,
            made: entry.current.made,
            has_earlier: entry.earlier.is_some(),
        };
        self.contents.secrets.iter().map(listed).collect()
    }

    /// Seals and writes the file if anything changed, mode 0600, whole or not at all; returns whether it did.
    ///
    /// # Errors
    /// When a recipient is none, the file cannot be written, or another command wrote it since it was opened.
    pub fn save(&mut self) -> Result<bool, SecretError> {
        if !self.is_changed {
            return Ok(false);
        }
        let sealed = self.seal()?;
        let overtaken = || SecretError::Overtaken { path: self.path.clone() };
        if read(&self.path)? != self.sealed {
            return Err(overtaken());
        }
        match &self.sealed {
            Some(_) => file::replace(&self.path, &sealed)?,
            None if file::create(&self.path, &sealed)? => {}
            None => return Err(overtaken()),
        }
        self.sealed = Some(sealed);
        self.is_changed = false;
        Ok(true)
    }

    fn seal(&self) -> Result<Vec<u8>, SecretError> {
        let damaged = |why: String| SecretError::Damaged { path: self.path.clone(), why };
        // Room for all of it at once: a growing buffer leaves copies behind.
        let room = self.contents.secrets.values().map(|entry| 512 + 2 * entry.current.value.expose().len()).sum::<usize>() * 2 + 4096;
        let mut clear = Zeroizing::new(Vec::with_capacity(room));
        serde_json::to_writer(&mut *clear, &self.contents).map_err(|error| damaged(error.to_string()))?;
        let recipients = self.contents.recipients.iter().map(|text| parse_recipient(text)).collect::<Result<Vec<_>, _>>()?;
        let recipients = recipients.iter().map(|recipient| recipient as &dyn age::Recipient);
        let encryptor = Encryptor::with_recipients(recipients).map_err(|error| damaged(error.to_string()))?;
        let mut sealed = Vec::new();
        encryptor
            .wrap_output(&mut sealed)
            .and_then(|mut writer| writer.write_all(&clear).and_then(|()| writer.finish().map(drop)))
            .map_err(SecretError::file("sealed", &self.path))?;
        Ok(sealed)
    }

    /// Those the environment names and this machine; if it names none, those the file was sealed for until now.
    fn recipients(&self) -> BTreeSet<String> {
        let others = if self.keys.named.is_empty() { self.contents.recipients.clone() } else { self.keys.named.iter().cloned().collect() };
        others.into_iter().chain(self.keys.ours()).collect()
    }

    fn unknown(&self, name: &SecretName) -> SecretError {
        SecretError::Unknown { name: name.clone(), known: self.contents.secrets.keys().cloned().collect() }
    }
}

impl fmt::Debug for SecretStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SecretStore").field("path", &self.path).finish_non_exhaustive()
    }
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, SecretError> {
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(SecretError::file("read", path)(error)),
    };
    let mut sealed = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut sealed).map_err(SecretError::file("read", path))?;
    if sealed.len() as u64 > LARGEST {
        return Err(SecretError::Damaged { path: path.to_owned(), why: format!("it is larger than {LARGEST} bytes") });
    }
    Ok(Some(sealed))
}

fn unseal(path: &Path, sealed: &[u8], keys: &Keys) -> Result<Contents, SecretError> {
    let damaged = |why: String| SecretError::Damaged { path: path.to_owned(), why };
    let decryptor = Decryptor::new_buffered(sealed).map_err(|error| damaged(error.to_string()))?;
    let identities = keys.identities.iter().map(|identity| identity as &dyn age::Identity);
    let mut reader = decryptor.decrypt(identities).map_err(|error| match error {
        DecryptError::NoMatchingKeys => keys.none_for(path),
        other => damaged(other.to_string()),
    })?;
    let mut clear = Zeroizing::new(Vec::with_capacity(sealed.len()));
    reader.read_to_end(&mut clear).map_err(|_| damaged("it was changed after it was sealed".to_owned()))?;
    // A parser's words could hold a value.
    let contents: Contents = serde_json::from_slice(&clear).map_err(|error| {
        damaged(format!("its contents are not what this program writes (line {}, column {})", error.line(), error.column()))
    })?;
    match contents.version {
        VERSION => Ok(contents),
        newer => Err(damaged(format!("its version is {newer}; this program knows {VERSION}"))),
    }
}
