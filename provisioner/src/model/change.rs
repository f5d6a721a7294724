use serde::{Deserialize, Serialize};

/// What a change does to what runs on the object, in the words an operator reads at the right of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// Nothing notices.
    InPlace,
    /// The machine stops and starts again.
    Reboot,
    /// A new object takes the old one's place; what it stores lives elsewhere.
    ReplaceDataKept,
    /// A new, empty object takes the old one's place.
    ReplaceDataLost,
}

impl Effect {
    /// The words of the plan.
    pub fn words(self) -> &'static str {
        match self {
            Self::InPlace => "in place",
            Self::Reboot => "reboot",
            Self::ReplaceDataKept => "replace, data kept",
            Self::ReplaceDataLost => "replace, DATA LOST",
        }
    }
}
