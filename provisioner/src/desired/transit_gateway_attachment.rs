use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::model::{AttributeSchema, Effect, IdentityClass, Layer, OnChange, RefOr, Schema, Typical};

/// The way to the customer's data centre over the customer's transit gateway (MCS-13).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransitGatewayAttachment {
    /// The VPC's id.
    pub vpc: RefOr,
    /// The customer's transit gateway.
    pub transit_gateway: String,
    /// One subnet's id per zone.
    pub subnets: Vec<RefOr>,
}

/// What the planner knows of the kind `transit-gateway-attachment`.
pub static SCHEMA: Schema = Schema {
    kind: "transit-gateway-attachment",
    listed_by: "transit-gateway-attachment",
    layer: Layer::Network,
    identity: IdentityClass::NaturalKey,
    is_taggable: true,
    holds_data: false,
    is_permanent: false,
    attributes: &[
        AttributeSchema { name: "vpc", on_change: OnChange::Replace },
        AttributeSchema { name: "transit_gateway", on_change: OnChange::Replace },
        AttributeSchema { name: "subnets", on_change: OnChange::Update(Effect::InPlace) },
    ],
    outlives_down: false,
    last_copy: None,
    restores_from: None,
    vanishes_with: None,
    typical: Typical { create: Duration::from_secs(60), update: Duration::from_secs(30), delete: Duration::from_secs(60) },
    permissions: &[
        "ec2:CreateTransitGatewayVpcAttachment",
        "ec2:ModifyTransitGatewayVpcAttachment",
        "ec2:DeleteTransitGatewayVpcAttachment",
        "ec2:DescribeTransitGatewayVpcAttachments",
        "ec2:CreateTags",
        "ec2:DeleteTags",
    ],
};
