use super::project::Project;
use super::session::Session;

#[test]
fn an_environment_goes_up_and_down() {
    Session::small()
        .run("provision plan --env small --sandbox")
        .run("provision up --env small --sandbox --yes")
        .run("provision up --env small --sandbox --yes")
        .run("provision status --env small --sandbox")
        .run("provision plan --env small --sandbox --detailed-exitcode")
        .run("provision down --env small --sandbox --yes")
        .run("provision status --env small --sandbox")
        .run("provision down --env small --sandbox --yes")
        .check("journey");
}

#[test]
fn what_is_recorded_can_be_read() {
    Session::small_up()
        .run("provision state list --env small --sandbox")
        .run("provision state show --env small --sandbox volume.node-1-data")
        .run("provision state show --env small --sandbox volume.nothing")
        .run("provision state history --env small --sandbox")
        .run("provision state unlock --env small --sandbox")
        .run("provision state list --env live --sandbox")
        .check("state");
}

#[test]
fn discarded_data_is_lost_and_said_so() {
    Session::small_up().run("provision down --env small --sandbox --discard-data --yes").check("down-discard");
}

#[test]
fn a_target_brings_what_it_needs() {
    Session::small()
        .run("provision up --env small --sandbox --yes --target route-table-association.public-a")
        .run("provision status --env small --sandbox")
        .run("provision up --env small --sandbox --yes --target subnet.public-a vpc.main")
        .run("provision plan --env small --sandbox --target vpc.main")
        .run("provision plan --env small --sandbox --target subnet.public-c")
        .run("provision plan --env small --sandbox --target database.core")
        .run("provision plan --env small --sandbox --target subnet")
        .check("target");
}

#[test]
fn a_saved_plan_is_carried_out_once() {
    Session::small()
        .run("provision plan --env small --sandbox --out plan.json | tail -2")
        .run("provision up --env small --sandbox --plan plan.json --yes | tail -2")
        .run("provision up --env small --sandbox --plan plan.json --yes")
        .run("provision plan --env live --sandbox --out live.json -q | tail -1")
        .run("provision up --env small --sandbox --plan live.json --yes")
        .run("provision up --env small --sandbox --plan nowhere.json --yes")
        .run("echo '{}' > broken.json; provision up --env small --sandbox --plan broken.json --yes")
        .check("saved-plan");
}

#[test]
fn a_plan_with_changes_ends_with_two_where_that_is_asked_for() {
    Session::small()
        .run("provision plan --env small --sandbox --detailed-exitcode -q | tail -1")
        .run("provision plan --env small --sandbox --detailed-exitcode > /dev/null")
        .run("provision plan --env small --sandbox > /dev/null")
        .check("detailed-exitcode");
}

#[test]
fn a_saved_plan_is_stale_when_something_else_was_changed_since() {
    Session::small_up()
        .with(|project| project.append("environments/small.toml", "\n[nodes.node]\ncount = 2\n"))
        .run("provision plan --env small --sandbox --out plan.json")
        .run("provision up --env small --sandbox --target volume.node-2-data --yes | tail -2")
        .run("provision up --env small --sandbox --plan plan.json --yes")
        .check("stale-plan");
}

#[test]
fn the_state_is_rebuilt_from_the_cloud() {
    Session::small_up()
        .run("echo 'not what was written' > .provision/state/sandbox/small/state.json")
        .run("provision status --env small --sandbox")
        .run("provision up --env small --sandbox --yes")
        .run("provision state rebuild --env small --sandbox")
        .run("provision up --env small --sandbox --yes")
        .check("state-damaged");
}

#[test]
fn the_rehearsal_cloud_can_be_looked_into_and_emptied() {
    Session::small()
        .run("provision up --env small --sandbox --yes --target vpc.main -q > /dev/null")
        .run("provision sandbox dump | grep -c '\"type\":\"vpc\"'")
        .run("provision sandbox reset")
        .run("provision sandbox dump | grep -c '\"type\":\"vpc\"'")
        .run("provision state list --env small --sandbox")
        .check("sandbox");
}

#[test]
fn all_four_environments_are_valid() {
    Session::in_project(Project::shipped()).run("provision validate").run("provision validate --env prod").check("validate");
}
