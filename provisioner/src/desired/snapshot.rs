use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::model::{AttributeSchema, IdentityClass, Layer, OnChange, RefOr, Schema, Typical};

/// What `down` keeps of a volume: made before the volume goes, never deleted by a plan. Observed ones also have `created`, in RFC 3339.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The volume's id.
    pub volume: RefOr,
    /// Why it was made.
    pub description: String,
}

/// What the planner knows of the kind `snapshot`.
pub static SCHEMA: Schema = Schema {
    kind: "snapshot",
    listed_by: "snapshot",
    layer: Layer::Data,
    identity: IdentityClass::TagOnly,
    is_taggable: true,
    holds_data: true,
    is_permanent: false,
    attributes: &[
        AttributeSchema { name: "volume", on_change: OnChange::Fixed },
        AttributeSchema { name: "description", on_change: OnChange::Fixed },
    ],
    outlives_down: false,
    last_copy: None,
    restores_from: None,
    vanishes_with: None,
    typical: Typical { create: Duration::from_secs(60), update: Duration::from_secs(1), delete: Duration::from_secs(1) },
    permissions: &["ec2:CreateSnapshot", "ec2:DescribeSnapshots", "ec2:CreateTags", "ec2:DeleteTags"],
};
