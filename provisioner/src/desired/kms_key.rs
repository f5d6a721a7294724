use serde::{Deserialize, Serialize};

use crate::desired::Policy;
use crate::model::{AttributeSchema, Effect, IdentityClass, Layer, OnChange, Schema, Typical};

/// The customer's own key for volumes, databases and buckets. Its id is its ARN.
///
/// What it encrypted cannot be read without it, so that it is kept as long as anything is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KmsKey {
    /// The name it is found by: `alias/PROJECT-ENVIRONMENT`.
    pub alias: String,
    /// What it is for.
    pub description: String,
    /// Who may use and administer it.
    pub policy: Policy,
    /// Whether its material is renewed every year.
    pub is_rotated: bool,
}

/// What the planner knows of the kind `kms-key`.
pub static SCHEMA: Schema = Schema {
    kind: "kms-key",
    listed_by: "kms-key",
    layer: Layer::Permissions,
    identity: IdentityClass::TagOnly,
    is_taggable: true,
    holds_data: true,
    is_permanent: false,
    attributes: &[
        AttributeSchema { name: "alias", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "description", on_change: OnChange::Fixed },
        AttributeSchema { name: "policy", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "is_rotated", on_change: OnChange::Update(Effect::InPlace) },
    ],
    outlives_down: true,
    last_copy: None,
    restores_from: None,
    vanishes_with: None,
    typical: Typical::QUICK,
    permissions: &[
        "kms:CreateKey",
        "kms:CreateAlias",
        "kms:UpdateAlias",
        "kms:DeleteAlias",
        "kms:ListAliases",
        "kms:ListKeys",
        "kms:DescribeKey",
        "kms:GetKeyPolicy",
        "kms:PutKeyPolicy",
        "kms:GetKeyRotationStatus",
        "kms:EnableKeyRotation",
        "kms:DisableKeyRotation",
        "kms:ListResourceTags",
        "kms:TagResource",
        "kms:UntagResource",
        "kms:ScheduleKeyDeletion",
        "kms:CreateGrant",
        "kms:GenerateDataKeyWithoutPlaintext",
        "kms:Decrypt",
    ],
};
