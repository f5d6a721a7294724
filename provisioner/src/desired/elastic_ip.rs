use serde::{Deserialize, Serialize};

use crate::model::{AttributeSchema, Effect, IdentityClass, Layer, OnChange, RefOr, Schema, Typical};

/// A public address that stays (MCS-12). Other people write it into their firewalls: it is never replaced.
///
/// Observed ones also have `public_address`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ElasticIp {
    /// The id of the interface that answers on it; absent where a NAT gateway takes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_interface: Option<RefOr>,
}

/// What the planner knows of the kind `elastic-ip`.
pub static SCHEMA: Schema = Schema {
    kind: "elastic-ip",
    listed_by: "elastic-ip",
    layer: Layer::Network,
    identity: IdentityClass::TagOnly,
    is_taggable: true,
    holds_data: false,
    is_permanent: false,
    attributes: &[AttributeSchema { name: "network_interface", on_change: OnChange::Update(Effect::InPlace) }],
    outlives_down: false,
    last_copy: None,
    restores_from: None,
    vanishes_with: None,
    typical: Typical::QUICK,
    permissions: &[
        "ec2:AllocateAddress",
        "ec2:AssociateAddress",
        "ec2:DisassociateAddress",
        "ec2:ReleaseAddress",
        "ec2:DescribeAddresses",
        "ec2:CreateTags",
        "ec2:DeleteTags",
    ],
};
