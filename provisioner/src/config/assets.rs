use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use include_dir::{Dir, DirEntry, include_dir};

use crate::config::Project;
use crate::config::keys::Form;

/// The blueprints that are part of the program.
static BLUEPRINTS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/blueprints");

/// One file of a blueprint.
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
        let built_in = BLUEPRINTS.dirs().filter_map(|folder| folder.path().to_str()).map(str::to_owned);
        let own = std::fs::read_dir(self.root.join("blueprints")).into_iter().flatten().filter_map(|entry| {
            let path = entry.ok()?.path();
            if path.is_dir() { path.file_name()?.to_str().map(str::to_owned) } else { None }
        });
        own.filter(|name| Form::Name.fits(name)).chain(built_in).collect()
    }

    /// One file of a blueprint: the project's own, or else the built-in one.
    ///
    /// # Errors
    /// When the project's own file is there and cannot be read.
    pub fn blueprint_asset(&self, blueprint: &str, file: &str) -> std::io::Result<Option<Asset>> {
        let relative = Path::new("blueprints").join(blueprint).join(file);
        if !relative.components().all(|component| matches!(component, Component::Normal(_))) {
            return Ok(None);
        }
        match std::fs::read(self.root.join(&relative)) {
            Ok(bytes) => return Ok(Some(Asset { shown: self.shown(&relative), bytes: bytes.into(), is_own: true })),
            Err(error) if matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) => {}
            Err(error) => return Err(error),
        }
        let built_in = BLUEPRINTS.get_file(format!("{blueprint}/{file}"));
        Ok(built_in.map(|found| Asset { shown: Path::new("<built-in>").join(relative), bytes: found.contents().into(), is_own: false }))
    }

    /// The files of a blueprint, relative to its folder: the built-in ones and the project's own.
    pub fn blueprint_files(&self, blueprint: &str) -> BTreeSet<String> {
        let mut files = BTreeSet::new();
        if !Form::Name.fits(blueprint) {
            return files;
        }
        if let Some(folder) = BLUEPRINTS.get_dir(blueprint) {
            built_in_files(folder, folder.path(), &mut files);
        }
        let own = self.root.join("blueprints").join(blueprint);
        own_files(&own, &own, &mut files, 0);
        files
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
