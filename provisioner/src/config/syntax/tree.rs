use std::collections::BTreeMap;

use crate::config::syntax::Place;

/// Values by key.
pub(crate) type Table = BTreeMap<String, Tree>;

/// One value and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    pub(crate) node: Node,
    /// Where the key stands; for an item of a list, the item.
    pub(crate) key: Place,
    /// Where the value stands.
    pub(crate) place: Place,
}

/// A value as TOML knows it.
#[derive(Clone, Debug)]
pub(crate) enum Node {
    Boolean(bool),
    Integer(i64),
    Text(String),
    List(Vec<Tree>),
    Table(Table),
    /// Something no key takes: a fraction, a date, a number beyond 64 bits. In words.
    Other(&'static str),
    /// The parser has already said what is wrong here.
    Broken,
}

impl Node {
    /// What it is, in words.
    pub(crate) fn words(&self) -> &'static str {
        match self {
            Self::Boolean(_) => "true or false",
            Self::Integer(_) => "a whole number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
            Self::Other(words) => words,
            Self::Broken => "broken",
        }
    }
}

impl Tree {
    pub(crate) fn as_table(&self) -> Option<&Table> {
        match &self.node {
            Node::Table(table) => Some(table),
            _ => None,
        }
    }

    pub(crate) fn as_text(&self) -> Option<&str> {
        match &self.node {
            Node::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// Lays `over` on `base`: tables merge, everything else replaces.
pub(crate) fn merge(base: &mut Table, over: Table) {
    for (name, upper) in over {
        match (base.get_mut(&name), upper) {
            (Some(Tree { node: Node::Table(lower), key, place }), Tree { node: Node::Table(table), key: own_key, place: own_place }) => {
                merge(lower, table);
                *key = own_key;
                *place = own_place;
            }
            (_, upper) => {
                base.insert(name, upper);
            }
        }
    }
}

/// The tree at a dotted path.
pub(crate) fn find<'a>(table: &'a Table, path: &str) -> Option<&'a Tree> {
    match path.split_once('.') {
        None => table.get(path),
        Some((first, rest)) => find(table.get(first)?.as_table()?, rest),
    }
}
