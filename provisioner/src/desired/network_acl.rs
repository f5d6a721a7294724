use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

use crate::model::{AttributeSchema, Effect, IdentityClass, Layer, OnChange, RefOr, Schema, Typical};

/// A network access list: what may enter and leave the subnets of a tier, whatever their groups say. It is stateless.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkAcl {
    /// The VPC's id.
    pub vpc: RefOr,
    /// The ids of the subnets it stands before.
    pub subnets: Vec<RefOr>,
    /// Its entries, the closing refusal of everything left out.
    pub entries: Vec<AclEntry>,
}

/// One entry of a network access list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AclEntry {
    /// Whether it is about what leaves.
    pub is_egress: bool,
    /// Its place, 1 to 32766; the lowest that fits decides (EC2 `CreateNetworkAclEntry`).
    pub number: i32,
    /// `tcp`, `udp`, `icmp` or `all`.
    pub protocol: String,
    /// The other side.
    pub cidr: Ipv4Net,
    /// The first port, or the type of an ICMP message; absent with `all`.
    pub from_port: Option<i32>,
    /// The last port, or the code of an ICMP message; absent with `all`.
    pub to_port: Option<i32>,
    /// Whether it lets through.
    pub is_allowed: bool,
}

/// What the planner knows of the kind `network-acl`.
pub static SCHEMA: Schema = Schema {
    kind: "network-acl",
    listed_by: "network-acl",
    layer: Layer::Network,
    identity: IdentityClass::ClientToken,
    is_taggable: true,
    holds_data: false,
    is_permanent: false,
    attributes: &[
        AttributeSchema { name: "vpc", on_change: OnChange::Replace },
        AttributeSchema { name: "subnets", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "entries", on_change: OnChange::Update(Effect::InPlace) },
    ],
    outlives_down: false,
    last_copy: None,
    restores_from: None,
    vanishes_with: None,
    typical: Typical::QUICK,
    permissions: &[
        "ec2:CreateNetworkAcl",
        "ec2:DeleteNetworkAcl",
        "ec2:DescribeNetworkAcls",
        "ec2:CreateNetworkAclEntry",
        "ec2:ReplaceNetworkAclEntry",
        "ec2:DeleteNetworkAclEntry",
        "ec2:ReplaceNetworkAclAssociation",
        "ec2:CreateTags",
        "ec2:DeleteTags",
    ],
};
