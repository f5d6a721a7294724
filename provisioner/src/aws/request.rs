use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::model::{Attributes, Observed, RefOr, RemoteId, ResourceAddress, Status, Tags, Value};
use crate::provider::{Create, ErrorKind, ProviderError, Update};

/// What a call will carry, as the journal keeps it: the same parameters always give the same text.
pub(super) fn request_text<T: Serialize>(parameters: &T) -> String {
    serde_json::to_string(parameters).unwrap_or_default()
}

impl Create<'_> {
    /// What the creation will carry, as the journal keeps it.
    pub(super) fn text(&self) -> String {
        request_text(&(self.attributes, self.tags))
    }
}

/// The typed specification that is wanted.
pub(super) fn wanted<T: DeserializeOwned>(operation: &'static str, attributes: &Attributes) -> Result<T, ProviderError> {
    Value::specification_from(attributes).map_err(|error| ProviderError::new(ErrorKind::Refused, operation, error.to_string()))
}

/// The id that a resolved specification holds.
pub(super) fn known<'a>(operation: &'static str, value: &'a RefOr) -> Result<&'a str, ProviderError> {
    value.known().ok_or_else(|| ProviderError::new(ErrorKind::Refused, operation, "a reference is not resolved yet"))
}

/// The ids that a resolved specification holds, in order and once each.
pub(super) fn known_sorted(operation: &'static str, values: &[RefOr]) -> Result<Vec<String>, ProviderError> {
    let mut ids = values.iter().map(|value| known(operation, value).map(str::to_owned)).collect::<Result<Vec<_>, _>>()?;
    ids.sort();
    ids.dedup();
    Ok(ids)
}

/// A text of the cloud as the type the specification wants.
pub(super) fn parsed<T: std::str::FromStr>(operation: &'static str, field: &'static str, text: Option<&str>) -> Result<T, ProviderError> {
    let text = text.ok_or_else(|| ProviderError::new(ErrorKind::Unknown, operation, format!("the answer lacks `{field}`")))?;
    text.parse().map_err(|_| ProviderError::new(ErrorKind::Unknown, operation, format!("the answer's `{field}` is `{text}`")))
}

/// What the cloud shows, with every attribute of the specification.
pub(super) fn observed<T: Serialize>(
    operation: &'static str,
    address: ResourceAddress,
    id: RemoteId,
    status: Status,
    specification: &T,
    tags: Tags,
) -> Result<Observed, ProviderError> {
    let attributes =
        Value::attributes_of(specification).map_err(|error| ProviderError::new(ErrorKind::Unknown, operation, error.to_string()))?;
    Ok(Observed { address, id, status, attributes, tags })
}

/// An object that the cloud still lists though it is deleted, or that is on its way out: nothing is said of it but that.
pub(super) fn leaving(address: ResourceAddress, id: RemoteId, status: Status, tags: Tags) -> Observed {
    Observed { address, id, status, attributes: Attributes::new(), tags }
}

/// A state on the way to another.
pub(super) fn pending(phase: &str) -> Status {
    Status::Pending { phase: phase.to_owned() }
}

impl Update<'_> {
    /// Whether an attribute is not as wanted; one that a fast list left out counts as different.
    pub(super) fn differs(&self, attribute: &str) -> bool {
        self.observed.attributes.get(attribute) != self.attributes.get(attribute)
    }

    /// Whether nothing but tags is asked for: an object that is only marked may be half made, and then its attributes are no specification.
    pub(super) fn is_about_tags_alone(&self) -> bool {
        self.attributes.iter().all(|(name, value)| self.observed.attributes.get(name) == Some(value))
    }

    /// Whether an attribute that is a set of ids is as wanted; AWS keeps no order in it.
    pub(super) fn has_same_ids(&self, attribute: &str, wanted: &[RefOr]) -> Result<bool, ProviderError> {
        const OPERATION: &str = "observe";
        let observed = match self.observed.attributes.get(attribute) {
            Some(Value::List(items)) => items.iter().filter_map(Value::as_text).map(RefOr::from).collect(),
            _ => Vec::new(),
        };
        Ok(known_sorted(OPERATION, &observed)? == known_sorted(OPERATION, wanted)?)
    }
}
