//! Ten real machines: systemd and an SSH server each, over one image.

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::meter::Groups;
use crate::run::{BASTION_PORT, Failed, HOSTS, id_of};

const BOOT: &str = include_str!("boot.sh");
const VERIFY: &str = include_str!("verify.sh");
/// How long ten machines may take to boot.
const BOOTING: Duration = Duration::from_secs(180);

/// Machines that run until this value ends.
pub struct Machines<'m> {
    folder: &'m Path,
    groups: &'m Groups,
    launchers: Vec<Child>,
}

/// What the servers of all machines wrote down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sessions {
    /// Logins.
    pub logins: usize,
    /// Commands, each a session of its own within a login.
    pub commands: usize,
    /// The most commands of one machine.
    pub most_commands: usize,
    /// The most logins of one machine.
    pub most_logins: usize,
}

impl<'m> Machines<'m> {
    /// Boots fresh ones; nothing of earlier ones is left.
    pub fn boot(folder: &'m Path, image: &Path, groups: &'m Groups) -> Result<Self, Failed> {
        let mut machines = Self { folder, groups, launchers: Vec::new() };
        for (name, address) in HOSTS {
            let root = folder.join(id_of(name));
            for below in ["disk", "work", "root"] {
                fs::create_dir_all(root.join(below))?;
            }
            furnish(folder, &root.join("disk"), name, address)?;
            let child = Command::new("sh")
                .args(["-c", BOOT, "boot"])
                .args([&root, &PathBuf::from(id_of(name)), image])
                .args(groups.folders(&id_of(name)))
                .env("SYSTEMD_NSPAWN_UNIFIED_HIERARCHY", "1")
                .stdin(Stdio::null())
                .stdout(File::create(root.join("console"))?)
                .stderr(File::create(root.join("log"))?)
                .spawn()?;
            machines.launchers.push(child);
        }
        machines.wait()?;
        groups.rest()?;
        Ok(machines)
    }

    fn wait(&self) -> Result<(), Failed> {
        let begun = Instant::now();
        for (name, _) in HOSTS {
            loop {
                if self.inside(name, "systemctl is-active ssh; systemctl is-system-running").is_ok_and(|said| is_up(&said)) {
                    break;
                }
                if begun.elapsed() > BOOTING {
                    let log = fs::read_to_string(self.folder.join(id_of(name)).join("log")).unwrap_or_default();
                    return Err(Failed::new(format!("{name} does not boot: {log}")));
                }
                std::thread::sleep(Duration::from_millis(100));
            }
        }
        Ok(())
    }

    /// Runs a script on a machine without logging in to it; none of it is counted for anybody, unless it changes what runs there.
    pub fn inside(&self, host: &str, script: &str) -> Result<String, Failed> {
        let first = self.groups.first_process(&id_of(host)).ok_or_else(|| Failed::new(format!("{host} does not run")))?;
        let words = ["--target", &first, "--mount", "--uts", "--ipc", "--pid", "--root", "--wd", "/bin/sh", "-c", script];
        let output = Command::new("nsenter").args(words).stdin(Stdio::null()).output()?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// How every machine stands.
    pub fn stand(&self) -> Result<Vec<(&'static str, String)>, Failed> {
        HOSTS.into_iter().map(|(name, _)| Ok((name, self.inside(name, VERIFY)?))).collect()
    }

    /// What the servers wrote down since they began.
    pub fn sessions(&self) -> Result<Vec<Sessions>, Failed> {
        let script = "journalctl --output=cat --identifier=sshd-session >/run/said
            for words in 'Accepted publickey for' 'Starting session: command'; do grep -c \"^$words\" /run/said; done";
        let count = |name: &str| {
            let said = self.inside(name, script)?;
            let mut numbers = said.lines().map(|line| line.parse().unwrap_or(0));
            let (logins, commands) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
            Ok(Sessions { logins, commands, most_commands: commands, most_logins: logins })
        };
        HOSTS.into_iter().map(|(name, _)| count(name)).collect()
    }
}

impl Drop for Machines<'_> {
    fn drop(&mut self) {
        for (name, _) in HOSTS {
            self.groups.end(&id_of(name));
            let root = self.folder.join(id_of(name));
            let _ = Command::new("umount").args(["--lazy"]).arg(root.join("root")).stderr(Stdio::null()).status();
            let _ = fs::remove_dir_all(&root);
        }
        for child in &mut self.launchers {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn is_up(said: &str) -> bool {
    let mut lines = said.lines();
    lines.next() == Some("active") && matches!(lines.next(), Some("running" | "degraded"))
}

/// Gives a machine what is its own: a name, a key, and whom its server lets in.
fn furnish(folder: &Path, disk: &Path, name: &str, address: &str) -> Result<(), Failed> {
    let write = |path: &str, text: &str| -> Result<(), Failed> {
        let path = disk.join(path);
        fs::create_dir_all(path.parent().expect("below the disk"))?;
        Ok(fs::write(path, text)?)
    };
    fs::set_permissions(disk, fs::Permissions::from_mode(0o755))?;
    write("etc/hostname", &format!("{name}\n"))?;
    write("etc/hosts", &format!("127.0.0.1 localhost {name}\n"))?;
    write("etc/ssh/provision-authority.pub", &fs::read_to_string(folder.join("authority.pub"))?)?;
    for user in ["provision", "root"] {
        write(&format!("etc/ssh/operators/{user}"), &fs::read_to_string(folder.join("operator.pub"))?)?;
    }
    write("etc/ssh/sshd_config.d/05-address.conf", &format!("Port 22\nPort {BASTION_PORT}\nListenAddress {address}\n"))?;
    for file in ["ssh_host_ed25519_key", "ssh_host_ed25519_key.pub"] {
        let target = disk.join("etc/ssh").join(file);
        fs::copy(folder.join("keys").join(name).join(file), &target)?;
    }
    Ok(())
}
