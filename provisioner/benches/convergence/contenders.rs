//! The four who bring ten hosts to the same state, each in its best configuration.

use std::fmt::Write;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use sha2::{Digest, Sha256};

use crate::meter::Groups;
use crate::run::{Failed, HOSTS, Road};

const FLOOR: &str = include_str!("floor.sh");
const PLAYBOOK: &str = include_str!("playbook.yml");
const DEPLOY: &str = include_str!("deploy.py");

/// Where contenders keep what a session leaves: a place that nobody outside of the run sees.
pub const RUNTIME: &str = "/mnt";

/// Who brings hosts to a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Contender {
    /// A login that runs `true`: what everybody pays at least.
    Login,
    /// One script per host over one session.
    Floor,
    /// This program.
    Ours,
    /// pyinfra.
    Pyinfra,
    /// Ansible with pipelining.
    Ansible,
}

impl Contender {
    /// Those that bring hosts to a state.
    pub const ALL: [Contender; 4] = [Contender::Floor, Contender::Ours, Contender::Pyinfra, Contender::Ansible];

    /// How often it does nothing in each round: the cheap ones more often, for they are moved more by what else this computer does.
    pub fn repeats(self) -> usize {
        match self {
            Contender::Login | Contender::Floor | Contender::Ours => 5,
            Contender::Pyinfra => 2,
            Contender::Ansible => 1,
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Contender::Login => "login alone",
            Contender::Floor => "one script per host",
            Contender::Ours => "provision",
            Contender::Pyinfra => "pyinfra",
            Contender::Ansible => "Ansible",
        }
    }
}

/// Everything contenders find: the operator's key, the files they read.
pub struct Place {
    /// The run's own folder.
    pub folder: PathBuf,
    /// The project whose software is installed; its templates are everybody's.
    pub project: PathBuf,
    /// Where Ansible and pyinfra are installed.
    pub environment: PathBuf,
    /// Where CPU time is counted.
    pub groups: Groups,
    /// How hosts are reached.
    pub road: Road,
}

impl Place {
    /// Makes the keys of all machines and of the operator, and what each contender reads.
    pub fn furnish(&self) -> Result<(), Failed> {
        for key in ["authority", "operator"] {
            keygen(&self.folder.join(key))?;
        }
        let mut known = String::new();
        for (name, address) in HOSTS {
            let folder = self.folder.join("keys").join(name);
            fs::create_dir_all(&folder)?;
            let key = folder.join("ssh_host_ed25519_key");
            keygen(&key)?;
            let line = fs::read_to_string(key.with_extension("pub"))?;
            let _ = write!(known, "{name} {line}{address} {line}");
        }
        self.write("known_hosts", &known)?;
        self.write("ssh_config", &self.configuration())?;
        for (name, _) in HOSTS {
            self.write(&format!("{name}.sh"), &self.script(name)?)?;
        }
        self.write("floor", &floor(&self.folder, "cat $host.sh", "sudo -n sh -s"))?;
        self.write("login", &floor(&self.folder, "printf ''", "true"))?;
        self.write("playbook.yml", PLAYBOOK)?;
        self.write("deploy.py", DEPLOY)?;
        self.write("ansible.cfg", &self.ansible())?;
        self.write("inventory.ini", &HOSTS.map(|(name, _)| format!("{name}\n")).concat())?;
        let inventory = HOSTS.map(|(name, _)| format!("    \"{name}\",\n")).concat();
        let at = |name: &str| self.folder.join(name).display().to_string();
        self.write(
            "inventory.py",
            &format!(
                "hosts = ([\n{inventory}], {{\"ssh_config_file\": \"{}\", \"ssh_key\": \"{}\", \"ssh_user\": \"root\", \"ssh_known_hosts_file\": \"{}\", \
                 \"ssh_strict_host_key_checking\": \"yes\", \"ssh_allow_agent\": False, \"ssh_look_for_keys\": False}})\n",
                at("ssh_config"),
                at("operator"),
                at("known_hosts"),
            ),
        )
    }

    fn write(&self, name: &str, text: &str) -> Result<(), Failed> {
        let path = self.folder.join(name);
        fs::write(&path, text)?;
        Ok(fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?)
    }

    /// The command of a contender; what it starts is counted for it.
    pub fn command(&self, contender: Contender) -> Result<Command, Failed> {
        let program = |name: &str| self.environment.join("bin").join(name);
        let mut command = match contender {
            Contender::Login | Contender::Floor => {
                let mut command = self.groups.controlling(Path::new("/bin/sh"))?;
                command.arg(if contender == Contender::Floor { "floor" } else { "login" });
                command
            }
            Contender::Ours => {
                let mut command = self.groups.controlling(&std::env::current_exe()?)?;
                command.arg("--converge").arg(&self.folder).arg("--project").arg(&self.project).args(["--road", self.road.name()]);
                command
            }
            Contender::Pyinfra => {
                let mut command = self.groups.controlling(&program("pyinfra"))?;
                command.args(["--yes", "inventory.py", "deploy.py"]);
                command
            }
            Contender::Ansible => {
                let mut command = self.groups.controlling(&program("ansible-playbook"))?;
                command.args(["-i", "inventory.ini", "playbook.yml"]).arg("-e").arg(format!("templates={}", self.templates().display()));
                command
            }
        };
        command
            .current_dir(&self.folder)
            .env("TEMPLATES", self.templates())
            .env("HOME", &self.folder)
            .env("LC_ALL", "C.UTF-8")
            .env("XDG_RUNTIME_DIR", RUNTIME);
        command.env("PATH", format!("{}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", program("").display()));
        command.stdin(Stdio::null());
        Ok(command)
    }

    fn templates(&self) -> PathBuf {
        self.project.join("blueprints/acme/files")
    }

    /// What the OpenSSH client, and pyinfra's library, are told.
    fn configuration(&self) -> String {
        let folder = self.folder.display();
        let common = format!(
            "IdentityFile {folder}/operator\nIdentitiesOnly yes\nUserKnownHostsFile {folder}/known_hosts\n\
             GlobalKnownHostsFile none\nStrictHostKeyChecking yes\nHostKeyAlgorithms ssh-ed25519\nBatchMode yes\nPreferredAuthentications publickey\n"
        );
        let (bastion, _) = HOSTS[0];
        let mut text: String = HOSTS.map(|(name, address)| format!("Host {name}\nHostName {address}\n")).concat();
        if self.road == Road::Bastion {
            let _ =
                write!(text, "Host {bastion}\nUser provision\nControlMaster auto\nControlPath {folder}/bastion.sock\nControlPersist 10\n");
            let _ = write!(text, "Host worker-*\nProxyJump provision@{bastion}\n");
        }
        format!("{text}Host *\n{common}")
    }

    fn ansible(&self) -> String {
        format!(
            "[defaults]\nforks = {}\nhost_key_checking = True\ninterpreter_python = /usr/bin/python3\ngathering = explicit\nnocows = True\n\
             remote_user = root\nretry_files_enabled = False\nlocalhost_warning = False\n\
             [ssh_connection]\npipelining = True\nssh_args = -F {folder}/ssh_config -o ControlMaster=auto -o ControlPersist=60s\n\
             control_path_dir = {folder}/control\n",
            HOSTS.len(),
            folder = self.folder.display(),
        )
    }

    /// The script of a host: what its files shall hold, and then the same for all.
    fn script(&self, host: &str) -> Result<String, Failed> {
        let (mut sums, mut contents) = (String::new(), String::new());
        for (path, text) in self.files(host)? {
            let _ = writeln!(sums, "{}  {path}", sha256(&text));
            let _ = write!(contents, "{path}) cat <<'END'\n{text}END\n;;\n");
        }
        Ok(format!("host={host}\nsums='{}'\ncontent() {{\ncase $1 in\n{contents}esac\n}}\n{FLOOR}", sums.trim_end()))
    }

    /// The files of a host, rendered by nobody who takes part.
    fn files(&self, host: &str) -> Result<Vec<(&'static str, String)>, Failed> {
        let values = [
            ("host.name", host),
            ("host.role", host.rsplit_once('-').map_or(host, |(role, _)| role)),
            ("inputs.stage", "bench"),
            ("inputs.domain", "acme.example.com"),
            ("inputs.level", "info"),
            ("inputs.threads", "16"),
        ];
        let render = |(template, path, _): (&str, &'static str, &str)| {
            let mut text = fs::read_to_string(self.templates().join(format!("{template}.hbs")))?;
            for (name, value) in values {
                text = text.replace(&format!("{{{{{name}}}}}"), value);
            }
            Ok((path, text))
        };
        FILES.into_iter().map(render).collect()
    }

    /// How a host shall stand, as `verify.sh` says it.
    pub fn wanted(&self, host: &str) -> Result<String, Failed> {
        let mut text = String::new();
        for (path, content) in self.files(host)? {
            let _ = writeln!(text, "{}  {path}", sha256(&content));
        }
        for (_, path, meta) in FILES {
            let _ = writeln!(text, "regular file {meta} {path}");
        }
        text.push_str("directory 750 acme:acme-batch /var/spool/acme\n");
        text.push_str("acme-agent ii \nacme-client ii \nacme-common ii \nacme-libs ii \nacme-tools ii \n");
        text.push_str("acme:/var/lib/acme:/usr/sbin/nologin\nacme-batch:/var/lib/acme-batch:/usr/sbin/nologin\n");
        text.push_str("acme-agent active enabled\nacme active enabled\nacme-batch active enabled\nstore 1\n");
        Ok(text)
    }
}

/// Template, path, and mode with owner, in the order in which `verify.sh` says them.
const FILES: [(&str, &str, &str); 12] = [
    ("application.conf", "/etc/acme/application.conf", "640 root:acme"),
    ("batch.conf", "/etc/acme/batch.conf", "640 root:acme-batch"),
    ("key.conf", "/etc/acme/key.conf", "600 acme:acme"),
    ("logging.conf", "/etc/acme/logging.conf", "644 root:root"),
    ("routes.conf", "/etc/acme/routes.conf", "644 root:root"),
    ("logrotate", "/etc/logrotate.d/acme", "644 root:root"),
    ("profile.sh", "/etc/profile.d/acme.sh", "644 root:root"),
    ("limits.conf", "/etc/security/limits.d/60-acme.conf", "644 root:root"),
    ("sysctl.conf", "/etc/sysctl.d/60-acme.conf", "644 root:root"),
    ("acme-serve", "/usr/local/bin/acme-serve", "755 root:root"),
    ("acme-batch.service", "/etc/systemd/system/acme-batch.service", "644 root:root"),
    ("acme.service", "/etc/systemd/system/acme.service", "644 root:root"),
];

/// A script for all hosts at once: `input` is what goes to each, `command` what runs there.
fn floor(folder: &Path, input: &str, command: &str) -> String {
    let hosts = HOSTS.map(|(name, _)| name).join(" ");
    let folder = folder.display();
    format!(
        "failed=\npids=\nfor host in {hosts}; do\n    {input} | ssh -F {folder}/ssh_config -T provision@$host '{command}' &\n    pids=\"$pids $!\"\ndone\n\
         for pid in $pids; do wait $pid || failed=yes; done\n[ -z \"$failed\" ]\n"
    )
}

fn keygen(path: &Path) -> Result<(), Failed> {
    let output = Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-C", "", "-f"]).arg(path).output()?;
    if output.status.success() { Ok(()) } else { Err(Failed::new(String::from_utf8_lossy(&output.stderr))) }
}

fn sha256(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}
