use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What only a cloud knows and a plan needs: looked up once, then pinned in the environment's lock file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lookups {
    /// The region's availability zones; the topology's zone `a` is the first.
    pub zones: Vec<String>,
    /// The operator's public key, `ssh-ed25519 AAAA…`.
    pub public_key: String,
    /// The public half of the SSH authority that hosts trust, `ssh-ed25519 AAAA…`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub ssh_authority: String,
    /// The machine images, by logical name: `debian-13`.
    pub images: BTreeMap<String, PinnedImage>,
}

/// A machine image as pinned: every machine of an environment starts from the same one until somebody asks for a newer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PinnedImage {
    /// Its id: `ami-0abc`.
    pub id: String,
    /// Its name, for people.
    pub name: String,
    /// Its owner's account.
    pub owner: String,
    /// Its root device, which the root volume must name (EC2 `RunInstances`).
    pub root_device: String,
}
