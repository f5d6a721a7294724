use jiff::Timestamp;
use serde::Serialize;

use crate::view::state::minute;
use crate::view::text::{count, harmless_line, pad, width};
use crate::view::{Look, Tint, View, json};

/// `env list`: every environment of the project.
#[derive(Clone, Copy, Debug)]
pub struct EnvironmentListView<'a> {
    /// The environments, by name.
    pub rows: &'a [EnvironmentRow],
}

/// One environment; where its files have errors there is its name alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EnvironmentRow {
    /// Its name.
    pub name: String,
    /// Whether its files can be used.
    pub is_valid: bool,
    /// The word of its class.
    pub class: Option<String>,
    /// Its region.
    pub region: Option<String>,
    /// Its account.
    pub account: Option<String>,
    /// What it inherits from, nearest first.
    pub inherits: Vec<String>,
    /// Its blueprints.
    pub blueprints: Vec<String>,
    /// What is recorded of it, per cloud.
    pub clouds: Vec<RecordedIn>,
}

/// What is recorded of an environment in one cloud.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RecordedIn {
    /// The cloud: `aws`, `sandbox`, `endpoint-…`.
    pub cloud: String,
    /// How many objects; nothing where the state cannot be read.
    pub objects: Option<usize>,
    /// The command that ran last.
    pub command: Option<String>,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// How it ended; nothing when it was cut off.
    pub outcome: Option<String>,
}

impl View for EnvironmentListView<'_> {
    fn human(&self, look: &Look) -> String {
        let columns = |text: fn(&EnvironmentRow) -> &str| self.rows.iter().map(|row| width(text(row))).max().unwrap_or(0);
        let class = |row: &EnvironmentRow| -> String { row.class.clone().unwrap_or_default() };
        let name_columns = columns(|row| &row.name);
        let class_columns = columns(|row| row.class.as_deref().unwrap_or_default());
        let region_columns = columns(|row| row.region.as_deref().unwrap_or_default());
        let mut text = String::new();
        for row in self.rows {
            let name = look.paint(Tint::Heading, &pad(&harmless_line(&row.name), name_columns));
            if !row.is_valid {
                let why = look.paint(Tint::Bad, "its files have errors: provision validate");
                text.push_str(&format!("{name}  {why}\n"));
            } else {
                let region = row.region.clone().unwrap_or_default();
                let account = row.account.clone().unwrap_or_default();
                let ancestors = if row.inherits.is_empty() { String::new() } else { format!("  inherits {}", row.inherits.join(", ")) };
                text.push_str(&format!(
                    "{name}  {}  {}  {account}  {}{ancestors}\n",
                    pad(&class(row), class_columns),
                    pad(&region, region_columns),
                    row.blueprints.join(", ")
                ));
            }
            for recorded in &row.clouds {
                text.push_str(&format!("{}  {}\n", " ".repeat(name_columns), recorded.sentence()));
            }
        }
        text
    }

    fn json(&self) -> Vec<String> {
        self.rows.iter().map(|row| json::line("environment", row)).collect()
    }
}

impl RecordedIn {
    fn sentence(&self) -> String {
        let objects = self.objects.map_or_else(|| "its state cannot be read".to_owned(), |number| count(number, "object"));
        let last = match (&self.command, &self.outcome, self.ended) {
            (Some(command), Some(outcome), Some(ended)) => {
                format!("; last `{}`, {}, {}", harmless_line(command), harmless_line(outcome), minute(ended))
            }
            (Some(command), None, _) => format!("; last `{}`, cut off or still running", harmless_line(command)),
            _ => String::new(),
        };
        format!("in {}: {objects}{last}", harmless_line(&self.cloud))
    }
}

/// `env diff`: what makes two environments different architectures, and how they differ in sizes and settings.
#[derive(Clone, Copy, Debug)]
pub struct EnvironmentDiffView<'a> {
    /// The names of both.
    pub names: [&'a str; 2],
    /// Differences in the architecture; none where they are the same one.
    pub structure: &'a [Unequal],
    /// Differences in sizes, counts and settings.
    pub settings: &'a [Unequal],
}

/// A value that two environments do not share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unequal {
    /// What differs, as dotted names: `nodes.worker.count`.
    pub path: String,
    /// The value in the first; nothing where it has none.
    pub one: Option<String>,
    /// The value in the second; nothing where it has none.
    pub other: Option<String>,
}

impl View for EnvironmentDiffView<'_> {
    fn human(&self, look: &Look) -> String {
        let [one, other] = self.names.map(harmless_line);
        let sentence = match (self.structure.len(), self.settings.len()) {
            (0, 0) => format!("{one} and {other} are equal.\n"),
            (0, _) => format!("{one} and {other} are the same architecture, with other sizes or settings.\n"),
            _ => format!("{one} and {other} are different architectures.\n"),
        };
        let mut text = String::new();
        for (title, found) in [("architecture", self.structure), ("sizes and settings", self.settings)] {
            if !found.is_empty() {
                text.push_str(&format!("{}\n{}\n", look.paint(Tint::Heading, title), table(found, [&one, &other])));
            }
        }
        text + &sentence
    }

    fn json(&self) -> Vec<String> {
        #[derive(Serialize)]
        struct Body<'a> {
            one: &'a str,
            other: &'a str,
            is_same_architecture: bool,
            structure: &'a [Unequal],
            settings: &'a [Unequal],
        }
        let [one, other] = self.names;
        let body = Body { one, other, is_same_architecture: self.structure.is_empty(), structure: self.structure, settings: self.settings };
        vec![json::line("environment-diff", &body)]
    }
}

fn table(found: &[Unequal], names: [&str; 2]) -> String {
    let said = |value: &Option<String>| value.as_deref().map_or_else(|| "-".to_owned(), harmless_line);
    let rows = std::iter::once([String::new(), names[0].to_owned(), names[1].to_owned()])
        .chain(found.iter().map(|unequal| [harmless_line(&unequal.path), said(&unequal.one), said(&unequal.other)]));
    let rows: Vec<[String; 3]> = rows.collect();
    let columns = |index: usize| rows.iter().map(|row| width(&row[index])).max().unwrap_or(0);
    let (first, second) = (columns(0), columns(1));
    rows.iter().map(|[path, one, other]| format!("  {}  {}  {other}\n", pad(path, first), pad(one, second))).collect()
}
