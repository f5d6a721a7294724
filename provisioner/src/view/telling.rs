use crate::model::{Attributes, Value};
use crate::view::text::count;
use crate::view::value::{Wording, ports};

/// The attributes that tell an operator what a new object is, by kind; `a.b` is the entry `b` of the map `a`.
///
/// Kinds that are not named here show the first of [`COMMON`] that they have.
const TELLING: &[(&str, &[&str])] = &[
    ("bucket", &["bucket_name"]),
    ("db-instance", &["instance_class", "engine", "engine_version", "storage_gib", "is_multi_az"]),
    ("db-parameter-group", &["family"]),
    ("db-snapshot", &["db_instance"]),
    ("db-subnet-group", &["group_name"]),
    ("elastic-ip", &["network_interface"]),
    ("flow-log", &["traffic", "vpc"]),
    ("iam-role", &["description"]),
    ("instance", &["instance_type", "network.private_address", "network.subnet", "network.network_interface"]),
    ("instance-profile", &["role"]),
    ("internet-gateway", &["vpc"]),
    ("key-pair", &["key_name"]),
    ("kms-key", &["alias"]),
    ("nat-gateway", &["private_address", "subnet", "elastic_ip"]),
    ("network-interface", &["private_address", "subnet"]),
    ("route", &["destination", "gateway"]),
    ("route-table", &["vpc"]),
    ("route-table-association", &["route_table"]),
    ("security-group", &["description"]),
    ("ses-configuration-set", &["set_name"]),
    ("ses-identity", &["domain"]),
    ("snapshot", &["volume"]),
    ("subnet", &["cidr", "zone"]),
    ("transit-gateway-attachment", &["transit_gateway"]),
    ("volume", &["size_gib", "volume_type", "zone"]),
    ("volume-attachment", &["instance", "device"]),
    ("vpc", &["cidr"]),
    ("vpc-endpoint", &["service"]),
    ("vpn-gateway-attachment", &["vpn_gateway"]),
];

/// What tells most of any kind, the most telling first.
const COMMON: &[&str] = &[
    "instance_class",
    "instance_type",
    "engine",
    "engine_version",
    "cidr",
    "destination",
    "storage_gib",
    "size_gib",
    "is_multi_az",
    "host",
    "schedule",
    "email",
    "domain",
    "bucket",
    "zone",
    "description",
    "name",
];

/// How many attributes of a kind without a row are shown.
const SHOWN: usize = 3;

/// The few attributes that tell what a new object is, in words.
pub(super) fn telling(kind: &str, attributes: &Attributes, wording: &Wording<'_>) -> Vec<String> {
    if attributes.contains_key("ingress") || attributes.contains_key("egress") {
        return rules(attributes);
    }
    if let Some(Value::List(entries)) = attributes.get("entries") {
        let (egress, ingress): (Vec<&Value>, Vec<&Value>) = entries.iter().partition(|entry| is_egress(entry));
        return vec![format!("{} in", count(ingress.len(), "rule")), format!("{} out", egress.len())];
    }
    let row = TELLING.iter().find(|(name, _)| *name == kind).map(|(_, names)| *names);
    let said = row.unwrap_or(COMMON).iter().filter_map(|path| Some(say(path, find(attributes, path)?, wording)));
    said.take(if row.is_some() { usize::MAX } else { SHOWN }).collect()
}

fn find<'a>(attributes: &'a Attributes, path: &str) -> Option<&'a Value> {
    let value = match path.split_once('.') {
        None => attributes.get(path),
        Some((outer, inner)) => match attributes.get(outer) {
            Some(Value::Map(entries)) => entries.get(inner),
            _ => None,
        },
    };
    value.filter(|value| **value != Value::Null)
}

fn say(path: &str, value: &Value, wording: &Wording<'_>) -> String {
    let said = wording.value(value);
    match (path.rsplit('.').next().unwrap_or(path), value) {
        (name, Value::Integer(number)) if name.ends_with("_gib") => format!("{number} GiB"),
        ("is_multi_az", Value::Bool(true)) => "two zones".to_owned(),
        ("is_multi_az", Value::Bool(false)) => "one zone".to_owned(),
        (name, Value::Bool(_) | Value::Integer(_)) => format!("{} {said}", name.replace('_', " ")),
        _ => said,
    }
}

/// How many rules, and what anybody in the world may reach.
fn rules(attributes: &Attributes) -> Vec<String> {
    let of = |name| if let Some(Value::List(rules)) = attributes.get(name) { rules.as_slice() } else { &[] };
    let (ingress, egress) = (of("ingress"), of("egress"));
    if ingress.is_empty() && egress.is_empty() {
        return vec!["no rules: nobody comes in, nothing goes out".to_owned()];
    }
    let mut said = vec![format!("{} in", count(ingress.len(), "rule")), format!("{} out", egress.len())];
    let open: Vec<String> = ingress.iter().filter(|rule| is_open(rule)).filter_map(ports).collect();
    if !open.is_empty() {
        said.push(format!("OPEN TO ALL: {}", open.join(" ")));
    }
    said
}

fn is_egress(entry: &Value) -> bool {
    matches!(entry, Value::Map(entry) if entry.get("is_egress") == Some(&Value::Bool(true)))
}

fn is_open(rule: &Value) -> bool {
    let Value::Map(rule) = rule else { return false };
    rule.get("peer").and_then(Value::as_text).is_some_and(|peer| matches!(peer, "0.0.0.0/0" | "::/0"))
}
