use std::path::PathBuf;

/// A folder with environments: where everything of one customer stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// The folder.
    pub root: PathBuf,
    /// Its name, from `provision.toml`; `provision` where that does not say. Never the folder's name.
    pub name: String,
    /// Where state lives.
    pub state: StateKind,
}

/// Where state lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StateKind {
    /// In the project's own folder `.provision/state`.
    Local,
}
