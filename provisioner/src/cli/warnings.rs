use std::collections::BTreeSet;

use crate::cli::prepare::Prepared;
use crate::model::{Diagnostic, Value};
use crate::plan::{Action, Plan};
use crate::topology::BASTION;

/// What the person who approves a plan should know beside it.
pub fn warnings(prepared: &Prepared, plan: &Plan) -> Vec<Diagnostic> {
    bastion_port(prepared, plan).into_iter().collect()
}

/// A bastion that stays listens on its old port, whatever its rules say: the first boot's document is read once.
fn bastion_port(prepared: &Prepared, plan: &Plan) -> Option<Diagnostic> {
    let change = |kind: &str, name: &str| plan.changes.iter().find(|change| change.address.kind() == kind && change.address.name() == name);
    let machine = format!("{BASTION}-1");
    let is_there = prepared.observed.objects.keys().any(|address| address.kind() == "instance" && address.name() == machine);
    if !is_there || change("instance", &machine).is_some_and(|change| change.action != Action::Update) {
        return None;
    }
    let rules = change("security-group-rules", BASTION)?.differences.iter().find(|found| found.attribute == "ingress")?;
    let (before, after) = (ports(&rules.before), ports(&rules.after));
    let new = i64::from(prepared.topology.access.port);
    let old = before.difference(&after).next().filter(|_| after.contains(&new) && !before.contains(&new))?;
    Some(
        Diagnostic::warning("E0329", "the bastion keeps its old port for now")
            .note(format!(
                "the group will open port {new}, and sshd on {machine} listens on {old} until the hosts are converged: meanwhile nobody comes in"
            ))
            .help("have another way in, or leave [bastion] port as it is")
            .fact("address", format!("instance.{machine}")),
    )
}

fn ports(rules: &Value) -> BTreeSet<i64> {
    let Value::List(rules) = rules else { return BTreeSet::new() };
    let port = |rule: &Value| match rule {
        Value::Map(rule) => match rule.get("from_port") {
            Some(Value::Integer(port)) => Some(*port),
            _ => None,
        },
        _ => None,
    };
    rules.iter().filter_map(port).collect()
}
