use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::model::{AttributeSchema, Effect, IdentityClass, Layer, OnChange, RefOr, Schema, Typical};

/// What hands a role to machines. Its id is its ARN; machines that are launched seconds after it may not see it yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstanceProfile {
    /// Its physical name, at most 128 characters and unique in the account (IAM `CreateInstanceProfile`).
    pub profile_name: String,
    /// `/provision/PROJECT/ENVIRONMENT/`
    pub path: String,
    /// The role's ARN; a profile holds one.
    pub role: RefOr,
}

/// What the planner knows of the kind `instance-profile`.
pub static SCHEMA: Schema = Schema {
    kind: "instance-profile",
    listed_by: "instance-profile",
    layer: Layer::Permissions,
    identity: IdentityClass::NaturalKey,
    is_taggable: true,
    holds_data: false,
    is_permanent: false,
    attributes: &[
        AttributeSchema { name: "profile_name", on_change: OnChange::Fixed },
        AttributeSchema { name: "path", on_change: OnChange::Replace },
        AttributeSchema { name: "role", on_change: OnChange::Update(Effect::InPlace) },
    ],
    outlives_down: false,
    last_copy: None,
    restores_from: None,
    vanishes_with: None,
    typical: Typical { create: Duration::from_secs(10), update: Duration::from_secs(10), delete: Duration::from_secs(2) },
    permissions: &[
        "iam:CreateInstanceProfile",
        "iam:DeleteInstanceProfile",
        "iam:ListInstanceProfiles",
        "iam:GetInstanceProfile",
        "iam:AddRoleToInstanceProfile",
        "iam:RemoveRoleFromInstanceProfile",
        "iam:TagInstanceProfile",
        "iam:UntagInstanceProfile",
        "iam:PassRole",
    ],
};
