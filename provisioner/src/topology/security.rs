use serde::{Deserialize, Serialize};

use crate::config::{Environment, KeyOwner};

/// What protects the stored data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Security {
    /// Whose key encrypts volumes, databases and buckets.
    pub kms: Kms,
}

/// Whose key it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kms {
    /// AWS's own, one per service and account.
    Aws,
    /// One of the environment's own.
    Customer,
}

impl Security {
    pub(super) fn of(environment: &Environment) -> Self {
        let kms = match environment.security.kms {
            KeyOwner::Aws => Kms::Aws,
            KeyOwner::Customer => Kms::Customer,
        };
        Self { kms }
    }
}
