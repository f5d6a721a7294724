use serde::Serialize;
use similar::{ChangeTag, TextDiff};

use crate::view::text::harmless_line;
use crate::view::{Look, Tint, View, json};

/// How many lines of one file are shown to a person.
const LINES: usize = 60;

/// How files on hosts differ from what they shall be.
#[derive(Clone, Copy, Debug)]
pub struct TextsView<'a> {
    /// The files.
    pub files: &'a [ChangedText],
}

/// A file on a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedText {
    /// The host's name.
    pub host: String,
    /// The file's path.
    pub path: String,
    /// Its text now.
    pub before: String,
    /// Its text as it shall be; what AWS has yet to assign is named.
    pub after: String,
}

impl ChangedText {
    /// The lines that go and come, with two lines around them; the first letter says which.
    fn lines(&self) -> Vec<String> {
        let diff = TextDiff::from_lines(&self.before, &self.after);
        let groups = diff.grouped_ops(2);
        let changes = groups.iter().flatten().flat_map(|operation| diff.iter_changes(operation));
        changes
            .map(|change| {
                let sign = match change.tag() {
                    ChangeTag::Delete => '-',
                    ChangeTag::Insert => '+',
                    ChangeTag::Equal => ' ',
                };
                format!("{sign} {}", harmless_line(change.value().trim_end_matches('\n')))
            })
            .collect()
    }
}

impl View for TextsView<'_> {
    fn human(&self, look: &Look) -> String {
        let mut text = String::new();
        for file in self.files {
            text.push_str(&format!(
                "\n{}\n",
                look.paint(Tint::Heading, &format!("{} on {}", harmless_line(&file.path), harmless_line(&file.host)))
            ));
            let lines = file.lines();
            for line in lines.iter().take(LINES) {
                let painted = match line.as_bytes().first() {
                    Some(b'-') => look.paint(Tint::Bad, line),
                    Some(b'+') => look.paint(Tint::Good, line),
                    _ => line.clone(),
                };
                text.push_str(&format!("  {painted}\n"));
            }
            if lines.len() > LINES {
                text.push_str(&format!("  … and {} more lines\n", lines.len() - LINES));
            }
        }
        text
    }

    fn json(&self) -> Vec<String> {
        #[derive(Serialize)]
        struct Body<'a> {
            host: &'a str,
            path: &'a str,
            lines: Vec<String>,
        }
        self.files.iter().map(|file| json::line("file", &Body { host: &file.host, path: &file.path, lines: file.lines() })).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_and_comes_stands_with_its_neighbours() {
        let before = "a\nb\nc\nd\ne\nf\n".to_owned();
        let after = before.replace("c\n", "x\u{1b}[31m\n");
        let file = ChangedText { host: "worker-1".to_owned(), path: "/etc/app".to_owned(), before, after };
        let lines = file.lines();
        assert_eq!(lines[..3], ["  a", "  b", "- c"]);
        assert!(lines[3].starts_with("+ x") && !lines[3].contains('\u{1b}'), "{lines:?}");
        assert_eq!(lines.len(), 6);
    }
}
