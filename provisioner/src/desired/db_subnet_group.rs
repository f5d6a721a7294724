use serde::{Deserialize, Serialize};

use crate::model::{AttributeSchema, Effect, IdentityClass, Layer, OnChange, RefOr, Schema, Typical};

/// The subnets that databases stand in: at least two zones, even where a database stands in one (RDS `CreateDBSubnetGroup`). Its id is its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DbSubnetGroup {
    /// Its physical name, in lower case.
    pub group_name: String,
    /// What it is for.
    pub description: String,
    /// The VPC's id: a group keeps it for life, and with it every database in the group (RDS `ModifyDBSubnetGroup`).
    pub vpc: RefOr,
    /// The subnets' ids.
    pub subnets: Vec<RefOr>,
}

/// What the planner knows of the kind `db-subnet-group`.
pub static SCHEMA: Schema = Schema {
    kind: "db-subnet-group",
    listed_by: "db-subnet-group",
    layer: Layer::Data,
    identity: IdentityClass::NaturalKey,
    is_taggable: true,
    holds_data: false,
    is_permanent: false,
    attributes: &[
        AttributeSchema { name: "group_name", on_change: OnChange::Fixed },
        AttributeSchema { name: "description", on_change: OnChange::Fixed },
        AttributeSchema { name: "vpc", on_change: OnChange::Replace },
        AttributeSchema { name: "subnets", on_change: OnChange::Update(Effect::InPlace) },
    ],
    outlives_down: false,
    last_copy: None,
    restores_from: None,
    vanishes_with: None,
    typical: Typical::QUICK,
    permissions: &[
        "rds:CreateDBSubnetGroup",
        "rds:DeleteDBSubnetGroup",
        "rds:DescribeDBSubnetGroups",
        "rds:ModifyDBSubnetGroup",
        "rds:ListTagsForResource",
        "rds:AddTagsToResource",
        "rds:RemoveTagsFromResource",
    ],
};
