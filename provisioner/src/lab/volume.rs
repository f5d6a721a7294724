use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::LabError;
use super::command::Program;
use super::names::VolumeId;
use crate::sandbox::{Machines, Volume};

const GIB: u64 = 1024 * 1024 * 1024;
/// How long a copy of a volume may take.
const COPY: Duration = Duration::from_secs(10 * 60);

/// The volumes of a laboratory. Each is a file that takes the room of what was written to it, and a device of this computer's while it is attached.
///
/// ```text
/// vol-0123456789abcdef0   a volume's content
/// snap-0123456789abcdef0  what a volume's was when the laboratory first saw the snapshot
/// ```
#[derive(Clone, Debug)]
pub(super) struct Volumes {
    folder: PathBuf,
}

/// A volume as a machine has it: a block device under the name that udev gives to a volume of EBS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Device {
    /// The number of the loop device.
    number: u32,
    id: VolumeId,
}

impl Device {
    /// The device on this computer.
    fn path(number: u32) -> String {
        format!("/dev/loop{number}")
    }

    /// What systemd-nspawn is told, so that the device is there before anything runs.
    pub(super) fn bind(&self) -> String {
        format!("--bind={}:/dev/disk/by-id/{}", Self::path(self.number), self.id.link())
    }

    /// The device in one word: its link and its numbers. Loop devices have the major number 7 (Linux, `admin-guide/devices.txt`).
    pub(super) fn word(&self) -> String {
        format!("{}:7:{}", self.id.link(), self.number)
    }
}

impl Volumes {
    /// The volumes in a folder, which need not be there.
    pub(super) fn new(folder: PathBuf) -> Volumes {
        Volumes { folder }
    }

    /// Makes the content of every volume, in its size, and the device of each that is attached. Says what failed.
    pub(super) async fn provide(&self, machines: &Machines) -> Vec<(String, LabError)> {
        let mut failed = Vec::new();
        if machines.volumes.is_empty() && machines.snapshots.is_empty() {
            return failed;
        }
        if let Err(source) = fs::create_dir_all(&self.folder) {
            return vec![("volumes".to_owned(), LabError::io("make", &self.folder)(source))];
        }
        // What is snapshotted may be removed at once.
        for (snapshot, volume) in &machines.snapshots {
            if let Err(error) = self.copy(volume, snapshot).await {
                failed.push((snapshot.clone(), error));
            }
        }
        for volume in &machines.volumes {
            if let Err(error) = self.provide_one(volume).await {
                failed.push((volume.id.clone(), error));
            }
        }
        failed
    }

    async fn provide_one(&self, volume: &Volume) -> Result<(), LabError> {
        let id = VolumeId::new(&volume.id)?;
        if let Some(snapshot) = &volume.snapshot {
            self.copy(snapshot, &volume.id).await?;
        }
        let path = self.file(&id);
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(LabError::io("open", &path))?;
        let length = file.metadata().map_err(LabError::io("read", &path))?.len();
        let size = u64::from(volume.size_gib) * GIB;
        if length < size {
            file.set_len(size).map_err(LabError::io("enlarge", &path))?;
        }
        drop(file);
        if volume.instance.is_none() {
            return Ok(());
        }
        match self.number(&id) {
            Some(number) if sectors(number) * 512 < size => {
                Program::new(["losetup", "--set-capacity", &Device::path(number)]).run().await.map(drop)
            }
            Some(_) => Ok(()),
            None => Program::new(["losetup", "--find", "--", &path.display().to_string()]).run().await.map(drop),
        }
    }

    /// Takes away what no volume and no snapshot needs any more. Says what failed.
    pub(super) async fn release(&self, machines: &Machines) -> Vec<(String, LabError)> {
        let mut failed = Vec::new();
        let attached = machines.volumes.iter().filter(|volume| volume.instance.is_some()).map(|volume| volume.id.as_str());
        let attached: BTreeSet<&str> = attached.collect();
        for (number, path) in loops() {
            let Some(name) = self.name_of(&path).filter(|name| !attached.contains(name.as_str())) else { continue };
            if let Err(error) = Program::new(["losetup", "--detach", &Device::path(number)]).run().await {
                // Who else detaches it has done our work.
                if loops().get(&number) == Some(&path) {
                    failed.push((name, error));
                }
            }
        }
        let volumes = machines.volumes.iter().map(|volume| volume.id.as_str());
        let known: BTreeSet<&str> = volumes.chain(machines.snapshots.keys().map(String::as_str)).collect();
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if !known.contains(name.as_str())
                && let Err(source) = fs::remove_file(entry.path())
            {
                failed.push((name, LabError::io("remove", entry.path())(source)));
            }
        }
        if known.is_empty() {
            // It may not be there.
            let _ = fs::remove_dir(&self.folder);
        }
        failed
    }

    /// The devices of volumes; one that has none is left out.
    pub(super) fn devices(&self, ids: &[VolumeId]) -> Vec<Device> {
        ids.iter().filter_map(|id| Some(Device { number: self.number(id)?, id: id.clone() })).collect()
    }

    /// Copies the content of a volume or a snapshot to a new one, whole or not at all; what is not there is not copied.
    async fn copy(&self, from: &str, to: &str) -> Result<(), LabError> {
        let (source, target) = (self.folder.join(from), self.folder.join(to));
        if target.exists() || !source.exists() {
            return Ok(());
        }
        let unfinished = self.folder.join(format!("{to}.new"));
        let words = ["cp", "--sparse=always", "--reflink=auto", "--"].map(str::to_owned);
        let names = [&source, &unfinished].map(|path| path.display().to_string());
        Program::new(words.into_iter().chain(names)).limit(COPY).run().await?;
        fs::rename(&unfinished, &target).map_err(LabError::io("rename", &target))
    }

    fn file(&self, id: &VolumeId) -> PathBuf {
        self.folder.join(id.as_str())
    }

    fn number(&self, id: &VolumeId) -> Option<u32> {
        let file = self.file(id);
        loops().into_iter().find(|(_, path)| *path == file).map(|(number, _)| number)
    }

    /// The name of a file in the folder, which may have been removed while it was in use.
    fn name_of(&self, path: &Path) -> Option<String> {
        let name = path.strip_prefix(&self.folder).ok()?.to_str()?;
        Some(name.trim_end_matches(" (deleted)").to_owned())
    }
}

/// This computer's loop devices that are in use, with their files (Linux, `Documentation/ABI/testing/sysfs-block-loop`).
fn loops() -> BTreeMap<u32, PathBuf> {
    let entries = fs::read_dir("/sys/block").into_iter().flatten().flatten();
    let used = entries.filter_map(|entry| {
        let number = entry.file_name().to_str()?.strip_prefix("loop")?.parse().ok()?;
        let file = fs::read_to_string(entry.path().join("loop/backing_file")).ok()?;
        Some((number, PathBuf::from(file.trim_end_matches('\n'))))
    });
    used.collect()
}

/// The size of a loop device in sectors of 512 bytes.
fn sectors(number: u32) -> u64 {
    let text = fs::read_to_string(format!("/sys/block/loop{number}/size")).unwrap_or_default();
    text.trim().parse().unwrap_or_default()
}
