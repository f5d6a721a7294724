use serde::{Deserialize, Serialize};

use crate::model::{AttributeSchema, IdentityClass, Layer, OnChange, RefOr, Schema, Typical};

/// A set of routes that subnets share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RouteTable {
    /// The VPC's id.
    pub vpc: RefOr,
}

/// What the planner knows of the kind `route-table`.
pub static SCHEMA: Schema = Schema {
    kind: "route-table",
    listed_by: "route-table",
    layer: Layer::Network,
    identity: IdentityClass::ClientToken,
    is_taggable: true,
    holds_data: false,
    is_permanent: false,
    attributes: &[AttributeSchema { name: "vpc", on_change: OnChange::Replace }],
    outlives_down: false,
    last_copy: None,
    restores_from: None,
    vanishes_with: None,
    typical: Typical::QUICK,
    permissions: &[
        "ec2:CreateRouteTable",
        "ec2:DeleteRouteTable",
        "ec2:DescribeRouteTables",
        "ec2:DescribeSubnets",
        "ec2:CreateTags",
        "ec2:DeleteTags",
    ],
};
