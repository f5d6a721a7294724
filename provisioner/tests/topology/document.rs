use std::collections::BTreeSet;

use provisioner::config::{AlertingMode, Environment, InputValue, PlacementKind};
use provisioner::topology::{LinkEnd, Topology};

/// One row of `docs/security-matrix.md`.
#[derive(Debug)]
pub struct Row {
    pub id: String,
    destination: String,
    port: String,
    protocol: String,
    source: String,
    when: String,
}

/// One permission between two ends that cannot be expanded further, in the document's words: destination, port, protocol, source.
pub type Permission = (String, String, String, String);

/// Every row of the page.
pub fn rows() -> Vec<Row> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/security-matrix.md");
    let page = std::fs::read_to_string(path).expect("the page is in the repository");
    page.lines().filter_map(row).collect()
}

fn row(line: &str) -> Option<Row> {
    let cells: Vec<_> = line.strip_prefix('|')?.strip_suffix('|')?.split('|').map(|cell| cell.trim().to_owned()).collect();
    let [id, destination, port, protocol, source, when, _why] = <[String; 7]>::try_from(cells).ok()?;
    let is_id = id.split_once('-').is_some_and(|(letter, number)| letter.len() == 1 && number.parse::<u16>().is_ok());
    is_id.then_some(Row { id, destination, port, protocol, source, when })
}

impl Row {
    /// Whether the row counts in an environment.
    pub fn holds(&self, environment: &Environment) -> bool {
        let input = |name: &str, value: InputValue| environment.inputs.get(name) == Some(&value);
        self.when.split(" and ").all(|condition| match condition {
            "always" => true,
            "placement = vpc" => environment.bastion.placement.kind() == PlacementKind::Vpc,
            "placement = datacenter" => environment.bastion.placement.kind() == PlacementKind::Datacenter,
            "monitoring enabled" => environment.monitoring.is_enabled,
            "smtp" => matches!(environment.alerting.mode, AlertingMode::Smtp(_)),
            "manager_exposure = private" => input("manager_exposure", InputValue::Text("private".to_owned())),
            "manager_exposure = public" => input("manager_exposure", InputValue::Text("public".to_owned())),
            "legacy_http" => input("legacy_http", InputValue::Boolean(true)),
            "push_allowed" => input("push_allowed", InputValue::Boolean(true)),
            unknown => panic!("{}: unknown condition `{unknown}`", self.id),
        })
    }

    /// What the row permits where it counts: `every-host` is every role that has hosts.
    pub fn permissions(&self, environment: &Environment, topology: &Topology) -> BTreeSet<Permission> {
        let port = match (self.port.as_str(), &environment.alerting.mode) {
            ("bastion-port", _) => environment.bastion.port.to_string(),
            ("smtp-port", AlertingMode::Smtp(smtp)) => smtp.port.to_string(),
            (port, _) => port.to_owned(),
        };
        let sources = expand(&self.source, topology);
        let pairs =
            expand(&self.destination, topology).into_iter().flat_map(|to| sources.iter().map(move |from| (to.clone(), from.clone())));
        pairs.map(|(to, from)| (to, port.clone(), self.protocol.clone(), from)).collect()
    }
}

fn expand(end: &str, topology: &Topology) -> Vec<String> {
    let roles: BTreeSet<_> = topology.hosts.values().map(|host| host.role.as_str()).collect();
    let words = |roles: BTreeSet<&str>| roles.into_iter().map(|role| word(role, topology)).collect();
    match end {
        "every-host" => words(roles),
        "every-host-but-bastion" => words(roles.into_iter().filter(|role| *role != "bastion").collect()),
        end => vec![end.to_owned()],
    }
}

/// What the compiled matrix permits, each with the id of its row in the blueprint.
pub fn compiled_permissions(topology: &Topology) -> Vec<(String, Permission)> {
    let end = |end: &LinkEnd| end.group().map_or_else(|| end.to_string(), |group| word(group, topology));
    let links = topology.matrix.links.iter();
    links
        .map(|link| (link.id.clone(), (end(&link.destination), link.ports.to_string(), link.protocol.to_string(), end(&link.source))))
        .collect()
}

/// The document's word for a group: `monitoring.elk`, `database.core`, `worker`.
fn word(group: &str, topology: &Topology) -> String {
    if topology.monitoring.hosts.contains_key(group) {
        return format!("monitoring.{group}");
    }
    group.strip_prefix("database-").map_or_else(|| group.to_owned(), |database| format!("database.{database}"))
}
