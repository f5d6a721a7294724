use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::bundle::codes::{QUOTING, TEMPLATE};
use crate::bundle::content::Piece;
use crate::bundle::context::{Placing, text};
use crate::bundle::render::{Purpose, Unrendered, render};
use crate::config::{Check, SoftwareCatalogue};
use crate::model::Report;

/// The checks of one host, with their commands rendered: `[{id, doc, every_seconds, retry_seconds, arguments}]`.
pub(super) fn checks_of(host: &str, catalogue: &SoftwareCatalogue, placing: &Placing<'_>, context: &Value, report: &mut Report) -> Value {
    let mut checks = Vec::new();
    for (id, check) in &catalogue.checks {
        if !placing.is_on(host, &check.on, check.when.as_ref()) {
            continue;
        }
        if !check.is_each_service {
            checks.push(one(id, id, check, context, report));
            continue;
        }
        for service in services_of(host, catalogue, placing) {
            let mut context = context.clone();
            context["service"] = text(service);
            checks.push(one(&format!("{id}-{service}"), id, check, &context, report));
        }
    }
    checks.into()
}

/// The systemd services of all software on the host.
fn services_of<'c>(host: &str, catalogue: &'c SoftwareCatalogue, placing: &Placing<'_>) -> BTreeSet<&'c str> {
    let placed = catalogue.software.values().filter(|software| placing.is_on(host, &software.on, software.when.as_ref()));
    placed.flat_map(|software| &software.services).map(String::as_str).collect()
}

fn one(name: &str, id: &str, check: &Check, context: &Value, report: &mut Report) -> Value {
    let mut rendered = |what: &str, template: &str| match render(template, Purpose::Argument, context) {
        Ok(content) => {
            if content.pieces.iter().any(|piece| !matches!(piece, Piece::Text(_))) {
                let why = "a check takes neither secrets nor what AWS assigns: everybody on the host could read them";
                report.push(QUOTING.error().note(format!("[checks.{id}] {what} {template}: {why}")));
            }
            let texts = content.pieces.iter().map(|piece| if let Piece::Text(text) = piece { text.as_str() } else { "" });
            text(&texts.collect::<String>())
        }
        Err(Unrendered::Template { why, .. }) => {
            report.push(TEMPLATE.error().note(format!("[checks.{id}] {what} {template}: {why}")));
            Value::Null
        }
        Err(Unrendered::Value { why }) => {
            report.push(QUOTING.error().note(format!("[checks.{id}] {what} {template}: {why}")));
            Value::Null
        }
    };
    let doc = rendered("doc", &check.doc);
    let arguments: Vec<Value> = check.command.iter().map(|argument| rendered("command", argument)).collect();
    json!({
        "id": text(name),
        "doc": doc,
        "every_seconds": check.every_seconds,
        // What seems wrong is looked at again soon.
        "retry_seconds": check.every_seconds.div_ceil(4).max(5),
        "arguments": arguments,
    })
}
