//! The tables of an environment as types, from values that have been checked.

use std::collections::BTreeMap;

use ipnet::Ipv4Net;

use crate::config::load::Values;
use crate::config::{
    Alerting, AlertingMode, Backup, Bastion, Cloud, DatabaseSettings, Engine, Gateway, KeyOwner, Monitoring, MonitoringNode,
    MonitoringRole, Nat, Network, NodeSettings, Placement, Retention, Schedule, Security, Smtp, StorageType, Threshold, Thresholds,
};
use crate::model::SourceSpan;

pub(super) fn cloud(values: &Values) -> Option<Cloud> {
    Some(Cloud {
        region: values.owned("cloud.region")?,
        account: values.owned("cloud.account")?,
        availability_zones: values.number("cloud.availability_zones")?,
    })
}

pub(super) fn network(values: &Values) -> Option<Network> {
    Some(Network {
        cidr: values.network("network.cidr")?,
        operator_cidrs: networks(values, "network.operator_cidrs"),
        public_cidrs: networks(values, "network.public_cidrs"),
        corporate_cidrs: networks(values, "network.corporate_cidrs"),
        nat: if values.text("network.nat")? == "per-zone" { Nat::PerZone } else { Nat::Single },
    })
}

fn networks(values: &Values, path: &str) -> Vec<Ipv4Net> {
    values.networks(path).iter().map(|item| item.value).collect()
}

pub(super) fn bastion(values: &Values) -> Option<Bastion> {
    let placement = match values.text("bastion.placement")? {
        "datacenter" => {
            let transit = values.owned("bastion.transit_gateway_id").map(Gateway::Transit);
            let gateway = transit.or_else(|| values.owned("bastion.vpn_gateway_id").map(Gateway::Vpn))?;
            Placement::Datacenter { cidr: values.network("bastion.datacenter_cidr")?, host: values.owned("bastion.host")?, gateway }
        }
        _ => Placement::Vpc,
    };
    Some(Bastion {
        placement,
        port: values.number("bastion.port")?,
        instance_type: values.owned("bastion.instance_type")?,
        operator_key: values.owned("bastion.operator_key"),
    })
}

/// The settings of one database: its own table laid over `[databases]`.
pub(super) fn database(values: &Values, name: &str) -> Option<DatabaseSettings> {
    let at = |key: &str| {
        let own = format!("databases.{name}.{key}");
        if values.found(&own).is_some() { own } else { format!("databases.{key}") }
    };
    Some(DatabaseSettings {
        engine: Engine::Mysql,
        version: values.owned(&at("version"))?,
        instance_class: values.owned(&at("instance_class"))?,
        storage_type: StorageType::Gp3,
        storage_gib: values.number(&at("storage_gib"))?,
        is_multi_az: values.boolean(&at("multi_az"))?,
        backup_days: values.number(&at("backup_days"))?,
        has_deletion_protection: values.boolean(&at("deletion_protection"))?,
        has_extended_support: values.boolean(&at("extended_support"))?,
    })
}

/// Gives `databases.<name>.<key>` the place of `databases.<key>` where the database itself does not say.
pub(super) fn database_spans(name: &str, spans: &mut BTreeMap<String, SourceSpan>) {
    let shared: Vec<_> = spans
        .iter()
        .filter_map(|(path, span)| Some((path.strip_prefix("databases.")?, span)))
        .filter(|(key, _)| !key.contains('.') && *key != name)
        .map(|(key, span)| (format!("databases.{name}.{key}"), span.clone()))
        .collect();
    for (path, span) in shared {
        spans.entry(path).or_insert(span);
    }
}

pub(super) fn nodes(values: &Values) -> BTreeMap<String, NodeSettings> {
    let settings = |role: &String| {
        let at = |key: &str| format!("nodes.{role}.{key}");
        NodeSettings {
            count: values.number(&at("count")),
            instance_type: values.owned(&at("instance_type")),
            root_volume_gib: values.number(&at("root_volume_gib")),
            data_volume_gib: values.number(&at("data_volume_gib")),
        }
    };
    values.names("nodes").iter().map(|role| (role.clone(), settings(role))).collect()
}

pub(super) fn monitoring(values: &Values) -> Option<Monitoring> {
    let threshold = |name: &str| {
        let at = |key: &str| format!("monitoring.thresholds.{name}.{key}");
        Some(Threshold { warning: values.number(&at("warning"))?, critical: values.number(&at("critical"))? })
    };
    let node = |role: MonitoringRole| {
        let at = |key: &str| format!("monitoring.nodes.{role}.{key}");
        Some(MonitoringNode {
            instance_type: values.owned(&at("instance_type"))?,
            root_volume_gib: values.number(&at("root_volume_gib"))?,
            data_volume_gib: values.number(&at("data_volume_gib"))?,
        })
    };
    Some(Monitoring {
        is_enabled: values.boolean("monitoring.enabled")?,
        dashboard_cidrs: networks(values, "monitoring.dashboard_cidrs"),
        thresholds: Thresholds {
            disk_percent: threshold("disk_percent")?,
            memory_percent: threshold("memory_percent")?,
            swap_percent: threshold("swap_percent")?,
            load_percent: threshold("load_percent")?,
            jvm_heap_percent: threshold("jvm_heap_percent")?,
            certificate_days: threshold("certificate_days")?,
        },
        nodes: MonitoringRole::ALL.into_iter().map(|role| Some((role, node(role)?))).collect::<Option<_>>()?,
    })
}

pub(super) fn alerting(values: &Values, domain: &str) -> Option<Alerting> {
    let mode = match values.text("alerting.mode")? {
        "smtp" => AlertingMode::Smtp(Smtp {
            host: values.owned("alerting.smtp.host")?,
            port: values.number("alerting.smtp.port")?,
            user: values.owned("alerting.smtp.user")?,
            secret: values.owned("alerting.smtp.secret")?,
        }),
        _ => AlertingMode::Ses,
    };
    Some(Alerting {
        mode,
        from: values.owned("alerting.from").unwrap_or_else(|| format!("alerts@{domain}")),
        recipients: values.owned_texts("alerting.recipients"),
        requires_tls: values.boolean("alerting.require_tls")?,
    })
}

pub(super) fn security(values: &Values) -> Option<Security> {
    let kms = if values.text("security.kms")? == "customer" { KeyOwner::Customer } else { KeyOwner::Aws };
    Some(Security { kms })
}

pub(super) fn backup(values: &Values) -> Option<Backup> {
    let schedule = match values.text("backup.schedule")? {
        "daily" => Schedule::Daily,
        "weekly" => Schedule::Weekly,
        _ => Schedule::Off,
    };
    let at = |key: &str| format!("backup.retention.{key}");
    let retention =
        Retention { daily: values.number(&at("daily"))?, weekly: values.number(&at("weekly"))?, monthly: values.number(&at("monthly"))? };
    Some(Backup { schedule, retention, region: values.owned("backup.region") })
}
