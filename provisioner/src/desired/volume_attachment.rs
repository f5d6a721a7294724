use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::model::{AttributeSchema, IdentityClass, Layer, OnChange, RefOr, Schema, Typical};

/// Puts a volume on a machine. Its name is the volume's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VolumeAttachment {
    /// The volume's id.
    pub volume: RefOr,
    /// The machine's id.
    pub instance: RefOr,
    /// The device name asked for: `/dev/sdf`; a Nitro machine finds it by the volume's serial.
    pub device: String,
}

/// What the planner knows of the kind `volume-attachment`.
pub static SCHEMA: Schema = Schema {
    kind: "volume-attachment",
    listed_by: "volume",
    layer: Layer::Data,
    identity: IdentityClass::Relation,
    is_taggable: false,
    holds_data: false,
    is_permanent: false,
    attributes: &[
        AttributeSchema { name: "volume", on_change: OnChange::Replace },
        AttributeSchema { name: "instance", on_change: OnChange::Replace },
        AttributeSchema { name: "device", on_change: OnChange::Replace },
    ],
    outlives_down: false,
    last_copy: None,
    restores_from: None,
    vanishes_with: Some("instance"),
    typical: Typical { create: Duration::from_secs(5), update: Duration::from_secs(1), delete: Duration::from_secs(10) },
    permissions: &["ec2:AttachVolume", "ec2:DetachVolume", "ec2:DescribeVolumes"],
};
