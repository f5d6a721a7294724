use provisioner::model::{Status, TAG_RETAINED, Value};
use provisioner::view::PlanView;

use super::{check_human, check_json};
use crate::engine::case::{Case, address};

/// A night after `down`: copies, a bucket that was kept, and a name that changed.
fn coming_back() -> Case {
    let mut case = Case::new()
        .wants("database.core", &[("class", "m".into())])
        .wants("database.um", &[("class", "m".into())])
        .wants("database.apim", &[("class", "m".into())])
        .wants("bucket.backups", &[("rule", "daily".into())])
        .wants("subnet.app-1", &[("cidr", "10.0.0.0/24".into())])
        .has("bucket.backups", &[])
        .tag("bucket.backups", TAG_RETAINED, "down")
        .has("bucket.logs", &[])
        .has("subnet.worker-1", &[("cidr", "10.0.0.0/24".into())])
        .has_copy("copy.core-0abc", "database.core", Some("2026-11-20T14:02:11Z"))
        .has_copy("copy.um-0abc", "database.um", Some("2026-11-20T14:02:11Z"))
        .has_copy("copy.apim-0abc", "database.apim", None)
        .with_status("copy.apim-0abc", Status::Pending { phase: "creating".to_owned() });
    case.recorded.resources.remove(&address("bucket.backups"));
    case.moved = [(address("subnet.worker-1"), address("subnet.app-1"))].into();
    case.options.fresh_data = [address("database.um")].into();
    case
}

fn check(name: &str, case: &Case) {
    let plan = case.plan();
    check_human("plan", name, &PlanView::new(&plan, &case.catalogue));
    check_json("plan", &format!("{name}-json"), &PlanView::new(&plan, &case.catalogue));
}

#[test]
fn a_plan_says_what_comes_back_and_from_where() {
    check("coming-back", &coming_back());
}

#[test]
fn a_plan_says_what_outlives_the_environment_and_what_may_not_go() {
    let protected = [("deletion_protection", Value::Bool(true))];
    let case = Case::new()
        .wants("database.core", &protected)
        .has("database.core", &[])
        .has("bucket.backups", &[])
        .has("bucket.logs", &[])
        .has("bucket.media", &[])
        .has("vpc.main", &[])
        .destroying();
    check("outliving", &case);
}

#[test]
fn a_replaced_database_begins_empty() {
    let mut case = Case::new().wants("database.core", &[("engine", "b".into())]).has("database.core", &[]);
    case = case.outside("database.core", "engine", "a".into());
    case.options.replace_data = [address("database.core")].into();
    check("begins-empty", &case);
}
