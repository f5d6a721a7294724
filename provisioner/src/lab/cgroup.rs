use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal};

/// How often a machine's processes are looked at while they come or go.
const TICK: Duration = Duration::from_millis(40);

/// The hierarchies in which a machine has a group of its own: the only one of version 2, or version 2's and systemd's beside version 1.
///
/// Machines that share a group stop each other: systemd inside takes the group for its own.
pub(super) fn roots() -> Vec<PathBuf> {
    let mounted = Path::new("/sys/fs/cgroup");
    if mounted.join("cgroup.controllers").is_file() {
        return vec![mounted.to_owned()];
    }
    let unified = mounted.join("unified");
    if !unified.join("cgroup.procs").is_file() {
        return Vec::new();
    }
    let systemd = mounted.join("systemd");
    [unified].into_iter().chain(systemd.join("cgroup.procs").is_file().then_some(systemd)).collect()
}

/// The group of one machine: its processes, whoever started them. It is how a machine is found again.
#[derive(Clone, Debug)]
pub(super) struct Cgroup {
    name: String,
}

/// What the processes of a machine are doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Life {
    /// There are none.
    None,
    /// There are some, and the one that runs the machine is among them.
    Whole,
    /// There are some whose supervisor is gone.
    Orphaned,
}

impl Cgroup {
    /// The group of a machine, by the machine's name.
    pub(super) fn of(name: &str) -> Cgroup {
        Cgroup { name: name.to_owned() }
    }

    /// The group's folders, one in each hierarchy.
    pub(super) fn folders(&self) -> Vec<PathBuf> {
        roots().into_iter().map(|root| root.join(&self.name)).collect()
    }

    /// The groups whose names begin so.
    pub(super) fn with_prefix(prefix: &str) -> Vec<String> {
        let Some(root) = roots().into_iter().next() else { return Vec::new() };
        let entries = std::fs::read_dir(root).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        names.filter(|name| name.starts_with(prefix)).collect()
    }

    /// What the machine's processes are doing.
    pub(super) fn life(&self) -> Life {
        if !self.is_populated() {
            Life::None
        } else if self.starting().is_empty() {
            Life::Orphaned
        } else {
            Life::Whole
        }
    }

    /// Whether systemd inside has its part of the group and runs.
    pub(super) fn has_booted(&self) -> bool {
        self.first().is_some()
    }

    /// The machine's first process, which is its systemd.
    pub(super) fn first(&self) -> Option<Pid> {
        let folder = self.folders().into_iter().next()?;
        processes(&folder.join("payload/init.scope")).into_iter().next()
    }

    /// Asks the supervisor to shut the machine down in order: it passes the wish on to the machine's systemd (systemd-nspawn(1), `--kill-signal=`).
    pub(super) fn ask_to_end(&self) {
        for pid in self.starting() {
            // A process that is gone has ended.
            let _ = rustix::process::kill_process(pid, Signal::TERM);
        }
    }

    /// Ends all processes at once.
    pub(super) fn kill(&self) {
        let Some(folder) = self.folders().into_iter().next() else { return };
        if std::fs::write(folder.join("cgroup.kill"), "1").is_err() {
            // Kernels before 5.14 have no such file.
            for pid in all_processes(&folder) {
                let _ = rustix::process::kill_process(pid, Signal::KILL);
            }
        }
    }

    /// Waits until no process is left; says whether that came true in time.
    pub(super) async fn wait_for_end(&self, limit: Duration) -> bool {
        let begun = Instant::now();
        while self.is_populated() {
            if begun.elapsed() > limit {
                return false;
            }
            tokio::time::sleep(TICK).await;
        }
        true
    }

    /// Waits until systemd inside runs; says whether that came true in time, and ends early when no process is left after `grace`.
    pub(super) async fn wait_for_boot(&self, limit: Duration, grace: Duration) -> bool {
        let begun = Instant::now();
        while begun.elapsed() < limit {
            if self.has_booted() {
                return true;
            }
            if begun.elapsed() > grace && !self.is_populated() {
                return false;
            }
            tokio::time::sleep(TICK).await;
        }
        false
    }

    /// Removes the group, which has no process any more.
    pub(super) fn remove(&self) {
        for folder in self.folders() {
            remove_tree(&folder);
        }
    }

    fn is_populated(&self) -> bool {
        self.folders().first().is_some_and(|folder| !all_processes(folder).is_empty())
    }

    /// The processes outside of the machine itself: the launcher, or systemd-nspawn.
    fn starting(&self) -> Vec<Pid> {
        let Some(folder) = self.folders().into_iter().next() else { return Vec::new() };
        let mut found = processes(&folder);
        found.extend(processes(&folder.join("supervisor")));
        found
    }
}

fn processes(folder: &Path) -> Vec<Pid> {
    let text = std::fs::read_to_string(folder.join("cgroup.procs")).unwrap_or_default();
    text.lines().filter_map(|line| line.parse().ok().and_then(Pid::from_raw)).collect()
}

fn all_processes(folder: &Path) -> Vec<Pid> {
    let mut found = processes(folder);
    for below in folders_below(folder) {
        found.extend(all_processes(&below));
    }
    found
}

fn folders_below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir())).map(|entry| entry.path()).collect()
}

fn remove_tree(folder: &Path) {
    for below in folders_below(folder) {
        remove_tree(&below);
    }
    // A group that is in use is removed by the next one who looks.
    let _ = std::fs::remove_dir(folder);
}
