use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::bundle::Source;
use crate::bundle::render::place;
pub(super) use crate::bundle::render::text;
use crate::config::{Condition, Environment, InputValue, LinkEnd};
use crate::model::{Reference, ResourceAddress};
use crate::topology::{BASTION, Host, MailMode, Topology};

/// The secrets that templates may name, beside those of the environment's own: `{{secrets.snmp_auth}}`.
const SECRETS: [&str; 3] = ["icinga-api", "snmp-auth", "snmp-priv"];

/// Who stands where.
pub(super) struct Placing<'a> {
    pub(super) topology: &'a Topology,
    pub(super) environment: &'a Environment,
}

impl Placing<'_> {
    /// Whether what is meant for `ends` is on this host.
    pub(super) fn is_on(&self, host: &str, ends: &[LinkEnd], when: Option<&Condition>) -> bool {
        let Some(host) = self.topology.hosts.get(host) else { return false };
        let is_meant = |end: &LinkEnd| match end {
            LinkEnd::Role(role) => host.role == *role,
            LinkEnd::Monitoring(role) => host.role == role.word(),
            LinkEnd::Bastion => host.role == BASTION,
            LinkEnd::EveryHost => true,
            LinkEnd::EveryHostButBastion => host.role != BASTION,
            LinkEnd::EveryHostWithData => host.data_volume_mount.is_some(),
            _ => false,
        };
        when.is_none_or(|when| when.holds(self.environment)) && ends.iter().any(is_meant)
    }
}

fn host_value(name: &str, host: &Host, topology: &Topology) -> Value {
    let names: Vec<Value> =
        topology.host_names.iter().filter(|(_, of)| of.private_address == host.private_address).map(|(name, _)| text(name)).collect();
    json!({
        "name": text(name),
        "role": text(&host.role),
        "number": host.n,
        "fqdn": text(&host.fully_qualified_name),
        "address": text(&host.private_address.to_string()),
        "names": names,
        "is_monitoring": topology.monitoring.hosts.values().any(|other| other == name),
    })
}

/// The place of the id of a host's data volume.
fn data_volume(host: &str) -> Value {
    let address = ResourceAddress::new("volume", format!("{host}-data"));
    place(&Source::Assigned(Reference { address, attribute: "id".to_owned() }))
}

/// What every template may name but the host it is rendered for.
pub(super) fn common(placing: &Placing<'_>) -> Map<String, Value> {
    let Placing { topology, environment } = placing;
    let hosts: Vec<Value> = topology.hosts.iter().map(|(name, host)| host_value(name, host, topology)).collect();
    let mut roles: BTreeMap<&str, Vec<(u16, Value)>> = BTreeMap::new();
    for (name, host) in &topology.hosts {
        roles.entry(&host.role).or_default().push((host.n, host_value(name, host, topology)));
    }
    let roles: Map<String, Value> = roles
        .into_iter()
        .map(|(role, mut hosts)| {
            hosts.sort_by_key(|(n, _)| *n);
            (role.to_owned(), hosts.into_iter().map(|(_, host)| host).collect())
        })
        .collect();
    let monitoring: Map<String, Value> = topology
        .monitoring
        .hosts
        .iter()
        .filter_map(|(role, name)| Some((role.clone(), host_value(name, topology.hosts.get(name)?, topology))))
        .collect();
    let inputs: Map<String, Value> = environment
        .inputs
        .iter()
        .map(|(name, value)| {
            let value = match value {
                InputValue::Boolean(claim) => Value::from(*claim),
                InputValue::Integer(number) => Value::from(*number),
                InputValue::Text(written) => text(written),
            };
            (name.clone(), value)
        })
        .collect();
    let databases: Map<String, Value> = topology
        .databases
        .iter()
        .map(|(name, database)| {
            let of = |attribute: &str| {
                place(&Source::Assigned(Reference { address: ResourceAddress::new("db-instance", name), attribute: attribute.to_owned() }))
            };
            let schemas: Vec<Value> = database.schemas.iter().map(|schema| text(schema)).collect();
            (
                name.clone(),
                json!({ "endpoint": of("endpoint"), "port": database.port, "engine": text(&database.engine), "schemas": schemas }),
            )
        })
        .collect();
    let secrets: Map<String, Value> =
        SECRETS.iter().map(|name| (name.replace('-', "_"), place(&Source::Secret((*name).to_owned())))).collect();
    let names: Map<String, Value> = topology
        .host_names
        .iter()
        .map(|(name, of)| {
            (
                name.split('.').next().unwrap_or(name).to_owned(),
                json!({ "fqdn": text(name), "address": text(&of.private_address.to_string()) }),
            )
        })
        .collect();
    let mail = json!({
        "from": text(&topology.mail.from),
        "recipients": topology.mail.recipients.iter().map(|recipient| text(recipient)).collect::<Vec<_>>(),
        "is_ses": matches!(topology.mail.mode, MailMode::Ses { .. }),
    });
    let values = [
        (
            "environment",
            json!({
                "name": text(&topology.environment.name),
                "class": text(&topology.environment.class),
                "domain": text(&topology.environment.domain),
                "region": text(&topology.environment.region),
                "project": text(&topology.project),
            }),
        ),
        ("hosts", hosts.into()),
        ("roles", roles.into()),
        ("monitoring", monitoring.into()),
        ("inputs", inputs.into()),
        ("databases", databases.into()),
        ("names", names.into()),
        ("secrets", secrets.into()),
        ("mail", mail),
        ("bastion_port", topology.access.port.into()),
        ("thresholds", serde_json::to_value(&topology.monitoring.thresholds).expect("thresholds are plain numbers")),
    ];
    values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// What a template for this host may name.
pub(super) fn for_host(common: &Map<String, Value>, name: &str, placing: &Placing<'_>) -> Option<Map<String, Value>> {
    let host = placing.topology.hosts.get(name)?;
    let mut context = common.clone();
    let mut value = host_value(name, host, placing.topology);
    if let (Some(mount), Some(size), Value::Object(fields)) = (&host.data_volume_mount, host.data_volume_gib, &mut value) {
        fields.insert("data_mount".to_owned(), text(mount));
        fields.insert("data_volume".to_owned(), data_volume(name));
        fields.insert("data_gib".to_owned(), size.into());
    }
    context.insert("host".to_owned(), value);
    Some(context)
}
