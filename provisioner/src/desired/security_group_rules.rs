use serde::{Deserialize, Serialize};

use crate::model::{AttributeSchema, Effect, IdentityClass, Layer, OnChange, RefOr, Schema, Typical};

/// All rules of one group, as one value: what is not in it is revoked. Its name is the group's.
///
/// A group without any rule has no such object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityGroupRules {
    /// The group's id.
    pub group: RefOr,
    /// Who may come in.
    pub ingress: Vec<Rule>,
    /// Where it may go; the allow-all rule that AWS adds to a new group is revoked with the rest.
    pub egress: Vec<Rule>,
}

/// Who may reach a group, or whom it may reach, on which ports.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Rule {
    /// `tcp`, `udp` or `icmp`.
    pub protocol: String,
    /// The first port; for `icmp` the type.
    pub from_port: i32,
    /// The last port; for `icmp` the code, -1 for all.
    pub to_port: i32,
    /// The id of a group, or a network: `10.0.0.0/8`.
    pub peer: RefOr,
    /// Which rows of the matrix it comes from.
    pub description: String,
}

/// What the planner knows of the kind `security-group-rules`.
pub static SCHEMA: Schema = Schema {
    kind: "security-group-rules",
    listed_by: "security-group",
    layer: Layer::Network,
    identity: IdentityClass::Relation,
    is_taggable: false,
    holds_data: false,
    is_permanent: false,
    attributes: &[
        AttributeSchema { name: "group", on_change: OnChange::Replace },
        AttributeSchema { name: "ingress", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "egress", on_change: OnChange::Update(Effect::InPlace) },
    ],
    outlives_down: false,
    last_copy: None,
    restores_from: None,
    vanishes_with: None,
    typical: Typical::QUICK,
    permissions: &[
        "ec2:AuthorizeSecurityGroupIngress",
        "ec2:AuthorizeSecurityGroupEgress",
        "ec2:RevokeSecurityGroupIngress",
        "ec2:RevokeSecurityGroupEgress",
        "ec2:UpdateSecurityGroupRuleDescriptionsIngress",
        "ec2:UpdateSecurityGroupRuleDescriptionsEgress",
        "ec2:DescribeSecurityGroups",
    ],
};
