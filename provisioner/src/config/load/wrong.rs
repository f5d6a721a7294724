use crate::config::codes;
use crate::config::keys::{Form, Key, Kind, Shape};
use crate::config::syntax::{Node, Tree};
use crate::model::Diagnostic;

/// A value where a table belongs.
pub(crate) fn no_table(path: &str, tree: &Tree, shape: &Shape) -> Diagnostic {
    let diagnostic = codes::WRONG_TYPE.error().at(tree.place.span(), format!("`{path}` is a table, and this is {}", tree.node.words()));
    let keys: Vec<_> = shape.fixed.keys().copied().take(12).collect();
    if keys.is_empty() { diagnostic } else { diagnostic.help(format!("write [{path}] with {}", keys.join(", "))) }
}

/// A value of another type than its key takes.
pub(crate) fn wrong_type(key: &Key, tree: &Tree) -> Diagnostic {
    let label = format!("expected {}, found {}", key.kind.words(), tree.node.words());
    let diagnostic = codes::WRONG_TYPE.error().at(tree.place.span(), label);
    match instead(key.kind, tree) {
        Some(value) => diagnostic.help(format!("write {value}")),
        None => diagnostic,
    }
}

/// An item of another type than its list takes.
pub(crate) fn wrong_item(key: &Key, tree: &Tree) -> Diagnostic {
    codes::WRONG_TYPE.error().at(tree.place.span(), format!("expected {}, found {} in it", key.kind.words(), tree.node.words()))
}

/// A number beyond its bounds.
pub(crate) fn out_of_range(tree: &Tree, number: i64, min: i64, max: i64, unit: &str) -> Diagnostic {
    let unit = if unit.is_empty() { String::new() } else { format!(" {unit}") };
    let diagnostic = codes::OUT_OF_RANGE.error().at(tree.place.span(), format!("{min} to {max}{unit}, not {number}"));
    diagnostic.help(format!("the nearest that is possible is {}", number.clamp(min, max)))
}

/// A private key where a public one belongs; the line is not shown, because diagnostics end up in logs.
fn leaked(tree: &Tree, instead: &str) -> Diagnostic {
    let span = tree.place.span();
    let (line, column) = span.line_and_column();
    let diagnostic = codes::MALFORMED.error().note(format!("{}:{line}:{column} holds a PRIVATE key", span.path.display()));
    diagnostic.note("treat it as lost, and make a new one").help(instead)
}

/// A text without the form its key needs.
pub(crate) fn malformed(form: Form, text: &str, tree: &Tree) -> Diagnostic {
    if text.contains("PRIVATE KEY") {
        return leaked(tree, "write the line of the file that ends in `.pub`");
    }
    if text.to_ascii_uppercase().contains("AGE-SECRET-KEY") {
        return leaked(tree, "write the public half, which begins with `age1`");
    }
    let diagnostic = codes::MALFORMED.error().at(tree.place.span(), format!("expected {}", form.words()));
    let digits = text.chars().filter(char::is_ascii_digit).count();
    match form {
        Form::Account => diagnostic.note(format!("this has {digits} digits")),
        Form::Name | Form::Identifier | Form::Domain => {
            let repaired = text
                .to_lowercase()
                .replace(if form == Form::Identifier { ['-', ' '] } else { ['_', ' '] }, if form == Form::Identifier { "_" } else { "-" });
            if repaired != text && form.fits(&repaired) { diagnostic.help(format!("write \"{repaired}\"")) } else { diagnostic }
        }
        Form::Region if text.ends_with(|last: char| last.is_ascii_lowercase()) => {
            diagnostic.note("the letter at the end names a zone, not a region")
        }
        _ => diagnostic,
    }
}

/// An example of a line that sets the key.
pub(crate) fn assignment(path: &str, kind: Kind) -> String {
    let (table, name) = path.rsplit_once('.').unwrap_or(("", path));
    let value = match kind {
        Kind::Boolean => "true".to_owned(),
        Kind::Integer { min, .. } => min.to_string(),
        Kind::Word(words) => format!("\"{}\"", words.first().copied().unwrap_or_default()),
        Kind::Network => "\"10.20.0.0/16\"".to_owned(),
        Kind::Networks => "[\"198.51.100.0/28\"]".to_owned(),
        Kind::Texts(_) => "[\"…\"]".to_owned(),
        Kind::Text(_) | Kind::Any => "\"…\"".to_owned(),
        Kind::Ports => "443".to_owned(),
    };
    if table.is_empty() { format!("`{name} = {value}`") } else { format!("`{name} = {value}` in [{table}]") }
}

/// What was probably meant, of the right type.
fn instead(kind: Kind, tree: &Tree) -> Option<String> {
    let range = tree.place.range.clone();
    let written = tree.place.file.text().get(range)?;
    match (kind, &tree.node) {
        (Kind::Boolean, Node::Text(text)) => match text.to_lowercase().as_str() {
            "true" | "yes" | "on" => Some("true, without quotes".to_owned()),
            "false" | "no" | "off" => Some("false, without quotes".to_owned()),
            _ => None,
        },
        (Kind::Boolean, Node::Integer(number @ (0 | 1))) => Some((*number == 1).to_string()),
        (Kind::Integer { unit, .. }, Node::Text(text)) => {
            in_unit(text, unit).map(|number| format!("{number}, without quotes and without a unit"))
        }
        (Kind::Text(form), Node::Integer(_) | Node::Other(_)) if form.fits(written) => Some(format!("\"{written}\", in quotes")),
        (Kind::Networks | Kind::Texts(_), Node::Text(text)) if text.len() <= 80 => Some(format!("[{written}], in brackets")),
        _ => None,
    }
}

/// Reads `100 GB`, `2 weeks` or `1TiB` as a number of the key's unit.
fn in_unit(text: &str, unit: &str) -> Option<i64> {
    let text = text.trim();
    let split = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    let (digits, written) = text.split_at(split);
    let number: i64 = digits.parse().ok()?;
    let factor = match (unit, written.trim().to_lowercase().trim_end_matches('s')) {
        (_, "") | ("GiB", "g" | "gb" | "gib") | ("days", "d" | "day") | ("percent", "%" | "percent") => 1,
        ("GiB", "t" | "tb" | "tib") => 1024,
        ("days", "w" | "week") => 7,
        _ => return None,
    };
    number.checked_mul(factor)
}
