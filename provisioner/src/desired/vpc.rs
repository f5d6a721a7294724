use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

use crate::model::{AttributeSchema, Effect, IdentityClass, Layer, OnChange, Schema, Typical};

/// The environment's private network (MCS-10).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vpc {
    /// Its addresses: /16 to /28 (EC2 `CreateVpc`).
    pub cidr: Ipv4Net,
    /// Whether the Amazon resolver answers in it.
    pub dns_support: bool,
    /// Whether machines get names; needs `dns_support` first (EC2 `ModifyVpcAttribute`).
    pub dns_hostnames: bool,
}

/// What the planner knows of the kind `vpc`.
pub static SCHEMA: Schema = Schema {
    kind: "vpc",
    listed_by: "vpc",
    layer: Layer::Network,
    identity: IdentityClass::TagOnly,
    is_taggable: true,
    holds_data: false,
    is_permanent: false,
    attributes: &[
        AttributeSchema { name: "cidr", on_change: OnChange::Replace },
        AttributeSchema { name: "dns_support", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "dns_hostnames", on_change: OnChange::Update(Effect::InPlace) },
    ],
    outlives_down: false,
    last_copy: None,
    restores_from: None,
    vanishes_with: None,
    typical: Typical::QUICK,
    permissions: &[
        "ec2:CreateVpc",
        "ec2:DeleteVpc",
        "ec2:DescribeVpcs",
        "ec2:ModifyVpcAttribute",
        "ec2:DescribeVpcAttribute",
        "ec2:CreateTags",
        "ec2:DeleteTags",
    ],
};
