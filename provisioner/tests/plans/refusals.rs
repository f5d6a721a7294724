use super::changes::prod_up;
use crate::transcripts::redaction::check;

const PROD: &str = "environments/prod.toml";

#[test]
fn a_smaller_data_volume_is_refused() {
    let project = prod_up();
    project.append(PROD, "\n[nodes.manager]\ndata_volume_gib = 40\n");
    let plan = project.rehearse("plan --env prod");
    assert_eq!(plan.code, 5);
    check("plan", "change-volume-smaller", &format!("{}\n{}", plan.stdout, plan.stderr));
    let up = project.rehearse("up --env prod --yes");
    assert_eq!((up.code, up.stdout), (5, plan.stdout));
}

#[test]
fn another_network_replaces_everything_and_databases_only_when_they_are_named() {
    let project = prod_up();
    project.edit(PROD, "10.20.0.0/16", "10.40.0.0/16");
    let plan = project.rehearse("plan --env prod");
    check("plan", "change-cidr", &plan.stdout);
    assert_eq!(project.rehearse("up --env prod --yes").code, 5);
    project.edit(PROD, "multi_az       = true", "multi_az       = true\ndeletion_protection = false");
    let databases = ["apim", "core", "plugins", "registry", "um"].map(|name| format!("db-instance.{name}"));
    project.rehearse(&format!("up --env prod --yes --replace-data {}", databases.join(" "))).expect_done();
    assert_eq!(project.rehearse("plan --env prod").stdout, "No changes. prod is as described.\n");
}
