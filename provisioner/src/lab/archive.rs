use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::{LabError, Suite};

/// Where apt keeps the packages that it fetched, below a file system's root (apt.conf(5), `Dir::Cache::archives`).
const ARCHIVES: &str = "var/cache/apt/archives";

/// Packages that some machine fetched once, by release.
///
/// A machine is given them when it is made; apt compares each with its index before it uses it, so that a wrong one is fetched again.
#[derive(Clone, Debug)]
pub(super) struct Archive {
    folder: PathBuf,
}

impl Archive {
    /// The packages of a release in a cache.
    pub(super) fn of(cache: &Path, suite: Suite) -> Archive {
        Archive { folder: cache.join("apt").join(suite.name()) }
    }

    /// Gives the packages to a machine that does not run.
    ///
    /// # Errors
    /// When a folder cannot be used.
    pub(super) fn lend(&self, disk: &Path) -> Result<(), LabError> {
        let target = super::disk::folder(disk, ARCHIVES)?;
        for package in packages(&self.folder) {
            let lent = target.join(package.file_name().unwrap_or_default());
            link(&package, &lent).map_err(LabError::io("link", lent.clone()))?;
        }
        Ok(())
    }

    /// Takes over what a machine fetched.
    ///
    /// # Errors
    /// When a folder cannot be used.
    pub(super) fn collect(&self, disk: &Path) -> Result<(), LabError> {
        let fetched = packages(&disk.join(ARCHIVES));
        if fetched.is_empty() {
            return Ok(());
        }
        fs::create_dir_all(&self.folder).map_err(LabError::io("make", &self.folder))?;
        for package in fetched {
            let kept = self.folder.join(package.file_name().unwrap_or_default());
            if !kept.exists() {
                link(&package, &kept).map_err(LabError::io("link", kept.clone()))?;
            }
        }
        Ok(())
    }
}

/// The complete packages in a folder: plain files with names as apt gives them.
fn packages(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let is_package = |name: &str| {
        name.strip_suffix(".deb").is_some_and(|stem| {
            !stem.starts_with('.')
                && stem.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'%' | b'+' | b'-' | b'.' | b'_' | b'~'))
        })
    };
    let plain = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()));
    plain.filter(|entry| entry.file_name().to_str().is_some_and(is_package)).map(|entry| entry.path()).collect()
}

/// Makes one file known under two names, or copies it to another file system; one that is there already is left.
fn link(from: &Path, to: &Path) -> io::Result<()> {
    match fs::hard_link(from, to) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
            let temporary = to.with_extension("part");
            fs::copy(from, &temporary)?;
            fs::set_permissions(&temporary, fs::Permissions::from_mode(0o644))?;
            fs::rename(&temporary, to)
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_packages_are_taken_over_and_lent() {
        let place = tempfile::tempdir().unwrap();
        let (one, other, cache) = (place.path().join("one"), place.path().join("other"), place.path().join("cache"));
        let fetched = one.join(ARCHIVES);
        fs::create_dir_all(fetched.join("partial")).unwrap();
        for name in ["nginx_1.26%3a1-3+deb13u7_amd64.deb", "lock", ".hidden.deb", "partial/curl_8_amd64.deb"] {
            fs::write(fetched.join(name), "x").unwrap();
        }
        std::os::unix::fs::symlink("/etc/shadow", fetched.join("evil_1_all.deb")).unwrap();
        let archive = Archive::of(&cache, Suite::Trixie);
        archive.collect(&one).unwrap();
        fs::create_dir_all(&other).unwrap();
        archive.lend(&other).unwrap();
        let lent: Vec<PathBuf> = packages(&other.join(ARCHIVES));
        assert_eq!(lent, [other.join(ARCHIVES).join("nginx_1.26%3a1-3+deb13u7_amd64.deb")]);
    }
}
