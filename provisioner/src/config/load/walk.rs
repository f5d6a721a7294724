use crate::config::keys::{Form, Kind, Presence, Shape};
use crate::config::load::{Values, convert, wrong};
use crate::config::syntax::{Node, Place, Table, Tree, nearest, parse_value};
use crate::config::{Class, codes};
use crate::model::{Diagnostic, Report};

/// Checks a document against the shape of its keys; gives every value that fits, and a diagnostic for every one that does not.
///
/// `top` is where missing tables are reported.
pub(crate) fn walk(table: &Table, shape: &Shape, class: Class, top: &Place) -> (Values, Report) {
    let mut walk = Walk { root: shape, class, values: Values::default(), report: Report::default() };
    walk.table(table, shape, "", top, true);
    (walk.values, walk.report)
}

struct Walk<'a> {
    root: &'a Shape,
    class: Class,
    values: Values,
    report: Report,
}

/// Files on hosts are named by their paths.
fn is_file_on_host(path: &str, name: &str) -> bool {
    path.starts_with("software.") && path.ends_with(".files") && Form::Path.fits(name)
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

impl Walk<'_> {
    fn table(&mut self, table: &Table, shape: &Shape, path: &str, place: &Place, is_written: bool) {
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(_, tree)| (tree.key.file.path(), tree.key.range.start));
        for (name, tree) in entries {
            self.entry(name, tree, shape, path);
        }
        for (name, below) in &shape.fixed {
            if !table.contains_key(*name) {
                self.absent(below, &join(path, name), place, is_written);
            }
        }
    }

    fn entry(&mut self, name: &str, tree: &Tree, shape: &Shape, path: &str) {
        let below_path = join(path, name);
        if let Some(below) = shape.fixed.get(name) {
            return self.value(tree, below, &below_path);
        }
        let Some(below) = shape.any.as_deref() else {
            return self.report.push(self.unknown(name, tree, shape, path));
        };
        let is_table = matches!(tree.node, Node::Table(_) | Node::Broken);
        if below.key.is_none() && !is_table && !shape.fixed.is_empty() {
            return self.report.push(self.unknown(name, tree, shape, path));
        }
        // A tag's key is anybody's; what moved is named with its table.
        let is_free = path == "tags" || path == "moved" || is_file_on_host(path, name);
        if !is_free && !Form::Name.fits(name) && !Form::Identifier.fits(name) {
            let diagnostic = codes::MALFORMED.error().at(tree.key.span(), "this is no name");
            return self.report.push(diagnostic.note(format!("a name here is {}", Form::Name.words())));
        }
        self.values.insert_name(path, name, &tree.key);
        self.value(tree, below, &below_path);
    }

    fn value(&mut self, tree: &Tree, shape: &Shape, path: &str) {
        match (&tree.node, shape.key) {
            (Node::Broken, _) => {}
            (_, Some(key)) => match convert::convert(key, tree) {
                Ok(leaf) => self.values.insert(path.to_owned(), leaf, Some(tree.place.clone())),
                Err(problems) => problems.into_iter().for_each(|problem| self.report.push(problem)),
            },
            (Node::Table(table), None) => {
                self.values.insert_table(path.to_owned(), tree.key.clone());
                self.table(table, shape, path, &tree.key, true);
            }
            (_, None) => self.report.push(wrong::no_table(path, tree, shape)),
        }
    }

    /// What is not written: its default, or a diagnostic where only a person can know.
    fn absent(&mut self, shape: &Shape, path: &str, place: &Place, is_written: bool) {
        let Some(key) = shape.key else {
            for (name, below) in &shape.fixed {
                self.absent(below, &join(path, name), place, false);
            }
            return;
        };
        match key.presence {
            Presence::Required => self.missing(key.kind, path, place, key.doc),
            Presence::Needed if is_written => self.missing(key.kind, path, place, key.doc),
            _ => {
                let literal = key.presence.default_for(self.class).and_then(parse_value);
                if let Some(leaf) = literal.and_then(|node| convert::from_default(key, node, place)) {
                    self.values.insert(path.to_owned(), leaf, None);
                }
            }
        }
    }

    fn missing(&mut self, kind: Kind, path: &str, place: &Place, doc: &str) {
        let diagnostic = codes::MISSING_KEY.error().at(place.span(), format!("`{path}` is not there"));
        self.report.push(diagnostic.note(doc).help(format!("write {}", wrong::assignment(path, kind))));
    }

    fn unknown(&self, name: &str, tree: &Tree, shape: &Shape, path: &str) -> Diagnostic {
        let place = if path.is_empty() { "at the top of the file".to_owned() } else { format!("in [{path}]") };
        let diagnostic = codes::UNKNOWN_KEY.error().at(tree.key.span(), format!("nothing called `{}` stands {place}", name.escape_debug()));
        if let Some(meant) = nearest(name, shape.fixed.keys().copied()) {
            return diagnostic.help(format!("did you mean `{meant}`?"));
        }
        let elsewhere: Vec<_> = self.root.fixed.iter().filter(|(_, table)| table.fixed.contains_key(name)).collect();
        if let [(table, _)] = elsewhere.as_slice() {
            return diagnostic.help(format!("`{name}` stands in [{table}]"));
        }
        if shape.fixed.is_empty() || shape.fixed.len() > 24 {
            return diagnostic;
        }
        let known: Vec<_> = shape.fixed.keys().copied().collect();
        diagnostic.help(format!("known here: {}", known.join(", ")))
    }
}
