//! What outlives an environment, what is made again from a copy, and what may not go.

use provisioner::model::{RemoteId, Status, TAG_RETAINED, Value};
use provisioner::plan::{Action, Origin, PlanOptions, Reason};

use super::case::{Case, address};
use super::scenario::{Scenario, desired, resource};

fn with_bucket() -> Scenario {
    Scenario::new(desired(vec![
        resource("vpc.main", &[("cidr", "10.0.0.0/16")], &[]),
        resource("bucket.backups", &[("rule", "daily")], &[("key", "vpc.main")]),
    ]))
}

fn discard() -> PlanOptions {
    PlanOptions { destroy: true, discard_data: true, ..PlanOptions::default() }
}

#[tokio::test(start_paused = true)]
async fn what_outlives_the_environment_is_marked_and_forgotten_and_what_it_uses_goes() {
    let scenario = with_bucket();
    scenario.up().await;
    let outcome = scenario.down().await;
    assert!(outcome.is_complete(), "{outcome:?}");
    let left = scenario.cloud.objects();
    assert_eq!(left.iter().map(|object| object.address.to_string()).collect::<Vec<_>>(), ["bucket.backups"]);
    assert_eq!(left[0].tags[TAG_RETAINED], "down");
    assert!(scenario.recorded().is_empty());
    let calls = scenario.cloud.mutating_calls();
    assert_eq!(calls[2..], ["update bucket.backups", "delete vpc.main"]);
    let again = scenario.plan(&PlanOptions { destroy: true, ..PlanOptions::default() }).await;
    assert!(again.changes.is_empty());
    assert_eq!(again.kept, [address("bucket.backups")]);
}

#[tokio::test(start_paused = true)]
async fn what_was_kept_is_adopted_by_the_next_up() {
    let scenario = with_bucket();
    scenario.up().await;
    let id = scenario.cloud.objects()[0].id.clone();
    scenario.down().await;
    let plan = scenario.plan(&PlanOptions::default()).await;
    let adopted = plan.changes.iter().find(|change| change.address == address("bucket.backups")).expect("it is wanted again");
    assert_eq!((adopted.action, adopted.reason), (Action::Update, Reason::Adopted));
    assert!(scenario.up().await.is_complete());
    let bucket = scenario.cloud.objects().into_iter().find(|object| object.address.kind() == "bucket").expect("it is there");
    assert_eq!(bucket.id, id);
    assert!(!bucket.tags.contains_key(TAG_RETAINED));
    assert!(scenario.plan(&PlanOptions::default()).await.changes.is_empty());
}

#[tokio::test(start_paused = true)]
async fn discarded_data_goes_even_where_it_was_kept_before() {
    let scenario = with_bucket();
    scenario.up().await;
    scenario.run(&discard(), 20).await;
    assert!(scenario.cloud.objects().is_empty());
    scenario.up().await;
    scenario.down().await;
    scenario.run(&discard(), 20).await;
    assert!(scenario.cloud.objects().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_is_no_longer_asked_for_is_kept_while_the_environment_stays() {
    let scenario = with_bucket();
    scenario.up().await;
    let scenario = scenario.asking(desired(vec![resource("vpc.main", &[("cidr", "10.0.0.0/16")], &[])]), &[]);
    assert!(scenario.up().await.is_complete());
    assert_eq!(scenario.cloud.objects().len(), 2);
    assert_eq!(scenario.recorded(), ["vpc.main"]);
    assert!(scenario.plan(&PlanOptions::default()).await.changes.is_empty());
}

#[test]
fn what_a_run_marked_before_it_was_cut_off_is_only_forgotten() {
    let case = Case::new().has("bucket.backups", &[]).tag("bucket.backups", TAG_RETAINED, "down").destroying();
    let plan = case.plan();
    assert_eq!((plan.changes[0].action, plan.changes[0].reason), (Action::Forget, Reason::Keep));
    assert_eq!(plan.kept, [address("bucket.backups")]);
}

fn database() -> Case {
    Case::new().wants("database.core", &[("class", "m".into())])
}

#[test]
fn a_database_is_made_from_its_newest_complete_copy() {
    let case = database()
        .has_copy("copy.core-1", "database.core", Some("2026-11-20T14:02:00Z"))
        .has_copy("copy.core-2", "database.core", Some("2026-11-19T14:02:00Z"))
        .has_copy("copy.core-3", "database.core", Some("2026-11-21T14:02:00Z"))
        .has_copy("copy.um-1", "database.um", Some("2026-11-22T14:02:00Z"))
        .with_status("copy.core-3", Status::Failed { reason: "error".to_owned() });
    let create = case.change("database.core").expect("it is wanted");
    let created = Some("2026-11-20T14:02:00Z".to_owned());
    assert_eq!(create.origin, Some(Origin::Copy { address: address("copy.core-1"), id: RemoteId::new("copy-0"), created }));
    assert_eq!(create.after.expect("made").attributes["source"], Value::from("copy-0"));
    assert!(create.dependencies.is_empty());
}

#[test]
fn of_copies_of_the_same_moment_the_last_by_name_is_taken() {
    let moment = Some("2026-11-20T14:02:00Z");
    let case = database().has_copy("copy.core-2", "database.core", moment).has_copy("copy.core-1", "database.core", moment);
    let create = case.change("database.core").expect("it is wanted");
    assert!(matches!(create.origin, Some(Origin::Copy { address: copy, .. }) if copy == address("copy.core-2")));
}

#[test]
fn a_copy_that_is_still_being_made_is_waited_for() {
    let case = database()
        .has_copy("copy.core-1", "database.core", Some("2026-11-20T14:02:00Z"))
        .has_copy("copy.core-2", "database.core", None)
        .with_status("copy.core-2", Status::Pending { phase: "creating".to_owned() });
    let waits = case.change("copy.core-2").expect("it is waited for");
    assert_eq!((waits.action, waits.reason), (Action::Update, Reason::Unfinished));
    let create = case.change("database.core").expect("it is wanted");
    assert!(create.dependencies.contains(&address("copy.core-2")));
}

#[test]
fn a_fresh_beginning_is_empty_although_there_are_copies() {
    let mut case = database().has_copy("copy.core-1", "database.core", Some("2026-11-20T14:02:00Z"));
    case.options.fresh_data = [address("database.core")].into();
    let create = case.change("database.core").expect("it is wanted");
    assert_eq!(create.origin, Some(Origin::Empty { copies: 1 }));
    assert!(!create.after.expect("made").attributes.contains_key("source"));
}

#[test]
fn what_is_replaced_begins_empty_and_its_last_state_is_kept() {
    let mut case = Case::new().wants("database.core", &[("engine", "b".into())]).has("database.core", &[]);
    case = case.outside("database.core", "engine", "a".into()).has_copy("copy.core-9", "database.core", Some("2026-11-20T14:02:00Z"));
    case.options.replace_data = [address("database.core")].into();
    let replaced = case.change("database.core").expect("it differs");
    assert_eq!((replaced.action, replaced.origin), (Action::Replace, Some(Origin::Empty { copies: 1 })));
    assert_eq!(case.change("copy.core-0").expect("the last state").reason, Reason::Keep);
}

#[tokio::test(start_paused = true)]
async fn after_down_and_up_a_database_holds_what_it_held() {
    let scenario = Scenario::new(desired(vec![resource("database.core", &[("class", "m")], &[])]));
    scenario.up().await;
    scenario.down().await;
    let copy = scenario.cloud.objects().remove(0);
    assert_eq!(copy.address.kind(), "copy");
    assert!(scenario.up().await.is_complete());
    let objects = scenario.cloud.objects();
    let database = objects.iter().find(|object| object.address == address("database.core")).expect("made again");
    assert_eq!(database.attributes["source"], Value::from(copy.id.as_str()));
    assert!(objects.iter().any(|object| object.id == copy.id), "a copy stays after it was used");
    assert!(scenario.plan(&PlanOptions::default()).await.is_empty());
}

fn protected(wanted: bool, observed: bool) -> Case {
    Case::new()
        .wants("database.core", &[("deletion_protection", Value::Bool(wanted))])
        .has("database.core", &[("deletion_protection", Value::Bool(observed))])
}

#[test]
fn what_the_files_protect_is_not_deleted_whatever_the_cloud_says() {
    for observed in [true, false] {
        let plan = protected(true, observed).destroying().plan();
        let refused: Vec<_> = plan.refused().map(|change| change.address.to_string()).collect();
        assert_eq!(refused, ["database.core"]);
    }
}

#[test]
fn what_the_files_protect_no_longer_goes_at_once() {
    assert_eq!(protected(false, true).destroying().plan().refused().count(), 0);
}

#[test]
fn what_the_files_no_longer_speak_of_is_protected_by_the_cloud() {
    let mut case = protected(true, true);
    case.desired.clear();
    assert_eq!(case.plan().refused().count(), 1);
    let mut case = protected(true, false);
    case.desired.clear();
    assert_eq!(case.plan().refused().count(), 0);
}

#[test]
fn a_protected_database_is_not_replaced_even_where_its_data_may_go() {
    let mut case = Case::new()
        .wants("database.core", &[("deletion_protection", Value::Bool(true)), ("engine", "b".into())])
        .has("database.core", &[])
        .outside("database.core", "engine", "a".into());
    case.options.replace_data = [address("database.core")].into();
    let refusal = case.change("database.core").and_then(|change| change.refusal).expect("refused");
    assert_eq!(refusal.why, "database.core is protected from deletion");
}
