use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use include_dir::{Dir, DirEntry, include_dir};

use crate::config::Project;
use crate::config::keys::Form;

/// The blueprints that are part of the program.
static BLUEPRINTS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/blueprints");

/// The monitoring that the program carries, for every environment alike.
static MONITORING: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/monitoring");

/// One file of a blueprint, or of the monitoring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// Its path as the operator knows it; that of a built-in file is below `<built-in>`.
    pub shown: PathBuf,
    /// Its bytes.
    pub bytes: Cow<'static, [u8]>,
    /// Whether the operator's project holds it, and not the program alone.
    pub is_own: bool,
}

impl Project {
    /// The blueprints that the program and the project hold, by name.
    pub fn blueprint_names(&self) -> BTreeSet<String> {
        self.names_in("blueprints")
    }

    /// The folders of the monitoring that the program and the project hold, by name.
    pub fn monitoring_names(&self) -> BTreeSet<String> {
        self.names_in("monitoring")
    }

    fn names_in(&self, top: &str) -> BTreeSet<String> {
        let built_in = built_in(top).into_iter().flat_map(Dir::dirs).filter_map(|folder| folder.path().to_str()).map(str::to_owned);
        let own = std::fs::read_dir(self.root.join(top)).into_iter().flatten().filter_map(|entry| {
            let path = entry.ok()?.path();
            if path.is_dir() { path.file_name()?.to_str().map(str::to_owned) } else { None }
        });
        own.filter(|name| Form::Name.fits(name)).chain(built_in).collect()
    }

    /// One file of a folder such as `blueprints/wso2-emm` or `monitoring/nrpe`: the project's own, or else the built-in one.
    ///
    /// # Errors
    /// When the project's own file is there and cannot be read.
    pub fn asset(&self, folder: &str, file: &str) -> std::io::Result<Option<Asset>> {
        let relative = Path::new(folder).join(file);
        if !relative.components().all(|component| matches!(component, Component::Normal(_))) {
            return Ok(None);
        }
        match std::fs::read(self.root.join(&relative)) {
            Ok(bytes) => return Ok(Some(Asset { shown: self.shown(&relative), bytes: bytes.into(), is_own: true })),
            Err(error) if matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) => {}
            Err(error) => return Err(error),
        }
        let found = folder.split_once('/').and_then(|(top, name)| built_in(top)?.get_file(format!("{name}/{file}")));
        Ok(found.map(|found| Asset { shown: Path::new("<built-in>").join(relative), bytes: found.contents().into(), is_own: false }))
    }

    /// The files of such a folder, relative to it: the built-in ones and the project's own.
    pub fn asset_files(&self, folder: &str) -> BTreeSet<String> {
        let mut files = BTreeSet::new();
        let Some((top, name)) = folder.split_once('/').filter(|(_, name)| Form::Name.fits(name)) else { return files };
        if let Some(folder) = built_in(top).and_then(|top| top.get_dir(name)) {
            built_in_files(folder, folder.path(), &mut files);
        }
        let own = self.root.join(top).join(name);
        own_files(&own, &own, &mut files, 0);
        files
    }
}

fn built_in(top: &str) -> Option<&'static Dir<'static>> {
    match top {
        "blueprints" => Some(&BLUEPRINTS),
        "monitoring" => Some(&MONITORING),
        _ => None,
    }
}

fn built_in_files(folder: &Dir<'_>, base: &Path, files: &mut BTreeSet<String>) {
    for entry in folder.entries() {
        match entry {
            DirEntry::Dir(below) => built_in_files(below, base, files),
            DirEntry::File(file) => files.extend(relative_to(base, file.path())),
        }
    }
}

fn own_files(folder: &Path, base: &Path, files: &mut BTreeSet<String>, depth: usize) {
    // A link to a folder above would otherwise never end.
    if depth > 8 {
        return;
    }
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            own_files(&path, base, files, depth + 1);
        } else {
            files.extend(relative_to(base, &path));
        }
    }
}

fn relative_to(base: &Path, path: &Path) -> Option<String> {
    path.strip_prefix(base).ok()?.to_str().map(str::to_owned)
}
