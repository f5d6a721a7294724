use aws_sdk_ec2::Client;
use provisioner::sandbox::{Sandbox, SandboxOptions};

use super::project::Project;

/// Does something in a project's rehearsal cloud that no command of ours does.
pub fn outside<F: Future<Output = ()>>(project: &Project, change: impl FnOnce(Client) -> F) {
    let options = SandboxOptions { speed: 0.0, account: "123456789012".to_owned(), ..SandboxOptions::default() };
    let sandbox = Sandbox::open(&project.path().join(".provision/sandbox"), options).expect("the cloud's files are whole");
    let config = aws_sdk_ec2::config::Builder::from(&sandbox.sdk_config("eu-west-1")).interceptor(sandbox.interceptor()).build();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("it starts");
    runtime.block_on(change(Client::from_conf(config)));
}

/// The id of an object of the small environment, by its address.
pub fn id_of(project: &Project, address: &str) -> String {
    let listed = project.rehearse("state list --env small --format json").expect_done();
    let mut lines = listed.stdout.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("an object a line"));
    let found = lines.find(|line| line["address"] == address).expect("it is recorded");
    found["id"].as_str().expect("a text").to_owned()
}
