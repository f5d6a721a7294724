use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::model::{Reference, ResourceAddress};

/// The attributes of one object, by name.
pub type Attributes = BTreeMap<String, Value>;

/// One attribute value of a desired, observed or recorded object.
///
/// It is the JSON data model without fractions, plus [`Value::Ref`]: a value that another object will have. In JSON a reference is
/// `{"$ref": "vpc.main", "attribute": "id"}`; no attribute may be a map with the key `$ref`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// Absent.
    Null,
    /// A claim.
    Bool(bool),
    /// A number; its unit is in the attribute's name.
    Integer(i64),
    /// A text.
    Text(String),
    /// Values in order.
    List(Vec<Value>),
    /// Values by name.
    Map(BTreeMap<String, Value>),
    /// The value another object will have.
    Ref(Reference),
}

/// Tells why a typed specification and its attributes do not fit.
#[derive(Debug, thiserror::Error)]
#[error("attributes do not fit the type: {0}")]
pub struct ValueError(#[from] serde_json::Error);

impl Value {
    /// Turns a typed specification into attributes.
    ///
    /// # Errors
    /// When the type is no struct, or holds fractions.
    pub fn attributes_of<T: Serialize>(specification: &T) -> Result<Attributes, ValueError> {
        Ok(serde_json::from_value(serde_json::to_value(specification)?)?)
    }

    /// Reads attributes back into their typed specification.
    ///
    /// # Errors
    /// When a field is missing or of another type.
    pub fn specification_from<T: DeserializeOwned>(attributes: &Attributes) -> Result<T, ValueError> {
        Ok(serde_json::from_value(serde_json::to_value(attributes)?)?)
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Calls `visit` for every reference in the value, in order.
    pub fn visit_references<'a>(&'a self, visit: &mut impl FnMut(&'a Reference)) {
        match self {
            Self::Ref(reference) => visit(reference),
            Self::List(items) => items.iter().for_each(|item| item.visit_references(visit)),
            Self::Map(entries) => entries.values().for_each(|entry| entry.visit_references(visit)),
            Self::Null | Self::Bool(_) | Self::Integer(_) | Self::Text(_) => {}
        }
    }

    /// Calls `visit` for every text in the value, in order.
    pub fn visit_texts<'a>(&'a self, visit: &mut impl FnMut(&'a str)) {
        match self {
            Self::Text(text) => visit(text),
            Self::List(items) => items.iter().for_each(|item| item.visit_texts(visit)),
            Self::Map(entries) => entries.values().for_each(|entry| entry.visit_texts(visit)),
            Self::Null | Self::Bool(_) | Self::Integer(_) | Self::Ref(_) => {}
        }
    }

    /// Puts known values in the place of references; a reference that `lookup` does not know stays.
    #[must_use]
    pub fn resolve(&self, lookup: &impl Fn(&Reference) -> Option<Value>) -> Self {
        match self {
            Self::Ref(reference) => lookup(reference).unwrap_or_else(|| self.clone()),
            Self::List(items) => Self::List(items.iter().map(|item| item.resolve(lookup)).collect()),
            Self::Map(entries) => Self::Map(entries.iter().map(|(name, entry)| (name.clone(), entry.resolve(lookup))).collect()),
            known => known.clone(),
        }
    }

    /// Whether no reference is left in it.
    pub fn is_known(&self) -> bool {
        let mut is_known = true;
        self.visit_references(&mut |_| is_known = false);
        is_known
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(claim) => serializer.serialize_bool(*claim),
            Self::Integer(number) => serializer.serialize_i64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => serializer.collect_seq(items),
            Self::Map(entries) => serializer.collect_map(entries),
            Self::Ref(Reference { address, attribute }) => {
                serializer.collect_map([("$ref", address.to_string()), ("attribute", attribute.clone())])
            }
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        from_json(serde_json::Value::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

fn from_json(json: serde_json::Value) -> Result<Value, String> {
    Ok(match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(claim) => Value::Bool(claim),
        serde_json::Value::Number(number) => Value::Integer(number.as_i64().ok_or_else(|| format!("{number} is not a whole number"))?),
        serde_json::Value::String(text) => Value::Text(text),
        serde_json::Value::Array(items) => Value::List(items.into_iter().map(from_json).collect::<Result<_, _>>()?),
        serde_json::Value::Object(entries) => match entries.get("$ref") {
            Some(address) => {
                let address: ResourceAddress = serde_json::from_value(address.clone()).map_err(|error| error.to_string())?;
                let attribute = entries.get("attribute").and_then(serde_json::Value::as_str).ok_or("a reference without `attribute`")?;
                Value::Ref(Reference { address, attribute: attribute.to_owned() })
            }
            None => Value::Map(entries.into_iter().map(|(name, entry)| Ok((name, from_json(entry)?))).collect::<Result<_, String>>()?),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RefOr;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Sample {
        vpc: RefOr,
        ports: Vec<u16>,
        note: Option<String>,
    }

    #[test]
    fn typed_specification_survives_the_round_trip_through_attributes() {
        let sample = Sample { vpc: RefOr::id("vpc", "main"), ports: vec![80, 443], note: None };
        let attributes = Value::attributes_of(&sample).expect("plain data");
        assert_eq!(attributes["vpc"], Value::Ref(Reference::id(ResourceAddress::new("vpc", "main"))));
        assert_eq!(Value::specification_from::<Sample>(&attributes).expect("same type"), sample);
    }

    #[test]
    fn resolving_replaces_what_is_known_and_keeps_the_rest() {
        let list = Value::List(vec![
            Value::Ref(Reference::id(ResourceAddress::new("vpc", "main"))),
            Value::Ref(Reference::id(ResourceAddress::new("subnet", "a"))),
        ]);
        let resolved = list.resolve(&|reference| (reference.address.kind() == "vpc").then(|| Value::from("vpc-1")));
        assert!(!resolved.is_known());
        let Value::List(items) = resolved else { panic!("a list stays a list") };
        assert_eq!(items[0], Value::from("vpc-1"));
    }
}
