use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::model::{AttributeSchema, IdentityClass, Layer, OnChange, RefOr, Schema, Typical};

/// What `down` keeps of a database: made before the database goes, never deleted by a plan.
///
/// Its id is its identifier, which is made of project, environment and address; it is unique in account and region. What is observed
/// also holds `created`, when it was complete (RFC 3339).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DbSnapshot {
    /// The database's identifier.
    pub db_instance: RefOr,
}

/// What the planner knows of the kind `db-snapshot`.
pub static SCHEMA: Schema = Schema {
    kind: "db-snapshot",
    listed_by: "db-snapshot",
    layer: Layer::Data,
    identity: IdentityClass::NaturalKey,
    is_taggable: true,
    holds_data: true,
    is_permanent: false,
    attributes: &[AttributeSchema { name: "db_instance", on_change: OnChange::Fixed }],
    outlives_down: false,
    last_copy: None,
    restores_from: None,
    vanishes_with: None,
    typical: Typical { create: Duration::from_secs(120), update: Duration::from_secs(1), delete: Duration::from_secs(5) },
    permissions: &[
        "rds:CreateDBSnapshot",
        "rds:DescribeDBSnapshots",
        "rds:DeleteDBSnapshot",
        "rds:AddTagsToResource",
        "rds:RemoveTagsFromResource",
    ],
};
