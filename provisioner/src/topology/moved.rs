use serde::{Deserialize, Serialize};

use crate::config;

/// What the blueprints call by another name than before, so that what exists is taken for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// What it is.
    pub kind: MovedKind,
    /// Its name so far.
    pub from: String,
    /// Its name now.
    pub to: String,
}

/// What can have another name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MovedKind {
    /// A role, with all of its hosts.
    Role,
    /// A database.
    Database,
    /// A bucket.
    Bucket,
}

impl From<&config::Moved> for Moved {
    fn from(moved: &config::Moved) -> Self {
        let kind = match moved.kind {
            config::MovedKind::Role => MovedKind::Role,
            config::MovedKind::Database => MovedKind::Database,
            config::MovedKind::Bucket => MovedKind::Bucket,
        };
        Self { kind, from: moved.from.clone(), to: moved.to.clone() }
    }
}

impl Moved {
    /// The name of a host of a renamed role now: `worker-1` → `app-1`. Nothing for other hosts.
    pub fn host(&self, name: &str) -> Option<String> {
        let number = name.strip_prefix(&self.from)?.strip_prefix('-')?;
        let is_host = self.kind == MovedKind::Role && number.starts_with(|first: char| first.is_ascii_digit());
        is_host.then(|| format!("{}-{number}", self.to))
    }
}
