use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::secrets::{Kind, Secret, SecretName};

/// The format this program writes.
pub(super) const VERSION: u32 = 1;

/// What stands in the sealed file, as JSON.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Contents {
    pub(super) version: u32,
    /// The recipients it was sealed for.
    pub(super) recipients: BTreeSet<String>,
    pub(super) secrets: BTreeMap<SecretName, Entry>,
}

/// One secret with its last earlier value.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    pub(super) kind: Kind,
    pub(super) current: Edition,
    /// What it was before the last rotation, as long as something may still use it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) earlier: Option<Edition>,
}

/// One value of a secret.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Edition {
    /// From 1; each rotation adds 1.
    pub(super) generation: u32,
    pub(super) made: Timestamp,
    #[serde(with = "in_the_clear")]
    pub(super) value: Secret,
}

/// The only place that writes a value down; what it writes is sealed before it reaches a disk.
mod in_the_clear {
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::secrets::Secret;

    pub(super) fn serialize<S: Serializer>(secret: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(secret.expose())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Secret, D::Error> {
        String::deserialize(deserializer).map(Secret::new)
    }
}
