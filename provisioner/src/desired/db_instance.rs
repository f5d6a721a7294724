use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::desired::DbSnapshot;
use crate::model::{
    AttributeSchema, Effect, IdentityClass, Layer, Observed, OnChange, RefOr, Resource, ResourceAddress, Schema, TAG_COPY_OF, TAG_RETAINED,
    Tags, Typical, Value,
};

/// A database: one RDS instance, encrypted, not public, its master password made, kept and rotated by AWS. Its id is its identifier.
///
/// What is observed also holds `resource_id`, RDS's name for the instance that is never used again, `arn`, `master_secret`, the ARN of the
/// secret, and `iops` and `throughput` of its storage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DbInstance {
    /// Its identifier, 1 to 63 letters, digits and single hyphens.
    pub identifier: String,
    /// RDS's word for the engine: `mysql`.
    pub engine: String,
    /// The version, as closely as it matters: `8.4` is any 8.4.x.
    pub engine_version: String,
    /// Its size: `db.m6g.large`.
    pub instance_class: String,
    /// `gp3`.
    pub storage_type: String,
    /// Its storage; it only grows, by a tenth at least (RDS `ModifyDBInstance`).
    pub storage_gib: i32,
    /// Whether a standby stands in a second zone.
    pub is_multi_az: bool,
    /// The zone it is made in; absent with a standby.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// The port it listens on.
    pub port: i32,
    /// The name of its subnet group.
    pub subnet_group: RefOr,
    /// The name of its parameter group.
    pub parameter_group: RefOr,
    /// `in-sync` when the parameters are in force; `pending-reboot` when one of them waits for a restart.
    pub parameter_status: String,
    /// `ok`; `full` when RDS stopped it because its storage is full, until it grows.
    pub storage_status: String,
    /// The ids of its groups.
    pub security_groups: Vec<RefOr>,
    /// Whether it has a public address; always false.
    pub is_public: bool,
    /// Always true.
    pub is_encrypted: bool,
    /// The ARN of the customer's key; absent: the account's own for RDS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kms_key: Option<RefOr>,
    /// The first user; its password never leaves AWS.
    pub master_username: String,
    /// Whether AWS makes, keeps and rotates the master password; always true.
    pub has_managed_password: bool,
    /// For how many days automated backups are kept.
    pub backup_days: i32,
    /// When they are made, in UTC: `01:00-02:00`.
    pub backup_window: String,
    /// When RDS maintains it, in UTC: `sun:03:00-sun:04:00`.
    pub maintenance_window: String,
    /// Whether its tags go to its snapshots.
    pub copies_tags: bool,
    /// Whether RDS refuses to delete it.
    pub deletion_protection: bool,
    /// Whether RDS takes it to newer minor versions.
    pub upgrades_minor_versions: bool,
    /// Every how many seconds the machine below it is measured.
    pub monitoring_seconds: i32,
    /// The ARN of the role that measures.
    pub monitoring_role: RefOr,
    /// The logs that go to CloudWatch: `error`, `slowquery`.
    pub exported_logs: Vec<String>,
    /// Whether paid extended support is taken for a version past its standard support.
    pub has_extended_support: bool,
    /// The identifier of the snapshot it is made from; absent: it is made empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_snapshot: Option<RefOr>,
}

/// What the planner knows of the kind `db-instance`.
pub static SCHEMA: Schema = Schema {
    kind: "db-instance",
    listed_by: "db-instance",
    layer: Layer::Data,
    identity: IdentityClass::NaturalKey,
    is_taggable: true,
    holds_data: true,
    is_permanent: false,
    attributes: &[
        AttributeSchema { name: "identifier", on_change: OnChange::Fixed },
        AttributeSchema { name: "engine", on_change: OnChange::Replace },
        AttributeSchema { name: "engine_version", on_change: OnChange::Version(Effect::Reboot) },
        AttributeSchema { name: "instance_class", on_change: OnChange::Update(Effect::Reboot) },
        AttributeSchema { name: "storage_type", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "storage_gib", on_change: OnChange::Grow },
        AttributeSchema { name: "is_multi_az", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "zone", on_change: OnChange::Fixed },
        AttributeSchema { name: "port", on_change: OnChange::Update(Effect::Reboot) },
        AttributeSchema { name: "subnet_group", on_change: OnChange::Replace },
        AttributeSchema { name: "parameter_group", on_change: OnChange::Update(Effect::Reboot) },
        AttributeSchema { name: "parameter_status", on_change: OnChange::Update(Effect::Reboot) },
        AttributeSchema { name: "storage_status", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "security_groups", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "is_public", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "is_encrypted", on_change: OnChange::Replace },
        AttributeSchema { name: "kms_key", on_change: OnChange::Replace },
        AttributeSchema { name: "master_username", on_change: OnChange::Fixed },
        AttributeSchema { name: "has_managed_password", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "backup_days", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "backup_window", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "maintenance_window", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "copies_tags", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "deletion_protection", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "upgrades_minor_versions", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "monitoring_seconds", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "monitoring_role", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "exported_logs", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "has_extended_support", on_change: OnChange::Fixed },
        AttributeSchema { name: "source_snapshot", on_change: OnChange::Fixed },
    ],
    outlives_down: false,
    last_copy: Some(last_copy),
    restores_from: Some("source_snapshot"),
    vanishes_with: None,
    typical: Typical { create: Duration::from_secs(245), update: Duration::from_secs(300), delete: Duration::from_secs(180) },
    permissions: &[
        "rds:CreateDBInstance",
        "rds:DeleteDBInstance",
        "rds:DescribeDBInstances",
        "rds:ModifyDBInstance",
        "rds:RebootDBInstance",
        "rds:RestoreDBInstanceFromDBSnapshot",
        "rds:AddTagsToResource",
        "rds:RemoveTagsFromResource",
        "iam:PassRole",
        "iam:CreateServiceLinkedRole",
        "secretsmanager:CreateSecret",
        "secretsmanager:TagResource",
        "kms:CreateGrant",
        "kms:DescribeKey",
    ],
};

/// The snapshot that is kept of a database (I6), its tags in the characters RDS allows (RDS `Tag`): named after RDS's own name for the instance, which is never used again.
fn last_copy(observed: &Observed) -> Resource {
    let name = observed.address.name();
    let resource_id = observed.attributes.get("resource_id").and_then(Value::as_text).unwrap_or_default();
    let snapshot = DbSnapshot { db_instance: observed.id.as_str().into() };
    Resource {
        address: ResourceAddress::new("db-snapshot", format!("{name}-{}", resource_id.trim_start_matches("db-").to_lowercase())),
        attributes: Value::attributes_of(&snapshot).expect("a snapshot is plain data"),
        tags: Tags::from([
            ("Name".to_owned(), format!("{name} kept")),
            (TAG_RETAINED.to_owned(), "last-copy".to_owned()),
            (TAG_COPY_OF.to_owned(), observed.address.to_string()),
        ]),
        after: BTreeSet::new(),
    }
}
