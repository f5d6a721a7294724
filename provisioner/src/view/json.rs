//! `--format json`: one object per line, `{"type":…,"version":1,…}`. `docs/json-output.md` names every type's fields.
//!
//! Secrets cannot appear: no value of the model, the plan, the state or an event can hold one in clear.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::Duration;

use serde::Serialize;

use crate::engine::{Event, StepPhase};
use crate::model::{Attributes, Diagnostic, Effect, Layer, ResourceAddress, Severity};
use crate::plan::{Action, Change, Difference, Node, Origin, Phase, Plan, Reason, Refusal, Summary};
use crate::view::tally::Counts;
use crate::view::text;

/// The version of every line; it rises when a field goes or changes its meaning, not when one is added.
pub const VERSION: u32 = 1;

/// One line: `body` MUST be a struct or a map. The first two fields are always `type` and `version`.
pub fn line(kind: &str, body: &impl Serialize) -> String {
    let body = serde_json::to_string(body).expect("a view is plain data");
    let fields = body.strip_prefix('{').expect("a view is an object");
    let comma = if fields == "}" { "" } else { "," };
    escaped(&format!("{{\"type\":\"{kind}\",\"version\":{VERSION}{comma}{fields}\n"))
}

/// Characters that deceive a reader's eye can only stand within strings, so that they can be written as escapes.
fn escaped(line: &str) -> String {
    let mut escaped = String::with_capacity(line.len());
    for character in line.chars() {
        if text::is_deceptive(character) || character == '\u{7f}' {
            for unit in character.encode_utf16(&mut [0; 2]) {
                write!(escaped, "\\u{unit:04x}").expect("writing to a string cannot fail");
            }
        } else {
            escaped.push(character);
        }
    }
    escaped
}

/// The line of one sentence.
pub fn message(text: &str) -> String {
    #[derive(Serialize)]
    struct Body<'a> {
        text: &'a str,
    }
    line("message", &Body { text })
}

/// The line of one problem.
pub fn diagnostic(diagnostic: &Diagnostic) -> String {
    line("diagnostic", &DiagnosticBody::of(diagnostic))
}

/// The fields of a problem, also where it stands within another line.
#[derive(Serialize)]
pub(super) struct DiagnosticBody<'a> {
    severity: Severity,
    code: &'static str,
    summary: &'a str,
    path: Option<String>,
    line: Option<usize>,
    column: Option<usize>,
    label: Option<&'a str>,
    notes: &'a [String],
    help: &'a [String],
    facts: Vec<Fact<'a>>,
}

#[derive(Serialize)]
struct Fact<'a> {
    label: &'a str,
    value: &'a str,
}

impl<'a> DiagnosticBody<'a> {
    pub(super) fn of(diagnostic: &'a Diagnostic) -> Self {
        let place = diagnostic.span.as_ref().map(|span| span.line_and_column());
        Self {
            severity: diagnostic.severity,
            code: diagnostic.code,
            summary: &diagnostic.summary,
            path: diagnostic.span.as_ref().map(|span| span.path.display().to_string()),
            line: place.map(|(line, _)| line),
            column: place.map(|(_, column)| column),
            label: diagnostic.label.as_deref(),
            notes: &diagnostic.notes,
            help: &diagnostic.help,
            facts: diagnostic.facts.iter().map(|(label, value)| Fact { label, value }).collect(),
        }
    }
}

/// The lines of a plan: the plan, then each change in address order.
pub fn plan(plan: &Plan) -> Vec<String> {
    #[derive(Serialize)]
    struct Body<'a> {
        project: &'a str,
        environment: &'a str,
        cloud: &'a str,
        destroy: bool,
        summary: Summary,
        refused: usize,
        unchanged: usize,
        kept: &'a [ResourceAddress],
        expected_seconds: u64,
        longest_path: &'a [ResourceAddress],
    }
    let body = Body {
        project: &plan.scope.project,
        environment: &plan.scope.environment,
        cloud: &plan.cloud,
        destroy: plan.destroy,
        summary: plan.summary(),
        refused: plan.refused().count(),
        unchanged: plan.unchanged,
        kept: &plan.kept,
        expected_seconds: plan.expected_seconds,
        longest_path: &plan.longest_path,
    };
    std::iter::once(line("plan", &body)).chain(plan.changes.iter().map(change)).collect()
}

fn change(change: &Change) -> String {
    #[derive(Serialize)]
    struct Body<'a> {
        address: &'a ResourceAddress,
        action: Action,
        reason: Reason,
        layer: Layer,
        effect: Option<Effect>,
        id: Option<&'a str>,
        attributes: Option<&'a Attributes>,
        differences: &'a [Difference],
        dependencies: &'a BTreeSet<ResourceAddress>,
        expected_seconds: u64,
        refusal: Option<&'a Refusal>,
        #[serde(skip_serializing_if = "Option::is_none")]
        origin: Option<&'a Origin>,
        #[serde(skip_serializing_if = "Option::is_none")]
        moved_from: Option<&'a ResourceAddress>,
    }
    let body = Body {
        address: &change.address,
        action: change.action,
        reason: change.reason,
        layer: change.layer,
        effect: change.effect,
        id: change.before.as_ref().map(|before| before.id.as_str()),
        attributes: change.after.as_ref().map(|after| &after.attributes),
        differences: &change.differences,
        dependencies: &change.dependencies,
        expected_seconds: change.expected_seconds,
        refusal: change.refusal.as_ref(),
        origin: change.origin.as_ref(),
        moved_from: change.moved_from.as_ref(),
    };
    line("change", &body)
}

/// Whole milliseconds.
pub(super) fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// What happens, in the form programs read.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case", tag = "event")]
enum EventBody<'a> {
    Began { steps: usize, expected_milliseconds: u64 },
    Started { address: &'a ResourceAddress, half: &'static str, action: Action, expected_milliseconds: u64 },
    Phase { address: &'a ResourceAddress, half: &'static str, phase: &'static str, detail: Option<&'a str> },
    Finished { address: &'a ResourceAddress, half: &'static str, action: Action, elapsed_milliseconds: u64, id: Option<&'a str> },
    Failed { address: &'a ResourceAddress, half: &'static str, diagnostic: DiagnosticBody<'a> },
    Skipped { address: &'a ResourceAddress, half: &'static str },
    Stopping { running: usize },
    Note { text: &'a str },
    Duplicate { address: &'a ResourceAddress, id: &'a str },
    Heartbeat { done: usize, total: usize, running: usize, failed: usize, skipped: usize, elapsed_milliseconds: u64 },
}

/// The line of an event.
pub fn event(event: &Event) -> String {
    let half = |node: &Node| match node.phase {
        Phase::Delete => "delete",
        Phase::Apply => "apply",
    };
    let body = match event {
        Event::Began { steps, expected } => EventBody::Began { steps: *steps, expected_milliseconds: milliseconds(*expected) },
        Event::Started { node, action, expected, rest: _ } => {
            EventBody::Started { address: &node.address, half: half(node), action: *action, expected_milliseconds: milliseconds(*expected) }
        }
        Event::Phase { node, phase } => {
            let (phase, detail) = match phase {
                StepPhase::Calling => ("calling", None),
                StepPhase::Waiting(word) => ("waiting", Some(word.as_str())),
                StepPhase::Retrying(why) => ("retrying", Some(why.as_str())),
            };
            EventBody::Phase { address: &node.address, half: half(node), phase, detail }
        }
        Event::Finished { node, action, elapsed, id } => EventBody::Finished {
            address: &node.address,
            half: half(node),
            action: *action,
            elapsed_milliseconds: milliseconds(*elapsed),
            id: id.as_deref(),
        },
        Event::Failed { node, diagnostic } => {
            EventBody::Failed { address: &node.address, half: half(node), diagnostic: DiagnosticBody::of(diagnostic) }
        }
        Event::Skipped { node } => EventBody::Skipped { address: &node.address, half: half(node) },
        Event::Stopping { running } => EventBody::Stopping { running: *running },
        Event::Note(text) => EventBody::Note { text },
        Event::Duplicate { address, id } => EventBody::Duplicate { address, id },
    };
    line("event", &body)
}

/// The line that says, once in a while, that the run goes on.
pub(super) fn heartbeat(counts: Counts, elapsed: Duration) -> String {
    let Counts { total, done, running, failed, skipped } = counts;
    line("event", &EventBody::Heartbeat { done, total, running, failed, skipped, elapsed_milliseconds: milliseconds(elapsed) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_begins_with_type_and_version_and_holds_no_raw_control_character() {
        assert_eq!(message("a\u{1b}[31m\u{202e}b"), "{\"type\":\"message\",\"version\":1,\"text\":\"a\\u001b[31m\\u202eb\"}\n");
        #[derive(Serialize)]
        struct Empty {}
        assert_eq!(line("empty", &Empty {}), "{\"type\":\"empty\",\"version\":1}\n");
    }

    #[test]
    fn characters_beyond_the_basic_plane_are_escaped_as_pairs() {
        let line = message("\u{e0041}");
        assert_eq!(line, "{\"type\":\"message\",\"version\":1,\"text\":\"\\udb40\\udc41\"}\n");
        let back: serde_json::Value = serde_json::from_str(&line).expect("valid JSON");
        assert_eq!(back["text"], "\u{e0041}");
    }
}
