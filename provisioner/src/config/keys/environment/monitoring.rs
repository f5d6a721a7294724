use crate::config::keys::{Form, Key, Kind, Presence};

/// What watches the environment.
pub(super) const MONITORING: &[Key] = &[
    Key {
        path: "monitoring.enabled",
        kind: Kind::Boolean,
        presence: Presence::ByClass(["true", "false", "false", "false"]),
        doc: "Whether the monitoring hosts exist; their subnets always do.",
    },
    Key {
        path: "monitoring.dashboard_cidrs",
        kind: Kind::Networks,
        presence: Presence::Default("[]"),
        doc: "Who else may see the dashboards through a TLS proxy; empty: operators alone, through the bastion's tunnel.",
    },
    Key {
        path: "monitoring.thresholds.disk_percent.warning",
        kind: Kind::Integer { min: 0, max: 100, unit: "percent" },
        presence: Presence::Default("80"),
        doc: "Where the warning begins: used space of any file system.",
    },
    Key {
        path: "monitoring.thresholds.disk_percent.critical",
        kind: Kind::Integer { min: 0, max: 100, unit: "percent" },
        presence: Presence::Default("90"),
        doc: "Where it becomes critical: used space of any file system.",
    },
    Key {
        path: "monitoring.thresholds.memory_percent.warning",
        kind: Kind::Integer { min: 0, max: 100, unit: "percent" },
        presence: Presence::Default("85"),
        doc: "Where the warning begins: used memory.",
    },
    Key {
        path: "monitoring.thresholds.memory_percent.critical",
        kind: Kind::Integer { min: 0, max: 100, unit: "percent" },
        presence: Presence::Default("95"),
        doc: "Where it becomes critical: used memory.",
    },
    Key {
        path: "monitoring.thresholds.swap_percent.warning",
        kind: Kind::Integer { min: 0, max: 100, unit: "percent" },
        presence: Presence::Default("50"),
        doc: "Where the warning begins: used swap.",
    },
    Key {
        path: "monitoring.thresholds.swap_percent.critical",
        kind: Kind::Integer { min: 0, max: 100, unit: "percent" },
        presence: Presence::Default("80"),
        doc: "Where it becomes critical: used swap.",
    },
    Key {
        path: "monitoring.thresholds.load_percent.warning",
        kind: Kind::Integer { min: 0, max: 10000, unit: "percent" },
        presence: Presence::Default("150"),
        doc: "Where the warning begins: load over five minutes per processor.",
    },
    Key {
        path: "monitoring.thresholds.load_percent.critical",
        kind: Kind::Integer { min: 0, max: 10000, unit: "percent" },
        presence: Presence::Default("300"),
        doc: "Where it becomes critical: load over five minutes per processor.",
    },
    Key {
        path: "monitoring.thresholds.jvm_heap_percent.warning",
        kind: Kind::Integer { min: 0, max: 100, unit: "percent" },
        presence: Presence::Default("80"),
        doc: "Where the warning begins: used Java heap.",
    },
    Key {
        path: "monitoring.thresholds.jvm_heap_percent.critical",
        kind: Kind::Integer { min: 0, max: 100, unit: "percent" },
        presence: Presence::Default("92"),
        doc: "Where it becomes critical: used Java heap.",
    },
    Key {
        path: "monitoring.thresholds.certificate_days.warning",
        kind: Kind::Integer { min: 1, max: 365, unit: "days" },
        presence: Presence::Default("30"),
        doc: "Where the warning begins: days until a certificate ends.",
    },
    Key {
        path: "monitoring.thresholds.certificate_days.critical",
        kind: Kind::Integer { min: 1, max: 365, unit: "days" },
        presence: Presence::Default("7"),
        doc: "Where it becomes critical: days until a certificate ends.",
    },
    Key {
        path: "monitoring.nodes.icinga.instance_type",
        kind: Kind::Text(Form::InstanceType),
        presence: Presence::ByClass(["\"t3.medium\"", "\"t3.small\"", "\"t3.small\"", "\"t3.small\""]),
        doc: "The instance type of the Icinga host.",
    },
    Key {
        path: "monitoring.nodes.icinga.root_volume_gib",
        kind: Kind::Integer { min: 8, max: 16384, unit: "GiB" },
        presence: Presence::Default("20"),
        doc: "The size of the root volume of the Icinga host.",
    },
    Key {
        path: "monitoring.nodes.icinga.data_volume_gib",
        kind: Kind::Integer { min: 0, max: 16384, unit: "GiB" },
        presence: Presence::ByClass(["20", "20", "20", "20"]),
        doc: "The size of the data volume of the Icinga host; 0: none.",
    },
    Key {
        path: "monitoring.nodes.cacti.instance_type",
        kind: Kind::Text(Form::InstanceType),
        presence: Presence::ByClass(["\"t3.medium\"", "\"t3.small\"", "\"t3.small\"", "\"t3.small\""]),
        doc: "The instance type of the Cacti host.",
    },
    Key {
        path: "monitoring.nodes.cacti.root_volume_gib",
        kind: Kind::Integer { min: 8, max: 16384, unit: "GiB" },
        presence: Presence::Default("20"),
        doc: "The size of the root volume of the Cacti host.",
    },
    Key {
        path: "monitoring.nodes.cacti.data_volume_gib",
        kind: Kind::Integer { min: 0, max: 16384, unit: "GiB" },
        presence: Presence::ByClass(["20", "20", "20", "20"]),
        doc: "The size of the data volume of the Cacti host; 0: none.",
    },
    Key {
        path: "monitoring.nodes.elk.instance_type",
        kind: Kind::Text(Form::InstanceType),
        presence: Presence::ByClass(["\"m6i.large\"", "\"t3.large\"", "\"t3.large\"", "\"t3.large\""]),
        doc: "The instance type of the log host.",
    },
    Key {
        path: "monitoring.nodes.elk.root_volume_gib",
        kind: Kind::Integer { min: 8, max: 16384, unit: "GiB" },
        presence: Presence::Default("20"),
        doc: "The size of the root volume of the log host.",
    },
    Key {
        path: "monitoring.nodes.elk.data_volume_gib",
        kind: Kind::Integer { min: 0, max: 16384, unit: "GiB" },
        presence: Presence::ByClass(["200", "50", "50", "50"]),
        doc: "The size of the data volume of the log host; 0: none.",
    },
];
