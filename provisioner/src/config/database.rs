/// A database a blueprint asks for: one RDS instance with its schemas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Database {
    /// Its name: `core`.
    pub name: String,
    /// The schemas in it, each with a user of its own.
    pub schemas: Vec<String>,
    /// What is stored in it.
    pub doc: String,
}

/// What an environment says of one database: `[databases]` with `[databases.<name>]` laid over it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatabaseSettings {
    /// The engine.
    pub engine: Engine,
    /// The engine's major version: `8.4`.
    pub version: String,
    /// The RDS instance class: `db.m6g.large`.
    pub instance_class: String,
    /// The kind of storage.
    pub storage_type: StorageType,
    /// The size of the storage in GiB, at least 20 (RDS `CreateDBInstance`).
    pub storage_gib: u32,
    /// Whether a standby stands in a second zone.
    pub is_multi_az: bool,
    /// For how many days automated backups are kept, 1 to 35 (RDS `CreateDBInstance`).
    pub backup_days: u8,
    /// Whether RDS refuses to delete it.
    pub has_deletion_protection: bool,
    /// Whether paid extended support is taken for a version past its standard support.
    pub has_extended_support: bool,
}

/// A database engine that the program knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Engine {
    /// RDS for MySQL.
    Mysql,
}

impl Engine {
    /// RDS's word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Mysql => "mysql",
        }
    }

    /// The port its instances listen on.
    pub fn port(self) -> u16 {
        match self {
            Self::Mysql => 3306,
        }
    }
}

/// The kind of storage below a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StorageType {
    /// General purpose SSD of the third generation.
    Gp3,
}

impl StorageType {
    /// RDS's word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Gp3 => "gp3",
        }
    }
}
