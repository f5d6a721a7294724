use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::config::codes;
use crate::config::syntax::{Node, Place, SourceFile, Table, Tree};
use crate::model::Report;

/// How deep tables may nest; the deepest key has five levels.
const DEPTH: usize = 12;
/// How many syntax errors are reported of one file; what follows the first is often its echo.
const ERRORS: usize = 20;

/// Parses a file, as far as it can be parsed, and says every syntax error.
pub(crate) fn parse(file: &Arc<SourceFile>) -> (Table, Report) {
    let (document, errors) = DeTable::parse_recoverable(file.text());
    let mut report = Report::default();
    let mut broken = BTreeSet::new();
    for error in &errors {
        let range = error.span().unwrap_or(0..0);
        let is_first_of_line = broken.insert(line_of(file.text(), range.start));
        if !is_first_of_line || broken.len() > ERRORS {
            continue;
        }
        let is_duplicate = error.message().starts_with("duplicate key");
        let (code, label) =
            if is_duplicate { (codes::DUPLICATE_KEY, "it stands further up already") } else { (codes::SYNTAX, error.message()) };
        report.push(code.error().at(file.span(range), label));
    }
    let mut builder = Builder { file, broken, report };
    let table = builder.table(document.into_inner(), 1);
    (table, builder.report)
}

/// Parses one value that the program itself holds: the default of a key.
pub(crate) fn parse_value(literal: &str) -> Option<Node> {
    let file = SourceFile::from_bytes("default".as_ref(), format!("value = {literal}").as_bytes()).ok()?;
    let (mut table, report) = parse(&file);
    if report.is_empty() { table.remove("value").map(|tree| tree.node) } else { None }
}

fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes()[..at.min(text.len())].iter().filter(|byte| **byte == b'\n').count()
}

struct Builder<'a> {
    file: &'a Arc<SourceFile>,
    /// Lines with a syntax error: what the parser made of their values means nothing.
    broken: BTreeSet<usize>,
    report: Report,
}

impl Builder<'_> {
    fn place(&self, range: Range<usize>) -> Place {
        Place { file: Arc::clone(self.file), range }
    }

    fn table(&mut self, table: DeTable<'_>, depth: usize) -> Table {
        table
            .into_iter()
            .map(|(key, value)| {
                let key_place = self.place(key.span());
                (key.into_inner().into_owned(), self.tree(key_place, value, depth))
            })
            .collect()
    }

    fn tree(&mut self, key: Place, value: Spanned<DeValue<'_>>, depth: usize) -> Tree {
        let place = self.place(value.span());
        if depth > DEPTH {
            self.report.push(codes::TOO_DEEP.error().at(key.span(), format!("more than {DEPTH} levels")));
            return Tree { node: Node::Broken, key, place };
        }
        let is_broken = !self.broken.is_empty() && self.broken.contains(&line_of(self.file.text(), key.range.start));
        let node = match value.into_inner() {
            DeValue::Table(table) => Node::Table(self.table(table, depth + 1)),
            _ if is_broken => Node::Broken,
            DeValue::Boolean(claim) => Node::Boolean(claim),
            DeValue::String(text) => Node::Text(text.into_owned()),
            DeValue::Integer(number) => {
                i64::from_str_radix(number.as_str(), number.radix()).map_or(Node::Other("a number beyond 64 bits"), Node::Integer)
            }
            DeValue::Float(_) => Node::Other("a fraction"),
            DeValue::Datetime(_) => Node::Other("a date or time"),
            DeValue::Array(items) => Node::List(
                items
                    .into_iter()
                    .map(|item| {
                        let place = self.place(item.span());
                        self.tree(place, item, depth + 1)
                    })
                    .collect(),
            ),
        };
        Tree { node, key, place }
    }
}
