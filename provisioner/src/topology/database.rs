use serde::{Deserialize, Serialize};

use crate::config;
use crate::topology::LinkEnd;

/// A database: one RDS instance with its schemas.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Database {
    /// RDS's word for the engine: `mysql`.
    pub engine: String,
    /// The engine's major version: `8.4`.
    pub version: String,
    /// The port it listens on.
    pub port: u16,
    /// The RDS instance class: `db.m6g.large`.
    pub instance_class: String,
    /// RDS's word for the kind of storage: `gp3`.
    pub storage_type: String,
    /// The size of the storage in GiB.
    pub storage_gib: u32,
    /// Whether a standby stands in a second zone.
    pub is_multi_az: bool,
    /// For how many days automated backups are kept.
    pub backup_days: u8,
    /// Whether RDS refuses to delete it.
    pub has_deletion_protection: bool,
    /// Whether paid extended support is taken for a version past its standard support.
    pub has_extended_support: bool,
    /// The schemas in it, each with a user of its own.
    pub schemas: Vec<String>,
    /// The name of its security group: `database-core`.
    pub security_group: String,
}

impl Database {
    pub(super) fn new(database: &config::Database, settings: &config::DatabaseSettings) -> Self {
        Self {
            engine: settings.engine.word().to_owned(),
            version: settings.version.clone(),
            port: settings.engine.port(),
            instance_class: settings.instance_class.clone(),
            storage_type: settings.storage_type.word().to_owned(),
            storage_gib: settings.storage_gib,
            is_multi_az: settings.is_multi_az,
            backup_days: settings.backup_days,
            has_deletion_protection: settings.has_deletion_protection,
            has_extended_support: settings.has_extended_support,
            schemas: database.schemas.clone(),
            security_group: LinkEnd::group_of_database(&database.name),
        }
    }
}
