//! Lists and reads that are behind: what is there already and not seen yet is waited for, then adopted if it is ours and refused if it is not.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use provisioner::desired::{
    ElasticIp, InstanceProfile, InternetGateway, KeyPair, NetworkInterface, RouteTable, RouteTableAssociation, SecurityGroup, Subnet,
    TransitGatewayAttachment, Vpc,
};
use provisioner::model::{Observed, ResourceAddress, Value};
use provisioner::provider::{ErrorKind, Update};
use provisioner::sandbox::{Faults, Sandbox, SandboxOptions, TokioClock};
use serde::Serialize;

use super::bench::Bench;
use super::databases::{around, database, parameter_group};
use super::endpoints::record;
use super::groups::group;
use super::mail::{identity, set};
use super::network::{customers_gateways, id, subnet, vpc};
use super::permissions::{profile, role};

const LAG: Duration = Duration::from_secs(5);

/// One cloud, seen at once and seen late.
struct Late {
    /// Sees everything at once: for what must be there before.
    at_once: Bench,
    /// Sees everything [`LAG`] later: for what is tested.
    late: Bench,
}

impl Late {
    fn new() -> Self {
        let clock = Arc::new(TokioClock::starting_at(SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000)));
        let sandbox = Sandbox::in_memory(SandboxOptions { speed: 0.0, clock, ..SandboxOptions::default() });
        let late = sandbox.with_faults(Faults { lag: Some(LAG), ..Faults::none() });
        Self { at_once: Bench::in_sandbox(&sandbox), late: Bench::in_sandbox(&late) }
    }

    /// A creation that is repeated before anybody sees its object is put off; once it is seen, whoever made it gets it, and nobody else.
    async fn is_put_off_then_decided<T: Serialize>(&self, address: &str, stranger: &str, wanted: &T) {
        caught_up().await;
        let made = self.late.create(address, wanted).await.expect("it is made");
        for asked in [address, stranger] {
            let refused = self.late.create(asked, wanted).await.expect_err("nobody sees whose it is");
            assert_eq!(refused.kind, ErrorKind::Busy, "{asked}: {refused}");
        }
        caught_up().await;
        assert_eq!(self.late.create(address, wanted).await.expect("it is adopted"), made);
        assert_eq!(self.late.create(stranger, wanted).await.expect_err("it is not the stranger's").kind, ErrorKind::Foreign);
    }

    /// Brings an object nearer to what is wanted, once, from a look that is behind.
    async fn change<T: Serialize>(&self, address: &str, wanted: &T) -> Result<(), ErrorKind> {
        let address: ResourceAddress = address.parse().expect("an address");
        let observed = self.late.observe(address.kind()).await.into_iter().find(|object| object.address == address).expect("it is seen");
        let (attributes, tags) = (Value::attributes_of(wanted).expect("plain data"), self.late.tags(&address));
        let request = Update { observed: &observed, attributes: &attributes, tags: &tags, stale_tags: &BTreeSet::new() };
        let resource_type = self.late.registry.get(address.kind()).expect("registered");
        resource_type.update(request, &self.late.calls).await.map_err(|error| error.kind)
    }
}

async fn caught_up() {
    tokio::time::sleep(LAG + Duration::from_secs(1)).await;
}

#[tokio::test(start_paused = true)]
async fn security_group_of_the_same_name() {
    let cloud = Late::new();
    let vpc = vpc(&cloud.at_once).await;
    let wanted = SecurityGroup { vpc: id(&vpc), group_name: "web".to_owned(), description: "web".to_owned() };
    cloud.is_put_off_then_decided("security-group.web", "security-group.other", &wanted).await;
}

#[tokio::test(start_paused = true)]
async fn subnet_with_the_same_addresses() {
    let cloud = Late::new();
    let vpc = vpc(&cloud.at_once).await;
    let wanted =
        |cidr: &str| Subnet { vpc: id(&vpc), cidr: cidr.parse().unwrap(), zone: "eu-west-1a".to_owned(), assigns_public_addresses: false };
    cloud.is_put_off_then_decided("subnet.private-a", "subnet.private-b", &wanted("10.20.1.0/24")).await;
    for overlapping in ["10.20.1.128/25", "10.20.0.0/23"] {
        let refused = cloud.late.create("subnet.private-a", &wanted(overlapping)).await.unwrap_err();
        assert_eq!(refused.kind, ErrorKind::Foreign, "{overlapping} is not the subnet that is there");
    }
}

#[tokio::test(start_paused = true)]
async fn key_pair_of_the_same_name() {
    let public_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ2YbbY6r2c3PdqvVeUy2sZPiCTq0lCFFZ/zqhWkWBwE".to_owned();
    let wanted = KeyPair { key_name: "operator".to_owned(), public_key };
    Late::new().is_put_off_then_decided("key-pair.operator", "key-pair.other", &wanted).await;
}

#[tokio::test(start_paused = true)]
async fn flow_log_to_the_same_place() {
    let cloud = Late::new();
    let vpc = vpc(&cloud.at_once).await;
    let bucket = cloud.at_once.bucket("flow-logs").await;
    cloud.is_put_off_then_decided("flow-log.main", "flow-log.other", &record(&vpc, &bucket)).await;
}

#[tokio::test(start_paused = true)]
async fn transit_gateway_attachment_of_the_same_network() {
    let cloud = Late::new();
    let vpc = vpc(&cloud.at_once).await;
    let subnet = subnet(&cloud.at_once, &vpc, "private-a", 1).await;
    let (transit_gateway, _) = customers_gateways(&cloud.at_once).await;
    let wanted = TransitGatewayAttachment { vpc: id(&vpc), transit_gateway, subnets: vec![id(&subnet)] };
    cloud.is_put_off_then_decided("transit-gateway-attachment.main", "transit-gateway-attachment.other", &wanted).await;
}

#[tokio::test(start_paused = true)]
async fn database_and_its_groups_of_the_same_name() {
    let cloud = Late::new();
    let around = around(&cloud.at_once).await;
    let wanted = database(&cloud.at_once, &around);
    cloud.is_put_off_then_decided("db-instance.core", "db-instance.other", &wanted).await;
    let wanted = parameter_group(&cloud.late, &[]);
    cloud.is_put_off_then_decided("db-parameter-group.mysql84", "db-parameter-group.other", &wanted).await;
    let wanted = around.other_subnet_group(&cloud.late);
    cloud.is_put_off_then_decided("db-subnet-group.main", "db-subnet-group.other", &wanted).await;
}

#[tokio::test(start_paused = true)]
async fn role_and_profile_of_the_same_name() {
    let cloud = Late::new();
    cloud.is_put_off_then_decided("iam-role.hosts", "iam-role.other", &role(&cloud.late, "hosts")).await;
    let host = cloud.at_once.make("iam-role.host", &role(&cloud.at_once, "host")).await;
    let wanted = profile(&cloud.late, &host);
    cloud.is_put_off_then_decided("instance-profile.hosts", "instance-profile.other", &wanted).await;
}

#[tokio::test(start_paused = true)]
async fn domain_and_set_of_the_same_name() {
    let cloud = Late::new();
    cloud.is_put_off_then_decided("ses-configuration-set.alerts", "ses-configuration-set.other", &set(&cloud.late)).await;
    let alerts = cloud.at_once.make("ses-configuration-set.alerts", &set(&cloud.at_once)).await;
    cloud.is_put_off_then_decided("ses-identity.main", "ses-identity.other", &identity(&alerts)).await;
}

#[tokio::test(start_paused = true)]
async fn gateway_that_is_attached_already() {
    let cloud = Late::new();
    let vpc = vpc(&cloud.at_once).await;
    caught_up().await;
    let wanted = InternetGateway { vpc: id(&vpc) };
    cloud.late.create("internet-gateway.main", &wanted).await.unwrap();
    cloud.late.create("internet-gateway.other", &wanted).await.unwrap();
    caught_up().await;
    cloud.change("internet-gateway.main", &wanted).await.unwrap();
    assert_eq!(cloud.change("internet-gateway.main", &wanted).await, Err(ErrorKind::Busy), "what it was attached to is not seen yet");
    assert_eq!(cloud.change("internet-gateway.other", &wanted).await, Err(ErrorKind::Refused), "a VPC has one gateway");
    caught_up().await;
    cloud.late.settle("internet-gateway.main", &wanted).await;
}

#[tokio::test(start_paused = true)]
async fn address_that_answers_already() {
    let cloud = Late::new();
    let vpc = vpc(&cloud.at_once).await;
    cloud.at_once.make("internet-gateway.main", &InternetGateway { vpc: id(&vpc) }).await;
    let (subnet, group) = (subnet(&cloud.at_once, &vpc, "public-a", 1).await, group(&cloud.at_once, &vpc, "lb").await);
    let private_address = Ipv4Addr::new(10, 20, 1, 21);
    let interface = NetworkInterface { subnet: id(&subnet), private_address, security_groups: vec![id(&group)] };
    let interface = cloud.at_once.make("network-interface.lb-1", &interface).await;
    caught_up().await;
    let wanted = ElasticIp { network_interface: Some(id(&interface)) };
    cloud.late.create("elastic-ip.lb-1", &wanted).await.unwrap();
    cloud.late.create("elastic-ip.other", &wanted).await.unwrap();
    caught_up().await;
    cloud.change("elastic-ip.lb-1", &wanted).await.unwrap();
    assert_eq!(cloud.change("elastic-ip.other", &wanted).await, Err(ErrorKind::Busy), "the interface's address is not seen yet");
    caught_up().await;
    assert_eq!(cloud.change("elastic-ip.other", &wanted).await, Err(ErrorKind::Foreign), "the interface has another address");
    cloud.late.settle("elastic-ip.lb-1", &wanted).await;
}

#[tokio::test(start_paused = true)]
async fn subnet_that_has_its_table_already() {
    let cloud = Late::new();
    let vpc = vpc(&cloud.at_once).await;
    let subnet = subnet(&cloud.at_once, &vpc, "public-a", 1).await;
    let [one, two] = ["one", "two"].map(|name| format!("route-table.{name}"));
    let one = cloud.at_once.make(&one, &RouteTable { vpc: id(&vpc) }).await;
    let two = cloud.at_once.make(&two, &RouteTable { vpc: id(&vpc) }).await;
    caught_up().await;
    let association = |table: &Observed| RouteTableAssociation { route_table: id(table), subnet: id(&subnet) };
    let create = async |table: &Observed| cloud.late.create("route-table-association.public-a", &association(table)).await;
    create(&one).await.unwrap();
    assert_eq!(create(&one).await.unwrap_err().kind, ErrorKind::Busy);
    assert_eq!(create(&two).await.unwrap_err().kind, ErrorKind::Busy);
    caught_up().await;
    create(&one).await.unwrap();
    assert_eq!(create(&two).await.unwrap_err().kind, ErrorKind::Foreign);
}

#[tokio::test(start_paused = true)]
async fn profile_that_has_its_role_already() {
    let cloud = Late::new();
    let hosts = cloud.at_once.make("iam-role.hosts", &role(&cloud.at_once, "hosts")).await;
    caught_up().await;
    let wanted = profile(&cloud.late, &hosts);
    cloud.late.create("instance-profile.hosts", &wanted).await.unwrap();
    caught_up().await;
    cloud.change("instance-profile.hosts", &wanted).await.unwrap();
    cloud.change("instance-profile.hosts", &wanted).await.expect("the list does not show the role yet, and the profile itself does");
    caught_up().await;
    cloud.late.settle("instance-profile.hosts", &wanted).await;
}

#[tokio::test(start_paused = true)]
async fn profile_that_got_another_role_meanwhile_loses_it() {
    let cloud = Late::new();
    let hosts = cloud.at_once.role("hosts", "ec2.amazonaws.com").await;
    let other = cloud.at_once.role("other", "ec2.amazonaws.com").await;
    let wanted = InstanceProfile { role: hosts.as_str().into(), ..profile_without_role(&cloud.late) };
    cloud.late.create("instance-profile.hosts", &wanted).await.unwrap();
    caught_up().await;
    let other = other.rsplit('/').next().unwrap();
    let add = cloud.late.iam.add_role_to_instance_profile().instance_profile_name(&wanted.profile_name).role_name(other);
    add.send().await.unwrap();
    cloud.change("instance-profile.hosts", &wanted).await.expect("the other role goes");
    cloud.change("instance-profile.hosts", &wanted).await.expect("and ours comes");
    caught_up().await;
    cloud.late.settle("instance-profile.hosts", &wanted).await;
    cloud.late.assert_every_call_was_intended();
}

fn profile_without_role(bench: &Bench) -> InstanceProfile {
    let path = format!("/provision/{}/{}/", bench.scope.project, bench.scope.environment);
    InstanceProfile { profile_name: bench.scope.physical_name("hosts"), path, role: "".into() }
}

/// What only a tag tells is never made twice by a repetition under its token, however late it is seen.
#[tokio::test(start_paused = true)]
async fn network_that_is_seen_late_is_found_by_its_token() {
    let cloud = Late::new();
    cloud.late.calls.repeat("token-vpc");
    let wanted = Vpc { cidr: "10.20.0.0/16".parse().unwrap(), dns_support: true, dns_hostnames: true };
    let made = cloud.late.create("vpc.main", &wanted).await.unwrap();
    caught_up().await;
    assert_eq!(cloud.late.create("vpc.main", &wanted).await.unwrap(), made);
}
