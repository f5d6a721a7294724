use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Serialize;

use crate::model::{Attributes, ResourceAddress, Tags, Value};
use crate::state::{Intent, Recorded, StateFile};
use crate::view::text::{count, harmless_line, pad, width};
use crate::view::value::Wording;
use crate::view::{Look, Tint, View, json};

/// `state list`: every recorded object and the cloud's name for it.
#[derive(Clone, Copy, Debug)]
pub struct StateListView<'a> {
    /// The recorded state.
    pub state: &'a StateFile,
}

impl View for StateListView<'_> {
    fn human(&self, _look: &Look) -> String {
        let columns = self.state.resources.keys().map(|address| width(&address.to_string())).max().unwrap_or(0);
        let line = |(address, recorded): (&ResourceAddress, &Recorded)| {
            let kept = if recorded.is_retained() { "  kept on purpose" } else { "" };
            format!("{}  {}{kept}\n", pad(&address.to_string(), columns), harmless_line(recorded.id.as_str()))
        };
        self.state.resources.iter().map(line).collect()
    }

    fn json(&self) -> Vec<String> {
        #[derive(Serialize)]
        struct Body<'a> {
            address: &'a ResourceAddress,
            id: &'a str,
            is_retained: bool,
        }
        let body = |(address, recorded): (&'_ _, &'_ Recorded)| {
            json::line("resource", &Body { address, id: recorded.id.as_str(), is_retained: recorded.is_retained() })
        };
        self.state.resources.iter().map(body).collect()
    }
}

/// `state show ADDRESS`: everything that is recorded of one object.
#[derive(Clone, Copy, Debug)]
pub struct ResourceView<'a> {
    /// The object.
    pub address: &'a ResourceAddress,
    /// What is recorded of it.
    pub recorded: &'a Recorded,
    /// Calls whose object has not settled; those of other objects are left out.
    pub pending: &'a [Intent],
}

impl ResourceView<'_> {
    fn own_pending(&self) -> impl Iterator<Item = &Intent> {
        self.pending.iter().filter(|intent| intent.address == *self.address)
    }
}

impl View for ResourceView<'_> {
    fn human(&self, look: &Look) -> String {
        let heading = look.paint(Tint::Heading, &self.address.to_string());
        let mut text = format!("{heading}  {}\n", harmless_line(self.recorded.id.as_str()));
        let wording = Wording::plain(look.is_verbose);
        let attributes = self.recorded.attributes.iter().filter(|(_, value)| **value != Value::Null);
        let mut rows: Vec<(String, String)> = Vec::new();
        for (name, value) in attributes {
            match value {
                Value::List(items) if !items.is_empty() => {
                    rows.push((harmless_line(name), wording.element(name, &items[0])));
                    rows.extend(items[1..].iter().map(|item| (String::new(), wording.element(name, item))));
                }
                value => rows.push((harmless_line(name), wording.value(value))),
            }
        }
        text.push_str(&section("attributes", &rows, look));
        let tags = self.recorded.tags.iter().map(|(key, value)| (harmless_line(key), harmless_line(value)));
        text.push_str(&section("tags", &tags.collect::<Vec<_>>(), look));
        let needs = self.recorded.dependencies.iter().map(|address| (address.to_string(), String::new()));
        text.push_str(&section("needs", &needs.collect::<Vec<_>>(), look));
        let calls = self.own_pending().map(|intent| (harmless_line(&intent.call), format!("since {}", minute(intent.at))));
        text.push_str(&section("unfinished calls", &calls.collect::<Vec<_>>(), look));
        text
    }

    fn json(&self) -> Vec<String> {
        #[derive(Serialize)]
        struct Body<'a> {
            address: &'a ResourceAddress,
            id: &'a str,
            is_retained: bool,
            attributes: &'a Attributes,
            tags: &'a Tags,
            dependencies: &'a BTreeSet<ResourceAddress>,
            pending: Vec<&'a str>,
        }
        let body = Body {
            address: self.address,
            id: self.recorded.id.as_str(),
            is_retained: self.recorded.is_retained(),
            attributes: &self.recorded.attributes,
            tags: &self.recorded.tags,
            dependencies: &self.recorded.dependencies,
            pending: self.own_pending().map(|intent| intent.call.as_str()).collect(),
        };
        vec![json::line("resource-details", &body)]
    }
}

fn section(name: &str, rows: &[(String, String)], look: &Look) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let columns = rows.iter().map(|(label, _)| width(label)).max().unwrap_or(0);
    let lines: String =
        rows.iter().map(|(label, value)| format!("{}\n", format!("    {}  {value}", pad(label, columns)).trim_end())).collect();
    format!("  {}\n{lines}", look.paint(Tint::Heading, name))
}

/// A moment to the minute, UTC.
pub(super) fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// One kept generation of the state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Edition {
    /// Its serial.
    pub serial: u64,
    /// When it was written.
    pub written: Option<Timestamp>,
    /// The command that wrote it.
    pub command: Option<String>,
    /// Who ran the command.
    pub holder: Option<String>,
    /// How the command ended: `done`, `failed`, `interrupted`.
    pub outcome: Option<String>,
    /// How many objects it holds.
    pub objects: Option<usize>,
}

/// `state history`: the kept generations, oldest first.
#[derive(Clone, Copy, Debug)]
pub struct HistoryView<'a> {
    /// The generations.
    pub editions: &'a [Edition],
}

impl View for HistoryView<'_> {
    fn human(&self, look: &Look) -> String {
        if self.editions.is_empty() {
            return "no state was written yet\n".to_owned();
        }
        let last = self.editions.len() - 1;
        let line = |(position, edition): (usize, &Edition)| {
            let written = edition.written.map_or_else(|| "at the beginning".to_owned(), minute);
            let objects = edition.objects.map_or_else(String::new, |objects| count(objects, "object"));
            let command = edition.command.as_deref().map_or_else(String::new, harmless_line);
            let outcome = edition.outcome.as_deref().map_or_else(String::new, harmless_line);
            let holder = edition.holder.as_deref().map_or_else(String::new, |holder| format!("by {}", harmless_line(holder)));
            let now = if position == last { look.paint(Tint::Good, "now") } else { String::new() };
            let columns =
                [pad(&format!("{:>6}", edition.serial), 6), pad(&written, 20), pad(&objects, 12), pad(&command, 10), pad(&outcome, 11)];
            let line = format!("{}  {holder}  {now}", columns.join("  "));
            format!("{}\n", line.trim_end())
        };
        self.editions.iter().enumerate().map(line).collect()
    }

    fn json(&self) -> Vec<String> {
        self.editions.iter().map(|edition| json::line("generation", edition)).collect()
    }
}
