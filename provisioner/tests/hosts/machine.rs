use std::fs;
use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use provisioner::hosts::Authority;
use provisioner::hosts::ssh::{Alias, Jump, Limits, SshOptions, Target};
use provisioner::secrets::Secret;
use ssh_key::PublicKey;
use tempfile::TempDir;

const SSHD: &str = "/usr/sbin/sshd";
const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// Limits that no honest answer meets.
pub const AMPLE: Limits = Limits { time: Duration::from_secs(60), output_bytes: 1 << 20 };

/// Whether real servers can run here; where the lab is required they must.
pub fn has_servers(test: &str) -> bool {
    if Path::new(SSHD).exists() {
        return true;
    }
    assert!(std::env::var("PROVISION_TEST_LAB").as_deref() != Ok("require"), "{SSHD} is not installed");
    let _ = writeln!(std::io::stderr(), "skipped: {test}: {SSHD} is not installed (Debian: apt-get install openssh-server)");
    false
}

/// An authority as `ssh-keygen` makes one.
pub struct Certifier {
    folder: TempDir,
}

impl Certifier {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        keygen(&["-q", "-t", "ed25519", "-N", "", "-C", "", "-f"], &folder.path().join("ca"));
        Self { folder }
    }

    /// An authority that is there already.
    pub fn of(private: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca");
        fs::write(&path, private).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        let output = Command::new("ssh-keygen").args(["-y", "-f"]).arg(&path).output().unwrap();
        fs::write(folder.path().join("ca.pub"), output.stdout).unwrap();
        Self { folder }
    }

    /// Makes a user's key with a certificate for this user.
    pub fn certify_user(&self, key: &Path) {
        keygen(&["-q", "-t", "ed25519", "-N", "", "-C", "", "-f"], key);
        let authority = self.folder.path().join("ca").display().to_string();
        keygen(&["-q", "-s", &authority, "-I", "test", "-n", &user(), "-V", "-1m:+1h"], &key.with_extension("pub"));
    }

    pub fn authority(&self) -> Authority {
        Authority::new(&Secret::new(fs::read_to_string(self.folder.path().join("ca")).unwrap()), None).unwrap()
    }

    pub fn public_line(&self) -> String {
        fs::read_to_string(self.folder.path().join("ca.pub")).unwrap().trim().to_owned()
    }

    /// Signs a host's key; `validity` is as `ssh-keygen -V` has it.
    fn sign(&self, public: &Path, principals: &str, validity: &str) {
        let authority = self.folder.path().join("ca").display().to_string();
        keygen(&["-q", "-s", &authority, "-I", "test", "-h", "-n", principals, "-V", validity], public);
    }
}

/// How a machine's server differs from an honest one.
pub struct Server<'a> {
    /// Who certified it, for which principals, and for how long.
    pub certificate: Option<(&'a Certifier, &'a str, &'a str)>,
    /// Whose user certificates it takes.
    pub trusts: &'a Certifier,
    /// Lines before everything else.
    pub extra: &'a str,
}

/// A real SSH server of its own, in a folder of its own.
pub struct Machine {
    pub folder: TempDir,
    pub target: Target,
    server: Child,
}

impl Machine {
    /// A machine that shows a certificate for its own alias.
    pub fn enrolled(alias: &str, authority: &Certifier) -> Self {
        Self::start(alias, &Server { certificate: Some((authority, alias, "-1m:+1d")), trusts: authority, extra: "" })
    }

    /// A machine after its first boot: it trusts the authority and has a plain key.
    pub fn fresh(alias: &str, authority: &Certifier) -> Self {
        Self::start(alias, &Server { certificate: None, trusts: authority, extra: "" })
    }

    pub fn start(alias: &str, server: &Server<'_>) -> Self {
        let folder = tempfile::Builder::new().prefix("sshd-").tempdir_in("/tmp").unwrap();
        let root = folder.path();
        let etc = root.join("etc");
        fs::create_dir_all(etc.join("sshd_config.d")).unwrap();
        fs::create_dir_all(etc.join("provision-principals")).unwrap();
        let key = etc.join("ssh_host_ed25519_key");
        keygen(&["-q", "-t", "ed25519", "-N", "", "-C", "", "-f"], &key);
        fs::write(etc.join("provision-authority.pub"), format!("{}\n", server.trusts.public_line())).unwrap();
        fs::write(etc.join("provision-principals").join(user()), format!("{}\n", user())).unwrap();
        if let Some((certifier, principals, validity)) = server.certificate {
            certifier.sign(&key.with_extension("pub"), principals, validity);
            fs::write(
                etc.join("sshd_config.d/20-provision-certificate.conf"),
                format!("HostCertificate {}\n", key.display().to_string() + "-cert.pub"),
            )
            .unwrap();
        }
        let command = root.join("command");
        fs::write(&command, COMMAND.replace("FOLDER", &root.display().to_string())).unwrap();
        fs::set_permissions(&command, fs::Permissions::from_mode(0o755)).unwrap();
        let port = free_port();
        let text =
            CONFIGURATION.replace("FOLDER", &root.display().to_string()).replace("PORT", &port.to_string()).replace("EXTRA", server.extra);
        fs::write(root.join("sshd_config"), text).unwrap();
        // What Debian's unit makes.
        let _ = fs::create_dir_all("/run/sshd");
        let log = fs::File::create(root.join("log")).unwrap();
        let child = Command::new(SSHD)
            .args(["-D", "-e", "-f"])
            .arg(root.join("sshd_config"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .process_group(0)
            .spawn()
            .unwrap();
        let alias: Alias = alias.parse().unwrap();
        let target = Target { name: format!("name-of-{alias}").parse().unwrap(), alias, address: LOOPBACK, port };
        let machine = Self { folder, target, server: child };
        machine.wait();
        machine
    }

    /// Its public key, as its console would show it.
    pub fn key(&self) -> PublicKey {
        let text = fs::read_to_string(self.etc("ssh_host_ed25519_key.pub")).unwrap();
        PublicKey::from_openssh(&text).unwrap()
    }

    pub fn etc(&self, name: &str) -> PathBuf {
        self.folder.path().join("etc").join(name)
    }

    /// What its server has written down.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    /// Options under which it is the bastion.
    pub fn as_bastion(&self) -> SshOptions {
        let Target { alias, address, port, .. } = self.target.clone();
        options(Jump::Vpc { address, port, alias })
    }

    /// Has its server read its configuration again; it has begun `begun` times until now.
    pub fn reload_after(&self, begun: usize) {
        let pid = self.server.id().to_string();
        assert!(Command::new("kill").args(["-HUP", &pid]).status().unwrap().success());
        // It is back when it listens again.
        let begin = Instant::now();
        while self.log().matches("Server listening").count() <= begun {
            assert!(begin.elapsed() < Duration::from_secs(10), "{}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn wait(&self) {
        let begin = Instant::now();
        while !self.log().contains("Server listening") {
            assert!(begin.elapsed() < Duration::from_secs(10), "{}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// Options as they are for tests: this user, and connections that do not outlive a test for long.
pub fn options(bastion: Jump) -> SshOptions {
    let mut options = SshOptions::new(bastion);
    options.user = user();
    options.idle = Duration::from_secs(5);
    options
}

pub fn free_port() -> u16 {
    TcpListener::bind((LOOPBACK, 0)).unwrap().local_addr().unwrap().port()
}

/// A place where somebody else answers, or nobody.
pub fn target_at(alias: &str, port: u16) -> Target {
    Target { alias: alias.parse().unwrap(), name: alias.parse().unwrap(), address: LOOPBACK, port }
}

fn user() -> String {
    let output = Command::new("id").arg("-un").output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn keygen(arguments: &[&str], file: &Path) {
    let output = Command::new("ssh-keygen").args(arguments).arg(file).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A host's server, except that its files are elsewhere and that a test's user logs in.
const CONFIGURATION: &str = "\
EXTRA
Port PORT
ListenAddress 127.0.0.1
PidFile FOLDER/pid
HostKey FOLDER/etc/ssh_host_ed25519_key
Include FOLDER/etc/sshd_config.d/*.conf
TrustedUserCAKeys FOLDER/etc/provision-authority.pub
AuthorizedPrincipalsFile FOLDER/etc/provision-principals/%u
AuthorizedKeysFile none
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
UsePAM no
StrictModes no
ForceCommand FOLDER/command
";

/// What stands between a command and the shell: the machine's files are in a folder, and nobody needs to become root.
const COMMAND: &str = "\
#!/bin/sh
words=$(printf '%s' \"$SSH_ORIGINAL_COMMAND\" | sed \\
    -e 's#/etc/ssh#FOLDER/etc#g' \\
    -e 's#sudo -n ##' \\
    -e 's#sshd -t#/usr/sbin/sshd -t -f FOLDER/sshd_config#' \\
    -e 's#systemctl reload ssh#kill -HUP $(cat FOLDER/pid)#')
exec /bin/sh -c \"$words\"
";
