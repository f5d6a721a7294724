//! Transitions that never end, or end badly: the run says of which object, and the next one goes on.

use std::time::Duration;

use provisioner::engine::{Failure, Outcome};
use provisioner::plan::{Action, PlanOptions};
use provisioner::sandbox::{Faults, StuckOutcome, StuckRule};

use super::life::{Life, failures, stands, timed};
use super::world::World;

fn stuck(object_type: &str, address: &str, outcome: StuckOutcome) -> Faults {
    let tag = Some(("provision:address".to_owned(), address.to_owned()));
    Faults { stuck: vec![StuckRule { object_type: object_type.to_owned(), tag, outcome }], ..Faults::none() }
}

/// The one failure of a run, and that nothing but what stands on it was left out.
fn only_failure<'o>(outcome: &'o Outcome, address: &str) -> &'o Failure {
    let [(failed, failure)] = outcome.failed.as_slice() else { panic!("{}", failures(outcome)) };
    assert_eq!(failed.to_string(), address);
    failure
}

async fn goes_on(mut world: World) {
    world.meet(Faults::none());
    let outcome = world.up().await;
    assert!(outcome.is_complete(), "{}", failures(&outcome));
    let mut life = Life::default();
    stands(&world, &mut life).await;
    assert!(life.violations.is_empty(), "{:#?}", life.violations);
}

#[tokio::test(start_paused = true)]
async fn a_gateway_that_fails_is_named_at_once_and_made_again_by_the_next_run() {
    let mut world = World::small().await;
    let nat = world.one("nat-gateway");
    world.meet(stuck("nat-gateway", &nat, StuckOutcome::Fails));
    let outcome = world.up().await;
    let failure = only_failure(&outcome, &nat);
    assert!(matches!(failure, Failure::Terminal { .. }), "{failure:?}");
    goes_on(world).await;
}

#[tokio::test(start_paused = true)]
async fn what_never_becomes_ready_ends_at_a_deadline_that_names_it() {
    for kind in ["nat-gateway", "volume"] {
        let mut world = World::small().await;
        let address = world.one(kind);
        world.meet(stuck(kind, &address, StuckOutcome::NeverReady));
        let (outcome, elapsed) = timed(world.up()).await;
        let failure = only_failure(&outcome, &address);
        assert!(matches!(failure, Failure::Deadline { address: named, .. } if named.to_string() == address), "{failure:?}");
        assert!(elapsed < Duration::from_secs(3600), "{kind}: {elapsed:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_database_with_parameters_that_do_not_fit_is_named_at_once() {
    let mut world = World::new("dev", |text| text).await;
    world.meet(stuck("db-instance", "db-instance.core", StuckOutcome::Becomes("incompatible-parameters")));
    let outcome = world.up().await;
    let failure = only_failure(&outcome, "db-instance.core");
    assert!(matches!(failure, Failure::Terminal { reason, .. } if reason.contains("incompatible-parameters")), "{failure:?}");
}

/// A full database keeps its data: nothing replaces it, and the message says what to raise.
#[tokio::test(start_paused = true)]
async fn a_full_database_is_kept_and_says_what_to_raise() {
    let mut world = World::new("dev", |text| text).await;
    world.meet(stuck("db-instance", "db-instance.core", StuckOutcome::Becomes("storage-full")));
    // It may be full only after it was done.
    world.up().await;
    tokio::time::sleep(Duration::from_secs(600)).await;
    let (plan, outcome) = world.run(&PlanOptions::default()).await.unwrap();
    let failure = only_failure(&outcome, "db-instance.core").to_string();
    assert!(failure.contains("db-instance.core is full") && failure.contains("storage_gib"), "{failure}");
    assert!(plan.changes.iter().all(|change| !matches!(change.action, Action::Replace | Action::Delete)), "{:#?}", plan.changes);
}
