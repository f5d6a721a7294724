use std::collections::BTreeMap;

use crate::model::{Reference, ResourceAddress, Value};
use crate::plan::{Difference, Plan};
use crate::view::text::{cut, harmless_line};
use crate::view::{Look, Tint};

/// The longest text shown unless every detail is asked for.
const LONGEST: usize = 60;

/// Turns values into words; knows which address an id of the cloud belongs to, as far as the plan shows it.
pub(super) struct Wording<'a> {
    addresses: BTreeMap<&'a str, &'a ResourceAddress>,
    is_verbose: bool,
}

impl<'a> Wording<'a> {
    /// Words for the values of a plan.
    pub(super) fn of(plan: &'a Plan, is_verbose: bool) -> Self {
        let ids = plan.changes.iter().filter_map(|change| Some((change.before.as_ref()?.id.as_str(), &change.address)));
        let unchanged = plan.names.iter().map(|(id, address)| (id.as_str(), address));
        Self { addresses: unchanged.chain(ids).collect(), is_verbose }
    }

    /// Words for values in which these ids have names.
    pub(super) fn with(names: &'a BTreeMap<String, ResourceAddress>, is_verbose: bool) -> Self {
        Self { addresses: names.iter().map(|(id, address)| (id.as_str(), address)).collect(), is_verbose }
    }

    /// Words for values that stand alone.
    pub(super) fn plain(is_verbose: bool) -> Self {
        Self { addresses: BTreeMap::new(), is_verbose }
    }

    /// A value on one line.
    pub(super) fn value(&self, value: &Value) -> String {
        match value {
            Value::Null => "none".to_owned(),
            Value::Bool(claim) => claim.to_string(),
            Value::Integer(number) => number.to_string(),
            Value::Text(text) => self.text(text),
            Value::List(items) if items.is_empty() => "none".to_owned(),
            Value::List(items) => items.iter().map(|item| self.element("", item)).collect::<Vec<_>>().join(", "),
            Value::Map(entries) => {
                let entries = entries.iter().filter(|(_, entry)| **entry != Value::Null);
                entries.map(|(name, entry)| format!("{} {}", harmless_line(name), self.value(entry))).collect::<Vec<_>>().join(", ")
            }
            Value::Ref(reference) => format!("→ {}", target(reference)),
        }
    }

    fn text(&self, text: &str) -> String {
        if text.is_empty() {
            return "\"\"".to_owned();
        }
        if text.contains('\n') {
            return format!("<{} lines>", text.lines().count());
        }
        let text = harmless_line(text);
        match self.addresses.get(text.as_str()) {
            Some(address) if self.is_verbose => format!("{text} ({address})"),
            Some(address) => address.to_string(),
            None if self.is_verbose => text,
            None => cut(&text, LONGEST),
        }
    }

    /// One element of a list; a rule of a security group reads as a sentence.
    pub(super) fn element(&self, attribute: &str, value: &Value) -> String {
        self.rule(attribute, value).or_else(|| entry(value)).unwrap_or_else(|| self.value(value))
    }

    /// `tcp 443 from 0.0.0.0/0  (C-12)`
    fn rule(&self, attribute: &str, value: &Value) -> Option<String> {
        let Value::Map(rule) = value else { return None };
        let peer = match rule.get("peer")? {
            Value::Ref(reference) => reference.address.to_string(),
            Value::Text(text) => self.addresses.get(text.as_str()).map_or_else(|| harmless_line(text), ToString::to_string),
            _ => return None,
        };
        let direction = if attribute == "egress" { "to" } else { "from" };
        let description = rule.get("description").and_then(Value::as_text).filter(|text| !text.is_empty());
        let reason = description.map_or(String::new(), |text| format!("  ({})", harmless_line(text)));
        Some(format!("{} {direction} {peer}{reason}", ports(value)?))
    }

    /// Whether a wanted value is what is there, but for ids that change because their objects are replaced.
    pub(super) fn is_renewal(&self, before: &Value, after: &Value) -> bool {
        match (before, after) {
            (Value::Text(id), Value::Ref(reference)) => {
                reference.attribute == "id" && self.addresses.get(id.as_str()) == Some(&&reference.address)
            }
            (Value::Map(before), Value::Map(after)) => {
                after.iter().all(|(key, value)| self.is_renewal(before.get(key).unwrap_or(&Value::Null), value))
            }
            (Value::List(before), Value::List(after)) => {
                let mut left: Vec<&Value> = before.iter().collect();
                before.len() == after.len() && after.iter().all(|item| self.take_same(&mut left, item))
            }
            (before, after) => before == after,
        }
    }

    /// Takes the element out that is the wanted one already, or will be by a renewal.
    fn take_same(&self, left: &mut Vec<&Value>, wanted: &Value) -> bool {
        let position = left.iter().position(|item| self.is_renewal(item, wanted));
        position.is_some_and(|position| {
            left.remove(position);
            true
        })
    }

    /// What differs in one attribute, as lines without indentation.
    pub(super) fn difference(&self, difference: &Difference, columns: usize, look: &Look) -> Vec<String> {
        let name = harmless_line(&difference.attribute);
        let forces = if difference.forces_replacement { "  forces replacement" } else { "" };
        match (&difference.before, &difference.after) {
            (before @ (Value::List(_) | Value::Null), Value::List(after)) => {
                let before = if let Value::List(before) = before { before.as_slice() } else { &[] };
                let mut lines = vec![format!("{name}{}", look.paint(Tint::Bad, forces))];
                lines.extend(self.elements(&name, before, after, look));
                lines
            }
            (Value::Map(before), Value::Map(after)) => {
                let is_told = |key: &str, value: &Value| {
                    let before = before.get(key).unwrap_or(&Value::Null);
                    before != value && (self.is_verbose || !self.is_renewal(before, value))
                };
                let changed = after.iter().filter(|(key, value)| is_told(key, value));
                changed
                    .flat_map(|(key, value)| {
                        let before = before.get(key).cloned().unwrap_or(Value::Null);
                        let attribute = format!("{name}.{key}");
                        let forces_replacement = difference.forces_replacement;
                        self.difference(&Difference { attribute, before, after: value.clone(), forces_replacement }, columns, look)
                    })
                    .collect()
            }
            (before, after) => {
                let after = self.wanted("", after);
                let name = crate::view::text::pad(&name, columns);
                vec![format!("{name}  {} → {after}{}", self.value(before), look.paint(Tint::Bad, forces))]
            }
        }
    }

    /// A wanted value beside the one it takes the place of; a reference means an object that is still to come.
    fn wanted(&self, attribute: &str, value: &Value) -> String {
        match value {
            Value::Ref(reference) if reference.attribute == "id" => format!("the new {}", reference.address),
            Value::Ref(reference) => format!("{} of the new {}", reference.attribute, reference.address),
            known => self.element(attribute, known),
        }
    }

    /// What comes and what goes in a list; the order of lists says nothing.
    fn elements(&self, attribute: &str, before: &[Value], after: &[Value], look: &Look) -> Vec<String> {
        let mut gone: Vec<&Value> = before.iter().collect();
        let mut new = Vec::new();
        for item in after {
            if !self.take_same(&mut gone, item) {
                new.push(item);
            }
        }
        let same = after.len() - new.len();
        let mut removed: Vec<String> = gone.iter().map(|item| self.element(attribute, item)).collect();
        let mut added: Vec<String> = new.iter().map(|item| self.wanted(attribute, item)).collect();
        removed.sort();
        added.sort();
        let removed = removed.iter().map(|words| look.paint(Tint::Bad, &format!("  - {words}")));
        let added = added.iter().map(|words| look.paint(Tint::Good, &format!("  + {words}")));
        let mut lines: Vec<String> = removed.chain(added).collect();
        if same > 0 {
            lines.push(look.paint(Tint::Faint, &format!("  and {same} unchanged")));
        }
        lines
    }
}

/// What a reference points at: the address alone where it means the object itself.
fn target(reference: &Reference) -> String {
    match reference.attribute.as_str() {
        "id" => reference.address.to_string(),
        attribute => format!("{}.{attribute}", reference.address),
    }
}

/// An entry of an access list: `100 in: tcp 3306 from 10.20.32.0/20`.
fn entry(value: &Value) -> Option<String> {
    let Value::Map(entry) = value else { return None };
    let (Some(Value::Integer(number)), Some(Value::Bool(is_egress))) = (entry.get("number"), entry.get("is_egress")) else { return None };
    let (direction, preposition) = if *is_egress { ("out", "to") } else { ("in", "from") };
    let cidr = harmless_line(entry.get("cidr")?.as_text()?);
    let refused = if entry.get("is_allowed") == Some(&Value::Bool(false)) { ", refused" } else { "" };
    Some(format!("{number} {direction}: {} {preposition} {cidr}{refused}", ports(value)?))
}

/// The protocol and ports of a rule of a security group: `tcp 443`, `udp 1024-2048`, `icmp`.
pub(super) fn ports(rule: &Value) -> Option<String> {
    let Value::Map(rule) = rule else { return None };
    let protocol = harmless_line(rule.get("protocol")?.as_text()?);
    let number = |name| if let Some(Value::Integer(number)) = rule.get(name) { Some(*number) } else { None };
    if protocol == "all" {
        return Some("all traffic".to_owned());
    }
    let (from, to) = (number("from_port")?, number("to_port")?);
    Some(match (protocol.as_str(), from, to) {
        ("-1", _, _) => "all traffic".to_owned(),
        ("icmp" | "icmpv6", -1, _) => protocol,
        ("icmp" | "icmpv6", kind, -1) => format!("{protocol} type {kind}"),
        ("icmp" | "icmpv6", kind, code) => format!("{protocol} type {kind} code {code}"),
        (_, 0, 65535) | (_, -1, -1) => format!("{protocol} all ports"),
        (_, from, to) if from == to => format!("{protocol} {from}"),
        (_, from, to) => format!("{protocol} {from}-{to}"),
    })
}
