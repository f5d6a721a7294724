use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::{AttributeSchema, Effect, IdentityClass, Layer, OnChange, Schema, Typical};

/// What databases of one family are set to beside RDS's defaults. Its id is its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DbParameterGroup {
    /// Its physical name, in lower case.
    pub group_name: String,
    /// The engine and its major version: `mysql8.4`.
    pub family: String,
    /// What it is for.
    pub description: String,
    /// The parameters that are set, by name; those that are set by others as well.
    pub parameters: BTreeMap<String, String>,
}

/// What the planner knows of the kind `db-parameter-group`.
pub static SCHEMA: Schema = Schema {
    kind: "db-parameter-group",
    listed_by: "db-parameter-group",
    layer: Layer::Data,
    identity: IdentityClass::NaturalKey,
    is_taggable: true,
    holds_data: false,
    is_permanent: false,
    attributes: &[
        AttributeSchema { name: "group_name", on_change: OnChange::Fixed },
        AttributeSchema { name: "family", on_change: OnChange::Replace },
        AttributeSchema { name: "description", on_change: OnChange::Fixed },
        AttributeSchema { name: "parameters", on_change: OnChange::Update(Effect::InPlace) },
    ],
    outlives_down: false,
    last_copy: None,
    restores_from: None,
    vanishes_with: None,
    typical: Typical::QUICK,
    permissions: &[
        "rds:CreateDBParameterGroup",
        "rds:DeleteDBParameterGroup",
        "rds:DescribeDBParameterGroups",
        "rds:DescribeDBParameters",
        "rds:ModifyDBParameterGroup",
        "rds:ListTagsForResource",
        "rds:AddTagsToResource",
        "rds:RemoveTagsFromResource",
    ],
};
