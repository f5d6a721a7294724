use serde_json::{Value, json};

use crate::bundle::codes::{QUOTING, TEMPLATE};
use crate::bundle::content::Piece;
use crate::bundle::context::{Placing, text};
use crate::bundle::render::{Purpose, Unrendered, render};
use crate::config::SoftwareCatalogue;
use crate::model::Report;

/// The checks of one host, with their commands rendered: `[{id, doc, every_seconds, arguments}]`.
pub(super) fn checks_of(host: &str, catalogue: &SoftwareCatalogue, placing: &Placing<'_>, context: &Value, report: &mut Report) -> Value {
    let mut checks = Vec::new();
    for (id, check) in &catalogue.checks {
        if !placing.is_on(host, &check.on, check.when.as_ref()) {
            continue;
        }
        let mut arguments = Vec::new();
        for argument in &check.command {
            match render(argument, Purpose::Argument, context) {
                Ok(content) => {
                    let whole: String =
                        content.pieces.iter().map(|piece| if let Piece::Text(text) = piece { text.as_str() } else { "" }).collect();
                    if content.pieces.iter().any(|piece| !matches!(piece, Piece::Text(_))) {
                        let why = "a check's command takes neither secrets nor what AWS assigns: everybody on the host could read them";
                        report.push(QUOTING.error().note(format!("[checks.{id}] {argument}: {why}")));
                    }
                    arguments.push(text(&whole));
                }
                Err(Unrendered::Template { why, .. }) => {
                    report.push(TEMPLATE.error().note(format!("[checks.{id}] command {argument}: {why}")))
                }
                Err(Unrendered::Value { why }) => report.push(QUOTING.error().note(format!("[checks.{id}] command {argument}: {why}"))),
            }
        }
        checks.push(json!({ "id": id, "doc": text(&check.doc), "every_seconds": check.every_seconds, "arguments": arguments }));
    }
    checks.into()
}
