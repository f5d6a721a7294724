use std::collections::BTreeMap;
use std::sync::Arc;

use crate::provider::ResourceType;

/// The resource types of one cloud, by kind.
#[derive(Clone, Default)]
pub struct Registry {
    types: BTreeMap<&'static str, Arc<dyn ResourceType>>,
}

impl Registry {
    /// Takes the types; kinds MUST differ.
    pub fn new(types: impl IntoIterator<Item = Arc<dyn ResourceType>>) -> Self {
        Self { types: types.into_iter().map(|resource_type| (resource_type.kind(), resource_type)).collect() }
    }

    /// The registry with one more type.
    #[must_use]
    pub fn with(mut self, resource_type: Arc<dyn ResourceType>) -> Self {
        self.types.insert(resource_type.kind(), resource_type);
        self
    }

    /// The type of a kind.
    pub fn get(&self, kind: &str) -> Option<&Arc<dyn ResourceType>> {
        self.types.get(kind)
    }

    /// All types, by kind.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<dyn ResourceType>> + '_ {
        self.types.values()
    }
}
