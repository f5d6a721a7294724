use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use provisioner::lab::Lab;
use rustix::process::{Pid, Signal, kill_process};

/// A machine of a laboratory, looked into from this computer: nobody logs in.
pub struct Inside {
    group: PathBuf,
}

impl Inside {
    /// The machine of an instance; none where it has no processes.
    pub fn of(lab: &Lab, id: &str) -> Option<Inside> {
        let operator = lab.launcher().pop().unwrap();
        let name = operator.replace("-op", &format!("-{}", id.trim_start_matches("i-")));
        let group = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"].map(|root| Path::new(root).join(&name).join("payload"));
        group.into_iter().find(|group| group.join("init.scope").is_dir()).map(|group| Inside { group })
    }

    fn init(&self) -> String {
        pids(&self.group.join("init.scope"))[0].as_raw_nonzero().to_string()
    }

    /// What was written down on the machine of every convergence.
    pub fn log(&self) -> String {
        std::fs::read_to_string(format!("/proc/{}/root/var/lib/provision/log", self.init())).unwrap_or_default()
    }

    /// What a command prints that root runs on the machine.
    pub fn run(&self, words: &[&str]) -> String {
        let init = self.init();
        let output = Command::new("nsenter").args(["-t", &init, "-m", "-u", "-i", "-n", "-p"]).args(words).output().unwrap();
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// How often somebody was let in over SSH since the machine began.
    pub fn logins(&self) -> usize {
        let journal =
            self.run(&["journalctl", "--no-pager", "--output=cat", "--boot", "_SYSTEMD_UNIT=ssh.service", "+", "_COMM=sshd-session"]);
        journal.lines().filter(|line| line.starts_with("Accepted publickey for ")).count()
    }

    /// What dpkg finds to be half done.
    pub fn half_done(&self) -> String {
        self.run(&["dpkg", "--audit"])
    }

    /// Stops dpkg while packages are half installed, and returns its process; none where it does not run, or has nothing half done.
    pub fn hold_dpkg(&self) -> Option<Pid> {
        let dpkg = self.processes().into_iter().find(|pid| is_dpkg_at_work(*pid))?;
        kill_process(dpkg, Signal::STOP).ok()?;
        if !self.half_done().is_empty() {
            return Some(dpkg);
        }
        let _ = kill_process(dpkg, Signal::CONT);
        None
    }

    /// Kills a process and everything of its session, as a loss of power does.
    pub fn kill_session_of(&self, pid: Pid) {
        let text = std::fs::read_to_string(format!("/proc/{}/cgroup", pid.as_raw_nonzero())).unwrap();
        let path = text.lines().find_map(|line| line.strip_prefix("0::")).unwrap();
        let (_, session) = path.split_once("/payload/").unwrap();
        assert!(session.ends_with(".scope"), "{session} is no session");
        let session = self.group.join(session);
        let begun = Instant::now();
        while !pids(&session).is_empty() {
            for pid in pids(&session) {
                // One that is gone has ended.
                let _ = kill_process(pid, Signal::KILL);
            }
            assert!(begun.elapsed() < Duration::from_secs(20), "{} does not end", session.display());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn processes(&self) -> Vec<Pid> {
        below(&self.group).iter().flat_map(|folder| pids(folder)).collect()
    }
}

/// Whether a process is the dpkg that unpacks or configures packages.
fn is_dpkg_at_work(pid: Pid) -> bool {
    let line = std::fs::read(format!("/proc/{}/cmdline", pid.as_raw_nonzero())).unwrap_or_default();
    let words: Vec<&[u8]> = line.split(|byte| *byte == 0).collect();
    words[0].ends_with(b"dpkg") && words.iter().any(|word| *word == b"--unpack" || *word == b"--configure")
}

fn pids(group: &Path) -> Vec<Pid> {
    let text = std::fs::read_to_string(group.join("cgroup.procs")).unwrap_or_default();
    text.lines().filter_map(|line| Pid::from_raw(line.parse().ok()?)).collect()
}

fn below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let inner = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir())).flat_map(|entry| below(&entry.path()));
    [folder.to_owned()].into_iter().chain(inner).collect()
}
