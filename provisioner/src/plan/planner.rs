use std::collections::{BTreeMap, BTreeSet};

use crate::graph::{Cycle, Graph};
use crate::model::{
    Attributes, Catalogue, Effect, Observed, OnChange, Resource, ResourceAddress, Schema, Scope, Status, TAG_RETAINED, Value,
};

use crate::plan::last_copy::numbered;
use crate::plan::names::names;
use crate::plan::{Action, Basis, Change, Difference, Observations, Plan, PlanOptions, Reason, Refusal, differences, tag_differences};
use crate::provider::Depth;
use crate::state::StateFile;

/// What shall exist, by address.
pub type DesiredState = BTreeMap<ResourceAddress, Resource>;

/// Everything a plan is made from.
#[derive(Clone, Copy, Debug)]
pub struct PlanInput<'a> {
    /// The types.
    pub catalogue: &'a Catalogue,
    /// Whose objects.
    pub scope: &'a Scope,
    /// In which cloud.
    pub cloud: &'a str,
    /// What shall exist.
    pub desired: &'a DesiredState,
    /// What does.
    pub observed: &'a Observations,
    /// What is remembered.
    pub recorded: Option<&'a StateFile>,
    /// What a person asked for.
    pub options: &'a PlanOptions,
}

/// Returns the changes that turn what is observed into what is desired, in address order.
///
/// An object that is there but not desired is deleted, unless it was kept on purpose.
///
/// # Errors
/// When desired objects need each other in a ring.
pub fn plan(input: PlanInput<'_>) -> Result<Plan, Cycle> {
    let mut planner = Planner { input, changes: BTreeMap::new(), renewed: BTreeSet::new() };
    let desired = if input.options.destroy { Vec::new() } else { planner.ordered_desired()? };
    let selected = planner.selected(&desired);
    for resource in desired.iter().filter(|resource| selected.contains(&resource.address)) {
        planner.consider(resource);
    }
    let wanted: BTreeSet<&ResourceAddress> = desired.iter().map(|resource| &resource.address).collect();
    let mut kept = Vec::new();
    for observed in input.observed.objects.values().filter(|observed| !wanted.contains(&observed.address)) {
        if observed.tags.contains_key(TAG_RETAINED) {
            kept.push(observed.address.clone());
        } else if selected.contains(&observed.address) {
            planner.remove(observed);
        }
    }
    planner.forget_what_is_gone(&wanted, &selected);

    let generation = input.recorded.map(|state| state.generation.clone());
    let mut plan = Plan::new(input.scope.clone(), input.cloud.to_owned(), input.options.destroy, Basis::new(generation, input.observed));
    planner.find_what_vanishes();
    plan.targets = input.options.targets.clone();
    plan.changes = planner.changes.into_values().collect();
    plan.kept = kept.into_iter().filter(|address| plan.changes.iter().all(|change| change.address != *address)).collect();
    plan.names = names(&plan.changes, input.observed);
    let touched: BTreeSet<&ResourceAddress> = plan
        .changes
        .iter()
        .filter(|change| !matches!(change.action, Action::NoOp | Action::Forget))
        .map(|change| &change.address)
        .collect();
    plan.unchanged = input.observed.objects.keys().filter(|address| wanted.contains(address) && !touched.contains(address)).count();
    let longest = plan.graph().longest_path(|node| plan.expected_of(node))?;
    plan.expected_seconds = longest.duration.as_secs();
    plan.longest_path = longest.nodes.into_iter().map(|node| node.address).collect();
    plan.longest_path.dedup();
    Ok(plan)
}

struct Planner<'a> {
    input: PlanInput<'a>,
    changes: BTreeMap<ResourceAddress, Change>,
    /// Objects that will have a new id.
    renewed: BTreeSet<ResourceAddress>,
}

impl<'a> Planner<'a> {
    fn schema(&self, address: &ResourceAddress) -> Option<&'static Schema> {
        self.input.catalogue.get(address.kind())
    }

    fn recorded(&self, address: &ResourceAddress) -> Option<&'a crate::state::Recorded> {
        self.input.recorded.and_then(|state| state.resources.get(address))
    }

    fn ordered_desired(&self) -> Result<Vec<&'a Resource>, Cycle> {
        let mut graph = Graph::default();
        self.input.desired.keys().for_each(|address| graph.insert(address.clone()));
        for resource in self.input.desired.values() {
            resource.dependencies().iter().for_each(|dependency| graph.wait(&resource.address, dependency));
        }
        Ok(graph.order()?.iter().map(|address| &self.input.desired[address]).collect())
    }

    /// What the plan may touch: everything, or the targets with what they need (or, for a destruction, what needs them).
    fn selected(&self, desired: &[&Resource]) -> BTreeSet<ResourceAddress> {
        let everything = || {
            let recorded = self.input.recorded.into_iter().flat_map(|state| state.resources.keys());
            desired.iter().map(|resource| &resource.address).chain(self.input.observed.objects.keys()).chain(recorded).cloned().collect()
        };
        if self.input.options.targets.is_empty() {
            return everything();
        }
        let mut selected = self.input.options.targets.clone();
        let mut open: Vec<ResourceAddress> = selected.iter().cloned().collect();
        while let Some(address) = open.pop() {
            let next: Vec<ResourceAddress> = if self.input.options.destroy {
                self.input
                    .observed
                    .objects
                    .values()
                    .filter(|other| self.uses(other).contains(&address))
                    .map(|other| other.address.clone())
                    .collect()
            } else {
                self.input.desired.get(&address).map(Resource::dependencies).into_iter().flatten().collect()
            };
            open.extend(next.into_iter().filter(|address| selected.insert(address.clone())));
        }
        selected
    }

    /// What an observed object needs: as recorded, as desired, and as its attributes show.
    fn uses(&self, observed: &Observed) -> BTreeSet<ResourceAddress> {
        let mut uses = self.recorded(&observed.address).map(|recorded| recorded.dependencies.clone()).unwrap_or_default();
        uses.extend(self.input.desired.get(&observed.address).map(Resource::dependencies).unwrap_or_default());
        for value in observed.attributes.values() {
            value.visit_texts(&mut |text| {
                let used =
                    self.input.observed.objects.values().find(|other| other.id.as_str() == text && other.address != observed.address);
                uses.extend(used.map(|used| used.address.clone()));
            });
        }
        uses
    }

    fn consider(&mut self, resource: &Resource) {
        let Some(schema) = self.schema(&resource.address) else { return };
        let attributes = self.resolve(&resource.attributes);
        let Some(observed) = self.input.observed.objects.get(&resource.address) else {
            let reason = if self.recorded(&resource.address).is_some() { Reason::Missing } else { Reason::New };
            self.renewed.insert(resource.address.clone());
            self.add(resource, schema, None, Action::Create, reason, Vec::new());
            return;
        };
        // What an unfinished object does not show yet is no difference; when it is finished, it is compared in full.
        let depth = if matches!(observed.status, Status::Pending { .. }) { Depth::Fast } else { self.input.options.depth };
        let mut found = differences(schema, &attributes, &observed.attributes, depth);
        // Some lists tell no tags; a fast look takes them for right.
        if schema.is_taggable && (depth == Depth::Full || !observed.tags.is_empty()) {
            let recorded = self.recorded(&resource.address).map(|recorded| &recorded.tags);
            found.extend(tag_differences(&resource.all_tags(self.input.scope, schema), &observed.tags, recorded));
        }
        let is_replaced = found.iter().any(|difference| difference.forces_replacement);
        if !is_replaced && !matches!(observed.status, Status::Failed { .. }) {
            self.outdate_last_copies(observed, schema);
        }
        let waits_for_new_one = found.iter().any(|difference| difference.forces_replacement && !difference.after.is_known());
        let (action, reason) = match &observed.status {
            Status::Failed { .. } => (Action::Replace, Reason::Failed),
            _ if waits_for_new_one => (Action::Replace, Reason::DependencyReplaced),
            _ if is_replaced => (Action::Replace, Reason::Differs),
            _ if !found.is_empty() => (Action::Update, Reason::Differs),
            Status::Pending { .. } => (Action::Update, Reason::Unfinished),
            _ if self.recorded(&resource.address).is_none() => (Action::NoOp, Reason::Unrecorded),
            _ => return,
        };
        if action == Action::Replace && schema.is_permanent {
            // The old one goes with its parent; the new parent has brought a new one.
            self.renewed.insert(resource.address.clone());
            return self.add(resource, schema, None, Action::Create, reason, found);
        }
        if action == Action::Replace {
            self.renewed.insert(resource.address.clone());
            self.keep_last_copy(observed, schema);
        }
        self.add(resource, schema, Some(observed), action, reason, found);
    }

    /// Puts the values of objects that stay in the place of references; what will be new stays a reference.
    fn resolve(&self, attributes: &Attributes) -> Attributes {
        let lookup = |reference: &crate::model::Reference| {
            if self.renewed.contains(&reference.address) {
                return None;
            }
            let observed = self.input.observed.objects.get(&reference.address)?;
            match reference.attribute.as_str() {
                "id" => Some(Value::Text(observed.id.as_str().to_owned())),
                attribute => observed.attributes.get(attribute).cloned(),
            }
        };
        attributes.iter().map(|(name, value)| (name.clone(), value.resolve(&lookup))).collect()
    }

    fn add(
        &mut self,
        resource: &Resource,
        schema: &Schema,
        before: Option<&Observed>,
        action: Action,
        reason: Reason,
        found: Vec<Difference>,
    ) {
        let refusal = self.refusal(resource, schema, action, &found);
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
            Action::Update => schema.typical.update.min(std::time::Duration::from_secs(5)),
            Action::Replace => schema.typical.delete + schema.typical.create,
            Action::Delete | Action::NoOp | Action::Forget => std::time::Duration::ZERO,
        };
        let change = Change {
            address: resource.address.clone(),
            action,
            reason,
            layer: schema.layer,
            before: before.cloned(),
            after: Some(resource.clone()),
            differences: found,
            effect,
            dependencies: resource.dependencies(),
            vanishes_with: None,
            expected_seconds: seconds.as_secs(),
            deletion_seconds: if action == Action::Replace { schema.typical.delete.as_secs() } else { 0 },
            refusal,
        };
        self.changes.insert(resource.address.clone(), change);
    }

    fn refusal(&self, resource: &Resource, schema: &Schema, action: Action, found: &[Difference]) -> Option<Refusal> {
        let address = &resource.address;
        if action == Action::Replace && schema.holds_data && !self.input.options.replace_data.contains(address) {
            return Some(Refusal {
                why: format!("replacing {address} deletes what is stored on it"),
                instead: format!("if that is meant: provision up --env {} --replace-data {address}", self.input.scope.environment),
            });
        }
        let shrunk = found.iter().find(|difference| {
            let is_smaller =
                matches!((&difference.before, &difference.after), (Value::Integer(before), Value::Integer(after)) if after < before);
            schema.on_change(&difference.attribute) == OnChange::Grow && is_smaller
        })?;
        Some(Refusal {
            why: format!("{} of {address} can only grow", shrunk.attribute),
            instead: "put the old value back, or make a new object and move the data".to_owned(),
        })
    }

    /// Has the last state of what goes kept: by a copy that an interrupted run began, if nothing was brought up since, else by a new one.
    fn keep_last_copy(&mut self, observed: &Observed, schema: &Schema) {
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
    fn outdate_last_copies(&mut self, observed: &Observed, schema: &Schema) {
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

    fn forget(&mut self, address: &ResourceAddress, schema: &Schema, reason: Reason) {
        let change = Change {
            address: address.clone(),
            action: Action::Forget,
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
        };
        self.changes.insert(address.clone(), change);
    }

    fn remove(&mut self, observed: &Observed) {
        let Some(schema) = self.schema(&observed.address) else { return };
        let is_recorded = self.recorded(&observed.address).is_some();
        let action = match (schema.is_permanent, is_recorded) {
            (false, _) => Action::Delete,
            (true, true) => Action::Forget,
            (true, false) => return,
        };
        if action == Action::Delete {
            self.keep_last_copy(observed, schema);
        }
        let seconds = if action == Action::Delete { schema.typical.delete.as_secs() } else { 0 };
        let change = Change {
            address: observed.address.clone(),
            action,
            reason: if self.input.options.destroy { Reason::Destroy } else { Reason::NotWanted },
            layer: schema.layer,
            before: Some(observed.clone()),
            after: None,
            differences: Vec::new(),
            effect: None,
            dependencies: self.uses(observed),
            vanishes_with: None,
            expected_seconds: seconds,
            deletion_seconds: seconds,
            refusal: None,
        };
        self.changes.insert(observed.address.clone(), change);
    }

    fn find_what_vanishes(&mut self) {
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
    fn forget_what_is_gone(&mut self, wanted: &BTreeSet<&ResourceAddress>, selected: &BTreeSet<ResourceAddress>) {
        let recorded = self.input.recorded.into_iter().flat_map(|state| state.resources.keys());
        for address in recorded.filter(|address| selected.contains(*address) && !wanted.contains(*address)) {
            if self.input.observed.objects.contains_key(address) || self.changes.contains_key(address) {
                continue;
            }
            if let Some(schema) = self.schema(address) {
                let is_leaving = self.input.observed.deleting.contains_key(address);
                self.forget(address, schema, if is_leaving { Reason::Leaving } else { Reason::Missing });
            }
        }
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
