use super::project::Project;
use super::session::Session;

#[test]
fn the_least_policy_is_json_with_words_beside_it() {
    Session::in_project(Project::shipped())
        .run("provision permissions --env prod -v")
        .run("provision permissions --env dev --format json | head -c 400")
        .run("provision permissions --env prod -q 2>&1 > /dev/null")
        .run("provision permissions --env nowhere")
        .check("permissions");
}

#[test]
fn a_gateway_of_the_customer_is_in_the_policy_by_its_own_name() {
    let session = Session::in_project(Project::shipped()).with(|project| {
        let bastion = "placement     = \"datacenter\"\nhost          = \"192.0.2.10\"\ndatacenter_cidr = \"192.168.0.0/24\"\ntransit_gateway_id = \"tgw-0123456789abcdef0\"";
        project.edit("environments/prod.toml", "placement     = \"vpc\"", bastion);
    });
    let ran = session.project.rehearse("permissions --env prod").expect_done();
    assert!(ran.stdout.contains("arn:aws:ec2:eu-west-1:*:transit-gateway/tgw-0123456789abcdef0"), "{}", ran.stdout);
}

#[test]
fn environments_are_listed_with_what_is_recorded_of_them() {
    Session::small_up()
        .run("provision env list")
        .run("provision env list --format json")
        .with(|project| project.edit("environments/live.toml", "\"production\"", "\"prodution\""))
        .run("provision env list")
        .check("env-list");
}

#[test]
fn two_environments_differ_in_size_or_in_architecture() {
    Session::in_project(Project::shipped())
        .run("provision env diff prod dev")
        .run("provision env diff dev dev")
        .run("provision env diff prod dev --format json")
        .with(|project| project.edit("environments/dev.toml", "[backup]", "[inputs]\nmanager_exposure = \"public\"\n\n[backup]"))
        .run("provision env diff prod dev")
        .run("provision env diff prod nowhere")
        .check("env-diff");
}

#[test]
fn what_would_fail_later_is_looked_for() {
    Session::small()
        .run("provision doctor --env small --sandbox")
        .run("provision doctor --env small --sandbox --format json")
        .with(|project| project.append("environments/live.toml", "\n[nodes.node]\ninstance_type = \"t2.micro\"\n"))
        .run("provision doctor --env live --sandbox")
        .run("provision doctor --env live")
        .check("doctor");
}

#[test]
fn a_database_that_cannot_be_had_is_told_before_anything_is_made() {
    Session::in_project(Project::shipped())
        .run("provision doctor --env dev --sandbox")
        .with(|project| {
            project.edit(
                "environments/dev.toml",
                "[databases]\ninstance_class = \"db.t4g.medium\"",
                "[databases]\ninstance_class = \"db.m9g.large\"",
            )
        })
        .run("provision doctor --env dev --sandbox | grep -A4 databases")
        .run("provision up --env dev --yes -q --sandbox > /dev/null")
        .run("provision sandbox dump | grep -c provision:address")
        .check("doctor-wrong-class");
}

#[test]
fn mail_records_are_listed_until_ses_has_seen_them() {
    let session = Session::in_project(Project::shipped());
    session.project.rehearse("up --env dev --yes").expect_done();
    session
        .run("provision status --env dev --sandbox")
        .run("provision status --env dev --sandbox --format json")
        .run("provision doctor --env dev --sandbox")
        .with(|project| project.append("environments/dev.toml", "\n[tags]\n\"rehearsal:dns\" = \"published\"\n"))
        .with(|project| drop(project.rehearse("up --env dev --yes").expect_done()))
        .run("provision status --env dev --sandbox")
        .run("provision doctor --env dev --sandbox | grep dns")
        .check("status-mail");
}
