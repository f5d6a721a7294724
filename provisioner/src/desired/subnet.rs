use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

use crate::model::{AttributeSchema, Effect, IdentityClass, Layer, OnChange, RefOr, Schema, Typical};

/// One tier's addresses in one zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subnet {
    /// The VPC's id.
    pub vpc: RefOr,
    /// Its addresses, within the VPC's.
    pub cidr: Ipv4Net,
    /// The availability zone's name: `eu-west-1a`.
    pub zone: String,
    /// Whether a new interface gets a public address by itself; always false here.
    pub assigns_public_addresses: bool,
}

/// What the planner knows of the kind `subnet`.
pub static SCHEMA: Schema = Schema {
    kind: "subnet",
    listed_by: "subnet",
    layer: Layer::Network,
    identity: IdentityClass::NaturalKey,
    is_taggable: true,
    holds_data: false,
    is_permanent: false,
    attributes: &[
        AttributeSchema { name: "vpc", on_change: OnChange::Replace },
        AttributeSchema { name: "cidr", on_change: OnChange::Replace },
        AttributeSchema { name: "zone", on_change: OnChange::Replace },
        AttributeSchema { name: "assigns_public_addresses", on_change: OnChange::Update(Effect::InPlace) },
    ],
    outlives_down: false,
    last_copy: None,
    restores_from: None,
    vanishes_with: None,
    typical: Typical::QUICK,
    permissions: &[
        "ec2:CreateSubnet",
        "ec2:DeleteSubnet",
        "ec2:DescribeSubnets",
        "ec2:ModifySubnetAttribute",
        "ec2:CreateTags",
        "ec2:DeleteTags",
    ],
};
