use serde::{Deserialize, Serialize};

use crate::desired::Rule;
use crate::model::{AttributeSchema, Effect, IdentityClass, Layer, OnChange, RefOr, Schema, Typical};

/// The group that AWS makes with every VPC, emptied so that whoever lands in it by mistake can reach nobody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefaultSecurityGroup {
    /// The VPC's id.
    pub vpc: RefOr,
    /// Always empty.
    pub ingress: Vec<Rule>,
    /// Always empty.
    pub egress: Vec<Rule>,
}

/// What the planner knows of the kind `default-security-group`.
pub static SCHEMA: Schema = Schema {
    kind: "default-security-group",
    listed_by: "security-group",
    layer: Layer::Network,
    identity: IdentityClass::Absolute,
    is_taggable: true,
    holds_data: false,
    is_permanent: true,
    attributes: &[
        AttributeSchema { name: "vpc", on_change: OnChange::Replace },
        AttributeSchema { name: "ingress", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "egress", on_change: OnChange::Update(Effect::InPlace) },
    ],
    outlives_down: false,
    last_copy: None,
    restores_from: None,
    vanishes_with: None,
    typical: Typical::QUICK,
    permissions: &[
        "ec2:RevokeSecurityGroupIngress",
        "ec2:RevokeSecurityGroupEgress",
        "ec2:DescribeSecurityGroups",
        "ec2:CreateTags",
        "ec2:DeleteTags",
    ],
};
