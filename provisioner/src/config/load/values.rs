use std::collections::BTreeMap;

use ipnet::Ipv4Net;

use crate::config::InputValue;
use crate::config::syntax::Place;
use crate::model::{Diagnostic, SourceSpan};

/// The values of a document that have the right type, defaults included, by dotted path.
#[derive(Debug, Default)]
pub(crate) struct Values {
    leaves: BTreeMap<String, Found>,
    tables: BTreeMap<String, Place>,
    names: BTreeMap<String, Vec<String>>,
    keys: BTreeMap<String, Place>,
}

/// One value and where it stands; a default stands nowhere.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) leaf: Leaf,
    pub(crate) place: Option<Place>,
}

/// A value of the right type.
#[derive(Clone, Debug)]
pub(crate) enum Leaf {
    Boolean(bool),
    Integer(i64),
    Text(String),
    Network(Ipv4Net),
    Networks(Vec<Item<Ipv4Net>>),
    Texts(Vec<Item<String>>),
}

/// One item of a list and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Item<T> {
    pub(crate) value: T,
    pub(crate) place: Option<Place>,
}

impl Values {
    pub(crate) fn insert(&mut self, path: String, leaf: Leaf, place: Option<Place>) {
        self.leaves.insert(path, Found { leaf, place });
    }

    pub(crate) fn insert_table(&mut self, path: String, place: Place) {
        self.tables.insert(path, place);
    }

    pub(crate) fn insert_name(&mut self, table: &str, name: &str, key: &Place) {
        self.keys.insert(format!("{table}.{name}"), key.clone());
        self.names.entry(table.to_owned()).or_default().push(name.to_owned());
    }

    /// The names a person chose below a table, in the order of the file.
    pub(crate) fn names(&self, table: &str) -> &[String] {
        self.names.get(table).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn has_table(&self, path: &str) -> bool {
        self.tables.contains_key(path)
    }

    pub(crate) fn found(&self, path: &str) -> Option<&Found> {
        self.leaves.get(path)
    }

    pub(crate) fn boolean(&self, path: &str) -> Option<bool> {
        match self.found(path)?.leaf {
            Leaf::Boolean(claim) => Some(claim),
            _ => None,
        }
    }

    /// A number of a type that holds every value within the key's bounds.
    pub(crate) fn number<T: TryFrom<i64>>(&self, path: &str) -> Option<T> {
        match self.found(path)?.leaf {
            Leaf::Integer(number) => T::try_from(number).ok(),
            _ => None,
        }
    }

    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        match &self.found(path)?.leaf {
            Leaf::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn owned(&self, path: &str) -> Option<String> {
        self.text(path).map(str::to_owned)
    }

    pub(crate) fn network(&self, path: &str) -> Option<Ipv4Net> {
        match self.found(path)?.leaf {
            Leaf::Network(network) => Some(network),
            _ => None,
        }
    }

    pub(crate) fn networks(&self, path: &str) -> &[Item<Ipv4Net>] {
        match self.found(path).map(|found| &found.leaf) {
            Some(Leaf::Networks(networks)) => networks,
            _ => &[],
        }
    }

    pub(crate) fn texts(&self, path: &str) -> &[Item<String>] {
        match self.found(path).map(|found| &found.leaf) {
            Some(Leaf::Texts(texts)) => texts,
            _ => &[],
        }
    }

    pub(crate) fn owned_texts(&self, path: &str) -> Vec<String> {
        self.texts(path).iter().map(|item| item.value.clone()).collect()
    }

    /// The value of a key that takes any scalar.
    pub(crate) fn input(&self, path: &str) -> Option<InputValue> {
        match &self.found(path)?.leaf {
            Leaf::Boolean(claim) => Some(InputValue::Boolean(*claim)),
            Leaf::Integer(number) => Some(InputValue::Integer(*number)),
            Leaf::Text(text) => Some(InputValue::Text(text.clone())),
            _ => None,
        }
    }

    /// Where a value or a table stands; a default stands nowhere.
    pub(crate) fn place(&self, path: &str) -> Option<&Place> {
        self.leaves.get(path).and_then(|found| found.place.as_ref()).or_else(|| self.tables.get(path))
    }

    /// Marks the value's place, if a person wrote it; otherwise the nearest table that one did.
    pub(crate) fn mark(&self, diagnostic: Diagnostic, path: &str, label: impl Into<String>) -> Diagnostic {
        let mut nearest = path;
        loop {
            if let Some(place) = self.place(nearest) {
                return diagnostic.at(place.span(), label);
            }
            match nearest.rsplit_once('.') {
                Some((table, _)) => nearest = table,
                None => return diagnostic.note(label),
            }
        }
    }

    /// Marks the name a person chose.
    pub(crate) fn mark_name(&self, diagnostic: Diagnostic, path: &str, label: impl Into<String>) -> Diagnostic {
        match self.keys.get(path) {
            Some(key) => diagnostic.at(key.span(), label),
            None => self.mark(diagnostic, path, label),
        }
    }

    /// Where everything stands, by dotted path; the items of lists by index: `network.operator_cidrs[0]`.
    pub(crate) fn spans(&self) -> BTreeMap<String, SourceSpan> {
        let mut spans: BTreeMap<_, _> = self.tables.iter().map(|(path, place)| (path.clone(), place.span())).collect();
        for (path, found) in &self.leaves {
            let Some(place) = &found.place else { continue };
            spans.insert(path.clone(), place.span());
            let places: Vec<_> = match &found.leaf {
                Leaf::Networks(items) => items.iter().map(|item| &item.place).collect(),
                Leaf::Texts(items) => items.iter().map(|item| &item.place).collect(),
                _ => continue,
            };
            let items = places.into_iter().enumerate().filter_map(|(index, place)| Some((index, place.as_ref()?)));
            spans.extend(items.map(|(index, place)| (format!("{path}[{index}]"), place.span())));
        }
        spans
    }
}
