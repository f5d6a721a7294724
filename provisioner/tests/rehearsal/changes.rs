use provisioner::model::Value;
use provisioner::plan::DesiredState;

/// What becomes of an attribute.
pub enum What {
    /// It has this value, in JSON.
    Is(&'static str),
    /// Its last entry goes.
    Shorter,
    /// It has one entry more, in JSON.
    Longer(&'static str),
    /// It is absent.
    Absent,
    /// A text in it is another one wherever it stands.
    Reads(&'static str, &'static str),
}

use What::{Absent, Is, Longer, Reads, Shorter};

/// A change of every kind that can be changed and not only made anew: the object, its attribute, and what becomes of it.
pub const CHANGES: &[(&str, &str, What)] = &[
    ("bucket.artefacts", "is_versioned", Is("false")),
    ("bucket.artefacts", "access_log", Absent),
    ("bucket.artefacts", "lifecycle", Reads("30", "31")),
    ("bucket.artefacts", "blocks_public_access", Is("false")),
    ("db-instance.core", "instance_class", Is("\"db.t4g.large\"")),
    ("db-instance.core", "storage_gib", Is("250")),
    ("db-instance.core", "backup_days", Is("9")),
    ("db-parameter-group.mysql-8-4", "parameters", Reads("2", "3")),
    ("db-subnet-group.main", "subnets", Longer(r#"{"$ref": "subnet.private-a", "attribute": "id"}"#)),
    ("elastic-ip.bastion-1", "network_interface", Absent),
    ("iam-role.host", "managed_policies", Longer("\"arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore\"")),
    ("iam-role.host", "policy", Is("null")),
    ("iam-role.host", "trust", Reads("ec2.amazonaws.com", "ssm.amazonaws.com")),
    ("instance.worker-1", "instance_type", Is("\"m6i.xlarge\"")),
    ("instance.worker-1", "detailed_monitoring", Is("false")),
    ("instance.worker-1", "metadata_hop_limit", Is("2")),
    ("instance.worker-1", "termination_protection", Is("true")),
    ("instance.worker-2", "is_running", Is("false")),
    ("instance.worker-2", "instance_profile", Absent),
    ("network-acl.database", "entries", Shorter),
    ("network-interface.lb-1", "security_groups", Longer(r#"{"$ref": "security-group.worker", "attribute": "id"}"#)),
    ("route.private-b-internet", "gateway", Reads("nat-gateway.nat-b", "nat-gateway.nat-a")),
    ("route-table-association.monitoring-b", "route_table", Reads("route-table.private-b", "route-table.private-a")),
    ("security-group-rules.lb", "ingress", Shorter),
    ("security-group-rules.lb", "egress", Shorter),
    ("ses-configuration-set.alerts", "requires_tls", Is("false")),
    ("ses-configuration-set.alerts", "is_sending", Is("false")),
    ("ses-configuration-set.alerts", "has_reputation_metrics", Is("false")),
    ("ses-configuration-set.alerts", "suppresses", Shorter),
    ("ses-configuration-set.alerts", "counted_events", Shorter),
    ("ses-identity.main", "dkim_key_length", Is("\"RSA_1024_BIT\"")),
    ("ses-identity.main", "is_signed", Is("false")),
    ("ses-identity.main", "mail_from_domain", Reads("bounce.", "return.")),
    ("subnet.private-a", "assigns_public_addresses", Is("true")),
    ("volume.manager-1-data", "size_gib", Is("80")),
    ("vpc.main", "dns_hostnames", Is("false")),
    ("vpc-endpoint.s3", "route_tables", Shorter),
];

/// Makes the change; false where there is no such object, or nothing would differ.
pub fn change(desired: &mut DesiredState, address: &str, attribute: &str, what: &What) -> bool {
    let Some(resource) = desired.get_mut(&address.parse().unwrap()) else { return false };
    let before = resource.attributes.get(attribute).cloned();
    let after = match (what, before.clone()) {
        (Is(json), _) => Some(parsed(json)),
        (Absent, _) => None,
        (Shorter, Some(Value::List(mut entries))) => entries.pop().map(|_| Value::List(entries)),
        (Longer(json), Some(Value::List(mut entries))) => {
            entries.push(parsed(json));
            Some(Value::List(entries))
        }
        (Reads(from, to), Some(value)) => Some(parsed(&serde_json::to_string(&value).unwrap().replace(from, to))),
        _ => panic!("{address} has no {attribute} of that form: {before:?}"),
    };
    match &after {
        Some(value) => drop(resource.attributes.insert(attribute.to_owned(), value.clone())),
        None => drop(resource.attributes.remove(attribute)),
    }
    before != after
}

fn parsed(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}
