use serde::{Deserialize, Serialize};

use crate::config;

/// A bucket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bucket {
    /// What it holds.
    pub purpose: String,
    /// Whether its objects are locked for the time backups are kept.
    pub is_locked: bool,
    /// Whether it keeps the versions of its objects.
    pub is_versioned: bool,
}

impl From<&config::Bucket> for Bucket {
    fn from(bucket: &config::Bucket) -> Self {
        Self { purpose: bucket.purpose.clone(), is_locked: bucket.is_locked, is_versioned: bucket.is_versioned }
    }
}
