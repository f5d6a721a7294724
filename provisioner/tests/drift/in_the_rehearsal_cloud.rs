use provisioner::sandbox::{Sandbox, SandboxOptions};

use super::{Clients, INJECTIONS};
use crate::transcripts::project::Project;
use crate::transcripts::redaction::check;

fn clients(project: &Project) -> Clients {
    let options = SandboxOptions { speed: 0.0, ..SandboxOptions::default() };
    let account = options.account.clone();
    let sandbox = Sandbox::open(&project.path().join(".provision/sandbox"), options).unwrap();
    let config = sandbox.sdk_config("eu-west-1");
    Clients::new(&config, &config, Some(sandbox.interceptor()), &account)
}

#[tokio::test]
async fn drift_in_ten_ways_is_seen_and_put_back() {
    let project = Project::shipped();
    project.rehearse("up --env dev --yes").expect_done();
    assert_eq!(project.rehearse("drift --env dev").code, 0);
    let clients = clients(&project);
    clients.inject_all("provision").await;
    // A bypass of the mail's signature is the eleventh; the emulators know no SES.
    clients.ses.put_email_identity_dkim_attributes().email_identity("dev.emm.example.com").signing_enabled(false).send().await.unwrap();

    let drift = project.rehearse("drift --env dev");
    assert_eq!(drift.code, 2, "{}{}", drift.stdout, drift.stderr);
    check("cli", "drift-in-eleven-ways", &drift.stdout);
    for injection in INJECTIONS {
        assert!(drift.stdout.contains(injection.address), "{} is not seen:\n{}", injection.what, drift.stdout);
        assert!(drift.stdout.contains(injection.shows), "{} does not show {}:\n{}", injection.what, injection.shows, drift.stdout);
    }

    let repair = project.rehearse("drift --env dev --repair --yes").expect_done();
    check("cli", "drift-repaired", &repair.stdout);
    assert_eq!(project.rehearse("drift --env dev").code, 0);
    assert_eq!(project.rehearse("plan --env dev --detailed-exitcode").code, 0);

    project.rehearse("down --env dev --yes").expect_done();
    let dump = project.rehearse("sandbox dump").expect_done();
    let objects: Vec<provisioner::sandbox::DumpedObject> = serde_json::from_str(&dump.stdout).unwrap();
    let ours = objects.iter().filter(|object| object.tags.contains_key("provision:address"));
    let leaked: Vec<_> = ours.filter(|object| !object.tags.contains_key("provision:retained")).map(|object| &object.id).collect();
    assert!(leaked.is_empty(), "{leaked:?}");
}
