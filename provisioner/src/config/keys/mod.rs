//! The one table of every key a person may write: its type, its default and what it means.
//!
//! The reader, the JSON schemas for editors and the key references in `docs/` are all made from it.

mod blueprint;
mod environment;
mod form;
mod json_schema;
mod key;
mod project;
mod reference;
mod shape;
mod software;

pub(crate) use blueprint::BLUEPRINT;
pub(crate) use environment::ENVIRONMENT;
pub(crate) use form::Form;
pub use json_schema::json_schema;
pub(crate) use key::{Key, Kind, Presence};
pub(crate) use project::PROJECT;
pub use reference::key_reference;
pub(crate) use shape::Shape;
pub(crate) use software::SOFTWARE;

/// The files a person writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Document {
    /// `provision.toml`.
    Project,
    /// `environments/<name>.toml`.
    Environment,
    /// `blueprints/<name>/blueprint.toml`.
    Blueprint,
    /// `software.toml` of a blueprint or of a folder in `monitoring/`.
    Software,
}

impl Document {
    pub(crate) fn keys(self) -> &'static [&'static [Key]] {
        match self {
            Self::Project => PROJECT,
            Self::Environment => ENVIRONMENT,
            Self::Blueprint => BLUEPRINT,
            Self::Software => SOFTWARE,
        }
    }

    /// What it describes, in a few words.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Project => "A project of provision",
            Self::Environment => "An environment of provision",
            Self::Blueprint => "A blueprint of provision",
            Self::Software => "What provision installs on hosts, and how it is watched",
        }
    }
}
