use crate::model::{Observed, Resource, ResourceAddress, Schema, Status, TAG_COPY_OF, TAG_RETAINED, Value};
use crate::plan::planner::Planner;
use crate::plan::{Action, Origin, Reason};

/// The attribute of a copy that says when it was complete (RFC 3339, UTC).
const CREATED: &str = "created";

impl<'a> Planner<'a> {
    /// Makes an object: from its newest last copy where there is one and nobody asked for a fresh beginning.
    pub(super) fn create(&mut self, resource: &Resource, schema: &Schema, reason: Reason) {
        let address = &resource.address;
        self.renewed.insert(address.clone());
        let copies = if schema.restores_from.is_some() { self.copies_of(address) } else { Vec::new() };
        let (Some(attribute), Some(newest)) = (schema.restores_from, copies.last().copied()) else {
            return self.add(resource, schema, None, Action::Create, reason, Vec::new());
        };
        if self.input.options.fresh_data.contains(address) {
            self.add(resource, schema, None, Action::Create, reason, Vec::new());
            return self.begins(address, Origin::Empty { copies: copies.len() });
        }
        let mut restored = resource.clone();
        restored.attributes.insert(attribute.to_owned(), Value::Text(newest.id.to_string()));
        if matches!(newest.status, Status::Pending { .. }) {
            self.finish_copy(newest);
            restored.after.insert(newest.address.clone());
        }
        self.add(&restored, schema, None, Action::Create, reason, Vec::new());
        let created = created(newest).map(str::to_owned);
        self.begins(address, Origin::Copy { address: newest.address.clone(), id: newest.id.clone(), created });
    }

    /// Says of a replaced object that it begins empty, where it could have been made from a copy.
    pub(super) fn begins_empty(&mut self, address: &ResourceAddress, schema: &Schema) {
        if schema.restores_from.is_some() {
            let copies = self.copies_of(address).len();
            self.begins(address, Origin::Empty { copies });
        }
    }

    fn begins(&mut self, address: &ResourceAddress, origin: Origin) {
        if let Some(change) = self.changes.get_mut(address) {
            change.origin = Some(origin);
        }
    }

    /// The last copies of an object that are, or will be, complete: the newest last. One that is being made is newer than all others.
    fn copies_of(&self, address: &ResourceAddress) -> Vec<&'a Observed> {
        let is_copy = |observed: &&'a Observed| {
            let original = observed.tags.get(TAG_COPY_OF).and_then(|text| text.parse::<ResourceAddress>().ok());
            let is_of_this = original.is_some_and(|original| original == *address || self.input.moved.get(&original) == Some(address));
            is_of_this && observed.tags.contains_key(TAG_RETAINED) && !matches!(observed.status, Status::Failed { .. })
        };
        let mut copies: Vec<&'a Observed> = self.input.observed.objects.values().filter(is_copy).collect();
        let age = |copy: &Observed| (matches!(copy.status, Status::Pending { .. }), created(copy).map(str::to_owned), copy.address.clone());
        copies.sort_by_cached_key(|copy| age(copy));
        copies
    }

    /// Waits for a copy that is still being made.
    fn finish_copy(&mut self, copy: &Observed) {
        if let Some(schema) = self.schema(&copy.address) {
            let resource = as_it_is(copy);
            self.add(&resource, schema, Some(copy), Action::Update, Reason::Unfinished, Vec::new());
        }
    }
}

fn created(copy: &Observed) -> Option<&str> {
    copy.attributes.get(CREATED).and_then(Value::as_text)
}

/// An object as the cloud shows it, wanted as it is.
pub(super) fn as_it_is(observed: &Observed) -> Resource {
    Resource {
        address: observed.address.clone(),
        attributes: observed.attributes.clone(),
        tags: observed.tags.clone(),
        after: std::collections::BTreeSet::new(),
    }
}
