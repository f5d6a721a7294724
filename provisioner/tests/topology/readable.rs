use std::fmt::Write;

use provisioner::topology::{Link, Topology};
use serde_json::Value;

/// As long as a line may be before a value is spread over several.
const WIDTH: usize = 180;

/// JSON that a person can read: what fits stands on one line.
pub fn json(value: &Value) -> String {
    let mut text = String::new();
    write_json(&mut text, value, 0);
    text
}

fn write_json(text: &mut String, value: &Value, indent: usize) {
    let flat = value.to_string();
    if flat.len() + indent <= WIDTH {
        text.push_str(&flat);
        return;
    }
    let (open, close, entries): (_, _, Vec<(String, &Value)>) = match value {
        Value::Object(map) => ('{', '}', map.iter().map(|(key, entry)| (format!("{}: ", Value::from(key.as_str())), entry)).collect()),
        Value::Array(items) => ('[', ']', items.iter().map(|item| (String::new(), item)).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            text.push_str(&flat);
            return;
        }
    };
    text.push(open);
    for (index, (key, entry)) in entries.iter().enumerate() {
        let comma = if index == 0 { "" } else { "," };
        let _ = write!(text, "{comma}\n{:width$}{key}", "", width = indent + 2);
        write_json(text, entry, indent + 2);
    }
    let _ = write!(text, "\n{:indent$}{close}", "");
}

/// The matrix as a table: one line for each row that counts, with the groups its ends stand for.
pub fn matrix(topology: &Topology) -> String {
    let mut lines: Vec<[String; 5]> = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    for link in &topology.matrix.links {
        if !seen.contains(&link.id.as_str()) {
            seen.push(&link.id);
            let of_row: Vec<&Link> = topology.matrix.links.iter().filter(|other| other.id == link.id).collect();
            let ends = |end: fn(&Link) -> String| {
                let mut names: Vec<_> = of_row.iter().map(|link| end(link)).collect();
                names.sort();
                names.dedup();
                shorten(&names, topology)
            };
            let port = format!("{}/{}", link.ports, link.protocol);
            let (to, from) = (ends(|link| link.destination.to_string()), ends(|link| link.source.to_string()));
            lines.push([link.id.clone(), from, to, port, format!("{} ({})", link.why, link.requirements.join(", "))]);
        }
    }
    lines.insert(0, ["row", "from", "to", "port", "why"].map(str::to_owned));
    let width = |column: usize| lines.iter().map(|line| line[column].len()).max().unwrap_or_default();
    let widths = [width(0), width(1), width(2), width(3)];
    let mut text = String::new();
    for [id, from, to, port, why] in &lines {
        let [a, b, c, d] = widths;
        let _ = writeln!(text, "{id:a$}  {from:b$}  {to:c$}  {port:d$}  {why}");
    }
    text
}

/// The names, or the blueprint's word where they are those of every host.
fn shorten(names: &[String], topology: &Topology) -> String {
    let mut roles: Vec<_> = topology.hosts.values().map(|host| host.role.clone()).collect();
    roles.sort();
    roles.dedup();
    if names == roles {
        return "every host".to_owned();
    }
    roles.retain(|role| role != "bastion");
    if names == roles { "every host but bastion".to_owned() } else { names.join(" ") }
}
