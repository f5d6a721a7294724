use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::config::keys::Form;

/// A folder with environments: where everything of one customer stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// The folder.
    pub root: PathBuf,
    /// The folder as the operator knows it: empty for the current one. Diagnostics show paths below it.
    pub shown_root: PathBuf,
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

impl Project {
    /// The name of the project file.
    pub const FILE: &'static str = "provision.toml";

    /// The names of its environments, in order: the stems of `environments/*.toml`.
    pub fn environment_names(&self) -> BTreeSet<String> {
        let Ok(entries) = std::fs::read_dir(self.root.join("environments")) else { return BTreeSet::new() };
        let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
        paths
            .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
            .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
            .filter(|stem| Form::Name.fits(stem))
            .collect()
    }

    /// The file of an environment, relative to the root.
    pub(crate) fn environment_file(name: &str) -> PathBuf {
        Path::new("environments").join(format!("{name}.toml"))
    }

    /// A path below the root as the operator knows it.
    pub(crate) fn shown(&self, relative: &Path) -> PathBuf {
        self.shown_root.join(relative)
    }
}
