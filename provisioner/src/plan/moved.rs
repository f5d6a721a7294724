use std::collections::BTreeMap;

use crate::model::ResourceAddress;
use crate::plan::planner::Planner;
use crate::plan::{Action, Change, Observations, PlanInput, Reason};
use crate::state::StateFile;

/// The objects that the files call by another name now, by the new address: there under the old one, wanted and absent under the new one.
///
/// A plan that destroys everything needs no new names.
pub(super) fn moves(input: &PlanInput<'_>) -> BTreeMap<ResourceAddress, ResourceAddress> {
    let is_move = |(old, new): &(&ResourceAddress, &ResourceAddress)| {
        let objects = &input.observed.objects;
        objects.contains_key(*old) && !objects.contains_key(*new) && input.desired.contains_key(*new) && !input.desired.contains_key(*old)
    };
    if input.options.destroy {
        return BTreeMap::new();
    }
    input.moved.iter().filter(is_move).map(|(old, new)| (new.clone(), old.clone())).collect()
}

/// The objects with their new addresses; their tags are what they are.
pub(super) fn observed_as_moved(observed: &Observations, moves: &BTreeMap<ResourceAddress, ResourceAddress>) -> Observations {
    let mut observed = observed.clone();
    for (new, old) in moves {
        if let Some(mut object) = observed.objects.remove(old) {
            object.address = new.clone();
            observed.objects.insert(new.clone(), object);
        }
    }
    observed
}

/// The record with the new addresses.
pub(super) fn recorded_as_moved(recorded: &StateFile, moves: &BTreeMap<ResourceAddress, ResourceAddress>) -> StateFile {
    let new_of: BTreeMap<&ResourceAddress, &ResourceAddress> = moves.iter().map(|(new, old)| (old, new)).collect();
    let renamed = |address: &ResourceAddress| new_of.get(address).map_or_else(|| address.clone(), |new| (*new).clone());
    let mut state = recorded.clone();
    state.resources = std::mem::take(&mut state.resources)
        .into_iter()
        .map(|(address, mut record)| {
            record.dependencies = record.dependencies.iter().map(renamed).collect();
            (renamed(&address), record)
        })
        .collect();
    state
}

impl Planner<'_> {
    /// Says of every moved object where it comes from; what has no tags of its own moves in the record alone.
    pub(super) fn note_moves(&mut self, moves: &BTreeMap<ResourceAddress, ResourceAddress>) {
        for (new, old) in moves {
            let (Some(schema), Some(resource)) = (self.schema(new), self.input.desired.get(new)) else { continue };
            let before = self.input.observed.objects.get(new).cloned();
            let change = self.changes.entry(new.clone()).or_insert_with(|| Change {
                before,
                after: Some(resource.clone()),
                dependencies: resource.dependencies(),
                ..Change::bare(new.clone(), schema, Action::NoOp, Reason::Moved)
            });
            if matches!(change.action, Action::Update | Action::NoOp) {
                change.reason = Reason::Moved;
            }
            change.moved_from = Some(old.clone());
        }
    }
}
