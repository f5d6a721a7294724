use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

use super::world::World;

/// The actions that `provision permissions` allows.
fn allowed(environment: &str) -> BTreeSet<String> {
    let arguments = ["permissions", "--env", environment, "--format", "json", "--root", env!("CARGO_MANIFEST_DIR")];
    let ran = Command::new(env!("CARGO_BIN_EXE_provision")).args(arguments).output().unwrap();
    let text = String::from_utf8(ran.stdout).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let policies: Vec<Value> = lines.filter(|line| line["type"] == "policy").map(|line| line["policy"].clone()).collect();
    let statements = policies.iter().flat_map(|policy| policy["Statement"].as_array().unwrap());
    statements.flat_map(|statement| statement["Action"].as_array().unwrap()).map(|action| action.as_str().unwrap().to_owned()).collect()
}

#[tokio::test(start_paused = true)]
async fn the_least_policy_allows_all_that_a_whole_life_needs() {
    let world = World::new("dev", |text| text).await;
    assert!(world.up().await.is_complete());
    assert!(world.down().await.is_complete());
    let allowed = allowed("dev");
    let missing: Vec<String> = world.sandbox.needed_permissions().into_iter().filter(|action| !allowed.contains(action)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
