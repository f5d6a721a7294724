use serde_json::{Map, Value, json};

use crate::config::Class;
use crate::config::keys::{Document, Form, Key, Kind, Presence, Shape};
use crate::config::syntax::{Node, parse_value};

/// The JSON Schema (draft 07) of a document, for editors that complete and check TOML.
///
/// It knows types, words, bounds and patterns; what no single value shows is for `provision validate`.
pub fn json_schema(document: Document) -> Value {
    let mut schema = table(&Shape::of(document.keys()), document == Document::Environment);
    if let Value::Object(entries) = &mut schema {
        entries.insert("$schema".to_owned(), json!("http://json-schema.org/draft-07/schema#"));
        entries.insert("title".to_owned(), json!(document.title()));
    }
    schema
}

/// `is_heir`: what is required may be inherited, so that a file alone need not have it.
fn table(shape: &Shape, is_heir: bool) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for (name, below) in &shape.fixed {
        properties.insert((*name).to_owned(), entry(below, is_heir));
        let is_required = below.key.is_some_and(|key| match key.presence {
            Presence::Required => !is_heir || key.path == "environment.name",
            Presence::Needed => !is_heir,
            _ => false,
        });
        if is_required {
            required.push(json!(name));
        }
    }
    let mut schema = Map::new();
    schema.insert("type".to_owned(), json!("object"));
    if !properties.is_empty() {
        schema.insert("properties".to_owned(), Value::Object(properties));
    }
    if !required.is_empty() {
        schema.insert("required".to_owned(), Value::Array(required));
    }
    let others = shape.any.as_ref().map_or(json!(false), |any| entry(any, is_heir));
    schema.insert("additionalProperties".to_owned(), others);
    Value::Object(schema)
}

fn entry(shape: &Shape, is_heir: bool) -> Value {
    let Some(key) = shape.key else { return table(shape, is_heir) };
    let mut schema = kind(key.kind);
    if let Value::Object(entries) = &mut schema {
        entries.insert("description".to_owned(), json!(described(key)));
        if let Presence::Default(literal) = key.presence
            && let Some(default) = parse_value(literal).and_then(|node| literal_value(&node))
        {
            entries.insert("default".to_owned(), default);
        }
    }
    schema
}

fn described(key: &Key) -> String {
    match key.presence {
        Presence::ByClass(literals) => {
            let words = Class::ALL.iter().zip(literals).map(|(class, literal)| format!("{class}: {literal}"));
            format!("{} Default by class: {}.", key.doc, words.collect::<Vec<_>>().join(", "))
        }
        _ => key.doc.to_owned(),
    }
}

fn kind(kind: Kind) -> Value {
    const NETWORK: &str = "^[0-9]{1,3}(\\.[0-9]{1,3}){3}/[0-9]{1,2}$";
    let text = |form: Form| json!({ "type": "string", "pattern": form.pattern() });
    match kind {
        Kind::Boolean => json!({ "type": "boolean" }),
        Kind::Integer { min, max, .. } => json!({ "type": "integer", "minimum": min, "maximum": max }),
        Kind::Text(form) => text(form),
        Kind::Word(words) => json!({ "enum": words }),
        Kind::Network => json!({ "type": "string", "pattern": NETWORK }),
        Kind::Networks => json!({ "type": "array", "items": { "type": "string", "pattern": NETWORK } }),
        Kind::Texts(form) => json!({ "type": "array", "items": text(form) }),
        Kind::Any => json!({ "type": ["boolean", "integer", "string"] }),
        Kind::Ports => json!({
            "anyOf": [
                { "type": "integer", "minimum": 1, "maximum": 65535 },
                { "type": "string", "pattern": "^([0-9]+-[0-9]+|echo|bastion-port|smtp-port)$" }
            ]
        }),
    }
}

fn literal_value(node: &Node) -> Option<Value> {
    match node {
        Node::Boolean(claim) => Some(json!(claim)),
        Node::Integer(number) => Some(json!(number)),
        Node::Text(text) => Some(json!(text)),
        Node::List(items) => items.iter().map(|item| literal_value(&item.node)).collect::<Option<Vec<_>>>().map(Value::Array),
        Node::Table(_) | Node::Other(_) | Node::Broken => None,
    }
}
