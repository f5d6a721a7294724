use crate::config::keys::Form;
use crate::config::load::Values;
use crate::config::syntax::nearest;
use crate::config::{Moved, MovedKind, codes};
use crate::model::Report;

/// Reads `[moved]`: from the name so far to the name now, both as `roles.NAME`, `databases.NAME` or `buckets.NAME`.
pub(super) fn moved(values: &Values, report: &mut Report) -> Vec<Moved> {
    let mut found: Vec<Moved> = Vec::new();
    for old in values.names("moved") {
        let path = format!("moved.{old}");
        let Some(new) = values.text(&path) else { continue };
        let mut refuse = |label: String| report.push(values.mark(codes::MOVED.error(), &path, label));
        let Some((kind, from)) = place(old) else {
            let diagnostic = values.mark_name(codes::MALFORMED.error(), &path, "this is no place of a blueprint");
            report.push(diagnostic.note(format!("expected {}", Form::MovedPlace.words())));
            continue;
        };
        let Some((new_kind, to)) = place(new) else { continue };
        let names = values.names(kind.table());
        if kind != new_kind {
            refuse(format!("what stood in [{}] cannot stand in [{}]", kind.table(), new_kind.table()));
        } else if from == to {
            refuse(format!("`{old}` is its own new name"));
        } else if names.iter().any(|name| name == from) {
            refuse(format!("`{old}` is still there"));
        } else if let Some(next) = values.text(&format!("moved.{new}")) {
            refuse(if is_ring(values, old) {
                format!("`{old}` comes back to itself")
            } else {
                format!("`{new}` goes on to `{next}`: write that")
            });
        } else if !names.iter().any(|name| name == to) {
            let diagnostic = values.mark(codes::MOVED.error(), &path, format!("the blueprint has no `{new}`"));
            report.push(match nearest(to, names.iter().map(String::as_str)) {
                Some(meant) => diagnostic.help(format!("did you mean \"{}.{meant}\"?", kind.table())),
                None => diagnostic,
            });
        } else if let Some(other) = found.iter().find(|other| other.kind == kind && other.to == to) {
            refuse(format!("`{}.{}` goes there as well", kind.table(), other.from));
        } else {
            found.push(Moved { kind, from: from.to_owned(), to: to.to_owned() });
        }
    }
    found
}

fn place(text: &str) -> Option<(MovedKind, &str)> {
    let (table, name) = text.split_once('.')?;
    Some((MovedKind::of_table(table)?, name)).filter(|(_, name)| Form::Name.fits(name))
}

/// Whether the new names lead back to the beginning.
fn is_ring(values: &Values, old: &str) -> bool {
    let mut place = old;
    for _ in values.names("moved") {
        match values.text(&format!("moved.{place}")) {
            Some(next) if next == old => return true,
            Some(next) => place = next,
            None => return false,
        }
    }
    false
}
