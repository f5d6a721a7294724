use std::fs;
use std::net::Ipv4Addr;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::archive::Archive;
use super::names::VolumeId;
use super::network::offset;
use super::{LabError, Suite};
use crate::sandbox::{Machine, Machines};

/// What cloud-init finds of the machine's cloud (cloud-init's documentation, "NoCloud").
const SEED: &str = "var/lib/cloud/seed/nocloud";

/// The folder of one machine: what it wrote on its disk, and what is remembered of it.
///
/// ```text
/// base -> …/cache/base-trixie-…   the images below, as links: base, and layer where it has one
/// disk/                           what the machine changed of them
/// work/ root/                     the overlay's own, and where it is mounted while the machine runs
/// machine.json boots volumes      what is remembered of it, the boot it is in, its data volumes
/// log                             what its launcher wrote
/// ```
#[derive(Clone, Debug)]
pub(super) struct Disk {
    path: PathBuf,
}

impl Disk {
    /// The machine's folder below the laboratory's.
    pub(super) fn new(path: PathBuf) -> Disk {
        Disk { path }
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it is made.
    pub(super) fn exists(&self) -> bool {
        self.path.is_dir()
    }

    /// What the machine changed of its image.
    pub(super) fn changes(&self) -> PathBuf {
        self.path.join("disk")
    }

    /// The images below, the uppermost first, as overlayfs is told.
    pub(super) fn lower(&self) -> &'static str {
        if self.path.join("layer").exists() { "layer:base" } else { "base" }
    }

    /// What the launcher wrote.
    pub(super) fn log(&self) -> PathBuf {
        self.path.join("log")
    }

    /// What is remembered of the machine; nothing where it cannot be read.
    pub(super) fn facts(&self) -> Option<Facts> {
        serde_json::from_slice(&fs::read(self.path.join("machine.json")).ok()?).ok()
    }

    /// The boot that it is in, or was in last.
    pub(super) fn boots(&self) -> Option<u32> {
        fs::read_to_string(self.path.join("boots")).ok()?.parse().ok()
    }

    /// Remembers the boot that begins.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(super) fn set_boots(&self, boots: u32) -> Result<(), LabError> {
        self.remember("boots", &boots.to_string())
    }

    /// The volumes that the machine has, or had last.
    pub(super) fn volumes(&self) -> Vec<VolumeId> {
        let text = fs::read_to_string(self.path.join("volumes")).unwrap_or_default();
        text.lines().filter_map(|line| VolumeId::new(line).ok()).collect()
    }

    /// Remembers the volumes that the machine has.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(super) fn set_volumes(&self, volumes: &[VolumeId]) -> Result<(), LabError> {
        let lines: Vec<&str> = volumes.iter().map(VolumeId::as_str).collect();
        self.remember("volumes", &lines.join("\n"))
    }

    fn remember(&self, name: &str, text: &str) -> Result<(), LabError> {
        let (path, temporary) = (self.path.join(name), self.path.join(format!("{name}.new")));
        fs::write(&temporary, text).map_err(LabError::io("write", &temporary))?;
        fs::rename(&temporary, &path).map_err(LabError::io("replace", path))
    }

    /// Makes it, whole or not at all.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub(super) fn make(&self, machine: &Machine, machines: &Machines, made_of: &MadeOf<'_>) -> Result<(), LabError> {
        let unfinished = Disk { path: self.path.with_extension("new") };
        unfinished.remove()?;
        for name in ["disk", "work", "root"] {
            folder(&unfinished.path, name)?;
        }
        let link = |target: &Path, name: &str| {
            let path = unfinished.path.join(name);
            symlink(target, &path).map_err(LabError::io("link", path.clone()))
        };
        link(made_of.base, "base")?;
        if let Some(layer) = made_of.layer {
            link(layer, "layer")?;
        }
        let console = machine.console.clone().unwrap_or_else(|| self.path.join("console"));
        let facts = Facts { host: machine.name.clone(), suite: made_of.suite, address: machine.address, console };
        write(&unfinished.path, "machine.json", json!(facts).to_string().as_bytes(), 0o644)?;
        write(&unfinished.path, "boots", machine.boots.to_string().as_bytes(), 0o644)?;
        seed(&unfinished.changes(), machine, machines)?;
        made_of.archive.lend(&unfinished.changes())?;
        fs::rename(&unfinished.path, &self.path).map_err(LabError::io("rename", &self.path))
    }

    /// Removes it, which MUST not be in use.
    ///
    /// # Errors
    /// When a file cannot be removed.
    pub(super) fn remove(&self) -> Result<(), LabError> {
        match fs::remove_dir_all(&self.path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(LabError::io("remove", &self.path)(error)),
            _ => Ok(()),
        }
    }
}

/// What is remembered of a machine whose instance may be gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Facts {
    /// The host's name.
    pub(super) host: String,
    /// The release that it was made of.
    pub(super) suite: Suite,
    /// Its private address.
    pub(super) address: Ipv4Addr,
    /// Where its console is written to.
    pub(super) console: PathBuf,
}

/// What a disk is made of.
#[derive(Clone, Copy, Debug)]
pub(super) struct MadeOf<'a> {
    /// The release.
    pub(super) suite: Suite,
    /// Its image.
    pub(super) base: &'a Path,
    /// The image with its role's packages.
    pub(super) layer: Option<&'a Path>,
    /// Packages that were fetched before.
    pub(super) archive: &'a Archive,
}

/// Writes what a machine knows at its first boot: where to ask for names, and what cloud-init shall do.
fn seed(disk: &Path, machine: &Machine, machines: &Machines) -> Result<(), LabError> {
    let (_, domain) = machine.private_name.split_once('.').unwrap_or_default();
    let resolver = machines.vpc.map_or_else(String::new, |vpc| format!("nameserver {}\n", offset(vpc, 2)));
    write(disk, "etc/resolv.conf", format!("search {domain}\n{resolver}").as_bytes(), 0o644)?;
    let facts = json!({ "instance-id": machine.id, "local-hostname": machine.private_name });
    write(disk, &format!("{SEED}/meta-data"), facts.to_string().as_bytes(), 0o600)?;
    write(disk, &format!("{SEED}/user-data"), machine.user_data.as_deref().unwrap_or_default(), 0o600)
}

/// Makes a folder below a root, each part readable for everybody as an image has them.
///
/// # Errors
/// When one cannot be made.
pub(super) fn folder(root: &Path, relative: &str) -> Result<PathBuf, LabError> {
    let path = root.join(relative);
    fs::DirBuilder::new().recursive(true).mode(0o755).create(&path).map_err(LabError::io("make", &path))?;
    Ok(path)
}

/// Writes a file below a root, with its folders.
///
/// # Errors
/// When it cannot be written.
pub(super) fn write(root: &Path, relative: &str, content: &[u8], mode: u32) -> Result<(), LabError> {
    if let Some((parent, _)) = relative.rsplit_once('/') {
        folder(root, parent)?;
    }
    let path = root.join(relative);
    // An image may have a link here that leads out of it.
    match fs::remove_file(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(LabError::io("replace", &path)(error)),
        _ => {}
    }
    fs::write(&path, content).map_err(LabError::io("write", &path))?;
    fs::set_permissions(&path, fs::Permissions::from_mode(mode)).map_err(LabError::io("change", &path))
}
