use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::desired::Policy;
use crate::model::{AttributeSchema, Effect, IdentityClass, Layer, OnChange, Schema, Typical};

/// A role: what a service of AWS may do in the environment's name. Its id is its ARN.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IamRole {
    /// Its physical name, at most 64 characters and unique in the account whatever the path (IAM `CreateRole`).
    pub role_name: String,
    /// `/provision/PROJECT/ENVIRONMENT/`
    pub path: String,
    /// What it is for.
    pub description: String,
    /// Who may take it.
    pub trust: Policy,
    /// What it may do: the one inline policy, [`IamRole::POLICY`].
    pub policy: Option<Policy>,
    /// The ARNs of AWS's own policies that it has besides.
    pub managed_policies: Vec<String>,
    /// The names of inline policies that are not ours; always none.
    pub other_policies: Vec<String>,
}

impl IamRole {
    /// The name of the inline policy.
    pub const POLICY: &'static str = "provision";
}

/// What the planner knows of the kind `iam-role`.
pub static SCHEMA: Schema = Schema {
    kind: "iam-role",
    listed_by: "iam-role",
    layer: Layer::Permissions,
    identity: IdentityClass::NaturalKey,
    is_taggable: true,
    holds_data: false,
    is_permanent: false,
    attributes: &[
        AttributeSchema { name: "role_name", on_change: OnChange::Fixed },
        AttributeSchema { name: "path", on_change: OnChange::Replace },
        AttributeSchema { name: "description", on_change: OnChange::Fixed },
        AttributeSchema { name: "trust", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "policy", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "managed_policies", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "other_policies", on_change: OnChange::Update(Effect::InPlace) },
    ],
    outlives_down: false,
    last_copy: None,
    restores_from: None,
    vanishes_with: None,
    typical: Typical { create: Duration::from_secs(5), update: Duration::from_secs(5), delete: Duration::from_secs(2) },
    permissions: &[
        "iam:CreateRole",
        "iam:DeleteRole",
        "iam:ListRoles",
        "iam:GetRole",
        "iam:UpdateAssumeRolePolicy",
        "iam:PutRolePolicy",
        "iam:GetRolePolicy",
        "iam:DeleteRolePolicy",
        "iam:ListRolePolicies",
        "iam:AttachRolePolicy",
        "iam:DetachRolePolicy",
        "iam:ListAttachedRolePolicies",
        "iam:TagRole",
        "iam:UntagRole",
        "iam:ListRoleTags",
        "iam:ListInstanceProfilesForRole",
        "iam:RemoveRoleFromInstanceProfile",
    ],
};
