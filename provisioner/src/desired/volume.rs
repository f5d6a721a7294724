use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::desired::Snapshot;
use crate::model::{
    AttributeSchema, Effect, IdentityClass, Layer, Observed, OnChange, RefOr, Resource, ResourceAddress, Schema, TAG_COPY_OF, TAG_RETAINED,
    Tags, Typical, Value,
};

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
    /// The ARN of its key; without one it is under the account's own for EBS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kms_key: Option<RefOr>,
    /// The id of the snapshot that it is made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_snapshot: Option<RefOr>,
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
        AttributeSchema { name: "size_gib", on_change: OnChange::Grow },
        AttributeSchema { name: "volume_type", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "is_encrypted", on_change: OnChange::Replace },
        AttributeSchema { name: "kms_key", on_change: OnChange::Replace },
        AttributeSchema { name: "source_snapshot", on_change: OnChange::Fixed },
    ],
    outlives_down: false,
    last_copy: Some(last_copy),
    restores_from: Some("source_snapshot"),
    vanishes_with: None,
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

/// The snapshot that is kept of a volume (I6): named after the volume's own id, so that a second `down` that resumes the first makes no second one.
fn last_copy(observed: &Observed) -> Resource {
    let name = observed.address.name();
    let id = observed.id.as_str();
    let snapshot = Snapshot { volume: id.into(), description: format!("last state of {} ({id})", observed.address) };
    Resource {
        address: ResourceAddress::new("snapshot", format!("{name}-{}", id.trim_start_matches("vol-"))),
        attributes: Value::attributes_of(&snapshot).expect("a snapshot is plain data"),
        tags: Tags::from([
            ("Name".to_owned(), format!("{name} (kept)")),
            (TAG_RETAINED.to_owned(), "last-copy".to_owned()),
            (TAG_COPY_OF.to_owned(), observed.address.to_string()),
        ]),
        after: BTreeSet::new(),
    }
}
