use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::archive::Archive;
use super::cgroup::Cgroup;
use super::command::Program;
use super::disk::{folder, write};
use super::tell::Tell;
use super::{LabError, Suite, image};

/// How long a layer may take to make.
const LIMIT: Duration = Duration::from_secs(45 * 60);

/// Installs packages on an image without starting a service of them. It runs in the layer's folder, in a mount namespace and a
/// group of its own. Words: the group's folders, a dash, packages.
const INSTALLER: &str = "set -eu
while [ \"$1\" != - ]; do
  mkdir -p \"$1\"
  echo $$ > \"$1/cgroup.procs\"
  shift
done
shift
mount -t overlay layer -o lowerdir=base,upperdir=disk,workdir=work root
exec systemd-nspawn --quiet --directory=root --register=no --keep-unit --resolv-conf=off --timezone=off --link-journal=no --pipe \\
  --setenv=DEBIAN_FRONTEND=noninteractive \\
  /bin/sh -c 'apt-get -q update && exec apt-get -q -y --no-install-recommends install \"$@\"' install \"$@\"
";

/// What keeps packages from starting their services (invoke-rc.d(8)).
const POLICY: &str = "usr/sbin/policy-rc.d";

/// Finds or makes the layer of an image that has these packages, and returns what it changes of the image. Whoever calls MUST hold the cache's lock.
///
/// # Errors
/// When a package cannot be installed.
pub(super) async fn ensure(cache: &Path, suite: Suite, base: &Path, packages: &[String], tell: &Tell) -> Result<PathBuf, LabError> {
    let names = checked(packages)?;
    let path = cache.join("layers").join(format!("{}-{}", suite.name(), key(suite, &names)));
    let changes = path.join("disk");
    if changes.is_dir() {
        return Ok(changes);
    }
    tell.say(&format!("installing {} packages on an image (it is kept in {})", names.len(), cache.display()));
    let unfinished = path.with_extension("new");
    remove(&unfinished)?;
    for name in ["disk", "work", "root"] {
        folder(&unfinished, name)?;
    }
    symlink(base, unfinished.join("base")).map_err(LabError::io("link", unfinished.join("base")))?;
    let disk = unfinished.join("disk");
    let archive = Archive::of(cache, suite);
    archive.lend(&disk)?;
    write(&disk, POLICY, b"#!/bin/sh\nexit 101\n", 0o755)?;
    // A layer is made in this computer's own network.
    write(&disk, "etc/resolv.conf", &fs::read("/etc/resolv.conf").unwrap_or_default(), 0o644)?;
    let place = unfinished.display().to_string();
    let words = ["unshare", "--mount", "--propagation", "slave", "--wd", &place, "sh", "-c", INSTALLER, "installer"].map(str::to_owned);
    // systemd-nspawn takes the group that it runs in for its own.
    let group = Cgroup::of(&format!("prov-layer-{}", std::process::id()));
    let folders = group.folders().into_iter().map(|folder| folder.display().to_string());
    let ended = Program::new(words.into_iter().chain(folders).chain(["-".to_owned()]).chain(names)).limit(LIMIT).run().await;
    group.remove();
    ended?;
    archive.collect(&disk)?;
    for left in [POLICY, "etc/resolv.conf"] {
        fs::remove_file(disk.join(left)).map_err(LabError::io("remove", disk.join(left)))?;
    }
    remove(&disk.join("var/cache/apt/archives"))?;
    fs::rename(&unfinished, &path).map_err(LabError::io("rename", &path))?;
    Ok(changes)
}

/// The names in order, each once; a text that is none is refused (Debian Policy, "Source", §5.6.1).
fn checked(packages: &[String]) -> Result<Vec<String>, LabError> {
    let mut names = packages.to_vec();
    names.sort();
    names.dedup();
    let is_name = |name: &String| {
        let bytes = name.as_bytes();
        let is_inner = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.');
        bytes.len() >= 2 && bytes.first().is_some_and(u8::is_ascii_alphanumeric) && bytes.iter().all(is_inner)
    };
    match names.iter().find(|name| !is_name(name)) {
        Some(name) => Err(LabError::BadPackage { name: name.clone() }),
        None => Ok(names),
    }
}

fn key(suite: Suite, names: &[String]) -> String {
    let mut hasher = Sha256::new();
    hasher.update(image::key(suite));
    hasher.update(INSTALLER);
    for name in names {
        hasher.update([0]);
        hasher.update(name);
    }
    format!("{:x}", hasher.finalize())[..16].to_owned()
}

fn remove(path: &Path) -> Result<(), LabError> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(LabError::io("remove", path)(error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_packages_are_installed() {
        let given = |names: &[&str]| checked(&names.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(given(&["nginx", "g++", "nginx"]).unwrap(), ["g++", "nginx"]);
        for text in ["-oAPT::Get::AllowUnauthenticated=1", "nginx/sid", "a", "", "x;y", "Nginx"] {
            assert!(given(&[text]).is_err(), "{text}");
        }
    }
}
