use crate::config::keys::{Form, Key, Kind, Presence};

/// The databases.
pub(super) const DATABASES: &[Key] = &[
    Key { path: "databases.engine", kind: Kind::Word(&["mysql"]), presence: Presence::Default("\"mysql\""), doc: "The engine." },
    Key {
        path: "databases.version",
        kind: Kind::Text(Form::Version),
        presence: Presence::Default("\"8.4\""),
        doc: "The engine's major version.",
    },
    Key {
        path: "databases.instance_class",
        kind: Kind::Text(Form::DatabaseClass),
        presence: Presence::ByClass(["\"db.m6g.large\"", "\"db.m6g.large\"", "\"db.t4g.medium\"", "\"db.t4g.medium\""]),
        doc: "The RDS instance class.",
    },
    Key { path: "databases.storage_type", kind: Kind::Word(&["gp3"]), presence: Presence::Default("\"gp3\""), doc: "The kind of storage." },
    Key {
        path: "databases.storage_gib",
        kind: Kind::Integer { min: 20, max: 65536, unit: "GiB" },
        presence: Presence::ByClass(["100", "50", "20", "20"]),
        doc: "The size of the storage; it can grow and never shrink.",
    },
    Key {
        path: "databases.multi_az",
        kind: Kind::Boolean,
        presence: Presence::ByClass(["true", "false", "false", "false"]),
        doc: "Whether a standby stands in a second zone.",
    },
    Key {
        path: "databases.backup_days",
        kind: Kind::Integer { min: 1, max: 35, unit: "days" },
        presence: Presence::ByClass(["14", "7", "7", "7"]),
        doc: "For how long automated backups are kept.",
    },
    Key {
        path: "databases.deletion_protection",
        kind: Kind::Boolean,
        presence: Presence::ByClass(["true", "false", "false", "false"]),
        doc: "Whether RDS refuses to delete it.",
    },
    Key {
        path: "databases.extended_support",
        kind: Kind::Boolean,
        presence: Presence::Default("false"),
        doc: "Whether paid extended support is taken for a version past its standard support.",
    },
    Key { path: "databases.*.engine", kind: Kind::Word(&["mysql"]), presence: Presence::Optional, doc: "Of this database: the engine." },
    Key {
        path: "databases.*.version",
        kind: Kind::Text(Form::Version),
        presence: Presence::Optional,
        doc: "Of this database: the engine's major version.",
    },
    Key {
        path: "databases.*.instance_class",
        kind: Kind::Text(Form::DatabaseClass),
        presence: Presence::Optional,
        doc: "Of this database: the RDS instance class.",
    },
    Key {
        path: "databases.*.storage_type",
        kind: Kind::Word(&["gp3"]),
        presence: Presence::Optional,
        doc: "Of this database: the kind of storage.",
    },
    Key {
        path: "databases.*.storage_gib",
        kind: Kind::Integer { min: 20, max: 65536, unit: "GiB" },
        presence: Presence::Optional,
        doc: "Of this database: the size of the storage; it can grow and never shrink.",
    },
    Key {
        path: "databases.*.multi_az",
        kind: Kind::Boolean,
        presence: Presence::Optional,
        doc: "Of this database: whether a standby stands in a second zone.",
    },
    Key {
        path: "databases.*.backup_days",
        kind: Kind::Integer { min: 1, max: 35, unit: "days" },
        presence: Presence::Optional,
        doc: "Of this database: for how long automated backups are kept.",
    },
    Key {
        path: "databases.*.deletion_protection",
        kind: Kind::Boolean,
        presence: Presence::Optional,
        doc: "Of this database: whether RDS refuses to delete it.",
    },
    Key {
        path: "databases.*.extended_support",
        kind: Kind::Boolean,
        presence: Presence::Optional,
        doc: "Of this database: whether paid extended support is taken for a version past its standard support.",
    },
];
