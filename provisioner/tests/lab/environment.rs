use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use provisioner::config::{Configuration, Project};
use provisioner::topology::{self, Peer, Topology};

use crate::lab::place::{cache, is_possible};

/// Tries every port of every other machine and says which answered, were it only by refusing; what a group drops does not answer.
const PROBE: &str = r"
import socket, sys, threading
found, lock = [], threading.Lock()
def probe(target):
    host, port = target.split(':')
    for _ in range(2):
        try:
            socket.create_connection((host, int(port)), 3).close()
        except ConnectionRefusedError:
            pass
        except OSError:
            continue
        with lock: found.append(target)
        return
threads = [threading.Thread(target=probe, args=(target,)) for target in sys.argv[1:]]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(*sorted(found), sep='\n')
";

/// The example of the documentation on real machines.
struct Environment {
    folder: tempfile::TempDir,
}

impl Environment {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("provisioner/tests/fixtures/web");
        std::fs::create_dir(folder.path().join("environments")).unwrap();
        for file in ["provision.toml", "environments/web.toml"] {
            std::fs::copy(fixture.join(file), folder.path().join(file)).unwrap();
        }
        // All machines share this computer's processors, and what else runs on it.
        let file = folder.path().join("environments/web.toml");
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, text + "\n[monitoring.thresholds]\nload_percent = { warning = 9000, critical = 9900 }\n").unwrap();
        Self { folder }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("environments/web.toml")
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_provision"));
        command.arg("--root").arg(self.folder.path()).args(["--color", "never"]).env("PROVISION_LAB_CACHE", cache());
        let (verb, rest) = words.split_first().unwrap();
        command.args(verb.split(' ')).args(["--env", "web"]);
        if *verb != "lab reboot" && *verb != "lab down" {
            command.args(["--sandbox", "--lab"]);
        }
        command.args(rest).stdin(Stdio::null());
        command
    }

    fn run(&self, words: &[&str]) -> Output {
        self.command(words).output().unwrap()
    }

    fn expect(&self, words: &[&str], code: i32) -> String {
        let output = self.run(words);
        let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "{words:?}:\n{text}");
        text
    }

    fn on(&self, host: &str, words: &str) -> String {
        let output = self.run(&["ssh", host, "--", words]);
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn topology(&self) -> Topology {
        let project = Project::find(Some(self.folder.path()), self.folder.path()).0.unwrap();
        let configuration = Configuration::load(&project, "web").0.unwrap();
        topology::compile(&project.name, &configuration.environment, &configuration.blueprints).0.unwrap()
    }

    /// Which targets `host` can reach, as it finds itself.
    fn reached(&self, host: &str, targets: &[String]) -> Vec<String> {
        let words = format!("python3 - {}", targets.join(" "));
        let mut child = self.command(&["ssh", host, "--", &words]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(PROBE.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{host}");
        String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
    }
}

impl Drop for Environment {
    fn drop(&mut self) {
        let _ = self.run(&["lab down"]);
    }
}

/// Whether the matrix lets `source` reach `destination` on a port of TCP.
fn is_allowed(topology: &Topology, source: &str, destination: &str, port: i32) -> bool {
    let (from, to) = (&topology.hosts[source], &topology.hosts[destination]);
    topology.groups[&to.security_group].ingress.iter().any(|rule| {
        let is_peer = match &rule.peer {
            Peer::Group(group) => *group == from.security_group,
            // Who goes to a public port goes out and comes in again; inside, groups alone count.
            Peer::Cidr(network) => network.contains(&from.private_address),
        };
        is_peer && rule.protocol.to_string() == "tcp" && (rule.from_port..=rule.to_port).contains(&port)
    }) && topology.groups[&from.security_group].egress.iter().any(|rule| {
        let is_peer = match &rule.peer {
            Peer::Group(group) => *group == to.security_group,
            Peer::Cidr(network) => network.contains(&to.private_address),
        };
        is_peer && rule.protocol.to_string() == "tcp" && (rule.from_port..=rule.to_port).contains(&port)
    })
}

/// T-MCS-03, from inside every machine: what the matrix allows answers, everything else is silent.
fn the_matrix_holds(environment: &Environment, topology: &Topology) {
    let ports = [22, 80, 443, 5044, 5666, 8080, 9200, 40022];
    let mut wrong = BTreeMap::new();
    for source in topology.hosts.keys() {
        let cells: Vec<(&String, i32)> =
            topology.hosts.keys().filter(|other| *other != source).flat_map(|other| ports.map(|port| (other, port))).collect();
        let target = |(host, port): &(&String, i32)| format!("{}:{port}", topology.hosts[*host].private_address);
        let reached = environment.reached(source, &cells.iter().map(target).collect::<Vec<_>>());
        for cell in &cells {
            let (expected, found) = (is_allowed(topology, source, cell.0, cell.1), reached.contains(&target(cell)));
            if expected != found {
                wrong.insert(format!("{source} -> {}:{}", cell.0, cell.1), if found { "answers" } else { "is silent" });
            }
        }
        assert!(reached.iter().any(|target| target.ends_with(":443")) || source != "bastion-1", "{reached:?}");
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn an_environment_lives_on_real_machines() {
    if !is_possible("an_environment_lives_on_real_machines") {
        return;
    }
    let environment = Environment::new();
    let begin = Instant::now();
    let lap = |what: &str| eprintln!("{:>4} s  {what}", begin.elapsed().as_secs());

    let told = environment.expect(&["up", "--yes"], 0);
    assert!(told.contains("web works: "), "{told}");
    lap("up, and every service OK in Icinga");
    let told = environment.expect(&["up", "--yes"], 0);
    assert!(told.contains("No changes. web is as described."), "{told}");
    lap("nothing to do");

    let topology = environment.topology();
    the_matrix_holds(&environment, &topology);
    lap("every cell of the matrix");

    let worker = topology.hosts["worker-1"].private_address;
    let asked =
        |check: &str| environment.on("icinga-1", &format!("/usr/lib/nagios/plugins/check_nrpe -H {worker} -c {check}; echo code $?"));
    // A small disk that is no tmpfs, which nobody watches.
    environment.on(
        "worker-1",
        "sudo sh -c 'mkdir -p /run/small && mount -t tmpfs -o size=1m none /run/small && mkdir /run/small/up /run/small/work \
         && mount -t overlay -o lowerdir=/usr/share/doc,upperdir=/run/small/up,workdir=/run/small/work none /srv \
         && head -c 1020000 /dev/zero >/srv/full'",
    );
    assert!(asked("disk").contains("code 2"), "{}", asked("disk"));
    environment.on("worker-1", "sudo umount /srv /run/small; sudo systemctl stop example");
    assert!(asked("service-example").contains("code 2"), "{}", asked("service-example"));
    let told = environment.expect(&["plan", "--detailed-exitcode"], 2);
    assert!(told.contains("services.example  stopped → running"), "{told}");
    environment.on("worker-1", "sudo sh -c 'echo other >>/etc/nagios/nrpe.d/provision.cfg'");
    let told = environment.expect(&["plan", "--detailed-exitcode"], 2);
    assert!(told.contains("changed on the host"), "{told}");
    lap("a full disk, a stopped service and a changed file are seen");

    // Killed while hosts converge: what runs there goes on, and the next `up` finishes.
    let text = std::fs::read_to_string(environment.file()).unwrap();
    std::fs::write(environment.file(), text.replace("greeting = ", "greeting = \"changed\" #")).unwrap();
    let mut child = environment.command(&["up", "--yes"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(3500));
    child.kill().unwrap();
    child.wait().unwrap();
    let told = environment.expect(&["up", "--yes"], 0);
    assert!(told.contains("web works: ") || told.contains("No changes"), "{told}");
    environment.expect(&["verify"], 0);
    lap("killed, and finished by the next up");

    environment.expect(&["lab reboot", "worker-1"], 0);
    let until = Instant::now() + Duration::from_secs(90);
    while environment.run(&["verify"]).status.code() != Some(0) {
        assert!(Instant::now() < until, "worker-1 does not come back by itself");
    }
    lap("a machine that was rebooted works by itself");

    environment.expect(&["down", "--yes"], 0);
    lap("down");
}
