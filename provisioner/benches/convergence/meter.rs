//! CPU time by control groups: whatever a contender starts, here or on a host, is counted, and nothing else is.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::run::Failed;

/// How long processes may take to come to rest.
const REST: Duration = Duration::from_secs(20);
/// How often they are looked at.
const TICK: Duration = Duration::from_millis(50);
/// What ten idle machines may use up between two looks.
const IDLE: Duration = Duration::from_micros(400);

/// The groups of one run: all of it, in it the controller and each machine.
#[derive(Clone)]
pub struct Groups {
    name: String,
}

/// CPU time used up, of all and of the controller.
#[derive(Clone, Copy, Debug, Default)]
pub struct Usage {
    /// Of everything.
    pub total: Duration,
    /// Of what runs here.
    pub controller: Duration,
}

impl Groups {
    /// The groups of this name.
    pub fn named(name: &str) -> Self {
        Self { name: name.to_owned() }
    }

    /// Makes what is needed.
    pub fn make(&self) -> Result<(), Failed> {
        Ok(fs::create_dir_all(self.folder("controller")?)?)
    }

    /// The folders of a part: of version 2, and of systemd's hierarchy where there is one beside version 1.
    pub fn folders(&self, part: &str) -> Vec<PathBuf> {
        roots().into_iter().map(|root| root.join(&self.name).join(part)).collect()
    }

    fn folder(&self, part: &str) -> Result<PathBuf, Failed> {
        self.folders(part).into_iter().next().ok_or_else(|| Failed::new("there are no control groups of version 2"))
    }

    /// What was used up until now.
    pub fn usage(&self) -> Result<Usage, Failed> {
        Ok(Usage { total: used(&self.folder("")?)?, controller: used(&self.folder("controller")?)? })
    }

    /// A command that runs in the controller's group.
    pub fn controlling(&self, program: &Path) -> Result<Command, Failed> {
        let mut command = Command::new("sh");
        command.args(["-c", "echo $$ >\"$0/cgroup.procs\" && exec \"$@\""]).arg(self.folder("controller")?).arg(program);
        Ok(command)
    }

    /// Ends what a controller left in the background, such as shared connections, and waits until everybody rests.
    pub fn rest(&self) -> Result<(), Failed> {
        let (controller, begun) = (self.folder("controller")?, Instant::now());
        for pid in processes(&controller) {
            let _ = Command::new("kill").args(["-TERM", &pid]).status();
        }
        let mut quiet = 0;
        let mut before = used(&self.folder("")?)?;
        while begun.elapsed() < REST {
            std::thread::sleep(TICK);
            let now = used(&self.folder("")?)?;
            quiet = if now - before < IDLE && processes(&controller).is_empty() { quiet + 1 } else { 0 };
            before = now;
            if quiet == 6 {
                return Ok(());
            }
        }
        Err(Failed::new("the machines do not come to rest"))
    }

    /// Ends every process of a part, and removes it.
    pub fn end(&self, part: &str) {
        let Ok(folder) = self.folder(part) else { return };
        let _ = fs::write(folder.join("cgroup.kill"), "1");
        let begun = Instant::now();
        while is_populated(&folder) && begun.elapsed() < REST {
            std::thread::sleep(TICK);
        }
        self.folders(part).iter().for_each(|folder| remove(folder));
    }

    /// The first process of a machine, once it runs.
    pub fn first_process(&self, part: &str) -> Option<String> {
        processes(&self.folder(part).ok()?.join("payload/init.scope")).into_iter().next()
    }
}

fn roots() -> Vec<PathBuf> {
    let mounted = Path::new("/sys/fs/cgroup");
    if mounted.join("cgroup.controllers").is_file() {
        return vec![mounted.to_owned()];
    }
    ["unified", "systemd"].map(|name| mounted.join(name)).into_iter().filter(|root| root.join("cgroup.procs").is_file()).collect()
}

fn used(folder: &Path) -> Result<Duration, Failed> {
    let text = fs::read_to_string(folder.join("cpu.stat"))?;
    let line = text.lines().find_map(|line| line.strip_prefix("usage_usec ")).ok_or_else(|| Failed::new("cpu.stat has no usage"))?;
    Ok(Duration::from_micros(line.parse()?))
}

fn processes(folder: &Path) -> Vec<String> {
    fs::read_to_string(folder.join("cgroup.procs")).unwrap_or_default().lines().map(str::to_owned).collect()
}

fn is_populated(folder: &Path) -> bool {
    fs::read_to_string(folder.join("cgroup.events")).is_ok_and(|text| text.contains("populated 1"))
}

fn remove(folder: &Path) {
    for below in fs::read_dir(folder).into_iter().flatten().flatten().filter(|entry| entry.path().is_dir()) {
        remove(&below.path());
    }
    let _ = fs::remove_dir(folder);
}
