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

/// The id of an object by its address.
pub fn id_of(project: &Project, address: &str) -> String {
    let state = std::fs::read_to_string(project.path().join(".provision/state/sandbox/small/state.json")).expect("written");
    let state: serde_json::Value = serde_json::from_str(&state).expect("JSON");
    state["resources"][address]["id"].as_str().expect("it is recorded").to_owned()
}
