use std::net::Ipv4Addr;

use provisioner::desired::{Instance, InstanceNetwork, KeyPair, NetworkInterface};
use provisioner::model::{Observed, Value};
use provisioner::provider::{Depth, ErrorKind};

use super::bench::Bench;
use super::groups::group;
use super::network::{id, subnet, vpc};

/// What a machine stands in.
pub struct Surroundings {
    vpc: Observed,
    subnet: Observed,
    group: Observed,
    key: Observed,
    image: (String, String),
}

impl Surroundings {
    pub async fn remove(&self, bench: &Bench) {
        for object in [&self.key, &self.group, &self.subnet, &self.vpc] {
            bench.remove(object).await;
        }
    }
}

pub async fn surroundings(bench: &Bench) -> Surroundings {
    let vpc = vpc(bench).await;
    let subnet = subnet(bench, &vpc, "private-a", 1).await;
    let group = group(bench, &vpc, "worker").await;
    let public_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ2YbbY6r2c3PdqvVeUy2sZPiCTq0lCFFZ/zqhWkWBwE".to_owned();
    let key = bench.make("key-pair.operator", &KeyPair { key_name: bench.scope.physical_name("operator"), public_key }).await;
    let image = bench.lookup().image("debian-13").await.unwrap();
    Surroundings { vpc, subnet, group, key, image: (image.id, image.root_device) }
}

pub fn instance(bench: &Bench, around: &Surroundings) -> Instance {
    Instance {
        image: around.image.0.clone(),
        root_device: around.image.1.clone(),
        instance_type: "t3.small".to_owned(),
        network: InstanceNetwork {
            network_interface: None,
            subnet: Some(id(&around.subnet)),
            private_address: Some(Ipv4Addr::new(10, 20, 1, 31)),
        },
        security_groups: Some(vec![id(&around.group)]),
        key_name: bench.scope.physical_name("operator"),
        user_data: "#cloud-config\n".to_owned(),
        root_volume_gib: 16,
        kms_key: None,
        instance_profile: None,
        termination_protection: false,
        detailed_monitoring: true,
        requires_imdsv2: true,
        metadata_hop_limit: 1,
        is_running: true,
    }
}

#[tokio::test]
async fn instance_is_launched_as_wanted_and_its_companions_are_nobodys() {
    for bench in Bench::all() {
        let around = surroundings(&bench).await;
        let host = bench.make("instance.worker-1", &instance(&bench, &around)).await;
        assert_eq!(host.attributes["private_address"], Value::from("10.20.1.31"));
        assert!(!host.attributes.contains_key("user_data"));
        assert!(bench.observe("network-interface").await.is_empty());
        assert!(!bench.observe_at("instance", Depth::Fast).await[0].attributes.contains_key("termination_protection"));
        let requests = bench.calls.requests_of("RunInstances");
        assert!(requests.len() == 1 && requests[0].contains("sha256:") && !requests[0].contains("#cloud-config"), "{requests:?}");
        bench.remove(&host).await;
        around.remove(&bench).await;
        bench.assert_every_call_was_intended();
    }
}

#[tokio::test]
async fn instance_changes_size_protection_metadata_and_groups_and_goes_in_spite_of_its_protection() {
    for bench in Bench::all() {
        let around = surroundings(&bench).await;
        let mut wanted = instance(&bench, &around);
        bench.make("instance.worker-1", &wanted).await;
        let other = group(&bench, &around.vpc, "base").await;
        wanted.instance_type = "t3.large".to_owned();
        wanted.termination_protection = true;
        // moto 5.2.5 has no UnmonitorInstances.
        wanted.detailed_monitoring = !bench.is_strict;
        wanted.metadata_hop_limit = 2;
        wanted.security_groups = Some(vec![id(&around.group), id(&other)]);
        let settled = bench.settle("instance.worker-1", &wanted).await;
        assert_eq!(settled.attributes["is_running"], Value::Bool(true));
        bench.remove(&settled).await;
        bench.remove(&other).await;
        around.remove(&bench).await;
        bench.assert_every_call_was_intended();
    }
}

#[tokio::test]
async fn instance_on_an_interface_made_before_it_names_the_interface() {
    for bench in Bench::all() {
        let around = surroundings(&bench).await;
        let interface = NetworkInterface {
            subnet: id(&around.subnet),
            private_address: Ipv4Addr::new(10, 20, 1, 41),
            security_groups: vec![id(&around.group)],
        };
        let interface = bench.make("network-interface.bastion-1", &interface).await;
        let mut wanted = instance(&bench, &around);
        wanted.network = InstanceNetwork { network_interface: Some(id(&interface)), subnet: None, private_address: None };
        wanted.security_groups = None;
        let host = bench.make("instance.bastion-1", &wanted).await;
        bench.remove(&host).await;
        bench.remove(&interface).await;
        around.remove(&bench).await;
        bench.assert_every_call_was_intended();
    }
}

#[tokio::test]
async fn instance_with_too_much_user_data_is_refused_before_any_call() {
    for bench in Bench::all() {
        let around = surroundings(&bench).await;
        let mut wanted = instance(&bench, &around);
        wanted.user_data = "x".repeat(17 * 1024);
        assert_eq!(bench.create("instance.worker-1", &wanted).await.unwrap_err().kind, ErrorKind::Refused);
        around.remove(&bench).await;
        bench.assert_every_call_was_intended();
    }
}

#[tokio::test]
async fn instance_gets_a_profile_and_then_another_one() {
    // moto 5.2.5 shows no profile that was given after the launch.
    for bench in Bench::all().into_iter().filter(|bench| bench.is_strict) {
        let around = surroundings(&bench).await;
        let mut wanted = instance(&bench, &around);
        bench.make("instance.worker-1", &wanted).await;
        for name in ["one", "two"] {
            let arn = bench.profile(name).await;
            wanted.instance_profile = Some(arn.as_str().into());
            let settled = bench.settle("instance.worker-1", &wanted).await;
            assert_eq!(settled.attributes["instance_profile"], Value::from(arn.as_str()));
        }
        let calls = bench.performed();
        let of_profiles: Vec<&str> = calls.iter().map(String::as_str).filter(|call| call.contains("IamInstanceProfile")).collect();
        assert_eq!(of_profiles, ["AssociateIamInstanceProfile", "ReplaceIamInstanceProfileAssociation"]);
        bench.assert_every_call_was_intended();
    }
}

#[tokio::test]
async fn instance_is_launched_with_its_profile_and_its_key() {
    for bench in Bench::all().into_iter().filter(|bench| bench.is_strict) {
        let around = surroundings(&bench).await;
        let key = bench.key().await;
        let mut wanted = instance(&bench, &around);
        wanted.instance_profile = Some(bench.profile("web").await.as_str().into());
        wanted.kms_key = Some(key.as_str().into());
        let host = bench.make("instance.worker-1", &wanted).await;
        let filter = aws_sdk_ec2::types::Filter::builder().name("attachment.instance-id").values(host.id.as_str()).build();
        let root = bench.raw.describe_volumes().filters(filter).send().await.unwrap().volumes.unwrap().remove(0);
        assert_eq!(root.kms_key_id(), Some(key.as_str()));
        assert!(!bench.performed().iter().any(|call| call.contains("IamInstanceProfile")));
    }
}

#[tokio::test]
async fn protection_is_read_of_protected_machines_alone_and_its_loss_is_seen() {
    for bench in Bench::all() {
        let around = surroundings(&bench).await;
        bench.make("instance.worker-1", &instance(&bench, &around)).await;
        let mut wanted = instance(&bench, &around);
        wanted.termination_protection = true;
        wanted.network.private_address = Some(Ipv4Addr::new(10, 20, 1, 32));
        let protected = bench.make("instance.worker-2", &wanted).await;
        let before = bench.connection.requests().0;
        bench.observe("instance").await;
        assert_eq!(bench.connection.requests().0 - before, 2, "the list, and one machine's protection");
        let off = aws_sdk_ec2::types::AttributeBooleanValue::builder().value(false).build();
        bench.raw.modify_instance_attribute().instance_id(protected.id.as_str()).disable_api_termination(off).send().await.unwrap();
        let seen = bench.observe("instance").await.into_iter().find(|object| object.id == protected.id).unwrap();
        assert_eq!(seen.attributes["termination_protection"], Value::Bool(false));
        bench.settle("instance.worker-2", &wanted).await;
    }
}
