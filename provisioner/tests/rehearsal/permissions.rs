use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use provisioner::aws::{Circumstances, Lookup, QuotaCode};
use provisioner::model::Value as AttributeValue;
use provisioner::plan::PlanOptions;
use serde_json::Value;

use super::changes::{CHANGES, change};
use super::world::World;
use crate::drift::Clients;

/// Actions that are printed and that a whole life in the rehearsal cloud never needs, each with the reason why it is printed all the same.
fn conditional() -> BTreeSet<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("provisioner/tests/rehearsal/conditional_permissions.txt");
    let text = std::fs::read_to_string(file).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines.map(|line| line.split_once("  ").expect("an action, two spaces and a reason").0.to_owned()).collect()
}

/// The actions that `provision permissions` allows, in the environment as it is in a folder.
fn printed(root: &Path, environment: &str) -> BTreeSet<String> {
    let root = root.to_str().unwrap();
    let arguments = ["permissions", "--env", environment, "--format", "json", "--root", root];
    let ran = Command::new(env!("CARGO_BIN_EXE_provision")).args(arguments).output().unwrap();
    let text = String::from_utf8(ran.stdout).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let policies: Vec<Value> = lines.filter(|line| line["type"] == "policy").map(|line| line["policy"].clone()).collect();
    let statements = policies.iter().flat_map(|policy| policy["Statement"].as_array().unwrap());
    statements.flat_map(|statement| statement["Action"].as_array().unwrap()).map(|action| action.as_str().unwrap().to_owned()).collect()
}

/// Asks what `up` asks before it begins, and what `doctor` asks.
async fn look_up(world: &World) {
    let lookup = Lookup::new(&world.connection);
    let sizes: BTreeSet<String> = world.topology.hosts.values().map(|host| host.instance_type.clone()).collect();
    lookup.type_offering(&sizes).await.unwrap();
    for database in world.topology.databases.values() {
        let versions = lookup.newest_database_versions(&database.engine).await.unwrap();
        let version = &versions[&database.version];
        lookup.database_offering(&database.engine, version, &database.instance_class, &database.storage_type).await.unwrap();
    }
    lookup.in_use(&world.scope).await.unwrap();
    lookup.mail_account().await.unwrap();
    lookup.public_access().await.unwrap();
    for quota in QuotaCode::ALL {
        lookup.quota(quota).await.unwrap();
    }
    lookup.denied_actions(&BTreeSet::from(["ec2:CreateVpc".to_owned()]), &Circumstances::default()).await.unwrap();
}

async fn up(world: &World, doing: &str) {
    let outcome = world.up().await;
    assert!(outcome.is_complete(), "{doing}: {outcome:#?}");
}

/// An environment's whole life with exactly the actions that are printed: up, every kind changed and changed back, tags given and taken, drift
/// put back, down, up from what was kept, and down for good. Gives what was printed and what of it was needed.
async fn whole_life(environment: &str, edit: impl Fn(String) -> String) -> (BTreeSet<String>, BTreeSet<String>) {
    let files = World::new(environment, &edit).await;
    let actions = printed(files.root(), environment);
    let mut world = World::allowed(environment, &edit, actions.clone()).await;
    look_up(&world).await;
    up(&world, "up").await;

    let original = world.desired.clone();
    let mut kinds = BTreeSet::new();
    for (address, attribute, what) in CHANGES {
        if change(&mut world.desired, address, attribute, what) {
            kinds.insert(address.split('.').next().unwrap());
        }
    }
    assert!(kinds.len() > 15, "{kinds:?}");
    world.desired.values_mut().filter(|resource| !resource.tags.is_empty()).for_each(|resource| {
        resource.tags.insert("changed".to_owned(), "yes".to_owned());
    });
    up(&world, "changes").await;
    assert!(world.plan().await.is_empty());
    world.desired = original;
    for (address, attribute, what) in CHANGES.iter().filter(|(_, attribute, _)| attribute.ends_with("_gib")) {
        change(&mut world.desired, address, attribute, what);
    }
    up(&world, "changes back").await;

    if environment == "dev" {
        let outside = world.outside();
        let config = outside.sdk_config("eu-west-1");
        Clients::new(&config, &config, Some(outside.interceptor()), "123456789012").inject_all(&world.scope.project).await;
        let targets = world.drift().await;
        assert!(targets.len() >= 10, "{targets:?}");
        let (_, outcome) = world.run(&PlanOptions { targets, targets_alone: true, ..PlanOptions::default() }).await.unwrap();
        assert!(outcome.is_complete(), "drift --repair: {outcome:#?}");
        assert!(world.drift().await.is_empty());
    }

    for resource in world.desired.values_mut().filter(|resource| resource.address.kind() == "db-instance") {
        resource.attributes.insert("deletion_protection".to_owned(), AttributeValue::Bool(false));
    }
    up(&world, "protection off").await;
    let outcome = world.down().await;
    assert!(outcome.is_complete(), "down: {outcome:#?}");
    up(&world, "up from what was kept").await;
    let (_, outcome) = world.run(&PlanOptions { destroy: true, discard_data: true, ..PlanOptions::default() }).await.unwrap();
    assert!(outcome.is_complete(), "down for good: {outcome:#?}");
    let denied = world.sandbox.calls().into_iter().filter(|call| call.code.as_deref().is_some_and(is_denial));
    assert_eq!(denied.map(|call| call.operation).collect::<BTreeSet<_>>(), BTreeSet::new());
    (actions, world.sandbox.needed_permissions())
}

fn is_denial(code: &str) -> bool {
    matches!(code, "UnauthorizedOperation" | "AccessDenied" | "AccessDeniedException")
}

fn assert_exact(lives: &[(BTreeSet<String>, BTreeSet<String>)]) {
    let printed: BTreeSet<&String> = lives.iter().flat_map(|(printed, _)| printed).collect();
    let needed: BTreeSet<&String> = lives.iter().flat_map(|(_, needed)| needed).collect();
    let unneeded: BTreeSet<String> = printed.difference(&needed).map(|action| (*action).clone()).collect();
    let expected = conditional();
    let unsaid: Vec<&String> = unneeded.difference(&expected).collect();
    let untrue: Vec<&String> = expected.difference(&unneeded).collect();
    assert!(unsaid.is_empty() && untrue.is_empty(), "not needed, without a reason: {unsaid:#?}\nneeded, or not printed: {untrue:#?}");
}

#[tokio::test(start_paused = true)]
async fn whole_lives_need_the_printed_actions_and_no_others() {
    let production = whole_life("prod", |text| text).await;
    let development = whole_life("dev", |text| text).await;
    assert_exact(&[production, development]);
}

#[tokio::test(start_paused = true)]
async fn one_printed_action_less_is_one_too_few() {
    for missing in ["iam:CreateServiceLinkedRole", "iam:PassRole", "secretsmanager:CreateSecret", "logs:CreateLogDelivery"] {
        let files = World::new("dev", |text| text).await;
        let mut actions = printed(files.root(), "dev");
        assert!(actions.remove(missing), "{missing}");
        let world = World::allowed("dev", |text| text, actions).await;
        let outcome = world.up().await;
        assert!(!outcome.is_complete(), "{missing}");
        let told = outcome.failed.iter().any(|(_, failure)| format!("{failure:?}").contains(missing));
        assert!(told, "{missing}: {:#?}", outcome.failed);
    }
}

#[test]
fn no_user_is_required_that_may_do_everything_and_none_is_made() {
    for environment in ["dev", "test", "pre-prod", "prod"] {
        for action in printed(Path::new(env!("CARGO_MANIFEST_DIR")), environment) {
            let (service, operation) = action.split_once(':').unwrap();
            assert!(!action.contains('*'), "{action} in {environment} stands for more than one action");
            let concerns_users = ["User", "Group", "AccessKey", "LoginProfile"].iter().any(|noun| operation.contains(noun));
            assert!(service != "iam" || !concerns_users, "{action} in {environment} makes or changes users");
        }
    }
}
