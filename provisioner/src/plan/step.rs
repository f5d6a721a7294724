use std::collections::BTreeSet;
use std::time::Duration;

use crate::model::{Effect, Observed, OnChange, Resource, ResourceAddress, Schema};
use crate::plan::planner::Planner;
use crate::plan::{Action, Change, Difference, Reason};

impl Change {
    /// A change that needs nothing and takes no time.
    pub(super) fn bare(address: ResourceAddress, schema: &Schema, action: Action, reason: Reason) -> Self {
        Self {
            address,
            action,
            reason,
            layer: schema.layer,
            before: None,
            after: None,
            differences: Vec::new(),
            effect: None,
            dependencies: BTreeSet::new(),
            vanishes_with: None,
            expected_seconds: 0,
            deletion_seconds: 0,
            refusal: None,
            origin: None,
            moved_from: None,
        }
    }
}

impl Planner<'_> {
    /// Notes what is done to a wanted object, or to a last copy.
    pub(super) fn add(
        &mut self,
        resource: &Resource,
        schema: &Schema,
        before: Option<&Observed>,
        action: Action,
        reason: Reason,
        found: Vec<Difference>,
    ) {
        let effect = match action {
            Action::Replace if schema.holds_data => Some(Effect::ReplaceDataLost),
            Action::Replace => Some(Effect::ReplaceDataKept),
            Action::Update => found.iter().filter_map(|difference| effect_of(schema, difference)).max(),
            _ => None,
        };
        let seconds = match action {
            Action::Create => schema.typical.create,
            Action::Update if matches!(reason, Reason::Unfinished | Reason::Keep) => schema.typical.create,
            Action::Update if effect == Some(Effect::Reboot) => schema.typical.update,
            Action::Update => schema.typical.update.min(Duration::from_secs(5)),
            Action::Replace => schema.typical.delete + schema.typical.create,
            Action::Delete | Action::NoOp | Action::Forget => Duration::ZERO,
        };
        let change = Change {
            before: before.cloned(),
            after: Some(resource.clone()),
            effect,
            dependencies: resource.dependencies(),
            expected_seconds: seconds.as_secs(),
            deletion_seconds: if action == Action::Replace { schema.typical.delete.as_secs() } else { 0 },
            refusal: self.refusal(resource, schema, before, action, &found),
            differences: found,
            ..Change::bare(resource.address.clone(), schema, action, reason)
        };
        self.changes.insert(resource.address.clone(), change);
    }

    /// Notes that the state no longer speaks of the object.
    pub(super) fn forget(&mut self, address: &ResourceAddress, schema: &Schema, reason: Reason) {
        self.changes.insert(address.clone(), Change::bare(address.clone(), schema, Action::Forget, reason));
    }
}

fn effect_of(schema: &Schema, difference: &Difference) -> Option<Effect> {
    match schema.on_change(&difference.attribute) {
        OnChange::Update(effect) | OnChange::Version(effect) => Some(effect),
        OnChange::Grow | OnChange::Once => Some(Effect::InPlace),
        OnChange::Replace => None,
        // Tags are no attribute of the schema.
        OnChange::Fixed => Some(Effect::InPlace),
    }
}
