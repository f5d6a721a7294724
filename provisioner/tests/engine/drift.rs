//! What was changed outside, and what was not.

use provisioner::model::{RemoteId, Status, TAG_RETAINED, TAG_TOKEN, Value};
use provisioner::plan::{Action, DriftKind, Reason, asked_by_files};

use super::case::{Case, address};

fn vpc() -> Case {
    Case::new()
        .wants("vpc.main", &[("cidr", "10.0.0.0/16".into())])
        .has("vpc.main", &[])
        .wants("database.core", &[("class", "m".into())])
        .has("database.core", &[])
}

fn told(case: &Case) -> Vec<(String, DriftKind, Vec<String>)> {
    let names = |drifted: &provisioner::plan::Drifted| drifted.differences.iter().map(|found| found.attribute.clone()).collect();
    case.drift().iter().map(|drifted| (drifted.address.to_string(), drifted.kind, names(drifted))).collect()
}

#[test]
fn what_is_as_recorded_is_no_drift() {
    assert_eq!(told(&vpc()), []);
    assert_eq!(told(&vpc().tag("vpc.main", "theirs", "x").tag("vpc.main", TAG_TOKEN, "other")), []);
}

#[test]
fn a_changed_attribute_is_told_from_what_was_recorded_to_what_is_there() {
    let case = vpc().outside("database.core", "class", "xl".into());
    assert_eq!(told(&case), [("database.core".to_owned(), DriftKind::Changed, vec!["class".to_owned()])]);
    let found = &case.drift()[0].differences[0];
    assert_eq!((&found.before, &found.after), (&Value::from("m"), &Value::from("xl")));
}

#[test]
fn what_the_files_newly_ask_for_is_no_drift() {
    let case = vpc().wants("database.core", &[("class", "xl".into())]).wants("vpc.other", &[]);
    assert_eq!(told(&case), []);
    assert_eq!(asked_by_files(&case.plan(), &case.drift()), 2);
}

#[test]
fn drift_is_not_counted_among_what_the_files_ask_for() {
    let case = vpc().outside("database.core", "class", "xl".into());
    assert_eq!(asked_by_files(&case.plan(), &case.drift()), 0);
}

#[test]
fn what_is_gone_unknown_or_there_twice_is_told() {
    let mut case = vpc().has("bucket.a", &[]);
    case.recorded.resources.remove(&address("bucket.a"));
    let mut twin = case.object("database.core").clone();
    twin.id = RemoteId::new("database-9");
    case.observed.push(twin);
    case.observed.retain(|observed| observed.address != address("vpc.main"));
    let kinds = [("bucket.a", DriftKind::Unknown), ("database.core", DriftKind::Twice), ("vpc.main", DriftKind::Gone)];
    assert_eq!(told(&case), kinds.map(|(text, kind)| (text.to_owned(), kind, Vec::new())));
}

#[test]
fn a_failed_object_and_a_stolen_address_are_told() {
    let case = vpc().with_status("database.core", Status::Failed { reason: "storage-full".to_owned() });
    assert_eq!(told(&case)[0].2, ["status"]);
    let mut case = vpc();
    case.object("database.core").id = RemoteId::new("database-9");
    assert_eq!(told(&case)[0].2, ["id"]);
}

#[test]
fn a_removed_tag_of_ours_is_drift_and_what_is_kept_is_not() {
    let mut case = vpc();
    case.object("vpc.main").tags.remove("provision:project");
    assert_eq!(told(&case)[0].2, ["tags.provision:project"]);
    let mut kept = Case::new().has("bucket.a", &[]).tag("bucket.a", TAG_RETAINED, "down");
    kept.recorded.resources.clear();
    assert_eq!(told(&kept), []);
}

#[test]
fn where_the_files_followed_only_the_record_changes() {
    let case = vpc().outside("database.core", "class", "xl".into()).wants("database.core", &[("class", "xl".into())]);
    let change = case.change("database.core").expect("the record is old");
    assert_eq!((change.action, change.reason), (Action::NoOp, Reason::RecordedOtherwise));
    assert!(case.plan().is_empty());
}

#[test]
fn a_repair_touches_the_targets_alone() {
    let mut case = vpc().outside("database.core", "class", "xl".into()).outside("vpc.main", "cidr", "10.9.0.0/16".into());
    case.options.targets = [address("database.core")].into();
    case.options.targets_alone = true;
    let touched: Vec<_> = case.plan().changes.into_iter().map(|change| change.address.to_string()).collect();
    assert_eq!(touched, ["database.core"]);
}
