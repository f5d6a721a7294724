use std::sync::OnceLock;

use crate::transcripts::project::Project;
use crate::transcripts::redaction::check;

const PROD: &str = "environments/prod.toml";

/// Production as it stands after `up`; every test changes a copy.
pub fn prod_up() -> Project {
    static UP: OnceLock<Project> = OnceLock::new();
    let up = UP.get_or_init(|| {
        let project = Project::shipped();
        project.rehearse("up --env prod --yes").expect_done();
        project
    });
    up.copied()
}

/// Holds the plan of a change, carries it out, and demands that nothing is left to do.
fn check_change(name: &str, change: impl FnOnce(&Project)) {
    let project = prod_up();
    change(&project);
    let plan = project.rehearse("plan --env prod").expect_done();
    check("plan", &format!("change-{name}"), &plan.stdout);
    project.rehearse("up --env prod --yes").expect_done();
    let again = project.rehearse("plan --env prod").expect_done();
    assert_eq!(again.stdout, "No changes. prod is as described.\n");
}

/// Replaces one value of the production file.
fn value(from: &'static str, to: &'static str) -> impl FnOnce(&Project) {
    move |project| project.edit(PROD, from, to)
}

#[test]
fn a_bigger_worker_is_a_reboot_of_the_workers() {
    check_change("worker-size", value("instance_type = \"m6i.large\"", "instance_type = \"m6i.xlarge\""));
}

#[test]
fn one_more_worker_is_one_more_machine() {
    check_change("worker-more", value("count         = 2", "count         = 3"));
}

#[test]
fn one_worker_less_takes_the_last_one() {
    check_change("worker-less", value("count         = 2", "count         = 1"));
}

#[test]
fn a_further_operator_network_is_one_rule_at_the_bastion() {
    check_change("operator-network", value("[\"198.51.100.0/28\"]", "[\"198.51.100.0/28\", \"203.0.113.0/29\"]"));
}

#[test]
fn another_bastion_port_is_one_rule_at_the_bastion() {
    check_change("bastion-port", value("port          = 40022", "port          = 40023"));
}

#[test]
fn a_third_zone_moves_no_machine() {
    check_change("third-zone", value("availability_zones = 2", "availability_zones = 3"));
}

#[test]
fn one_zone_less_moves_what_stands_there() {
    check_change("zone-less", value("availability_zones = 2", "availability_zones = 1"));
}

#[test]
fn a_single_nat_gateway_leaves_the_other_zones_without_their_own() {
    check_change("nat-single", value("= \"per-zone\"", "= \"single\""));
}

#[test]
fn nat_gateways_per_zone_come_beside_the_single_one() {
    let project = prod_up();
    project.edit(PROD, "= \"per-zone\"", "= \"single\"");
    project.rehearse("up --env prod --yes").expect_done();
    project.edit(PROD, "= \"single\"", "= \"per-zone\"");
    let plan = project.rehearse("plan --env prod").expect_done();
    check("plan", "change-nat-per-zone", &plan.stdout);
    project.rehearse("up --env prod --yes").expect_done();
}

#[test]
fn a_public_manager_needs_no_private_balancer() {
    check_change("manager-public", value("manager_exposure  = \"private\"", "manager_exposure  = \"public\""));
}

#[test]
fn a_larger_data_volume_grows_in_place() {
    check_change("volume-larger", |project| project.append(PROD, "\n[nodes.manager]\ndata_volume_gib = 80\n"));
}

#[test]
fn a_new_tag_is_written_on_everything_that_takes_tags() {
    check_change("tag-new", value("customer = \"example\"", "customer = \"example\"\ncost-centre = \"4711\""));
}

#[test]
fn a_removed_tag_goes_from_everything() {
    check_change("tag-removed", value("customer = \"example\"", ""));
}

#[test]
fn monitoring_switched_off_takes_its_machines_and_keeps_their_data() {
    check_change("monitoring-off", value("enabled         = true", "enabled         = false"));
}

#[test]
fn monitoring_switched_on_brings_its_machines() {
    let project = prod_up();
    project.edit(PROD, "enabled         = true", "enabled         = false");
    project.rehearse("up --env prod --yes").expect_done();
    project.edit(PROD, "enabled         = false", "enabled         = true");
    let plan = project.rehearse("plan --env prod").expect_done();
    check("plan", "change-monitoring-on", &plan.stdout);
    project.rehearse("up --env prod --yes").expect_done();
}

#[test]
fn a_larger_database_is_restarted() {
    check_change("database-class", value("instance_class = \"db.r6g.large\"", "instance_class = \"db.r6g.xlarge\""));
}

#[test]
fn longer_backups_are_kept_in_place() {
    check_change("backups-longer", value("backup_days    = 14", "backup_days    = 30"));
}

#[test]
fn more_storage_for_databases_grows_in_place() {
    check_change("database-storage", value("storage_gib    = 100", "storage_gib    = 200"));
}

#[test]
fn databases_without_a_standby_stay_where_they_are() {
    check_change("database-single-zone", value("multi_az       = true", "multi_az       = false"));
}

#[test]
fn a_newer_release_of_the_engine_restarts_the_databases() {
    let project = Project::shipped();
    project.edit(PROD, "version        = \"8.4\"", "version        = \"8.0\"\nextended_support = true");
    project.rehearse("up --env prod --yes").expect_done();
    project.edit(PROD, "version        = \"8.0\"", "version        = \"8.4\"");
    let plan = project.rehearse("plan --env prod").expect_done();
    check("plan", "change-engine-release", &plan.stdout);
    project.rehearse("up --env prod --yes").expect_done();
    assert_eq!(project.rehearse("plan --env prod").stdout, "No changes. prod is as described.\n");
}

#[test]
fn mail_by_the_customers_own_server_needs_no_identity() {
    check_change("mail-smtp", |project| {
        project.edit(PROD, "mode       = \"ses\"", "mode       = \"smtp\"");
        project.append(PROD, "\n[alerting.smtp]\nhost = \"mail.example.com\"\nuser = \"alerts\"\nsecret = \"smtp\"\n");
    });
}
