use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::{Layer, Observed, Resource, ResourceAddress, Schema, Scope, Status, TAG_RETAINED, TAG_TOKEN, Value};
use crate::plan::{Action, Difference, Plan, PlanInput, Reason, differences};
use crate::provider::Depth;
use crate::state::Recorded;

/// How an object is other than the record says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DriftKind {
    /// It was changed.
    Changed,
    /// It was deleted, or its deletion is under way.
    Gone,
    /// It carries the environment's tags, and no command made it or took it over.
    Unknown,
    /// A second object has its address.
    Twice,
}

/// One object that is other than the record says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drifted {
    /// The object.
    pub address: ResourceAddress,
    /// Where it is shown.
    pub layer: Layer,
    /// How.
    pub kind: DriftKind,
    /// The cloud's name for it, as recorded or found.
    pub id: String,
    /// What was changed: before as recorded, after as it is now.
    pub differences: Vec<Difference>,
}

/// Returns what was changed outside, in address order: what the cloud shows against what was recorded when it settled.
///
/// What the files newly ask for is none of it. Pure.
pub fn drift(input: &PlanInput<'_>) -> Vec<Drifted> {
    let mut found = BTreeMap::new();
    let mut note = |address: &ResourceAddress, kind, id: String, differences| {
        if let Some(schema) = input.catalogue.get(address.kind()) {
            let drifted = Drifted { address: address.clone(), layer: schema.layer, kind, id, differences };
            found.insert((address.clone(), kind), drifted);
        }
    };
    // What a cut-off run was at work on is its business.
    let is_begun =
        |address: &ResourceAddress| input.recorded.is_some_and(|state| state.pending.iter().any(|intent| intent.address == *address));
    for (address, recorded) in input.recorded.into_iter().flat_map(|state| &state.resources) {
        let Some(schema) = input.catalogue.get(address.kind()) else { continue };
        let Some(observed) = input.observed.objects.get(address) else {
            if !is_begun(address) {
                note(address, DriftKind::Gone, recorded.id.to_string(), Vec::new());
            }
            continue;
        };
        let differences = changed(input.scope, schema, input.desired.get(address), recorded, observed);
        if !recorded.is_retained() && !differences.is_empty() {
            note(address, DriftKind::Changed, observed.id.to_string(), differences);
        }
    }
    let is_recorded = |address: &ResourceAddress| input.recorded.is_some_and(|state| state.resources.contains_key(address));
    for observed in input.observed.objects.values().filter(|observed| !observed.tags.contains_key(TAG_RETAINED)) {
        if !is_recorded(&observed.address) && !is_begun(&observed.address) {
            note(&observed.address, DriftKind::Unknown, observed.id.to_string(), Vec::new());
        }
    }
    for twin in &input.observed.duplicates {
        note(&twin.address, DriftKind::Twice, twin.id.to_string(), Vec::new());
    }
    found.into_values().collect()
}

/// What is other than recorded, of what a plan compares: before as recorded, after as it is now.
pub(super) fn changed(
    scope: &Scope,
    schema: &Schema,
    wanted: Option<&Resource>,
    recorded: &Recorded,
    observed: &Observed,
) -> Vec<Difference> {
    let compared = |name: &String| wanted.is_none_or(|wanted| wanted.attributes.contains_key(name));
    let attributes = recorded.attributes.iter().filter(|(name, _)| compared(name)).map(|(name, value)| (name.clone(), value.clone()));
    let depth = if matches!(observed.status, Status::Pending { .. }) { Depth::Fast } else { Depth::Full };
    let mut found: Vec<Difference> = differences(schema, &attributes.collect(), &observed.attributes, depth)
        .into_iter()
        .map(|found| difference(&found.attribute, found.after, found.before))
        .collect();
    if recorded.id != observed.id {
        found.push(difference("id", recorded.id.as_str().into(), observed.id.as_str().into()));
    }
    if let Status::Failed { reason } = &observed.status {
        found.push(difference("status", "ready".into(), reason.as_str().into()));
    }
    if schema.is_taggable {
        found.extend(changed_tags(scope, schema, wanted, recorded, observed));
    }
    found
}

/// Tags of ours and of the operator that were removed or changed; those of other people are theirs.
fn changed_tags(scope: &Scope, schema: &Schema, wanted: Option<&Resource>, recorded: &Recorded, observed: &Observed) -> Vec<Difference> {
    let wanted = wanted.map(|wanted| wanted.all_tags(scope, schema)).unwrap_or_default();
    let is_ours = |key: &str| key != TAG_TOKEN && (key.starts_with("provision:") || key == "Name" || wanted.contains_key(key));
    let value = |text: Option<&String>| text.map_or(Value::Null, |text| Value::Text(text.clone()));
    let ours = recorded.tags.iter().filter(|(key, _)| is_ours(key));
    ours.filter(|(key, recorded)| observed.tags.get(*key) != Some(recorded))
        .map(|(key, recorded)| difference(&format!("tags.{key}"), value(Some(recorded)), value(observed.tags.get(key))))
        .collect()
}

fn difference(attribute: &str, before: Value, after: Value) -> Difference {
    Difference { attribute: attribute.to_owned(), before, after, forces_replacement: false }
}

/// How many changes of a plan come from the files, and not from what was changed outside.
pub fn asked_by_files(plan: &Plan, drift: &[Drifted]) -> usize {
    let is_drift = |change: &&crate::plan::Change| {
        let of_it: Vec<&Drifted> = drift.iter().filter(|drifted| drifted.address == change.address).collect();
        let is_told =
            |found: &Difference| of_it.iter().any(|drifted| drifted.differences.iter().any(|told| told.attribute == found.attribute));
        let is_whole = of_it.iter().any(|drifted| drifted.kind != DriftKind::Changed);
        change.reason == Reason::DependencyReplaced || is_whole || !of_it.is_empty() && change.differences.iter().all(is_told)
    };
    let does_something = |change: &&crate::plan::Change| !matches!(change.action, Action::NoOp | Action::Forget);
    plan.changes.iter().filter(does_something).filter(|change| !is_drift(change)).count()
}
