use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::{
    Filter, InstanceNetworkInterfaceSpecification, IpPermission, IpRange, ResourceType, Tag, TagSpecification, UserIdGroupPair,
};
use aws_smithy_types::base64;
use provisioner::lab::Lab;
use provisioner::model::{Scope, TAG_ADDRESS, TAG_ENVIRONMENT, TAG_PROJECT};
use provisioner::sandbox::{Machines, Sandbox, SandboxOptions};

/// Where the operator stands: a network for documentation (RFC 5737).
pub const OPERATOR: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 1);

/// Whether this computer can run a laboratory; where it cannot, the test says so.
#[expect(clippy::print_stderr, reason = "a test that was skipped says so")]
pub fn is_possible(test: &str) -> bool {
    let Err(missing) = Lab::check() else { return true };
    let is_required = std::env::var("PROVISION_TEST_LAB").is_ok_and(|value| value == "require");
    assert!(!is_required, "{missing}: {}", missing.help());
    eprintln!("SKIPPED lab::{test}: {missing}: {}", missing.help());
    false
}

/// A network in a rehearsal cloud, and the laboratory of its machines.
pub struct Place {
    pub sandbox: Sandbox,
    pub lab: Lab,
    pub ec2: Client,
    pub bastion_group: String,
    pub worker_group: String,
    pub scope: Scope,
    pub folder: PathBuf,
    public: String,
    private: String,
    _temporary: tempfile::TempDir,
}

impl Place {
    /// A VPC with a public and a private subnet, a NAT gateway, and groups: the operator reaches the bastion, the bastion the workers.
    pub async fn new() -> Place {
        let temporary = tempfile::tempdir().unwrap();
        let folder = temporary.path().join("lab");
        let options = SandboxOptions { speed: 0.0, ..SandboxOptions::default() };
        let sandbox = Sandbox::open(&temporary.path().join("sandbox"), options).unwrap();
        let config = aws_sdk_ec2::config::Builder::from(&sandbox.sdk_config("eu-west-1")).interceptor(sandbox.interceptor());
        let ec2 = Client::from_conf(config.build());
        let scope = Scope { project: "acme".to_owned(), environment: "rehearsal".to_owned() };
        let lab = Lab::open(&folder, &cache(), &scope, OPERATOR).unwrap();
        let vpc = ec2.create_vpc().cidr_block("10.77.0.0/16").send().await.unwrap().vpc.unwrap().vpc_id.unwrap();
        let subnet = async |cidr: &str| {
            let made = ec2.create_subnet().vpc_id(&vpc).cidr_block(cidr).availability_zone("eu-west-1a").send().await;
            made.unwrap().subnet.unwrap().subnet_id.unwrap()
        };
        let (public, private) = (subnet("10.77.0.0/24").await, subnet("10.77.1.0/24").await);
        let internet = ec2.create_internet_gateway().send().await.unwrap().internet_gateway.unwrap().internet_gateway_id.unwrap();
        ec2.attach_internet_gateway().internet_gateway_id(&internet).vpc_id(&vpc).send().await.unwrap();
        let table = async |subnet: &str| {
            let table = ec2.create_route_table().vpc_id(&vpc).send().await.unwrap().route_table.unwrap().route_table_id.unwrap();
            ec2.associate_route_table().route_table_id(&table).subnet_id(subnet).send().await.unwrap();
            table
        };
        let default = |table: String| ec2.create_route().route_table_id(table).destination_cidr_block("0.0.0.0/0");
        default(table(&public).await).gateway_id(&internet).send().await.unwrap();
        let address = ec2.allocate_address().send().await.unwrap().allocation_id.unwrap();
        let nat = ec2.create_nat_gateway().subnet_id(&public).allocation_id(address).send().await.unwrap();
        default(table(&private).await).nat_gateway_id(nat.nat_gateway.unwrap().nat_gateway_id.unwrap()).send().await.unwrap();
        let group = async |name: &str| {
            ec2.create_security_group().vpc_id(&vpc).group_name(name).description(name).send().await.unwrap().group_id.unwrap()
        };
        let (bastion_group, worker_group) = (group("bastion").await, group("worker").await);
        let place = Place { sandbox, lab, ec2, bastion_group, worker_group, scope, folder, public, private, _temporary: temporary };
        let operators = ssh().ip_ranges(IpRange::builder().cidr_ip("198.51.100.0/28").build()).build();
        place.allow(&place.bastion_group, operators).await;
        place.allow(&place.worker_group, place.ssh_from_bastion()).await;
        place
    }

    /// Lets traffic into a group.
    pub async fn allow(&self, group: &str, permission: IpPermission) {
        self.ec2.authorize_security_group_ingress().group_id(group).ip_permissions(permission).send().await.unwrap();
    }

    /// SSH from whoever wears the bastion's group.
    pub fn ssh_from_bastion(&self) -> IpPermission {
        ssh().user_id_group_pairs(UserIdGroupPair::builder().group_id(&self.bastion_group).build()).build()
    }

    /// Launches the bastion with an Elastic IP and returns its id and that address.
    pub async fn launch_bastion(&self) -> (String, String) {
        let id = self.launch("bastion", &self.public, &self.bastion_group, "10.77.0.20").await;
        let address = self.ec2.allocate_address().send().await.unwrap();
        let (allocation, public) = (address.allocation_id.unwrap(), address.public_ip.unwrap());
        self.ec2.associate_address().allocation_id(allocation).instance_id(&id).send().await.unwrap();
        (id, public)
    }

    /// Launches a worker.
    pub async fn launch_worker(&self, name: &str, address: &str) -> String {
        self.launch(name, &self.private, &self.worker_group, address).await
    }

    async fn launch(&self, name: &str, subnet: &str, group: &str, address: &str) -> String {
        let named = Filter::builder().name("name").values("debian-13-amd64-*").build();
        let images = self.ec2.describe_images().owners("136693071363").filters(named).send().await.unwrap().images.unwrap();
        let image = images.into_iter().max_by_key(|image| image.creation_date.clone()).unwrap().image_id.unwrap();
        let user_data = format!(
            "#cloud-config\n{{\"hostname\": \"{name}\", \"locale\": false, \"runcmd\": [[\"sh\", \"-c\", \"echo user data of $(hostname) was carried out >/dev/console\"]]}}\n"
        );
        let interface = InstanceNetworkInterfaceSpecification::builder()
            .device_index(0)
            .subnet_id(subnet)
            .groups(group)
            .private_ip_address(address)
            .build();
        let tags = [(TAG_PROJECT, "acme"), (TAG_ENVIRONMENT, "rehearsal"), (TAG_ADDRESS, &format!("instance.{name}"))];
        let tags = tags.map(|(key, value)| Tag::builder().key(key).value(value).build());
        let tags = TagSpecification::builder().resource_type(ResourceType::Instance).set_tags(Some(tags.to_vec())).build();
        let run = self.ec2.run_instances().image_id(image).instance_type("t3.micro".into()).min_count(1).max_count(1);
        let made = run.user_data(base64::encode(user_data)).network_interfaces(interface).tag_specifications(tags).send().await.unwrap();
        made.instances()[0].instance_id().unwrap().to_owned()
    }

    /// Makes the laboratory equal to the rehearsal cloud; nothing may fail.
    pub async fn reconcile(&self) -> provisioner::lab::LabReport {
        let report = self.lab.reconcile(&self.machines()).await.unwrap();
        assert!(report.failed.is_empty(), "{:?}", report.failed);
        report
    }

    /// The Ed25519 key that a machine shows on its console, read as AWS gives it; waits until it is there.
    pub async fn key_on_console(&self, id: &str) -> String {
        let text = self.console_with(id, "-----END SSH HOST KEY KEYS-----").await;
        let line = text.lines().find(|line| line.starts_with("ssh-ed25519 ")).unwrap();
        line.split_whitespace().nth(1).unwrap().to_owned()
    }

    /// A machine's console, as soon as it shows some words.
    pub async fn console_with(&self, id: &str, words: &str) -> String {
        let mut text = String::new();
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(120) {
            let output = self.ec2.get_console_output().instance_id(id).latest(true).send().await.unwrap().output;
            text = output.map_or_else(String::new, |text| String::from_utf8_lossy(&base64::decode(text).unwrap()).into_owned());
            if text.contains(words) {
                return text;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        panic!("the console of {id} never showed {words:?}:\n{text}");
    }

    /// The Ed25519 key that an SSH server shows to the operator; none when nobody answers.
    pub fn key_seen_by_operator(&self, host: &str) -> Option<String> {
        key_seen(&self.lab.launcher(), host)
    }

    /// The Ed25519 key that an SSH server shows to a machine; none when nobody answers.
    pub fn key_seen_by_machine(&self, id: &str, host: &str) -> Option<String> {
        key_seen(&self.launcher_of(id), host)
    }

    /// What stands in the rehearsal cloud.
    pub fn machines(&self) -> Machines {
        self.sandbox.machines(&self.scope).unwrap()
    }

    /// The laboratory as another command opens it.
    pub fn open_again(&self) -> Lab {
        Lab::open(&self.folder, &cache(), &self.scope, OPERATOR).unwrap()
    }

    /// Whether a machine's place in the network has an answer from the VPC's name server, in its own form.
    pub fn resolves_names(&self, id: &str) -> bool {
        const QUESTION: &str = "import socket,sys
s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM);s.settimeout(5)
q=b'\\x12\\x34\\x01\\0\\0\\1\\0\\0\\0\\0\\0\\0\\3deb\\6debian\\3org\\0\\0\\1\\0\\1'
s.sendto(q,('10.77.0.2',53));a=s.recv(512);sys.exit(0 if a[:2]==b'\\x12\\x34' and a[3]&15==0 else 1)";
        self.inside(id, &["python3", "-c", QUESTION])
    }

    /// Whether a machine's place in the network reaches the mirror of Debian, and it answers as a web server does.
    pub fn reaches_mirror(&self, id: &str) -> bool {
        let folder = tempfile::tempdir().unwrap();
        let answer = folder.path().join("answer");
        // The computer's own proxy settings and name server are not the machine's.
        let words = ["curl", "--silent", "--fail", "--max-time", "8", "--noproxy", "*", "--output", answer.to_str().unwrap()];
        self.inside(id, &[&words[..], &["https://deb.debian.org/debian/dists/trixie/Release.gpg"]].concat()) && answer.exists()
    }

    /// Runs a program in a machine's place in the network, and says whether it succeeded.
    fn inside(&self, id: &str, words: &[&str]) -> bool {
        let launcher = self.launcher_of(id);
        Command::new(&launcher[0]).args(&launcher[1..]).args(words).output().unwrap().status.success()
    }

    fn launcher_of(&self, id: &str) -> Vec<String> {
        let mut words = self.lab.launcher();
        let namespace = words.last_mut().unwrap();
        *namespace = namespace.replace("-op", &format!("-{}", id.trim_start_matches("i-")));
        words
    }

    /// Takes every rule out of a group's egress.
    pub async fn revoke_all_egress(&self, group: &str) {
        let rule = everything();
        self.ec2.revoke_security_group_egress().group_id(group).ip_permissions(rule).send().await.unwrap();
    }

    /// Lets a group go everywhere, as a new one may.
    pub async fn allow_all_egress(&self, group: &str) {
        let rule = everything();
        self.ec2.authorize_security_group_egress().group_id(group).ip_permissions(rule).send().await.unwrap();
    }

    /// Takes the way out from every subnet.
    pub async fn remove_default_routes(&self) {
        for table in self.ec2.describe_route_tables().send().await.unwrap().route_tables() {
            if table.routes().iter().any(|route| route.destination_cidr_block() == Some("0.0.0.0/0")) {
                let delete = self.ec2.delete_route().route_table_id(table.route_table_id().unwrap());
                delete.destination_cidr_block("0.0.0.0/0").send().await.unwrap();
            }
        }
    }

    /// Ends a machine as a crash would.
    pub fn kill_processes(&self, id: &str) {
        let name = self.launcher_of(id).pop().unwrap();
        for root in ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"] {
            let _ = std::fs::write(Path::new(root).join(&name).join("cgroup.kill"), "1");
        }
    }

    /// Leaves of a machine's namespace the name alone, and of the operator's nothing.
    pub fn break_namespaces(&self, id: &str) {
        let of_machine = self.launcher_of(id).pop().unwrap();
        let of_operator = self.lab.launcher().pop().unwrap();
        for name in [&of_machine, &of_operator] {
            assert!(Command::new("ip").args(["netns", "delete", name]).status().unwrap().success());
        }
        std::fs::write(Path::new("/run/netns").join(of_machine), "").unwrap();
    }

    /// What is left of the laboratory on this computer, besides its own folder.
    pub fn left(&self) -> Vec<String> {
        let namespace = self.lab.launcher().pop().unwrap();
        let digest = namespace.trim_end_matches("-op").to_owned();
        let uplink = digest.replace("prov-", "plab");
        let tells = |words: &[&str]| String::from_utf8(Command::new(words[0]).args(&words[1..]).output().unwrap().stdout).unwrap();
        let texts = [
            tells(&["ip", "netns", "list"]),
            tells(&["ip", "-o", "link", "show"]),
            tells(&["nft", "list", "tables"]),
            tells(&["mount"]),
            tells(&["ps", "-eo", "args"]),
            tells(&["find", "/sys/fs/cgroup", "-maxdepth", "2", "-name", "prov-*"]),
        ];
        let is_ours = |line: &&str| [&digest, &digest.replace('-', "_"), &uplink].into_iter().any(|word| line.contains(word.as_str()));
        texts.iter().flat_map(|text| text.lines()).filter(is_ours).map(str::to_owned).collect()
    }
}

impl Drop for Place {
    /// A test that fails leaves no machines behind.
    fn drop(&mut self) {
        let lab = self.lab.clone();
        let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build();
        let down = move || runtime().map(|runtime| runtime.block_on(lab.down()).is_ok());
        let _ = std::thread::spawn(down).join();
    }
}

/// Where images are kept between runs.
pub fn cache() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("lab-cache")
}

/// Everything, to everywhere.
fn everything() -> IpPermission {
    IpPermission::builder().ip_protocol("-1").ip_ranges(IpRange::builder().cidr_ip("0.0.0.0/0").build()).build()
}

/// SSH on its own port.
fn ssh() -> aws_sdk_ec2::types::builders::IpPermissionBuilder {
    IpPermission::builder().ip_protocol("tcp").from_port(22).to_port(22)
}

/// Asks an SSH server for its key, from a namespace. That a connection is accepted says nothing: some computers accept every one.
pub fn key_seen(launcher: &[String], host: &str) -> Option<String> {
    let output = Command::new(&launcher[0]).args(&launcher[1..]).args(["ssh-keyscan", "-T", "3", "-t", "ed25519", host]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().find(|line| !line.starts_with('#'))?.split_whitespace().nth(2).map(str::to_owned)
}
