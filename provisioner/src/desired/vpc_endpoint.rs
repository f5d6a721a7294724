use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::model::{AttributeSchema, Effect, IdentityClass, Layer, OnChange, RefOr, Schema, Typical};

/// A gateway endpoint: a service of AWS reached by a route and not over the internet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VpcEndpoint {
    /// The VPC's id.
    pub vpc: RefOr,
    /// The service: `com.amazonaws.eu-west-1.s3`.
    pub service: String,
    /// The ids of the route tables that lead to it.
    pub route_tables: Vec<RefOr>,
}

/// What the planner knows of the kind `vpc-endpoint`.
pub static SCHEMA: Schema = Schema {
    kind: "vpc-endpoint",
    listed_by: "vpc-endpoint",
    layer: Layer::Network,
    identity: IdentityClass::ClientToken,
    is_taggable: true,
    holds_data: false,
    is_permanent: false,
    attributes: &[
        AttributeSchema { name: "vpc", on_change: OnChange::Replace },
        AttributeSchema { name: "service", on_change: OnChange::Replace },
        AttributeSchema { name: "route_tables", on_change: OnChange::Update(Effect::InPlace) },
    ],
    outlives_down: false,
    last_copy: None,
    restores_from: None,
    vanishes_with: None,
    typical: Typical { create: Duration::from_secs(10), update: Duration::from_secs(5), delete: Duration::from_secs(10) },
    permissions: &[
        "ec2:CreateVpcEndpoint",
        "ec2:DeleteVpcEndpoints",
        "ec2:DescribeVpcEndpoints",
        "ec2:ModifyVpcEndpoint",
        "ec2:CreateTags",
        "ec2:DeleteTags",
    ],
};
