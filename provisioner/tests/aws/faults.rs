use std::net::Ipv4Addr;
use std::time::SystemTime;

use provisioner::desired::{ElasticIp, InternetGateway, KeyPair, NatGateway, SecurityGroup, Subnet, Vpc};
use provisioner::model::{RemoteId, Status};
use provisioner::provider::{ErrorKind, ProviderError};
use provisioner::sandbox::{Faults, Sandbox, SandboxOptions, StuckOutcome, StuckRule, TokioClock};
use serde::Serialize;

use super::bench::Bench;
use super::network::{id, subnet, vpc};

const SEEDS: u64 = 40;

fn rehearsal(faults: Faults) -> Sandbox {
    Sandbox::in_memory(SandboxOptions { speed: 0.0, faults, ..SandboxOptions::default() })
}

fn unreliable(seed: u64) -> Sandbox {
    rehearsal(Faults { seed, throttle: 0.1, error: 0.1, lost_answer: 0.2, ..Faults::none() })
}

/// Repeats a creation under its token for as long as its outcome is open, as the executor does.
async fn create_in_the_end<T: Serialize>(bench: &Bench, address: &str, specification: &T) -> Result<RemoteId, ProviderError> {
    bench.calls.repeat(&format!("token-{address}"));
    for _ in 0..100 {
        match bench.create(address, specification).await {
            Err(error) if matches!(error.kind, ErrorKind::Unknown | ErrorKind::Throttled) => {}
            result => return result,
        }
    }
    panic!("{address} is never made");
}

fn count(sandbox: &Sandbox, object_type: &str) -> usize {
    sandbox.dump().unwrap().iter().filter(|object| object.object_type == object_type).count()
}

#[tokio::test(start_paused = true)]
async fn tag_only_creations_whose_answers_are_lost_leave_one_object() {
    for seed in 0..SEEDS {
        let sandbox = unreliable(seed);
        let bench = Bench::in_sandbox(&sandbox);
        let wanted = Vpc { cidr: "10.20.0.0/16".parse().unwrap(), dns_support: true, dns_hostnames: true };
        let vpc = create_in_the_end(&bench, "vpc.main", &wanted).await.unwrap();
        create_in_the_end(&bench, "internet-gateway.main", &InternetGateway { vpc: vpc.as_str().into() }).await.unwrap();
        create_in_the_end(&bench, "elastic-ip.nat-a", &ElasticIp { network_interface: None }).await.unwrap();
        let counts = ["vpc", "internet-gateway", "elastic-ip"].map(|object_type| count(&sandbox, object_type));
        assert_eq!(counts, [1, 1, 1], "seed {seed}");
    }
}

#[tokio::test(start_paused = true)]
async fn creations_by_name_whose_answers_are_lost_find_their_object() {
    for seed in 0..SEEDS {
        let sandbox = unreliable(seed);
        let bench = Bench::in_sandbox(&sandbox);
        let wanted = Vpc { cidr: "10.20.0.0/16".parse().unwrap(), dns_support: true, dns_hostnames: true };
        let vpc = create_in_the_end(&bench, "vpc.main", &wanted).await.unwrap();
        let vpc = || vpc.as_str().into();
        let cidr = "10.20.1.0/24".parse().unwrap();
        let subnet = Subnet { vpc: vpc(), cidr, zone: "eu-west-1a".to_owned(), assigns_public_addresses: false };
        create_in_the_end(&bench, "subnet.private-a", &subnet).await.unwrap();
        let group = SecurityGroup { vpc: vpc(), group_name: "contract-web".to_owned(), description: "web".to_owned() };
        create_in_the_end(&bench, "security-group.web", &group).await.unwrap();
        let public_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ2YbbY6r2c3PdqvVeUy2sZPiCTq0lCFFZ/zqhWkWBwE".to_owned();
        create_in_the_end(&bench, "key-pair.operator", &KeyPair { key_name: "contract".to_owned(), public_key }).await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn nat_gateway_is_pending_for_its_time_and_then_ready_or_failed_with_a_reason() {
    for (outcome, expected) in [(None, "ready"), (Some(StuckOutcome::Fails), "failed")] {
        let stuck = outcome.map(|outcome| StuckRule { object_type: "nat-gateway".to_owned(), tag: None, outcome });
        let clock = std::sync::Arc::new(TokioClock::starting_at(SystemTime::UNIX_EPOCH));
        let faults = Faults { stuck: stuck.into_iter().collect(), ..Faults::none() };
        let sandbox = Sandbox::in_memory(SandboxOptions { speed: 1.0, clock, faults, ..SandboxOptions::default() });
        let bench = Bench::in_sandbox(&sandbox);
        let vpc = vpc(&bench).await;
        let subnet = subnet(&bench, &vpc, "public-a", 1).await;
        bench.make("internet-gateway.main", &InternetGateway { vpc: id(&vpc) }).await;
        let address = bench.make("elastic-ip.nat-a", &ElasticIp { network_interface: None }).await;
        let nat = NatGateway { subnet: id(&subnet), elastic_ip: id(&address), private_address: Ipv4Addr::new(10, 20, 1, 10) };
        bench.create("nat-gateway.a", &nat).await.unwrap();
        assert_eq!(bench.observe("nat-gateway").await[0].status, Status::Pending { phase: "pending".to_owned() });
        tokio::time::sleep(std::time::Duration::from_secs(600)).await;
        match &bench.observe("nat-gateway").await[0].status {
            Status::Ready => assert_eq!(expected, "ready"),
            Status::Failed { reason } => assert!(expected == "failed" && !reason.is_empty()),
            status => panic!("{status:?}"),
        }
    }
}
