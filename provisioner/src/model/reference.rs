use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::model::{ResourceAddress, Value};

/// Points at an attribute of another object that may not be known yet, for example `vpc.main` → `id`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    /// The object that will have the value.
    pub address: ResourceAddress,
    /// Which of its values: `id`, or the name of an attribute.
    pub attribute: String,
}

impl Reference {
    /// The remote id of another object.
    pub fn id(address: ResourceAddress) -> Self {
        Self { address, attribute: "id".to_owned() }
    }
}

/// A text that is either known now or the value of another object: a field of a typed specification.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RefOr {
    /// The object that will have the value.
    Ref(Reference),
    /// The value itself.
    Known(String),
}

impl RefOr {
    /// The remote id of the object `kind.name`.
    pub fn id(kind: &str, name: impl Into<String>) -> Self {
        Self::Ref(Reference::id(ResourceAddress::new(kind, name)))
    }

    /// The known text, or nothing while it is still a reference.
    pub fn known(&self) -> Option<&str> {
        match self {
            Self::Known(text) => Some(text),
            Self::Ref(_) => None,
        }
    }
}

impl From<&str> for RefOr {
    fn from(text: &str) -> Self {
        Self::Known(text.to_owned())
    }
}

impl From<String> for RefOr {
    fn from(text: String) -> Self {
        Self::Known(text)
    }
}

impl Serialize for RefOr {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Ref(reference) => Value::Ref(reference.clone()).serialize(serializer),
            Self::Known(text) => serializer.serialize_str(text),
        }
    }
}

impl<'de> Deserialize<'de> for RefOr {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Ref(reference) => Ok(Self::Ref(reference)),
            Value::Text(text) => Ok(Self::Known(text)),
            other => Err(serde::de::Error::custom(format!("expected a text or a reference, found {other:?}"))),
        }
    }
}
