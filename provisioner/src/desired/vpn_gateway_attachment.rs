use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::model::{AttributeSchema, IdentityClass, Layer, OnChange, RefOr, Schema, Typical};

/// The way to the customer's data centre over the customer's virtual private gateway (MCS-13).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VpnGatewayAttachment {
    /// The VPC's id.
    pub vpc: RefOr,
    /// The customer's virtual private gateway.
    pub vpn_gateway: String,
}

/// What the planner knows of the kind `vpn-gateway-attachment`.
pub static SCHEMA: Schema = Schema {
    kind: "vpn-gateway-attachment",
    listed_by: "vpn-gateway-attachment",
    layer: Layer::Network,
    identity: IdentityClass::Relation,
    is_taggable: false,
    holds_data: false,
    is_permanent: false,
    attributes: &[
        AttributeSchema { name: "vpc", on_change: OnChange::Replace },
        AttributeSchema { name: "vpn_gateway", on_change: OnChange::Replace },
    ],
    outlives_down: false,
    last_copy: None,
    restores_from: None,
    vanishes_with: None,
    typical: Typical { create: Duration::from_secs(30), update: Duration::from_secs(1), delete: Duration::from_secs(30) },
    permissions: &["ec2:AttachVpnGateway", "ec2:DetachVpnGateway", "ec2:DescribeVpnGateways", "ec2:DescribeVpcs"],
};
