use crate::transcripts::project::Project;
use crate::transcripts::redaction::check;

fn check_shipped(environment: &str) {
    let project = Project::shipped();
    let plan = project.rehearse(&format!("plan --env {environment}")).expect_done();
    check("plan", &format!("shipped-{environment}"), &plan.stdout);
    let plan = project.rehearse(&format!("plan --env {environment} --format json")).expect_done();
    assert!(plan.stderr.is_empty(), "{}", plan.stderr);
    for line in plan.stdout.lines() {
        let object: serde_json::Value = serde_json::from_str(line).expect("a line is JSON");
        assert!(object["type"].is_string() && object["version"] == 1, "{line}");
    }
    check("plan", &format!("shipped-{environment}-json"), &plan.stdout);
}

#[test]
fn prod_is_planned_as_its_file_says() {
    check_shipped("prod");
}

#[test]
fn pre_prod_is_planned_as_its_file_says() {
    check_shipped("pre-prod");
}

#[test]
fn test_is_planned_as_its_file_says() {
    check_shipped("test");
}

#[test]
fn dev_is_planned_as_its_file_says() {
    check_shipped("dev");
}
