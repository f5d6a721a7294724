//! The engine against a cloud in memory: order, resume, retries, refusals.

pub mod case;
mod drift;
mod keeping;
mod moved;
pub mod scenario;

use provisioner::engine::{prefer_those_that_stay, surplus_duplicates};
use provisioner::model::{ResourceAddress, Value};
use provisioner::plan::{Action, Observations, PlanOptions, Reason};
use provisioner::provider::{ErrorKind, FakeCloud, Fault};

use scenario::{Scenario, desired, resource};

fn vpc_and_subnets(subnets: usize) -> Vec<provisioner::model::Resource> {
    let mut resources = vec![resource("vpc.main", &[("cidr", "10.0.0.0/16")], &[])];
    resources.extend((0..subnets).map(|number| {
        let address = format!("subnet.private-{number}");
        resource(&address, &[("cidr", "10.0.0.0/24"), ("zone", "a")], &[("vpc", "vpc.main")])
    }));
    resources
}

#[tokio::test(start_paused = true)]
async fn what_is_needed_is_made_first_and_removed_last() {
    let scenario = Scenario::new(desired(vpc_and_subnets(2)));
    assert!(scenario.up().await.is_complete());
    let outcome = scenario.down().await;
    assert!(outcome.is_complete(), "{outcome:?}");
    let calls = scenario.cloud.mutating_calls();
    assert_eq!(calls[0], "create vpc.main");
    assert_eq!(calls.last().map(String::as_str), Some("delete vpc.main"));
    assert!(scenario.cloud.objects().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_second_up_makes_no_call() {
    let scenario = Scenario::new(desired(vpc_and_subnets(3)));
    scenario.up().await;
    let calls = scenario.cloud.mutating_calls().len();
    assert!(scenario.plan(&PlanOptions::default()).await.is_empty());
    scenario.up().await;
    assert_eq!(scenario.cloud.mutating_calls().len(), calls);
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_of_a_tag_only_creation_is_found_again_and_not_repeated() {
    let scenario = Scenario::new(desired(vpc_and_subnets(1)));
    scenario.cloud.fail_next("create vpc", Fault::LoseAnswer);
    let outcome = scenario.up().await;
    assert!(outcome.is_complete(), "{outcome:?}");
    assert_eq!(scenario.cloud.mutating_calls(), ["create vpc.main", "create subnet.private-0"]);
}

#[tokio::test(start_paused = true)]
async fn throttling_slows_down_and_does_not_fail() {
    let scenario = Scenario::new(desired(vpc_and_subnets(1)));
    (0..20).for_each(|_| scenario.cloud.fail_next("create vpc", Fault::Refuse(ErrorKind::Throttled)));
    assert!(scenario.up().await.is_complete());
}

#[tokio::test(start_paused = true)]
async fn a_failed_step_skips_what_waits_for_it_and_nothing_else() {
    let mut resources = vpc_and_subnets(2);
    resources.push(resource("subnet.alone", &[("cidr", "10.1.0.0/24"), ("zone", "a")], &[]));
    let scenario = Scenario::new(desired(resources));
    scenario.cloud.fail_next("create vpc", Fault::Refuse(ErrorKind::Refused));
    let outcome = scenario.up().await;
    assert_eq!((outcome.done, outcome.failed.len(), outcome.skipped.len()), (1, 1, 2));
    let outcome = scenario.up().await;
    assert!(outcome.is_complete(), "the second run finishes: {outcome:?}");
    assert_eq!(scenario.cloud.objects().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_deleted_state_is_read_back_from_the_cloud() {
    let scenario = Scenario::new(desired(vpc_and_subnets(2)));
    scenario.up().await;
    scenario.lose_state();
    let plan = scenario.plan(&PlanOptions::default()).await;
    assert!(plan.is_empty(), "{plan:?}");
    assert!(plan.changes.iter().all(|change| change.action == Action::NoOp && change.reason == Reason::Unrecorded));
}

#[tokio::test(start_paused = true)]
async fn what_was_deleted_outside_is_made_again_and_said_so() {
    let scenario = Scenario::new(desired(vpc_and_subnets(1)));
    scenario.up().await;
    let subnet = scenario.cloud.objects().into_iter().find(|observed| observed.address.kind() == "subnet").expect("made");
    scenario.cloud.tamper(&subnet.id, "zone", Value::from("b"));
    let plan = scenario.plan(&PlanOptions::default()).await;
    assert_eq!((plan.changes[0].action, plan.changes[0].reason), (Action::Replace, Reason::Differs));
}

#[tokio::test(start_paused = true)]
async fn a_replaced_parent_replaces_what_is_made_in_it_in_the_right_order() {
    let scenario = Scenario::new(desired(vpc_and_subnets(1)));
    scenario.up().await;
    let mut resources = vpc_and_subnets(1);
    resources[0] = resource("vpc.main", &[("cidr", "10.9.0.0/16")], &[]);
    let scenario = scenario.with(desired(resources));
    let plan = scenario.plan(&PlanOptions::default()).await;
    let reasons: Vec<_> = plan.changes.iter().map(|change| (change.address.to_string(), change.reason)).collect();
    assert_eq!(reasons, [("subnet.private-0".to_owned(), Reason::DependencyReplaced), ("vpc.main".to_owned(), Reason::Differs)]);
    let before = scenario.cloud.mutating_calls().len();
    assert!(scenario.up().await.is_complete());
    let order = ["delete subnet.private-0", "delete vpc.main", "create vpc.main", "create subnet.private-0"];
    assert_eq!(scenario.cloud.mutating_calls()[before..], order);
}

#[tokio::test(start_paused = true)]
async fn a_database_like_object_is_never_replaced_without_its_flag() {
    let store = |zone| vec![resource("volume.data", &[("zone", zone)], &[])];
    let scenario = Scenario::new(desired(store("a")));
    scenario.up().await;
    let scenario = scenario.with(desired(store("b")));
    let plan = scenario.plan(&PlanOptions::default()).await;
    assert_eq!(plan.refused().count(), 1);
    let allowed = PlanOptions { replace_data: [ResourceAddress::new("volume", "data")].into(), ..PlanOptions::default() };
    assert_eq!(scenario.plan(&allowed).await.refused().count(), 0);
}

#[tokio::test(start_paused = true)]
async fn of_two_objects_with_one_address_the_unused_one_is_surplus() {
    let scenario = Scenario::new(desired(vpc_and_subnets(1)));
    scenario.up().await;
    let mut objects = scenario.cloud.objects();
    let mut twin = objects.iter().find(|observed| observed.address.kind() == "vpc").expect("made").clone();
    twin.id = provisioner::model::RemoteId::new("vpc-0");
    objects.push(twin);
    let observations = Observations::new(objects);
    let surplus = surplus_duplicates(&observations, None);
    assert_eq!(surplus.iter().map(|observed| observed.id.as_str()).collect::<Vec<_>>(), ["vpc-0"]);
}

#[tokio::test(start_paused = true)]
async fn the_plan_is_made_for_the_one_of_two_that_stays() {
    let scenario = Scenario::new(desired(vpc_and_subnets(1)));
    scenario.up().await;
    let mut objects = scenario.cloud.objects();
    let used = objects.iter().find(|observed| observed.address.kind() == "vpc").expect("made").clone();
    // Listed first, it stands for the address until somebody asks which of the two is used.
    objects.insert(0, provisioner::model::Observed { id: provisioner::model::RemoteId::new("vpc-0"), ..used.clone() });
    let observations = prefer_those_that_stay(Observations::new(objects), None);
    assert_eq!(observations.objects[&used.address].id, used.id);
    assert_eq!(observations.duplicates.iter().map(|twin| twin.id.as_str()).collect::<Vec<_>>(), ["vpc-0"]);
}

#[tokio::test(start_paused = true)]
async fn waiting_takes_no_place_from_others() {
    let scenario = Scenario::new(desired(vpc_and_subnets(40)));
    scenario.cloud.set_looks_until_ready(5);
    let begun = tokio::time::Instant::now();
    assert!(scenario.up_with(1).await.is_complete());
    assert!(begun.elapsed().as_secs() < 60, "one request at a time, but all wait together: {:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_repeated_is_announced_again_with_its_own_token() {
    let scenario = Scenario::new(desired(vpc_and_subnets(1)));
    scenario.up().await;
    let mut resources = vpc_and_subnets(1);
    resources[1] = resource("subnet.private-0", &[("cidr", "10.0.9.0/24"), ("zone", "a")], &[("vpc", "vpc.main")]);
    let scenario = scenario.with(desired(resources));
    scenario.cloud.fail_next("update subnet", Fault::LoseAnswer);
    assert!(scenario.up().await.is_complete());
    let tokens = scenario.tokens();
    assert_eq!((tokens.len(), &tokens[0]), (2, &tokens[1]));
}

/// The refusal says nothing about the call before it, which may have been applied.
#[tokio::test(start_paused = true)]
async fn a_call_that_is_refused_after_a_lost_answer_keeps_its_token() {
    let scenario = Scenario::new(desired(vpc_and_subnets(1)));
    scenario.up().await;
    let mut resources = vpc_and_subnets(1);
    resources[1] = resource("subnet.private-0", &[("cidr", "10.0.9.0/24"), ("zone", "a")], &[("vpc", "vpc.main")]);
    let scenario = scenario.with(desired(resources));
    for fault in [Fault::LoseAnswer, Fault::Refuse(ErrorKind::Throttled), Fault::Refuse(ErrorKind::Busy)] {
        scenario.cloud.fail_next("update subnet", fault);
    }
    assert!(scenario.up().await.is_complete());
    let tokens = scenario.tokens();
    assert!(tokens.len() == 4 && tokens.iter().all(|token| *token == tokens[0]), "{tokens:?}");
}

#[tokio::test(start_paused = true)]
async fn a_creation_that_is_put_off_is_repeated_and_not_for_ever() {
    let scenario = Scenario::new(desired(vpc_and_subnets(1)));
    scenario.cloud.fail_next("create subnet", Fault::Refuse(ErrorKind::Busy));
    assert!(scenario.up().await.is_complete());
    assert_eq!(scenario.cloud.objects().len(), 2);

    let scenario = Scenario::new(desired(vpc_and_subnets(1)));
    (0..1000).for_each(|_| scenario.cloud.fail_next("create subnet", Fault::Refuse(ErrorKind::Busy)));
    let begun = tokio::time::Instant::now();
    assert!(!scenario.up().await.is_complete());
    let minutes = begun.elapsed().as_secs() / 60;
    assert!((15..17).contains(&minutes), "{minutes} minutes");
    let tries = scenario.cloud.mutating_calls().len();
    assert!(tries < 200, "{tries} tries");
}

#[tokio::test(start_paused = true)]
async fn intents_are_as_many_as_mutating_calls() {
    let scenario = Scenario::new(desired(vpc_and_subnets(4)));
    scenario.up().await;
    assert_eq!(scenario.intents(), scenario.cloud.mutating_calls().len());
    let _: &FakeCloud = &scenario.cloud;
}
