mod faults;
mod persistence;
mod seam;
mod transitions;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_sdk_ec2::Client;
use aws_sdk_ec2::error::ProvideErrorMetadata;

use super::{Faults, Sandbox, SandboxOptions, TokioClock};

/// Options under a clock that the test owns, at true speed.
fn options(faults: Faults) -> SandboxOptions {
    let base = SystemTime::UNIX_EPOCH + Duration::from_secs(1_790_000_000);
    SandboxOptions { speed: 1.0, clock: Arc::new(TokioClock::starting_at(base)), faults, ..SandboxOptions::default() }
}

fn client(sandbox: &Sandbox) -> Client {
    client_in(sandbox, "eu-west-1")
}

fn client_in(sandbox: &Sandbox, region: &str) -> Client {
    let config = aws_sdk_ec2::config::Builder::from(&sandbox.sdk_config(region)).interceptor(sandbox.interceptor()).build();
    Client::from_conf(config)
}

fn code<T, E: ProvideErrorMetadata>(answer: Result<T, E>) -> String {
    match answer {
        Ok(_) => "success".to_owned(),
        Err(error) => error.code().unwrap_or("no code").to_owned(),
    }
}

/// Makes a VPC with a subnet and returns their ids.
async fn network(ec2: &Client) -> (String, String) {
    let vpc = ec2.create_vpc().cidr_block("10.0.0.0/16").send().await.unwrap().vpc.unwrap().vpc_id.unwrap();
    let subnet = ec2.create_subnet().vpc_id(&vpc).cidr_block("10.0.1.0/24").send().await.unwrap();
    (vpc, subnet.subnet.unwrap().subnet_id.unwrap())
}

/// The newest Debian image for x86.
async fn image(ec2: &Client) -> String {
    let name = aws_sdk_ec2::types::Filter::builder().name("name").values("debian-13-amd64-*").build();
    let images = ec2.describe_images().owners("136693071363").filters(name).send().await.unwrap().images.unwrap();
    let newest = images.into_iter().max_by_key(|image| image.creation_date.clone()).unwrap();
    newest.image_id.unwrap()
}
