use serde::{Deserialize, Serialize};

use crate::model::{AttributeSchema, IdentityClass, Layer, OnChange, Schema, Typical};

/// The operator's public key, for the first minutes of a machine's life.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyPair {
    /// The physical name, fixed when it is made.
    pub key_name: String,
    /// An OpenSSH public key, `ssh-ed25519 AAAA…`, without its comment.
    pub public_key: String,
}

/// What the planner knows of the kind `key-pair`.
pub static SCHEMA: Schema = Schema {
    kind: "key-pair",
    listed_by: "key-pair",
    layer: Layer::Network,
    identity: IdentityClass::NaturalKey,
    is_taggable: true,
    holds_data: false,
    is_permanent: false,
    attributes: &[
        AttributeSchema { name: "key_name", on_change: OnChange::Fixed },
        AttributeSchema { name: "public_key", on_change: OnChange::Replace },
    ],
    outlives_down: false,
    last_copy: None,
    restores_from: None,
    vanishes_with: None,
    typical: Typical::QUICK,
    permissions: &["ec2:ImportKeyPair", "ec2:DeleteKeyPair", "ec2:DescribeKeyPairs", "ec2:CreateTags", "ec2:DeleteTags"],
};
