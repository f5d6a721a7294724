//! The whole program against moto, an emulator by other people, over HTTP: `up`, `up` again, drift, `down`.
//!
//! What is left is counted in the emulator itself, with the SDK alone.

use std::path::Path;
use std::process::{Command, Output};

use aws_sdk_ec2::Client;
use aws_sdk_ec2::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_ec2::types::{Filter, Tag};

/// The variable that names a fresh emulator.
const ENDPOINT: &str = "PROVISION_SECOND_OPINION_ENDPOINT";
const TAG: &str = "provision:address";

struct Project {
    folder: tempfile::TempDir,
    endpoint: String,
}

impl Project {
    /// The repository's own environments, against the emulator.
    fn new() -> Self {
        let endpoint = std::env::var(ENDPOINT).unwrap_or_else(|_| panic!("{ENDPOINT} names a fresh emulator; ./test starts one"));
        let folder = tempfile::tempdir().unwrap();
        let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
        std::fs::create_dir(folder.path().join("environments")).unwrap();
        for file in ["provision.toml", "environments/prod.toml", "environments/dev.toml"] {
            std::fs::copy(repository.join(file), folder.path().join(file)).unwrap();
        }
        Self { folder, endpoint }
    }

    fn provision(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_provision"))
            .args(arguments)
            .args(["--root", self.folder.path().to_str().unwrap(), "--parallelism", "40"])
            .env("AWS_ENDPOINT_URL", &self.endpoint)
            .env("AWS_ACCESS_KEY_ID", "second")
            .env("AWS_SECRET_ACCESS_KEY", "opinion")
            .env_remove("AWS_PROFILE")
            .output()
            .unwrap()
    }

    fn client(&self) -> Client {
        let config = aws_sdk_ec2::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-west-1"))
            .credentials_provider(Credentials::new("second", "opinion", None, None, "test"))
            .endpoint_url(&self.endpoint)
            .build();
        Client::from_conf(config)
    }
}

fn expect(output: &Output, code: i32, words: &str) {
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{text}");
    assert!(text.contains(words), "`{words}` is not in:\n{text}");
}

/// The addresses of every living object that carries one, as the emulator lists them.
async fn addresses(client: &Client) -> Vec<String> {
    let filter = || Filter::builder().name("tag-key").values(TAG).build();
    let address = |tags: &[Tag]| tags.iter().find(|tag| tag.key() == Some(TAG)).and_then(Tag::value).map(str::to_owned);
    let mut found: Vec<Option<String>> = Vec::new();
    let vpcs = client.describe_vpcs().filters(filter()).send().await.unwrap();
    found.extend(vpcs.vpcs().iter().map(|object| address(object.tags())));
    let subnets = client.describe_subnets().filters(filter()).send().await.unwrap();
    found.extend(subnets.subnets().iter().map(|object| address(object.tags())));
    let gateways = client.describe_internet_gateways().filters(filter()).send().await.unwrap();
    found.extend(gateways.internet_gateways().iter().map(|object| address(object.tags())));
    let nats = client.describe_nat_gateways().filter(filter()).send().await.unwrap();
    let living = nats.nat_gateways().iter().filter(|object| object.state().is_some_and(|state| state.as_str() != "deleted"));
    found.extend(living.map(|object| address(object.tags())));
    let ips = client.describe_addresses().filters(filter()).send().await.unwrap();
    found.extend(ips.addresses().iter().map(|object| address(object.tags())));
    let tables = client.describe_route_tables().filters(filter()).send().await.unwrap();
    found.extend(tables.route_tables().iter().map(|object| address(object.tags())));
    let groups = client.describe_security_groups().filters(filter()).send().await.unwrap();
    found.extend(groups.security_groups().iter().map(|object| address(object.tags())));
    let instances = client.describe_instances().filters(filter()).send().await.unwrap();
    let living = instances.reservations().iter().flat_map(|reservation| reservation.instances());
    let living = living.filter(|object| object.state().and_then(|state| state.name()).is_some_and(|name| name.as_str() != "terminated"));
    found.extend(living.map(|object| address(object.tags())));
    let volumes = client.describe_volumes().filters(filter()).send().await.unwrap();
    found.extend(volumes.volumes().iter().map(|object| address(object.tags())));
    let interfaces = client.describe_network_interfaces().filters(filter()).send().await.unwrap();
    found.extend(interfaces.network_interfaces().iter().map(|object| address(object.tag_set())));
    let keys = client.describe_key_pairs().filters(filter()).send().await.unwrap();
    found.extend(keys.key_pairs().iter().map(|object| address(object.tags())));
    let mut found: Vec<String> = found.into_iter().flatten().collect();
    found.sort();
    found
}

#[tokio::test]
#[ignore = "needs a fresh emulator; ./test starts one"]
async fn up_twice_drift_and_down_pass_against_an_emulator_by_others() {
    let project = Project::new();
    let client = project.client();

    expect(&project.provision(&["up", "--env", "dev", "--yes"]), 0, "infrastructure of dev is up");
    let made = addresses(&client).await;
    let mut unique = made.clone();
    unique.dedup();
    assert_eq!(made, unique, "no address twice");
    assert!(made.len() > 35, "{made:?}");

    expect(&project.provision(&["up", "--env", "dev", "--yes"]), 0, "No changes. dev is as described.");
    std::fs::remove_dir_all(project.folder.path().join(".provision/state")).unwrap();
    expect(&project.provision(&["plan", "--env", "dev"]), 0, "No changes. dev is as described.");
    expect(&project.provision(&["state", "rebuild", "--env", "dev"]), 0, "rebuilt the state of dev");

    // Somebody opens the worker's group behind our back.
    let groups =
        client.describe_security_groups().filters(Filter::builder().name("tag:provision:address").values("security-group.worker").build());
    let group = groups.send().await.unwrap().security_groups()[0].group_id().unwrap().to_owned();
    let opened =
        client.authorize_security_group_ingress().group_id(&group).ip_protocol("tcp").from_port(22).to_port(22).cidr_ip("0.0.0.0/0");
    opened.send().await.unwrap();
    expect(&project.provision(&["plan", "--env", "dev", "--detailed-exitcode"]), 2, "~ security-group-rules.worker");
    expect(&project.provision(&["up", "--env", "dev", "--yes"]), 0, "infrastructure of dev is up");
    expect(&project.provision(&["plan", "--env", "dev", "--detailed-exitcode"]), 0, "No changes.");

    expect(&project.provision(&["down", "--env", "dev", "--yes"]), 0, "dev is down");
    let left: Vec<String> =
        addresses(&client).await.into_iter().filter(|address| !address.starts_with("default-security-group.")).collect();
    assert!(left.is_empty(), "{left:?}");
    let snapshots = client.describe_snapshots().owner_ids("self").filters(Filter::builder().name("tag-key").values(TAG).build());
    assert_eq!(snapshots.send().await.unwrap().snapshots().len(), 1, "one last copy of the one data volume is kept");
}
