//! The whole program against emulators by other people, over HTTP: moto, and ministack for mail.
//!
//! `up` twice, the state lost, ten things changed by hand, their repair, `down`. What is made and what is left is counted in the emulators
//! themselves, with the SDK alone. Beside it, the two kinds of credentials.

mod credentials;
mod inventory;
mod project;

use crate::drift::INJECTIONS;
use inventory::inventory;
use project::Project;

/// What moto cannot do of [`INJECTIONS`], and why.
const NOT_ON_MOTO: &[&str] = &[];

#[tokio::test]
#[ignore = "needs fresh emulators; ./test starts them"]
async fn a_whole_life_passes_against_emulators_by_others() {
    let project = Project::new();
    let clients = project.clients();

    project.expect("up --env dev --yes", 0, "dev is up");
    let made: Vec<String> = inventory(&clients).await.into_iter().map(|found| found.address).collect();
    let mut unique = made.clone();
    unique.dedup();
    assert_eq!(made, unique, "no address twice");
    assert!(made.len() > 50, "{made:?}");

    project.expect("up --env dev --yes", 0, "No changes. dev is as described.");
    std::fs::remove_dir_all(project.folder.path().join(".provision/state")).unwrap();
    project.expect("plan --env dev --detailed-exitcode", 0, "No changes. dev is as described.");
    project.expect("state rebuild --env dev", 0, "rebuilt the state of dev");
    project.expect("drift --env dev", 0, "");

    clients.inject_all("provision").await;
    let drift = project.expect("drift --env dev", 2, "");
    for injection in INJECTIONS.iter().filter(|injection| !NOT_ON_MOTO.contains(&injection.what)) {
        assert!(drift.contains(injection.address), "{} is not seen:\n{drift}", injection.what);
        assert!(drift.contains(injection.shows), "{} does not show {}:\n{drift}", injection.what, injection.shows);
    }
    project.expect("drift --env dev --repair --yes", 0, "");
    project.expect("drift --env dev", 0, "");
    project.expect("plan --env dev --detailed-exitcode", 0, "No changes.");

    project.expect("down --env dev --yes", 0, "dev is down");
    let left = inventory(&clients).await;
    let leaked: Vec<_> = left.iter().filter(|found| !found.is_retained).collect();
    assert!(leaked.is_empty(), "{leaked:?}");
    assert!(!left.is_empty(), "last copies and buckets are kept");
}
