use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

use crate::model::{AttributeSchema, Effect, IdentityClass, Layer, OnChange, RefOr, Schema, Typical};

/// One way out of a route table. Its name is [`Route::name`], so that it can be told from what the cloud lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// The route table's id.
    pub route_table: RefOr,
    /// Where the packets want to go.
    pub destination: Ipv4Net,
    /// The id of the gateway that takes them: `igw-`, `nat-`, `tgw-` or `vgw-`.
    pub gateway: RefOr,
}

impl Route {
    /// The name of the route to `destination` in the table called `route_table`: `public-internet`, `private-a-10-99-0-0-16`.
    pub fn name(route_table: &str, destination: Ipv4Net) -> String {
        match destination.prefix_len() {
            0 => format!("{route_table}-internet"),
            _ => format!("{route_table}-{}", destination.to_string().replace(['.', '/'], "-")),
        }
    }
}

/// What the planner knows of the kind `route`.
pub static SCHEMA: Schema = Schema {
    kind: "route",
    listed_by: "route-table",
    layer: Layer::Network,
    identity: IdentityClass::Relation,
    is_taggable: false,
    holds_data: false,
    is_permanent: false,
    attributes: &[
        AttributeSchema { name: "route_table", on_change: OnChange::Replace },
        AttributeSchema { name: "destination", on_change: OnChange::Replace },
        AttributeSchema { name: "gateway", on_change: OnChange::Update(Effect::InPlace) },
    ],
    outlives_down: false,
    last_copy: None,
    restores_from: None,
    vanishes_with: None,
    typical: Typical::QUICK,
    permissions: &["ec2:CreateRoute", "ec2:ReplaceRoute", "ec2:DeleteRoute", "ec2:DescribeRouteTables"],
};
