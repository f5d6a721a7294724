use serde::{Deserialize, Serialize};

use crate::model::{AttributeSchema, IdentityClass, Layer, OnChange, RefOr, Schema, Typical};

/// A role's group. Its rules are a resource of their own, so that groups may name each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityGroup {
    /// The VPC's id.
    pub vpc: RefOr,
    /// The physical name, fixed when it is made; unique in the VPC without regard to case.
    pub group_name: String,
    /// What it is for; at most 255 of the characters AWS allows. Fixed when it is made: a group is not replaced for its wording.
    pub description: String,
}

/// What the planner knows of the kind `security-group`.
pub static SCHEMA: Schema = Schema {
    kind: "security-group",
    listed_by: "security-group",
    layer: Layer::Network,
    identity: IdentityClass::NaturalKey,
    is_taggable: true,
    holds_data: false,
    is_permanent: false,
    attributes: &[
        AttributeSchema { name: "vpc", on_change: OnChange::Replace },
        AttributeSchema { name: "group_name", on_change: OnChange::Fixed },
        AttributeSchema { name: "description", on_change: OnChange::Fixed },
    ],
    outlives_down: false,
    last_copy: None,
    restores_from: None,
    vanishes_with: None,
    typical: Typical::QUICK,
    permissions: &["ec2:CreateSecurityGroup", "ec2:DeleteSecurityGroup", "ec2:DescribeSecurityGroups", "ec2:CreateTags", "ec2:DeleteTags"],
};
