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
fn another_network_replaces_everything_but_what_holds_data() {
    let project = prod_up();
    project.edit(PROD, "10.20.0.0/16", "10.40.0.0/16");
    let plan = project.rehearse("plan --env prod").expect_done();
    check("plan", "change-cidr", &plan.stdout);
    project.rehearse("up --env prod --yes").expect_done();
    assert_eq!(project.rehearse("plan --env prod").stdout, "No changes. prod is as described.\n");
}
