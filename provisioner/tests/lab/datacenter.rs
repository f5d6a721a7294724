use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::place::{is_possible, key_seen};
use super::project::Project;

/// Where the bastion stands in the data centre.
const ADDRESS: &str = "172.16.0.10";
/// The port of its SSH server.
const PORT: u16 = 40022;

/// An SSH server that nobody but the operator made: it passes connections on, and nothing else.
const SERVER: &str = "Port 40022
ListenAddress 172.16.0.10
HostKey FOLDER/host
AuthorizedKeysFile FOLDER/operator.pub
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
PidFile none
PermitTTY no
ForceCommand /bin/false
AllowAgentForwarding no
AllowTcpForwarding local
LogLevel VERBOSE
";

/// The operator's own configuration, which ssh would look for in the home folder.
const OPERATOR: &str = "Host 172.16.0.10
User root
IdentityFile FOLDER/operator
IdentitiesOnly yes
UserKnownHostsFile FOLDER/known_hosts
GlobalKnownHostsFile none
";

/// The bastion, and the operator's way to it.
struct Bastion<'f> {
    folder: &'f Path,
    server: Child,
}

impl<'f> Bastion<'f> {
    fn start(folder: &'f Path, place: &[String]) -> Bastion<'f> {
        let write = |name: &str, text: &str| fs::write(folder.join(name), text.replace("FOLDER", &folder.display().to_string())).unwrap();
        for name in ["host", "operator"] {
            let words = ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f"];
            assert!(Command::new("ssh-keygen").args(words).arg(folder.join(name)).status().unwrap().success());
        }
        write("sshd_config", SERVER);
        write("ssh_config", OPERATOR);
        write("known_hosts", &format!("[{ADDRESS}]:{PORT} {}", fs::read_to_string(folder.join("host.pub")).unwrap()));
        // Every use of ssh without a configuration of its own reads the operator's.
        fs::create_dir(folder.join("bin")).unwrap();
        write(
            "bin/ssh",
            "#!/bin/sh\ncase \"$1\" in -F) exec /usr/bin/ssh \"$@\" ;; *) exec /usr/bin/ssh -F FOLDER/ssh_config \"$@\" ;; esac\n",
        );
        fs::set_permissions(folder.join("bin/ssh"), fs::Permissions::from_mode(0o755)).unwrap();
        // What Debian's unit makes.
        let _ = fs::create_dir_all("/run/sshd");
        let log = fs::File::create(folder.join("log")).unwrap();
        let mut command = Command::new(&place[0]);
        command.args(&place[1..]).args(["/usr/sbin/sshd", "-D", "-e", "-f"]).arg(folder.join("sshd_config"));
        let server = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().unwrap();
        let bastion = Bastion { folder, server };
        let until = Instant::now() + Duration::from_secs(10);
        while !bastion.log().contains("Server listening") {
            assert!(Instant::now() < until, "{}", bastion.log());
            std::thread::sleep(Duration::from_millis(20));
        }
        bastion
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap()
    }
}

impl Drop for Bastion<'_> {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

#[test]
fn hosts_are_reached_through_a_bastion_in_the_data_centre() {
    if !is_possible("hosts_are_reached_through_a_bastion_in_the_data_centre") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = format!("{}:{}", folder.path().join("bin").display(), std::env::var("PATH").unwrap());
    let place = format!(
        "\n[nodes.worker]\ncount = 1\n\n[bastion]\nplacement = \"datacenter\"\nport = {PORT}\ndatacenter_cidr = \"172.16.0.0/16\"\n\
         host = \"{ADDRESS}\"\ntransit_gateway_id = \"tgw-0fedcba9876543210\"\n"
    );
    let project = Project::new(&place).with("PATH", &path);
    project.edit(|text| text.replace("[monitoring]\nenabled = true", "[monitoring]\nenabled = false"));
    let begin = Instant::now();
    let lap = |what: &str| eprintln!("{:>4} s  {what}", begin.elapsed().as_secs());

    project.expect(&["up", "--yes", "--until", "infrastructure"], 0);
    let operator = project.lab().launcher();
    let mut datacenter = operator.clone();
    let name = datacenter.last_mut().unwrap();
    *name = name.replace("-op", "-dc");
    let bastion = Bastion::start(folder.path(), &datacenter);
    lap("machines, and a bastion outside");

    project.expect(&["up", "--yes"], 0);
    assert!(project.topology().hosts.keys().eq(["lb-1", "worker-1"]));
    lap("up");
    assert!(bastion.log().contains("Accepted publickey for root from 198.51.100.1 "), "{}", bastion.log());
    let worker = project.inside("worker-1").unwrap();
    let journal = worker.run(&["journalctl", "--no-pager", "--output=cat", "--boot", "_COMM=sshd-session"]);
    let logins: Vec<&str> = journal.lines().filter(|line| line.starts_with("Accepted ")).collect();
    assert!(!logins.is_empty() && logins.iter().all(|line| line.contains(&format!(" for provision from {ADDRESS} "))), "{journal}");
    assert_eq!(project.on("worker-1", "hostname").trim(), "worker-1");
    let told = project.expect(&["up", "--yes"], 0);
    assert!(told.contains("No changes. web is as described."), "{told}");

    // The groups let SSH in from there; the operator alone reaches no host.
    let address = project.topology().hosts["worker-1"].private_address.to_string();
    assert!(key_seen(&datacenter, &address).is_some());
    assert_eq!(key_seen(&operator, &address), None);
    lap("the way leads through the data centre alone");
    project.expect(&["down", "--yes"], 0);
    lap("down");
}
