use std::collections::{BTreeMap, BTreeSet};

use crate::graph::{Cycle, Graph};
use crate::model::{Attributes, Catalogue, Observed, Resource, ResourceAddress, Schema, Scope, Status, TAG_RETAINED, Value};
use crate::plan::drift::changed;
use crate::plan::moved::{moves, observed_as_moved, recorded_as_moved};
use crate::plan::names::names;
use crate::plan::{Action, Basis, Change, Observations, Plan, PlanOptions, Reason, differences, tag_differences};
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
    /// The addresses that the files call by another name now: from the old one to the new one.
    pub moved: &'a BTreeMap<ResourceAddress, ResourceAddress>,
    /// What a person asked for.
    pub options: &'a PlanOptions,
}

/// Returns the changes that turn what is observed into what is desired, in address order.
///
/// An object that is there but not desired is deleted, unless it is kept on purpose.
///
/// # Errors
/// When desired objects need each other in a ring.
pub fn plan(input: PlanInput<'_>) -> Result<Plan, Cycle> {
    let generation = input.recorded.map(|state| state.generation.clone());
    let basis = Basis::new(generation, input.observed);
    let moves = moves(&input);
    let observed = observed_as_moved(input.observed, &moves);
    let recorded = input.recorded.map(|state| recorded_as_moved(state, &moves));
    let input = PlanInput { observed: &observed, recorded: recorded.as_ref(), ..input };

    let mut planner = Planner { input, changes: BTreeMap::new(), renewed: BTreeSet::new() };
    let desired = if input.options.destroy { Vec::new() } else { planner.ordered_desired()? };
    let mut selected = planner.selected(&desired);
    selected.retain(|address| !input.options.later.contains(address));
    for resource in desired.iter().filter(|resource| selected.contains(&resource.address)) {
        planner.consider(resource);
    }
    let wanted: BTreeSet<&ResourceAddress> = desired.iter().map(|resource| &resource.address).collect();
    let mut retained = Vec::new();
    for observed in input.observed.objects.values().filter(|observed| !wanted.contains(&observed.address)) {
        let is_selected = selected.contains(&observed.address);
        if observed.tags.contains_key(TAG_RETAINED) {
            retained.push(observed.address.clone());
            planner.consider_kept(observed, is_selected);
        } else if is_selected {
            planner.remove(observed);
        }
    }
    planner.forget_what_is_gone(&wanted, &selected);
    planner.find_what_vanishes();
    planner.note_moves(&moves.into_iter().filter(|(new, _)| selected.contains(new)).collect());

    let mut plan = Plan::new(input.scope.clone(), input.cloud.to_owned(), input.options.destroy, basis);
    plan.targets = input.options.targets.clone();
    plan.kept = planner.kept(&retained);
    plan.changes = planner.changes.into_values().collect();
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

pub(super) struct Planner<'a> {
    pub(super) input: PlanInput<'a>,
    pub(super) changes: BTreeMap<ResourceAddress, Change>,
    /// Objects that will have a new id.
    pub(super) renewed: BTreeSet<ResourceAddress>,
}

impl<'a> Planner<'a> {
    pub(super) fn schema(&self, address: &ResourceAddress) -> Option<&'static Schema> {
        self.input.catalogue.get(address.kind())
    }

    pub(super) fn recorded(&self, address: &ResourceAddress) -> Option<&'a crate::state::Recorded> {
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
        if self.input.options.targets_alone {
            return selected;
        }
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
    pub(super) fn uses(&self, observed: &Observed) -> BTreeSet<ResourceAddress> {
        let mut uses = self.recorded(&observed.address).map(|recorded| recorded.dependencies.clone()).unwrap_or_default();
        uses.extend(self.input.desired.get(&observed.address).map(Resource::dependencies).unwrap_or_default());
        for value in observed.attributes.values() {
            value.visit_texts(&mut |text| {
                let mut named = self.input.observed.objects.values().filter(|other| other.id.as_str() == text);
                // Two kinds may give their objects the same name, and then the name tells nothing.
                if let (Some(used), None) = (named.next(), named.next()) {
                    uses.extend((used.address != observed.address).then(|| used.address.clone()));
                }
            });
        }
        uses
    }

    fn consider(&mut self, resource: &Resource) {
        let Some(schema) = self.schema(&resource.address) else { return };
        let attributes = self.resolve(&resource.attributes);
        let Some(observed) = self.input.observed.objects.get(&resource.address) else {
            let reason = if self.recorded(&resource.address).is_some() { Reason::Missing } else { Reason::New };
            return self.create(resource, schema, reason);
        };
        // What an unfinished object does not show yet is no difference; when it is finished, it is compared in full.
        let depth = if matches!(observed.status, Status::Pending { .. }) { Depth::Fast } else { self.input.options.depth };
        let mut found = differences(schema, &attributes, &observed.attributes, depth);
        // Tags that a fast list does not show are taken for right, like attributes.
        let shows_tags = depth == Depth::Full || !observed.tags.is_empty();
        if schema.is_taggable && shows_tags {
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
            _ if !found.is_empty() && observed.tags.contains_key(TAG_RETAINED) => (Action::Update, Reason::Adopted),
            _ if !found.is_empty() => (Action::Update, Reason::Differs),
            Status::Pending { .. } => (Action::Update, Reason::Unfinished),
            _ if self.recorded(&resource.address).is_none() => (Action::NoOp, Reason::Unrecorded),
            _ if self.is_recorded_otherwise(resource, schema, observed) => (Action::NoOp, Reason::RecordedOtherwise),
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
        if action == Action::Replace {
            self.begins_empty(&resource.address, schema);
        }
    }

    /// Whether the record says something else of an object that is as wanted: somebody changed it, and the files followed.
    fn is_recorded_otherwise(&self, resource: &Resource, schema: &Schema, observed: &Observed) -> bool {
        let recorded = self.recorded(&resource.address).filter(|_| self.input.options.depth == Depth::Full);
        recorded.is_some_and(|recorded| !changed(self.input.scope, schema, Some(resource), recorded, observed).is_empty())
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
}
