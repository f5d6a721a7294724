use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::model::{AttributeSchema, Effect, IdentityClass, Layer, OnChange, Schema, Typical};

/// A data volume, encrypted; it outlives its machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Volume {
    /// The availability zone's name.
    pub zone: String,
    /// Its size; it only grows (EC2 `ModifyVolume`).
    pub size_gib: u32,
    /// `gp3`.
    pub volume_type: String,
    /// Always true.
    pub is_encrypted: bool,
}

/// What the planner knows of the kind `volume`.
pub static SCHEMA: Schema = Schema {
    kind: "volume",
    listed_by: "volume",
    layer: Layer::Data,
    identity: IdentityClass::ClientToken,
    is_taggable: true,
    holds_data: true,
    is_permanent: false,
    attributes: &[
        AttributeSchema { name: "zone", on_change: OnChange::Replace },
        AttributeSchema { name: "size_gib", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "volume_type", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "is_encrypted", on_change: OnChange::Replace },
    ],
    typical: Typical { create: Duration::from_secs(5), update: Duration::from_secs(30), delete: Duration::from_secs(5) },
    permissions: &[
        "ec2:CreateVolume",
        "ec2:DeleteVolume",
        "ec2:DescribeVolumes",
        "ec2:ModifyVolume",
        "ec2:DescribeVolumesModifications",
        "ec2:CreateTags",
        "ec2:DeleteTags",
    ],
};
