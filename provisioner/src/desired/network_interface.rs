use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

use crate::model::{AttributeSchema, Effect, IdentityClass, Layer, OnChange, RefOr, Schema, Typical};

/// An interface made before its machine, so that the machine's first boot already has its public address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkInterface {
    /// The subnet's id.
    pub subnet: RefOr,
    /// Its address in the subnet.
    pub private_address: Ipv4Addr,
    /// The ids of its groups.
    pub security_groups: Vec<RefOr>,
}

/// What the planner knows of the kind `network-interface`.
pub static SCHEMA: Schema = Schema {
    kind: "network-interface",
    listed_by: "network-interface",
    layer: Layer::Network,
    identity: IdentityClass::ClientToken,
    is_taggable: true,
    holds_data: false,
    is_permanent: false,
    attributes: &[
        AttributeSchema { name: "subnet", on_change: OnChange::Replace },
        AttributeSchema { name: "private_address", on_change: OnChange::Replace },
        AttributeSchema { name: "security_groups", on_change: OnChange::Update(Effect::InPlace) },
    ],
    outlives_down: false,
    last_copy: None,
    restores_from: None,
    vanishes_with: None,
    typical: Typical::QUICK,
    permissions: &[
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:ModifyNetworkInterfaceAttribute",
        "ec2:CreateTags",
        "ec2:DeleteTags",
    ],
};
