use std::fmt::Write;

use crate::config::keys::{Document, Key, Presence};

/// The reference of every key of a document, in Markdown: one table for each table of the file.
pub fn key_reference(document: Document) -> String {
    let mut page = String::new();
    let mut current = None;
    for key in document.keys().iter().copied().flatten() {
        let (table, name) = key.path.rsplit_once('.').unwrap_or(("", key.path));
        if current != Some(table) {
            current = Some(table);
            let heading = if table.is_empty() { "The top of the file".to_owned() } else { format!("`[{}]`", table.replace('*', "<name>")) };
            append(&mut page, format_args!("\n### {heading}\n\n| key | value | default | meaning |\n|---|---|---|---|\n"));
        }
        let name = if name == "*" { "<name>" } else { name };
        append(
            &mut page,
            format_args!("| `{name}` | {} | {} | {} |\n", escaped(&key.kind.words()), escaped(&default(key)), escaped(key.doc)),
        );
    }
    page.trim_start().to_owned()
}

fn append(page: &mut String, text: std::fmt::Arguments<'_>) {
    page.write_fmt(text).expect("a String takes every text");
}

fn default(key: &Key) -> String {
    match key.presence {
        Presence::Required => "**required**".to_owned(),
        Presence::Needed => "required in its table".to_owned(),
        Presence::Optional => "—".to_owned(),
        Presence::Default(literal) => format!("`{literal}`"),
        Presence::ByClass([production, others @ ..]) => {
            if others.iter().all(|other| *other == others[0]) {
                format!("production `{production}`, others `{}`", others[0])
            } else {
                let [pre_production, test, development] = others;
                format!("production `{production}`, pre-production `{pre_production}`, test `{test}`, development `{development}`")
            }
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('|', "\\|").replace('*', "\\*").replace("\\*\\*required\\*\\*", "**required**")
}
