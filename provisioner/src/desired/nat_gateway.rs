use std::net::Ipv4Addr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::model::{AttributeSchema, IdentityClass, Layer, OnChange, RefOr, Schema, Typical};

/// The way out for private machines (MCS-26). It can only be replaced, and the address goes with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NatGateway {
    /// The id of the public subnet it stands in.
    pub subnet: RefOr,
    /// The allocation id of its public address.
    pub elastic_ip: RefOr,
    /// Its own address in the subnet, named so that it never takes a reserved one. It only changes with the subnet, and is not compared.
    pub private_address: Ipv4Addr,
}

/// What the planner knows of the kind `nat-gateway`.
pub static SCHEMA: Schema = Schema {
    kind: "nat-gateway",
    listed_by: "nat-gateway",
    layer: Layer::Network,
    identity: IdentityClass::ClientToken,
    is_taggable: true,
    holds_data: false,
    is_permanent: false,
    attributes: &[
        AttributeSchema { name: "subnet", on_change: OnChange::Replace },
        AttributeSchema { name: "elastic_ip", on_change: OnChange::Replace },
        AttributeSchema { name: "private_address", on_change: OnChange::Fixed },
    ],
    outlives_down: false,
    last_copy: None,
    restores_from: None,
    vanishes_with: None,
    typical: Typical { create: Duration::from_secs(115), update: Duration::from_secs(1), delete: Duration::from_secs(60) },
    permissions: &["ec2:CreateNatGateway", "ec2:DeleteNatGateway", "ec2:DescribeNatGateways", "ec2:CreateTags", "ec2:DeleteTags"],
};
