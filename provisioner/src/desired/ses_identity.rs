use serde::{Deserialize, Serialize};

use crate::model::{AttributeSchema, Effect, IdentityClass, Layer, OnChange, RefOr, Schema, Typical};

/// The domain that alert mail is sent from, signed with DKIM. Its id is the domain; there is one per account and region.
///
/// It is usable in AWS as soon as it is made; whether the customer has published its records is in what is observed besides:
/// `is_verified`, `dkim_status`, `dkim_tokens` (three), `mail_from_status`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SesIdentity {
    /// The environment's own domain.
    pub domain: String,
    /// The length of the DKIM keys: `RSA_2048_BIT`.
    pub dkim_key_length: String,
    /// Whether mail is signed; always true.
    pub is_signed: bool,
    /// The domain bounces return to, below [`SesIdentity::domain`]: `bounce.emm.example.com`.
    pub mail_from_domain: String,
    /// The name of the configuration set that its mail is sent with.
    pub configuration_set: RefOr,
}

/// What the planner knows of the kind `ses-identity`.
pub static SCHEMA: Schema = Schema {
    kind: "ses-identity",
    listed_by: "ses-identity",
    layer: Layer::Mail,
    identity: IdentityClass::NaturalKey,
    is_taggable: true,
    holds_data: false,
    is_permanent: false,
    attributes: &[
        AttributeSchema { name: "domain", on_change: OnChange::Replace },
        AttributeSchema { name: "dkim_key_length", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "is_signed", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "mail_from_domain", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "configuration_set", on_change: OnChange::Update(Effect::InPlace) },
    ],
    outlives_down: false,
    last_copy: None,
    restores_from: None,
    vanishes_with: None,
    typical: Typical::QUICK,
    permissions: &[
        "ses:CreateEmailIdentity",
        "ses:DeleteEmailIdentity",
        "ses:ListEmailIdentities",
        "ses:GetEmailIdentity",
        "ses:PutEmailIdentityConfigurationSetAttributes",
        "ses:PutEmailIdentityDkimAttributes",
        "ses:PutEmailIdentityDkimSigningAttributes",
        "ses:PutEmailIdentityMailFromAttributes",
        "ses:TagResource",
        "ses:UntagResource",
    ],
};
