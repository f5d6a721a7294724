use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::{ResourceAddress, TAG_ADDRESS, TAG_ENVIRONMENT, TAG_PROJECT, Tags};

/// Whose objects are meant: those tagged with this project and environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// The project's name, from `provision.toml`.
    pub project: String,
    /// The environment's name.
    pub environment: String,
}

impl Scope {
    /// The tags by which the object at `address` is known to be ours.
    pub fn tags_for(&self, address: &ResourceAddress) -> Tags {
        Tags::from([
            (TAG_PROJECT.to_owned(), self.project.clone()),
            (TAG_ENVIRONMENT.to_owned(), self.environment.clone()),
            (TAG_ADDRESS.to_owned(), address.to_string()),
        ])
    }

    /// The address the tags carry, if the tags are ours.
    pub fn address_in(&self, tags: &Tags) -> Option<ResourceAddress> {
        let is_ours = tags.get(TAG_PROJECT) == Some(&self.project) && tags.get(TAG_ENVIRONMENT) == Some(&self.environment);
        is_ours.then(|| tags.get(TAG_ADDRESS)).flatten().and_then(|text| text.parse().ok())
    }

    /// The physical name of something of this environment: `<project>-<environment>-<name>`.
    pub fn physical_name(&self, name: &str) -> String {
        format!("{}-{}-{name}", self.project, self.environment)
    }
}

/// Which cloud a command speaks to; state is kept apart by it and never shared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CloudName {
    /// Amazon Web Services.
    Aws,
    /// The rehearsal cloud inside the program.
    Sandbox,
    /// Another endpoint that speaks AWS's protocols, named by a digest of its URL.
    Endpoint(String),
}

impl fmt::Display for CloudName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Aws => formatter.write_str("aws"),
            Self::Sandbox => formatter.write_str("sandbox"),
            Self::Endpoint(digest) => write!(formatter, "endpoint-{digest}"),
        }
    }
}
