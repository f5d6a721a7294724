//! Facts about AWS that the product relies on, each with the page that says so.
//!
//! A fact is checked through an SDK client and asks nothing else of what answers: the rehearsal cloud, an emulator behind an endpoint, or AWS
//! itself. Where an emulator is known to be lenient the fact says how.

mod address;
mod bucket;
mod endpoint;
mod flow_log;
mod iam;
mod instance;
mod instance_profile;
mod kms;
mod listing;
mod network_acl;
mod rds;
mod route;
mod security_group;
mod services;
mod ses;
mod storage;
mod transit_gateway;
mod vpc;
mod vpc_endpoint;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_sdk_ec2::Client;
use aws_sdk_ec2::error::ProvideErrorMetadata;
use aws_sdk_ec2::types::{Filter, InstanceStateName, Tag};
use provisioner::sandbox::{Sandbox, SandboxOptions, TokioClock};

pub use endpoint::Account;

/// A fact and how it is checked.
pub struct Fact {
    /// The fact, as a name.
    pub name: &'static str,
    /// The page of AWS that states it.
    pub citation: &'static str,
    /// Checks the fact in an account that has nothing in the region yet.
    pub check: fn(Client) -> Pin<Box<dyn Future<Output = ()>>>,
    /// How moto 5.2.5 is known to differ; none when the fact must hold there too.
    pub known_moto_leniency: Option<&'static str>,
}

/// All facts.
pub fn all_facts() -> Vec<&'static Fact> {
    let tables = [
        address::FACTS,
        instance::FACTS,
        listing::FACTS,
        network_acl::FACTS,
        route::FACTS,
        security_group::FACTS,
        storage::FACTS,
        transit_gateway::FACTS,
        vpc::FACTS,
        vpc_endpoint::FACTS,
    ];
    tables.into_iter().flatten().collect()
}

/// Declares facts: a citation, how moto differs where it does, and the check. Each is also a test against the rehearsal cloud.
macro_rules! facts {
    ($(#[doc = $citation:literal] $(#[moto($leniency:literal)])? async fn $name:ident($ec2:ident) $body:block)*) => {
        pub const FACTS: &[crate::conformance::Fact] = &[$(crate::conformance::Fact {
            name: stringify!($name),
            citation: $citation,
            check: |client| Box::pin(checks::$name(client)),
            known_moto_leniency: crate::conformance::first(&[$($leniency)?]),
        }),*];

        mod checks {
            use super::*;

            $(#[doc = $citation] pub async fn $name($ec2: aws_sdk_ec2::Client) $body)*
        }

        mod in_the_rehearsal_cloud {
            $(#[tokio::test(start_paused = true)]
            async fn $name() {
                super::checks::$name(crate::conformance::rehearsal()).await;
            })*
        }
    };
}
use facts;

/// The leniency of a fact, when there is one.
const fn first(leniencies: &[&'static str]) -> Option<&'static str> {
    leniencies.first().copied()
}

/// A client of an empty rehearsal cloud at true speed, under a clock that waits for nobody.
fn rehearsal() -> Client {
    let base = SystemTime::UNIX_EPOCH + Duration::from_secs(1_790_000_000);
    let clock = Arc::new(TokioClock::starting_at(base));
    let sandbox = Sandbox::in_memory(SandboxOptions { speed: 1.0, clock, ..SandboxOptions::default() });
    let config = aws_sdk_ec2::config::Builder::from(&sandbox.sdk_config("eu-west-1")).interceptor(sandbox.interceptor());
    Client::from_conf(config.build())
}

/// The error code of an answer, or `success`.
fn code<T, E: ProvideErrorMetadata>(answer: Result<T, E>) -> String {
    match answer {
        Ok(_) => "success".to_owned(),
        Err(error) => error.code().unwrap_or("no code").to_owned(),
    }
}

fn tag(key: &str, value: &str) -> Tag {
    Tag::builder().key(key).value(value).build()
}

fn filter(name: &str, value: &str) -> Filter {
    Filter::builder().name(name).values(value).build()
}

async fn make_vpc(ec2: &Client) -> String {
    ec2.create_vpc().cidr_block("10.0.0.0/16").send().await.unwrap().vpc.unwrap().vpc_id.unwrap()
}

async fn make_subnet(ec2: &Client, vpc: &str, cidr: &str) -> String {
    let subnet = ec2.create_subnet().vpc_id(vpc).cidr_block(cidr).availability_zone("eu-west-1a").send().await.unwrap();
    subnet.subnet.unwrap().subnet_id.unwrap()
}

async fn make_network(ec2: &Client) -> (String, String) {
    let vpc = make_vpc(ec2).await;
    let subnet = make_subnet(ec2, &vpc, "10.0.1.0/24").await;
    (vpc, subnet)
}

async fn make_internet_gateway(ec2: &Client, vpc: &str) -> String {
    let gateway = ec2.create_internet_gateway().send().await.unwrap().internet_gateway.unwrap().internet_gateway_id.unwrap();
    ec2.attach_internet_gateway().internet_gateway_id(&gateway).vpc_id(vpc).send().await.unwrap();
    gateway
}

async fn make_group(ec2: &Client, vpc: &str, name: &str) -> String {
    ec2.create_security_group().vpc_id(vpc).group_name(name).description(name).send().await.unwrap().group_id.unwrap()
}

/// The newest Debian 13 image for x86.
async fn newest_image(ec2: &Client) -> aws_sdk_ec2::types::Image {
    let named = filter("name", "debian-13-amd64-*");
    let images = ec2.describe_images().owners("136693071363").filters(named).send().await.unwrap().images.unwrap();
    images.into_iter().max_by_key(|image| image.creation_date.clone()).unwrap()
}

async fn launch(ec2: &Client, subnet: &str) -> aws_sdk_ec2::operation::run_instances::builders::RunInstancesFluentBuilder {
    let image = newest_image(ec2).await.image_id.unwrap();
    ec2.run_instances().image_id(image).instance_type("t3.micro".into()).subnet_id(subnet).min_count(1).max_count(1)
}

async fn make_instance(ec2: &Client, subnet: &str) -> String {
    let made = launch(ec2, subnet).await.send().await.unwrap();
    made.instances()[0].instance_id().unwrap().to_owned()
}

async fn instance(ec2: &Client, id: &str) -> aws_sdk_ec2::types::Instance {
    let described = ec2.describe_instances().instance_ids(id).send().await.unwrap();
    described.reservations()[0].instances()[0].clone()
}

/// Waits until an instance has a state, at most ten minutes.
async fn wait_for(ec2: &Client, id: &str, wanted: InstanceStateName) {
    for _ in 0..120 {
        if instance(ec2, id).await.state().and_then(|state| state.name()) == Some(&wanted) {
            return;
        }
        tokio::time::sleep(Duration::from_secs(5)).await;
    }
    panic!("{id} never became {}", wanted.as_str());
}

#[test]
fn every_fact_cites_a_page_and_has_one_name() {
    let facts = all_facts();
    assert!(facts.len() >= 50, "only {} facts", facts.len());
    for fact in &facts {
        assert!(fact.citation.contains("EC2 ") || fact.citation.contains("VPC ") || fact.citation.contains("EBS "), "{}", fact.name);
    }
}

#[test]
fn there_are_many_facts_and_each_has_its_own_name() {
    let of_services = services::TABLES.iter().flat_map(|(_, facts)| *facts).map(|fact| fact.name);
    let of_buckets = bucket::FACTS.iter().map(|fact| fact.name);
    let mut names: Vec<&str> = all_facts().iter().map(|fact| fact.name).chain(of_services).chain(of_buckets).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
    assert!(count >= 120, "only {count} facts");
}
