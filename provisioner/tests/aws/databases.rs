use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use provisioner::desired::{DbInstance, DbParameterGroup, DbSnapshot, DbSubnetGroup};
use provisioner::model::{Observed, Status, TAG_RETAINED, Value};
use provisioner::provider::{Delete, ErrorKind};
use provisioner::sandbox::{Faults, Sandbox, SandboxOptions, StuckOutcome, StuckRule, TokioClock};

use super::bench::Bench;
use super::groups::group;
use super::network::{id, subnet, vpc};

/// The service that watches databases.
const MONITORING: &str = "monitoring.rds.amazonaws.com";

/// What a database stands in.
pub struct Around {
    vpc: Observed,
    subnets: [Observed; 2],
    group: Observed,
    subnet_group: Observed,
    parameter_group: Observed,
    monitoring_role: String,
}

impl Around {
    /// Another group of the same subnets, named after the bench's environment.
    pub fn other_subnet_group(&self, bench: &Bench) -> DbSubnetGroup {
        subnet_group(bench, &self.vpc, &self.subnets)
    }

    async fn remove(&self, bench: &Bench) {
        let [one, two] = &self.subnets;
        for object in [&self.parameter_group, &self.subnet_group, &self.group, one, two, &self.vpc] {
            bench.remove(object).await;
        }
    }
}

fn rehearsal(faults: Faults) -> Sandbox {
    Sandbox::in_memory(SandboxOptions { speed: 0.0, faults, ..SandboxOptions::default() })
}

fn raw(sandbox: &Sandbox) -> aws_sdk_rds::Client {
    let config = aws_sdk_rds::config::Builder::from(&sandbox.sdk_config("eu-west-1")).interceptor(sandbox.interceptor());
    aws_sdk_rds::Client::from_conf(config.build())
}

fn parameters(entries: &[(&str, &str)]) -> BTreeMap<String, String> {
    entries.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

pub fn parameter_group(bench: &Bench, entries: &[(&str, &str)]) -> DbParameterGroup {
    DbParameterGroup {
        group_name: bench.scope.physical_name("mysql84"),
        family: "mysql8.4".to_owned(),
        description: "of all databases".to_owned(),
        parameters: parameters(entries),
    }
}

fn subnet_group(bench: &Bench, vpc: &Observed, subnets: &[Observed]) -> DbSubnetGroup {
    DbSubnetGroup {
        group_name: bench.scope.physical_name("databases"),
        description: "of all databases".to_owned(),
        vpc: id(vpc),
        subnets: subnets.iter().map(id).collect(),
    }
}

pub async fn around(bench: &Bench) -> Around {
    let vpc = vpc(bench).await;
    let subnets = [subnet(bench, &vpc, "database-a", 1).await, subnet(bench, &vpc, "database-b", 2).await];
    let group = group(bench, &vpc, "database-core").await;
    let subnet_group = bench.make("db-subnet-group.main", &subnet_group(bench, &vpc, &subnets)).await;
    let wanted = parameter_group(bench, &[("require_secure_transport", "1"), ("tls_version", "TLSv1.2,TLSv1.3")]);
    let parameter_group = bench.make("db-parameter-group.mysql84", &wanted).await;
    let monitoring_role = bench.role("monitoring", MONITORING).await;
    Around { vpc, subnets, group, subnet_group, parameter_group, monitoring_role }
}

pub fn database(bench: &Bench, around: &Around) -> DbInstance {
    DbInstance {
        identifier: bench.scope.physical_name("core"),
        engine: "mysql".to_owned(),
        engine_version: "8.4".to_owned(),
        instance_class: "db.t4g.medium".to_owned(),
        storage_type: "gp3".to_owned(),
        storage_gib: 100,
        is_multi_az: true,
        zone: None,
        port: 3306,
        subnet_group: id(&around.subnet_group),
        parameter_group: id(&around.parameter_group),
        parameter_status: "in-sync".to_owned(),
        storage_status: "ok".to_owned(),
        security_groups: vec![id(&around.group)],
        is_public: false,
        is_encrypted: true,
        kms_key: None,
        master_username: "provisioner".to_owned(),
        has_managed_password: true,
        backup_days: 7,
        backup_window: "01:00-02:00".to_owned(),
        maintenance_window: "sun:03:00-sun:04:00".to_owned(),
        copies_tags: true,
        deletion_protection: true,
        upgrades_minor_versions: true,
        monitoring_seconds: 60,
        monitoring_role: around.monitoring_role.as_str().into(),
        exported_logs: vec!["error".to_owned(), "slowquery".to_owned()],
        has_extended_support: false,
        source_snapshot: None,
    }
}

fn count(sandbox: &Sandbox, object_type: &str) -> usize {
    sandbox.dump().unwrap().iter().filter(|object| object.object_type == object_type).count()
}

#[tokio::test]
async fn database_is_made_as_wanted_and_goes_in_spite_of_its_protection() {
    let sandbox = rehearsal(Faults::none());
    let bench = Bench::in_sandbox(&sandbox);
    let around = around(&bench).await;
    let wanted = database(&bench, &around);
    let made = bench.make("db-instance.core", &wanted).await;
    assert!(made.attributes["resource_id"].as_text().is_some_and(|text| text.starts_with("db-")));
    assert!(made.attributes["master_secret"].as_text().is_some_and(|text| text.starts_with("arn:aws:secretsmanager:")));
    assert_eq!(made.attributes["engine_version"], Value::from("8.4.8"));
    assert_eq!(bench.create("db-instance.core", &wanted).await.unwrap(), made.id);
    assert_eq!(bench.create("db-instance.other", &wanted).await.unwrap_err().kind, ErrorKind::Foreign);
    assert_eq!(count(&sandbox, "network-interface"), 2);
    bench.remove(&made).await;
    around.remove(&bench).await;
    // What AWS keeps by itself: the backups and the logs.
    assert_eq!((count(&sandbox, "db-automated-backup"), count(&sandbox, "log-group"), count(&sandbox, "network-interface")), (1, 3, 0));
    bench.assert_every_call_was_intended();
}

#[tokio::test]
async fn every_permission_that_a_database_needs_is_in_its_schema() {
    let sandbox = rehearsal(Faults::none());
    let bench = Bench::in_sandbox(&sandbox);
    let around = around(&bench).await;
    let made = bench.make("db-instance.core", &database(&bench, &around)).await;
    bench.make("db-snapshot.core", &DbSnapshot { db_instance: id(&made) }).await;
    bench.remove(&made).await;
    let declared: Vec<&str> = bench.catalogue.iter().flat_map(|schema| schema.permissions.iter().copied()).collect();
    let missing: Vec<String> = sandbox.needed_permissions().into_iter().filter(|action| !declared.contains(&action.as_str())).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[tokio::test]
async fn drift_of_a_database_is_seen_and_repaired() {
    let sandbox = rehearsal(Faults::none());
    let bench = Bench::in_sandbox(&sandbox);
    let around = around(&bench).await;
    let wanted = database(&bench, &around);
    let made = bench.make("db-instance.core", &wanted).await;
    let modify = || raw(&sandbox).modify_db_instance().db_instance_identifier(made.id.as_str()).apply_immediately(true);
    let logs = aws_sdk_rds::types::CloudwatchLogsExportConfiguration::builder().enable_log_types("general").disable_log_types("error");
    let drifts = [
        ("instance_class", modify().db_instance_class("db.t4g.large")),
        ("is_multi_az", modify().multi_az(false)),
        ("port", modify().db_port_number(3307)),
        ("backup_days", modify().backup_retention_period(1)),
        ("backup_window", modify().preferred_backup_window("05:00-06:00")),
        ("maintenance_window", modify().preferred_maintenance_window("mon:07:00-mon:08:00")),
        ("copies_tags", modify().copy_tags_to_snapshot(false)),
        ("deletion_protection", modify().deletion_protection(false)),
        ("upgrades_minor_versions", modify().auto_minor_version_upgrade(false)),
        ("monitoring_seconds", modify().monitoring_interval(15)),
        ("monitoring_role", modify().monitoring_interval(60).monitoring_role_arn(bench.role("other", MONITORING).await)),
        ("is_public", modify().publicly_accessible(true)),
        ("exported_logs", modify().cloudwatch_logs_export_configuration(logs.build())),
        ("has_managed_password", modify().manage_master_user_password(false).master_user_password("not-a-secret-1")),
    ];
    for (attribute, drift) in drifts {
        drift.send().await.unwrap_or_else(|error| panic!("{attribute}: {error:?}"));
        let found = bench.observe("db-instance").await.remove(0);
        assert_ne!(found.attributes[attribute], made.attributes[attribute], "{attribute}");
        let repaired = bench.settle("db-instance.core", &wanted).await;
        assert_eq!(repaired.attributes[attribute], made.attributes[attribute], "{attribute}");
    }
    bench.assert_every_call_was_intended();
}

#[tokio::test]
async fn database_grows_by_a_tenth_never_shrinks_and_is_upgraded() {
    let sandbox = rehearsal(Faults::none());
    let bench = Bench::in_sandbox(&sandbox);
    let around = around(&bench).await;
    let mut wanted = database(&bench, &around);
    wanted.engine_version = "8.4.7".to_owned();
    bench.make("db-instance.core", &wanted).await;
    for refused in [90, 105] {
        let error = bench.try_settle("db-instance.core", &DbInstance { storage_gib: refused, ..wanted.clone() }).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Refused, "{refused}");
    }
    wanted.storage_gib = 400;
    wanted.engine_version = "8.4.8".to_owned();
    let grown = bench.settle("db-instance.core", &wanted).await;
    assert_eq!((&grown.attributes["iops"], &grown.attributes["engine_version"]), (&Value::Integer(12000), &Value::from("8.4.8")));
}

#[tokio::test]
async fn static_parameter_that_changes_restarts_the_database() {
    let sandbox = rehearsal(Faults::none());
    let bench = Bench::in_sandbox(&sandbox);
    let around = around(&bench).await;
    let wanted = database(&bench, &around);
    bench.make("db-instance.core", &wanted).await;
    let changed = parameter_group(&bench, &[("require_secure_transport", "1"), ("tls_version", "TLSv1.3"), ("max_connections", "500")]);
    bench.settle("db-parameter-group.mysql84", &changed).await;
    assert_eq!(bench.observe("db-instance").await[0].attributes["parameter_status"], Value::from("pending-reboot"));
    bench.settle("db-instance.core", &wanted).await;
    assert_eq!(bench.calls.requests_of("RebootDBInstance").len(), 1);
}

#[tokio::test]
async fn database_is_restored_with_its_groups_and_all_that_keeps_it_safe() {
    let sandbox = rehearsal(Faults::none());
    let bench = Bench::in_sandbox(&sandbox);
    let around = around(&bench).await;
    let mut wanted = database(&bench, &around);
    let made = bench.make("db-instance.core", &wanted).await;
    let snapshot = bench.make("db-snapshot.core-1", &DbSnapshot { db_instance: id(&made) }).await;
    assert!(snapshot.attributes["created"].as_text().is_some_and(|text| text.contains('T')));
    bench.remove(&made).await;
    wanted.source_snapshot = Some(id(&snapshot));
    bench.create("db-instance.core", &wanted).await.unwrap();
    let restored = bench.observe("db-instance").await.remove(0);
    let first = ["subnet_group", "parameter_group", "security_groups", "is_multi_az", "deletion_protection", "copies_tags", "is_public"];
    for attribute in first.into_iter().chain(["backup_days", "backup_window", "exported_logs", "is_encrypted"]) {
        assert_eq!(restored.attributes[attribute], made.attributes[attribute], "{attribute}");
    }
    let settled = bench.settle("db-instance.core", &wanted).await;
    assert_eq!(settled.attributes["has_managed_password"], Value::Bool(true));
    bench.assert_every_call_was_intended();
}

#[tokio::test]
async fn snapshot_that_is_kept_is_not_deleted_and_one_that_carries_its_databases_tags_is_nobodys() {
    let sandbox = rehearsal(Faults::none());
    let bench = Bench::in_sandbox(&sandbox);
    let around = around(&bench).await;
    let made = bench.make("db-instance.core", &database(&bench, &around)).await;
    let by_hand = raw(&sandbox).create_db_snapshot().db_instance_identifier(made.id.as_str()).db_snapshot_identifier("by-hand");
    by_hand.send().await.unwrap();
    assert!(bench.observe("db-snapshot").await.is_empty());
    let mut kept = bench.make("db-snapshot.core-1", &DbSnapshot { db_instance: id(&made) }).await;
    assert_eq!(kept.id.as_str(), bench.scope.physical_name("core-1"));
    assert_eq!(bench.create("db-snapshot.core-1", &DbSnapshot { db_instance: id(&made) }).await.unwrap(), kept.id);
    kept.tags.insert(TAG_RETAINED.to_owned(), "last-copy".to_owned());
    let refused = bench.registry.get("db-snapshot").unwrap().delete(Delete { observed: &kept }, &bench.calls).await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Refused);
    kept.tags.remove(TAG_RETAINED);
    bench.remove(&kept).await;
}

#[tokio::test]
async fn last_copy_has_a_name_and_tags_that_rds_takes() {
    let sandbox = rehearsal(Faults::none());
    let bench = Bench::in_sandbox(&sandbox);
    let around = around(&bench).await;
    let made = bench.make("db-instance.core", &database(&bench, &around)).await;
    let schema = bench.catalogue.get("db-instance").unwrap();
    let copy = schema.last_copy.unwrap()(&made);
    let tags = copy.all_tags(&bench.scope, bench.catalogue.get("db-snapshot").unwrap());
    let attributes = Value::attributes_of(&DbSnapshot { db_instance: id(&made) }).unwrap();
    let request = provisioner::provider::Create { address: &copy.address, attributes: &attributes, tags: &tags };
    bench.registry.get("db-snapshot").unwrap().create(request, &bench.calls).await.unwrap();
    assert_eq!(bench.observe("db-snapshot").await[0].address, copy.address);
}

#[tokio::test]
async fn subnet_group_takes_other_subnets_and_is_seen_by_its_scope_alone() {
    let sandbox = rehearsal(Faults::none());
    let bench = Bench::in_sandbox(&sandbox);
    let around = around(&bench).await;
    let third = subnet(&bench, &around.vpc, "database-c", 3).await;
    let wanted = DbSubnetGroup {
        group_name: bench.scope.physical_name("databases"),
        description: "of all databases".to_owned(),
        vpc: id(&around.vpc),
        subnets: vec![id(&around.subnets[0]), id(&third)],
    };
    bench.settle("db-subnet-group.main", &wanted).await;
    assert_eq!(bench.create("db-subnet-group.main", &wanted).await.unwrap(), around.subnet_group.id);
    assert_eq!(bench.create("db-subnet-group.other", &wanted).await.unwrap_err().kind, ErrorKind::Foreign);
    let other = Bench::in_sandbox(&sandbox);
    assert!(other.observe("db-subnet-group").await.is_empty() && other.observe("db-parameter-group").await.is_empty());
    bench.assert_every_call_was_intended();
}

#[tokio::test]
async fn full_database_is_no_failure_and_growing_helps_it() {
    let rule = StuckRule { object_type: "db-instance".to_owned(), tag: None, outcome: StuckOutcome::Becomes("storage-full") };
    let sandbox = rehearsal(Faults { stuck: vec![rule], ..Faults::none() });
    let bench = Bench::in_sandbox(&sandbox);
    let around = around(&bench).await;
    let mut wanted = database(&bench, &around);
    bench.create("db-instance.core", &wanted).await.unwrap();
    let refused = bench.try_settle("db-instance.core", &wanted).await.unwrap_err();
    assert!(refused.kind == ErrorKind::Refused && refused.message.contains("110"), "{refused:?}");
    wanted.storage_gib = 110;
    bench.settle("db-instance.core", &wanted).await;
}

#[tokio::test]
async fn database_whose_parameters_do_not_fit_failed_with_a_reason() {
    let rule = StuckRule { object_type: "db-instance".to_owned(), tag: None, outcome: StuckOutcome::Becomes("incompatible-parameters") };
    let sandbox = rehearsal(Faults { stuck: vec![rule], ..Faults::none() });
    let bench = Bench::in_sandbox(&sandbox);
    let around = around(&bench).await;
    bench.create("db-instance.core", &database(&bench, &around)).await.unwrap();
    let status = bench.observe("db-instance").await.remove(0).status;
    assert!(matches!(&status, Status::Failed { reason } if reason.contains("incompatible-parameters")), "{status:?}");
}

#[tokio::test(start_paused = true)]
async fn database_that_is_available_between_two_things_is_not_ready() {
    let clock = Arc::new(TokioClock::starting_at(SystemTime::UNIX_EPOCH + Duration::from_secs(1_790_000_000)));
    let sandbox = Sandbox::in_memory(SandboxOptions { speed: 1.0, clock, ..SandboxOptions::default() });
    let bench = Bench::in_sandbox(&sandbox);
    let around = around(&bench).await;
    // Other services know a new role some seconds later.
    tokio::time::sleep(Duration::from_secs(60)).await;
    bench.create("db-instance.core", &database(&bench, &around)).await.unwrap();
    let mut phases = Vec::new();
    for _ in 0..200 {
        match bench.observe("db-instance").await.remove(0).status {
            Status::Pending { phase } => phases.push(phase),
            Status::Ready => break,
            status => panic!("{status:?}"),
        }
        tokio::time::sleep(Duration::from_secs(5)).await;
    }
    phases.dedup();
    // The second phase is RDS's `available`.
    assert_eq!(phases, ["creating", "the master password is creating", "waiting for the first backup"]);
}

#[tokio::test]
async fn lookups_tell_versions_and_where_a_size_can_be_had() {
    let sandbox = rehearsal(Faults::none());
    let bench = Bench::in_sandbox(&sandbox);
    let lookup = bench.lookup();
    let newest = lookup.newest_database_versions("mysql").await.unwrap();
    assert_eq!(newest["8.4"], "8.4.8");
    let offering = lookup.database_offering("mysql", "8.4.8", "db.m7g.large", "gp3").await.unwrap();
    assert!(offering.has_standby && offering.zones.len() == 2, "{offering:?}");
    assert!(lookup.database_offering("mysql", "8.4.8", "db.nothing", "gp3").await.unwrap().zones.is_empty());
}
