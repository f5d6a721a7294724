use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Observed, ResourceAddress, Schema, Status, TAG_RETAINED, TAG_TOKEN, Value};
use crate::plan::change::RETAINED_BY_DOWN;
use crate::plan::last_copy::numbered;
use crate::plan::planner::Planner;
use crate::plan::restore::as_it_is;
use crate::plan::{Action, Change, Difference, Reason};
use crate::state::StateFile;

impl Planner<'_> {
    /// Has the last state of what goes kept: by a copy that an interrupted run began, if nothing was brought up since, else by a new one.
    pub(super) fn keep_last_copy(&mut self, observed: &Observed, schema: &Schema) {
        let (Some(last_copy), false) = (schema.last_copy, self.input.options.discard_data) else { return };
        for copy in numbered(last_copy(observed)) {
            let Some(schema) = self.schema(&copy.address) else { return };
            let Some(existing) = self.input.observed.objects.get(&copy.address) else {
                self.add(&copy, schema, None, Action::Create, Reason::Keep, Vec::new());
                return;
            };
            if !self.is_known(&copy.address) {
                continue;
            }
            match existing.status {
                // Another one is made beside it.
                Status::Failed { .. } => continue,
                // What is copied may only go when the copy is complete.
                Status::Pending { .. } => self.add(&copy, schema, Some(existing), Action::Update, Reason::Keep, Vec::new()),
                _ if self.recorded(&copy.address).is_none() => {
                    self.add(&copy, schema, Some(existing), Action::NoOp, Reason::Unrecorded, Vec::new());
                }
                _ => {}
            }
            return;
        }
    }

    /// What stays may be written to from now on: copies made of it are kept, but they are its last state no longer, and are forgotten.
    pub(super) fn outdate_last_copies(&mut self, observed: &Observed, schema: &Schema) {
        let Some(last_copy) = schema.last_copy else { return };
        for copy in numbered(last_copy(observed)).take_while(|copy| self.input.observed.objects.contains_key(&copy.address)) {
            if let Some(schema) = self.schema(&copy.address).filter(|_| self.is_known(&copy.address)) {
                self.forget(&copy.address, schema, Reason::NotWanted);
            }
        }
    }

    /// Whether the state knows the object, or a call that was to make it.
    fn is_known(&self, address: &ResourceAddress) -> bool {
        let is_pending = |state: &StateFile| state.pending.iter().any(|intent| intent.address == *address);
        self.recorded(address).is_some() || self.input.recorded.is_some_and(is_pending)
    }

    /// Removes what is no longer wanted; or marks it, where it outlives the environment.
    pub(super) fn remove(&mut self, observed: &Observed) {
        let Some(schema) = self.schema(&observed.address) else { return };
        if self.outlives(observed, schema) {
            return self.mark_as_kept(observed, schema);
        }
        let action = match (schema.is_permanent, self.recorded(&observed.address).is_some()) {
            (false, _) => Action::Delete,
            (true, true) => Action::Forget,
            (true, false) => return,
        };
        if action == Action::Delete {
            self.keep_last_copy(observed, schema);
        }
        let seconds = if action == Action::Delete { schema.typical.delete.as_secs() } else { 0 };
        let reason = if self.input.options.destroy { Reason::Destroy } else { Reason::NotWanted };
        let change = Change {
            before: Some(observed.clone()),
            dependencies: self.uses(observed),
            expected_seconds: seconds,
            deletion_seconds: seconds,
            refusal: if action == Action::Delete { self.protection(observed) } else { None },
            ..Change::bare(observed.address.clone(), schema, action, reason)
        };
        self.changes.insert(observed.address.clone(), change);
    }

    /// Whether an object stays although nobody wants it any more.
    pub(super) fn outlives(&self, observed: &Observed, schema: &Schema) -> bool {
        schema.outlives_down && !self.input.options.discard_data && !matches!(observed.status, Status::Failed { .. })
    }

    /// The tag says that nothing takes the object for forgotten; the state forgets it when the tag is there.
    fn mark_as_kept(&mut self, observed: &Observed, schema: &Schema) {
        let mut resource = as_it_is(observed);
        resource.tags.remove(TAG_TOKEN);
        resource.tags.insert(TAG_RETAINED.to_owned(), RETAINED_BY_DOWN.to_owned());
        let difference = Difference {
            attribute: format!("tags.{TAG_RETAINED}"),
            before: Value::Null,
            after: RETAINED_BY_DOWN.into(),
            forces_replacement: false,
        };
        let change = Change {
            before: Some(observed.clone()),
            after: Some(resource),
            differences: vec![difference],
            expected_seconds: 1,
            ..Change::bare(observed.address.clone(), schema, Action::Update, Reason::Keep)
        };
        self.changes.insert(observed.address.clone(), change);
    }

    /// What carries the tag of what is kept, although nobody wants it: it stays, or goes with all data.
    pub(super) fn consider_kept(&mut self, observed: &Observed, is_selected: bool) {
        let Some(schema) = self.schema(&observed.address).filter(|schema| schema.outlives_down && is_selected) else { return };
        if !self.outlives(observed, schema) {
            self.remove(observed);
        } else if self.recorded(&observed.address).is_some() {
            // A run that marked it was cut off before the state forgot it.
            self.forget(&observed.address, schema, Reason::Keep);
        }
    }

    /// What stays on purpose: what is kept already and is not touched, and what is marked now.
    pub(super) fn kept(&self, retained: &[ResourceAddress]) -> Vec<ResourceAddress> {
        let stays = |address: &&ResourceAddress| self.changes.get(*address).is_none_or(|change| change.reason == Reason::Keep);
        let was_there = |address: &&ResourceAddress| {
            let change = self.changes.get(*address);
            change.is_none_or(|change| change.action == Action::Forget)
        };
        let marked = self.changes.values().filter(|change| change.marks_as_kept()).map(|change| &change.address);
        let mut kept: Vec<ResourceAddress> = retained.iter().filter(stays).filter(was_there).chain(marked).cloned().collect();
        kept.sort();
        kept
    }

    /// Finds what goes by itself with what is deleted anyway.
    pub(super) fn find_what_vanishes(&mut self) {
        let goes = |change: &Change| matches!(change.action, Action::Delete | Action::Replace);
        let going: BTreeMap<String, ResourceAddress> = self
            .changes
            .values()
            .filter(|change| goes(change))
            .filter_map(|change| Some((change.before.as_ref()?.id.to_string(), change.address.clone())))
            .collect();
        let catalogue = self.input.catalogue;
        for change in self.changes.values_mut().filter(|change| goes(change)) {
            let attribute = catalogue.get(change.address.kind()).and_then(|schema| schema.vanishes_with);
            let parent = attribute.and_then(|attribute| change.before.as_ref()?.attributes.get(attribute)?.as_text());
            change.vanishes_with = parent.and_then(|id| going.get(id).cloned());
        }
    }

    /// What is recorded, not there and not wanted is taken out of the state.
    pub(super) fn forget_what_is_gone(&mut self, wanted: &BTreeSet<&ResourceAddress>, selected: &BTreeSet<ResourceAddress>) {
        let recorded = self.input.recorded.into_iter().flat_map(|state| state.resources.keys());
        for address in recorded.filter(|address| selected.contains(*address) && !wanted.contains(*address)) {
            if self.input.observed.objects.contains_key(address) || self.changes.contains_key(address) {
                continue;
            }
            let Some(schema) = self.schema(address) else { continue };
            let is_leaving = self.input.observed.deleting.contains_key(address);
            let has_moved = self.input.moved.get(address).is_some_and(|target| self.input.observed.objects.contains_key(target));
            self.forget(
                address,
                schema,
                match (has_moved, is_leaving) {
                    (true, _) => Reason::Moved,
                    (false, true) => Reason::Leaving,
                    (false, false) => Reason::Missing,
                },
            );
        }
    }
}
