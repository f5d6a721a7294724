use jiff::Timestamp;
use serde::Serialize;

use crate::view::text::{count, pad, width};
use crate::view::{Look, Tint, View, json};

/// `secret list`: what may be told of an environment's secrets.
#[derive(Clone, Copy, Debug)]
pub struct SecretListView<'a> {
    /// The secrets, by name.
    pub rows: &'a [SecretRow],
    /// From when their ages are counted.
    pub now: Timestamp,
}

/// One secret without its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SecretRow {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: String,
    /// How often it was made.
    pub generation: u32,
    /// When it was made.
    pub made: Timestamp,
    /// Whether the value before is kept as well.
    pub has_earlier: bool,
}

impl View for SecretListView<'_> {
    fn human(&self, look: &Look) -> String {
        let columns = |text: fn(&SecretRow) -> &str| self.rows.iter().map(|row| width(text(row))).max().unwrap_or(0);
        let (names, kinds) = (columns(|row| &row.name), columns(|row| &row.kind));
        let line = |row: &SecretRow| {
            let name = look.paint(Tint::Heading, &pad(&row.name, names));
            let days = (self.now.as_second() - row.made.as_second()).max(0) / (24 * 60 * 60);
            let age = if days == 0 { "today".to_owned() } else { format!("{} old", count(days as usize, "day")) };
            let earlier = if row.has_earlier { ", the earlier value is kept" } else { "" };
            format!("{name}  {}  generation {}, {age}{earlier}\n", pad(&row.kind, kinds), row.generation)
        };
        self.rows.iter().map(line).collect()
    }

    fn json(&self) -> Vec<String> {
        self.rows.iter().map(|row| json::line("secret", row)).collect()
    }
}
