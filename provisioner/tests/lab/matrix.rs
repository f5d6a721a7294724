use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdout, Stdio};

use provisioner::topology::{Peer, Protocol, Rule, Topology};
use serde_json::json;

use super::project::Project;

/// The ports of TCP that are tried on every host.
const TCP: [u16; 8] = [22, 80, 443, 5044, 5666, 8080, 9200, 40022];
/// Those of UDP.
const UDP: [u16; 4] = [53, 123, 161, 514];
/// The type of an echo request, which stands for a port.
const ECHO: u16 = 8;

/// Runs on every host at the same time, as root. It reads its work and says `ready` when it hears; told to go on, it speaks to every cell and says
/// which TCP ports answered, were it only by refusing; told to end, it says what it heard. What a group drops neither answers nor is heard.
///
/// A datagram bears the name of its cell, and is heard behind everything that the host itself may have to say about it (raw(7)).
const PROBE: &str = r"
import json, select, socket, struct, sys, threading, time
work = json.loads(sys.stdin.readline())
mark, heard, reached, ended = b'provision-cell ', set(), set(), threading.Event()
ears = [socket.socket(socket.AF_INET, socket.SOCK_RAW, kind) for kind in (socket.IPPROTO_UDP, socket.IPPROTO_ICMP)]
def listen():
    while not ended.is_set():
        for ear in select.select(ears, [], [], 0.2)[0]:
            packet = ear.recv(2048)
            header = (packet[0] & 15) * 4
            # Of ICMP the echo requests alone: answers and complaints bear the same words.
            if packet[9] == 17 or packet[header] == 8:
                before, found, cell = packet[header + 8:].partition(mark)
                if found and not before: heard.add(cell.decode())
def knock(cell, address, port):
    for _ in range(2):
        try:
            socket.create_connection((address, port), 4).close()
        except ConnectionRefusedError:
            pass
        except OSError:
            continue
        reached.add(cell)
        return
def checksum(data):
    total = sum(struct.unpack('!%dH' % (len(data) // 2), data))
    while total >> 16: total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff
def send(kind, cell, address, port):
    words = mark + cell.encode()
    words += b'' if kind == 'udp' or len(words) % 2 == 0 else b' '
    if kind == 'udp':
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mouth: mouth.sendto(words, (address, port))
    else:
        head = struct.pack('!BBHHH', port, 0, 0, 1, 1)
        head = struct.pack('!BBHHH', port, 0, checksum(head + words), 1, 1)
        ears[1].sendto(head + words, (address, 0))
listener = threading.Thread(target=listen)
listener.start()
print('ready', flush=True)
sys.stdin.readline()
threads = [threading.Thread(target=knock, args=cell[1:]) for cell in work if cell[0] == 'tcp']
[thread.start() for thread in threads]
for _ in range(3):
    for cell in work:
        if cell[0] != 'tcp':
            try: send(*cell)
            except OSError: pass
    time.sleep(0.5)
[thread.join() for thread in threads]
print(json.dumps(sorted(reached)), flush=True)
sys.stdin.readline()
ended.set()
listener.join()
print(json.dumps(sorted(cell.strip() for cell in heard)), flush=True)
";

/// One question of the matrix.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Cell {
    source: String,
    destination: String,
    protocol: Protocol,
    port: u16,
}

impl Cell {
    fn name(&self) -> String {
        format!("{} -> {} {} {}", self.source, self.destination, word(self.protocol), self.port)
    }

    /// Whether the rules of both ends let it pass.
    fn is_allowed(&self, topology: &Topology) -> bool {
        let (from, to) = (&topology.hosts[&self.source], &topology.hosts[&self.destination]);
        let passes = |rules: &[Rule], other: &provisioner::topology::Host| {
            rules.iter().any(|rule| {
                let is_peer = match &rule.peer {
                    Peer::Group(group) => *group == other.security_group,
                    Peer::Cidr(network) => network.contains(&other.private_address),
                };
                let last = if rule.protocol == Protocol::Icmp { rule.from_port } else { rule.to_port };
                is_peer && rule.protocol == self.protocol && (rule.from_port..=last).contains(&i32::from(self.port))
            })
        };
        let group = |host: &provisioner::topology::Host| &topology.groups[&host.security_group];
        passes(&group(to).ingress, from) && passes(&group(from).egress, to)
    }
}

/// The cells of all pairs of hosts.
fn cells(topology: &Topology) -> Vec<Cell> {
    let mut cells = Vec::new();
    for source in topology.hosts.keys() {
        for destination in topology.hosts.keys().filter(|other| *other != source) {
            let mut add = |protocol, port| {
                cells.push(Cell { source: source.clone(), destination: destination.clone(), protocol, port });
            };
            TCP.into_iter().for_each(|port| add(Protocol::Tcp, port));
            UDP.into_iter().for_each(|port| add(Protocol::Udp, port));
            add(Protocol::Icmp, ECHO);
        }
    }
    cells
}

/// A host that speaks and listens.
struct Prober {
    child: Child,
    said: BufReader<ChildStdout>,
}

impl Prober {
    fn begin(project: &Project, topology: &Topology, host: &str, cells: &[Cell]) -> Prober {
        let program = PROBE.trim().replace('\'', r#"'"'"'"#);
        let words = format!("sudo python3 -c '{program}'");
        let command = &mut project.command(&["ssh", host, "--", &words]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let said = BufReader::new(child.stdout.take().unwrap());
        let address = |cell: &Cell| topology.hosts[&cell.destination].private_address;
        let own = cells.iter().filter(|cell| cell.source == host);
        let work: Vec<_> = own.map(|cell| json!([word(cell.protocol), cell.name(), address(cell), cell.port])).collect();
        let mut prober = Prober { child, said };
        prober.tell(&json!(work).to_string());
        prober
    }

    fn tell(&mut self, line: &str) {
        writeln!(self.child.stdin.as_mut().unwrap(), "{line}").unwrap();
    }

    fn answer(&mut self) -> String {
        let mut line = String::new();
        self.said.read_line(&mut line).unwrap();
        line.trim().to_owned()
    }

    fn names(&mut self) -> Vec<String> {
        serde_json::from_str(&self.answer()).unwrap()
    }
}

/// T-MCS-03, from inside every machine at once: what the matrix allows answers or is heard, everything else is silent.
pub fn holds(project: &Project, topology: &Topology) {
    let cells = cells(topology);
    let begin = |host: &String| Prober::begin(project, topology, host, &cells);
    let mut probers: Vec<Prober> = topology.hosts.keys().map(begin).collect();
    for prober in &mut probers {
        assert_eq!(prober.answer(), "ready");
    }
    probers.iter_mut().for_each(|prober| prober.tell("go"));
    let mut passed: BTreeSet<String> = probers.iter_mut().flat_map(Prober::names).collect();
    probers.iter_mut().for_each(|prober| prober.tell("end"));
    passed.extend(probers.iter_mut().flat_map(Prober::names));
    probers.iter_mut().for_each(|prober| assert!(prober.child.wait().unwrap().success()));
    judge(topology, &cells, &passed);
}

fn judge(topology: &Topology, cells: &[Cell], passed: &BTreeSet<String>) {
    let mut wrong = BTreeMap::new();
    for cell in cells {
        let (expected, found) = (cell.is_allowed(topology), passed.contains(&cell.name()));
        if expected != found {
            wrong.insert(cell.name(), if found { "passes" } else { "is silent" });
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    for protocol in [Protocol::Tcp, Protocol::Udp, Protocol::Icmp] {
        let of_it = cells.iter().filter(|cell| cell.protocol == protocol);
        let (open, shut): (Vec<_>, Vec<_>) = of_it.partition(|cell| cell.is_allowed(topology));
        assert!(!open.is_empty() && !shut.is_empty(), "{protocol:?}: {} open, {} shut", open.len(), shut.len());
    }
}

fn word(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Tcp => "tcp",
        Protocol::Udp => "udp",
        Protocol::Icmp => "icmp",
    }
}
