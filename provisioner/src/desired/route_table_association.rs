use serde::{Deserialize, Serialize};

use crate::model::{AttributeSchema, Effect, IdentityClass, Layer, OnChange, RefOr, Schema, Typical};

/// Tells a subnet which route table is its own. Its name is the subnet's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RouteTableAssociation {
    /// The route table's id.
    pub route_table: RefOr,
    /// The subnet's id.
    pub subnet: RefOr,
}

/// What the planner knows of the kind `route-table-association`.
pub static SCHEMA: Schema = Schema {
    kind: "route-table-association",
    listed_by: "route-table",
    layer: Layer::Network,
    identity: IdentityClass::Relation,
    is_taggable: false,
    holds_data: false,
    is_permanent: false,
    attributes: &[
        AttributeSchema { name: "route_table", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "subnet", on_change: OnChange::Replace },
    ],
    outlives_down: false,
    last_copy: None,
    restores_from: None,
    vanishes_with: None,
    typical: Typical::QUICK,
    permissions: &["ec2:AssociateRouteTable", "ec2:ReplaceRouteTableAssociation", "ec2:DisassociateRouteTable", "ec2:DescribeRouteTables"],
};
