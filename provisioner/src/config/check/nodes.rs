use std::collections::BTreeMap;

use crate::config::check::Subject;
use crate::config::check::databases::is_judged;
use crate::config::condition::Facts;
use crate::config::syntax::nearest;
use crate::config::{AlertingKind, Blueprint, Clause, PlacementKind, Role, codes};
use crate::model::{Diagnostic, Report};

pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    if !is_judged(subject) {
        return;
    }
    let values = subject.values;
    let roles: Vec<_> = subject.blueprints.iter().flat_map(|blueprint| &blueprint.roles).collect();
    for name in values.names("nodes") {
        match roles.iter().find(|role| role.name == *name) {
            Some(role) => check_role(subject, role, report),
            None => report.push(unknown_role(subject, name, &roles)),
        }
    }
    for blueprint in subject.blueprints {
        check_constraints(subject, blueprint, report);
    }
}

fn unknown_role(subject: &Subject<'_>, name: &str, roles: &[&Role]) -> Diagnostic {
    let diagnostic = subject.values.mark(codes::UNKNOWN_ROLE.error(), &format!("nodes.{name}"), "the blueprint has no such role");
    if ["icinga", "cacti", "elk"].contains(&name) {
        return diagnostic.help(format!("monitoring hosts stand in [monitoring.nodes.{name}]"));
    }
    if name == "bastion" {
        return diagnostic.help("the bastion stands in [bastion]");
    }
    match nearest(name, roles.iter().map(|role| role.name.as_str())) {
        Some(meant) => diagnostic.help(format!("did you mean [nodes.{meant}]?")),
        None => diagnostic.help(format!("its roles: {}", roles.iter().map(|role| role.name.as_str()).collect::<Vec<_>>().join(", "))),
    }
}

fn check_role(subject: &Subject<'_>, role: &Role, report: &mut Report) {
    let values = subject.values;
    let at = |key: &str| format!("nodes.{}.{key}", role.name);
    if let Some(count) = values.number::<u16>(&at("count"))
        && !(role.count.min..=role.count.max).contains(&count)
    {
        let bounds = if role.count.min == role.count.max {
            format!("exactly {}", role.count.min)
        } else {
            format!("{} to {}", role.count.min, role.count.max)
        };
        let diagnostic = values.mark(codes::COUNT.error(), &at("count"), format!("{bounds}, not {count}"));
        report.push(diagnostic.help(format!("write count = {}", count.clamp(role.count.min, role.count.max))));
    }
    if role.data_volume.is_none() && values.found(&at("data_volume_gib")).is_some() {
        let diagnostic =
            values.mark(codes::NO_DATA_VOLUME.error(), &at("data_volume_gib"), "nothing of this role is kept on a volume of its own");
        report.push(diagnostic.help("remove it; for a larger root volume write `root_volume_gib`"));
    }
}

/// EMM-05 and its like: rules of the product about counts.
fn check_constraints(subject: &Subject<'_>, blueprint: &Blueprint, report: &mut Report) {
    let values = subject.values;
    let mut inputs = BTreeMap::new();
    for input in subject.blueprints.iter().flat_map(|blueprint| &blueprint.inputs) {
        if let Some(value) = values.input(&format!("inputs.{}", input.name)).or_else(|| input.default.clone()) {
            inputs.insert(input.name.clone(), value);
        }
    }
    let facts = Facts {
        inputs: &inputs,
        placement: if values.text("bastion.placement") == Some("datacenter") { PlacementKind::Datacenter } else { PlacementKind::Vpc },
        has_monitoring: values.boolean("monitoring.enabled").unwrap_or(false),
        alerting: if values.text("alerting.mode") == Some("smtp") { AlertingKind::Smtp } else { AlertingKind::Ses },
    };
    for constraint in &blueprint.constraints {
        let Some(role) = blueprint.role(&constraint.role) else { continue };
        let path = format!("nodes.{}.count", role.name);
        let count = values.number(&path).unwrap_or(role.count.default);
        if count <= constraint.at_most || constraint.when.as_ref().is_some_and(|when| !when.holds_given(&facts)) {
            continue;
        }
        let diagnostic = values.mark(codes::CONSTRAINT.error(), &path, format!("at most {} here, not {count}", constraint.at_most));
        let sources = if constraint.requirements.is_empty() { String::new() } else { format!(" ({})", constraint.requirements.join(", ")) };
        let mut diagnostic = diagnostic.note(format!("{}{sources}", constraint.why)).help(format!("write count = {}", constraint.at_most));
        for clause in constraint.when.iter().flat_map(|when| &when.clauses) {
            if let Clause::Input { name, is } = clause {
                diagnostic = diagnostic.help(format!("or another value than {is} for `{name}` in [inputs]"));
            }
        }
        report.push(diagnostic);
    }
}
