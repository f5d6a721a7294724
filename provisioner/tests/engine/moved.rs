//! What has another name now.

use provisioner::model::TAG_ADDRESS;
use provisioner::plan::{Action, PlanOptions, Reason};
use provisioner::provider::{ErrorKind, Fault};

use super::case::{Case, address};
use super::scenario::{Scenario, desired, resource};

fn environment(subnet: &str) -> Vec<provisioner::model::Resource> {
    vec![
        resource("vpc.main", &[("cidr", "10.0.0.0/16")], &[]),
        resource(&format!("subnet.{subnet}"), &[("cidr", "10.0.0.0/24"), ("zone", "a")], &[("vpc", "vpc.main")]),
        resource("volume.data", &[("zone", "a")], &[("of", &format!("subnet.{subnet}"))]),
    ]
}

async fn renamed() -> Scenario {
    let scenario = Scenario::new(desired(environment("worker-1")));
    scenario.up().await;
    scenario.asking(desired(environment("app-1")), &[("subnet.worker-1", "subnet.app-1")])
}

#[tokio::test(start_paused = true)]
async fn what_has_another_name_is_tagged_anew_and_recorded_under_it() {
    let scenario = renamed().await;
    let ids = |scenario: &Scenario| scenario.cloud.objects().into_iter().map(|object| object.id).collect::<Vec<_>>();
    let before = ids(&scenario);
    let plan = scenario.plan(&PlanOptions::default()).await;
    let shown: Vec<_> = plan.changes.iter().map(|change| (change.address.to_string(), change.action, change.reason)).collect();
    assert_eq!(shown, [("subnet.app-1".to_owned(), Action::Update, Reason::Moved)]);
    assert!(scenario.up().await.is_complete());
    assert_eq!(ids(&scenario), before);
    assert!(scenario.cloud.objects().iter().any(|object| object.tags[TAG_ADDRESS] == "subnet.app-1"));
    assert_eq!(scenario.recorded(), ["subnet.app-1", "volume.data", "vpc.main"]);
    assert!(scenario.plan(&PlanOptions::default()).await.changes.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_move_that_was_cut_off_goes_on() {
    for fault in [Fault::Refuse(ErrorKind::Refused), Fault::LoseAnswer] {
        let scenario = renamed().await;
        scenario.cloud.fail_next("update subnet", fault);
        scenario.up().await;
        assert!(scenario.up().await.is_complete());
        assert_eq!(scenario.recorded(), ["subnet.app-1", "volume.data", "vpc.main"]);
        assert_eq!(scenario.cloud.objects().len(), 3);
        assert!(scenario.plan(&PlanOptions::default()).await.changes.is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_lost_record_does_not_hinder_a_move() {
    let scenario = renamed().await;
    scenario.lose_state();
    assert!(scenario.up().await.is_complete());
    assert_eq!(scenario.cloud.objects().len(), 3);
    assert_eq!(scenario.recorded(), ["subnet.app-1", "volume.data", "vpc.main"]);
}

#[tokio::test(start_paused = true)]
async fn what_moves_and_must_be_replaced_is_replaced_under_its_new_name() {
    let scenario = renamed().await;
    let mut wanted = environment("app-1");
    wanted[1].attributes.insert("zone".to_owned(), "b".into());
    let scenario = scenario.asking(desired(wanted), &[("subnet.worker-1", "subnet.app-1")]);
    assert!(scenario.up().await.is_complete());
    let subnets = scenario.cloud.objects().into_iter().filter(|object| object.address.kind() == "subnet");
    assert_eq!(subnets.map(|object| object.address.to_string()).collect::<Vec<_>>(), ["subnet.app-1"]);
    assert_eq!(scenario.recorded(), ["subnet.app-1", "volume.data", "vpc.main"]);
}

#[test]
fn nothing_moves_to_a_name_that_is_taken_or_not_wanted() {
    let mut case = Case::new().wants("bucket.b", &[]).has("bucket.a", &[]).has("bucket.b", &[]);
    case.moved = [(address("bucket.a"), address("bucket.b"))].into();
    assert_eq!(case.change("bucket.b"), None);
    let mut case = Case::new().wants("bucket.c", &[]).has("bucket.a", &[]);
    case.moved = [(address("bucket.a"), address("bucket.b"))].into();
    assert_eq!(case.change("bucket.c").map(|change| change.action), Some(Action::Create));
}

#[test]
fn a_copy_of_the_old_name_is_a_copy_of_the_new_one() {
    let mut case = Case::new().wants("database.devices", &[]).has_copy("copy.core-1", "database.core", Some("2026-11-20T14:02:00Z"));
    case.moved = [(address("database.core"), address("database.devices"))].into();
    assert!(case.change("database.devices").is_some_and(|change| change.origin.is_some()));
}
