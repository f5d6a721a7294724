use serde::{Deserialize, Serialize};

use crate::model::{AttributeSchema, IdentityClass, Layer, OnChange, RefOr, Schema, Typical};

/// The VPC's door to the internet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InternetGateway {
    /// The id of the VPC it is attached to.
    pub vpc: RefOr,
}

/// What the planner knows of the kind `internet-gateway`.
pub static SCHEMA: Schema = Schema {
    kind: "internet-gateway",
    listed_by: "internet-gateway",
    layer: Layer::Network,
    identity: IdentityClass::TagOnly,
    is_taggable: true,
    holds_data: false,
    is_permanent: false,
    attributes: &[AttributeSchema { name: "vpc", on_change: OnChange::Once }],
    outlives_down: false,
    last_copy: None,
    restores_from: None,
    vanishes_with: None,
    typical: Typical::QUICK,
    permissions: &[
        "ec2:CreateInternetGateway",
        "ec2:AttachInternetGateway",
        "ec2:DetachInternetGateway",
        "ec2:DeleteInternetGateway",
        "ec2:DescribeInternetGateways",
        "ec2:CreateTags",
        "ec2:DeleteTags",
    ],
};
