use crate::config::load::Values;
use crate::config::syntax::nearest;
use crate::config::{AlertingKind, Clause, Condition, Input, PlacementKind, codes};
use crate::model::Report;

/// Reads the condition of the table at `path`, if it has one.
pub(crate) fn condition(values: &Values, path: &str, inputs: &[Input], report: &mut Report) -> Option<Condition> {
    let when = format!("{path}.when");
    if !values.has_table(&when) {
        return None;
    }
    let at = |key: &str| format!("{when}.{key}");
    let mut clauses = Vec::new();
    let single = values.text(&at("input"));
    match (single, values.found(&at("is"))) {
        (Some(_), None) => report.push(values.mark(codes::CONDITION.error(), &at("input"), "`is` says which value, and it is not there")),
        (None, Some(_)) => report.push(values.mark(codes::CONDITION.error(), &at("is"), "`input` says of what, and it is not there")),
        _ => {}
    }
    let several = values.names(&at("inputs")).iter().map(|name| (name.as_str(), at(&format!("inputs.{name}"))));
    for (name, is_path) in single.map(|name| (name, at("is"))).into_iter().chain(several) {
        let Some(is) = values.input(&is_path) else { continue };
        let name_path = if is_path.ends_with(".is") { at("input") } else { is_path.clone() };
        match inputs.iter().find(|input| input.name == name) {
            Some(input) => match input.kind.refuses(&is) {
                None => clauses.push(Clause::Input { name: name.to_owned(), is }),
                Some(reason) => report.push(values.mark(codes::CONDITION.error(), &is_path, format!("`{name}` never is this: {reason}"))),
            },
            None => {
                let diagnostic = values.mark(codes::CONDITION.error(), &name_path, "the blueprint has no such input");
                report.push(match nearest(name, inputs.iter().map(|input| input.name.as_str())) {
                    Some(meant) => diagnostic.help(format!("did you mean \"{meant}\"?")),
                    None => diagnostic,
                });
            }
        }
    }
    clauses.extend(
        values.text(&at("bastion")).map(|word| Clause::Bastion(if word == "vpc" { PlacementKind::Vpc } else { PlacementKind::Datacenter })),
    );
    clauses.extend(values.boolean(&at("monitoring")).map(Clause::Monitoring));
    clauses.extend(
        values.text(&at("alerting")).map(|word| Clause::Alerting(if word == "smtp" { AlertingKind::Smtp } else { AlertingKind::Ses })),
    );
    if clauses.is_empty() && !report.has_errors() {
        report.push(values.mark(codes::CONDITION.error(), &when, "it says nothing"));
    }
    Some(Condition { clauses })
}
