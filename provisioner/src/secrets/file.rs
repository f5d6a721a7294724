use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::secrets::SecretError;

/// Makes a file of mode 0600 that only gets its name when it is whole; `false` if the name was taken and stays.
pub(super) fn create(path: &Path, bytes: &[u8]) -> Result<bool, SecretError> {
    let fresh = write_beside(path, bytes)?;
    let linked = fs::hard_link(&fresh, path);
    fs::remove_file(&fresh).map_err(SecretError::file("removed", &fresh))?;
    match linked {
        Ok(()) => sync_folder(path).map(|()| true),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(SecretError::file("written", path)(error)),
    }
}

/// Puts a file of mode 0600 in the place of another, durably.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> Result<(), SecretError> {
    let fresh = write_beside(path, bytes)?;
    fs::rename(&fresh, path).map_err(SecretError::file("replaced", path))?;
    sync_folder(path)
}

fn write_beside(path: &Path, bytes: &[u8]) -> Result<PathBuf, SecretError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(SecretError::file("made", folder))?;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}-{:08x}.new", std::process::id(), rand::random::<u32>()));
    let fresh = path.with_file_name(name);
    let mut file =
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(&fresh).map_err(SecretError::file("written", &fresh))?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(SecretError::file("written", &fresh))?;
    Ok(fresh)
}

fn sync_folder(path: &Path) -> Result<(), SecretError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(SecretError::file("written", folder))
}
