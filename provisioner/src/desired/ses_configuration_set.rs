use serde::{Deserialize, Serialize};

use crate::model::{AttributeSchema, Effect, IdentityClass, Layer, OnChange, Schema, Typical};

/// How alert mail is sent, and what is reported of it. Its id is its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SesConfigurationSet {
    /// Its physical name, at most 64 letters, digits, `-` and `_`.
    pub set_name: String,
    /// Whether mail to a server without TLS is not delivered.
    pub requires_tls: bool,
    /// Whether it may send; always true.
    pub is_sending: bool,
    /// Whether bounces and complaints are counted for it.
    pub has_reputation_metrics: bool,
    /// For which reasons an address gets no more mail: `BOUNCE`, `COMPLAINT`.
    pub suppresses: Vec<String>,
    /// The events that are counted in CloudWatch: `BOUNCE`, `COMPLAINT`, …
    pub counted_events: Vec<String>,
}

impl SesConfigurationSet {
    /// The name of the one event destination.
    pub const EVENTS: &'static str = "cloudwatch";
}

/// What the planner knows of the kind `ses-configuration-set`.
pub static SCHEMA: Schema = Schema {
    kind: "ses-configuration-set",
    listed_by: "ses-configuration-set",
    layer: Layer::Mail,
    identity: IdentityClass::NaturalKey,
    is_taggable: true,
    holds_data: false,
    is_permanent: false,
    attributes: &[
        AttributeSchema { name: "set_name", on_change: OnChange::Fixed },
        AttributeSchema { name: "requires_tls", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "is_sending", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "has_reputation_metrics", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "suppresses", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "counted_events", on_change: OnChange::Update(Effect::InPlace) },
    ],
    outlives_down: false,
    last_copy: None,
    restores_from: None,
    vanishes_with: None,
    typical: Typical::QUICK,
    permissions: &[
        "ses:CreateConfigurationSet",
        "ses:DeleteConfigurationSet",
        "ses:ListConfigurationSets",
        "ses:GetConfigurationSet",
        "ses:GetConfigurationSetEventDestinations",
        "ses:CreateConfigurationSetEventDestination",
        "ses:UpdateConfigurationSetEventDestination",
        "ses:PutConfigurationSetDeliveryOptions",
        "ses:PutConfigurationSetReputationOptions",
        "ses:PutConfigurationSetSendingOptions",
        "ses:PutConfigurationSetSuppressionOptions",
        "ses:TagResource",
        "ses:UntagResource",
    ],
};
