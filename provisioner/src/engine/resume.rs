use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;

use crate::engine::calls::StepCalls;
use crate::engine::{Event, Executor, Pace, listing_kinds, observe};
use crate::model::{Catalogue, IdentityClass, Observed, ResourceAddress, Scope, TAG_TOKEN};
use crate::plan::Observations;
use crate::provider::{Delete, Depth, ProviderError, Registry};
use crate::state::{Entry, Intent, Operation, StateError, StateFile};

/// How long an object whose creation was cut off is looked for by its tag before it counts as never made.
const WINDOW: Duration = Duration::from_secs(30);
/// How often in that window.
const LOOKS: u32 = 6;

/// Looks again, for a bounded time, for objects whose creation was cut off and that only a tag can find.
///
/// The other classes need no waiting: repeating their call is safe.
///
/// # Errors
/// When the cloud refuses a list.
pub async fn await_unknown(
    registry: &Registry,
    catalogue: &Catalogue,
    scope: &Scope,
    state: &StateFile,
    mut observed: Observations,
    kinds: &BTreeSet<&'static str>,
    pace: Pace,
) -> Result<Observations, ProviderError> {
    let is_recent = |intent: &Intent| intent.at.duration_until(Timestamp::now()).unsigned_abs() < pace.scale(WINDOW) * 2;
    let cut_off = state.pending.iter().filter(|intent| intent.operation == Operation::Create && is_recent(intent));
    let unsure: Vec<&Intent> = cut_off
        .filter(|intent| catalogue.get(intent.address.kind()).is_some_and(|schema| schema.identity == IdentityClass::TagOnly))
        .collect();
    for _ in 0..LOOKS {
        let is_seen = |intent: &&Intent| observed.objects.contains_key(&intent.address) || observed.deleting.contains_key(&intent.address);
        if unsure.iter().all(is_seen) {
            break;
        }
        pace.sleep(WINDOW / LOOKS).await;
        let missing = listing_kinds(catalogue, unsure.iter().map(|intent| &intent.address));
        observed = observe(registry, scope, &kinds.union(&missing).copied().collect(), Depth::Full).await?;
    }
    Ok(observed)
}

/// The objects of an address that is there twice, the one that stays first: recorded ones, then used ones, then by id.
fn twins<'a>(observed: &'a Observations, state: Option<&StateFile>, address: &ResourceAddress) -> Vec<&'a Observed> {
    let is_recorded = |twin: &Observed| state.and_then(|state| state.resources.get(address)).is_some_and(|recorded| recorded.id == twin.id);
    let others = observed.duplicates.iter().filter(|twin| twin.address == *address);
    let mut twins: Vec<&Observed> = observed.objects.get(address).into_iter().chain(others).collect();
    twins.sort_by_key(|twin| (!is_recorded(twin), !is_used(observed, twin), twin.id.clone()));
    twins
}

/// Whether an object of another address points at this one.
fn is_used(observed: &Observations, candidate: &Observed) -> bool {
    let mut is_used = false;
    for other in observed.objects.values().chain(&observed.duplicates).filter(|other| other.address != candidate.address) {
        for value in other.attributes.values() {
            value.visit_texts(&mut |text| is_used |= text == candidate.id.as_str());
        }
    }
    is_used
}

fn addresses_there_twice(observed: &Observations) -> BTreeSet<ResourceAddress> {
    observed.duplicates.iter().map(|duplicate| duplicate.address.clone()).collect()
}

/// Lets the object that stays stand for an address that is there twice, so that no plan is made for the one that goes.
pub fn prefer_those_that_stay(mut observed: Observations, state: Option<&StateFile>) -> Observations {
    for address in addresses_there_twice(&observed) {
        let Some(stays) = twins(&observed, state, &address).first().map(|twin| twin.id.clone()) else { continue };
        let stands = observed.objects.get_mut(&address);
        let other = observed.duplicates.iter_mut().find(|twin| twin.address == address && twin.id == stays);
        if let (Some(stands), Some(other)) = (stands, other) {
            std::mem::swap(stands, other);
        }
    }
    observed
}

/// Of the objects that are there twice, those to remove: nothing uses them, and the recorded or used one stays.
///
/// AWS bounds no time after which a created object must be visible, so a tag-only creation can, rarely, be repeated although it had been applied.
pub fn surplus_duplicates<'a>(observed: &'a Observations, state: Option<&StateFile>) -> Vec<&'a Observed> {
    let mut surplus = Vec::new();
    for address in addresses_there_twice(observed) {
        let twins = twins(observed, state, &address);
        // Without our token it was not made by an intent of ours, whatever its other tags say.
        surplus.extend(twins.into_iter().skip(1).filter(|twin| !is_used(observed, twin) && twin.tags.contains_key(TAG_TOKEN)));
    }
    surplus
}

/// Removes what is there twice and nothing uses, journalled like every other call.
///
/// # Errors
/// When the journal cannot be written. An object that cannot be removed stays, and is found again by the next run.
pub async fn remove_surplus(executor: &Executor<'_>, observed: &Observations, state: Option<&StateFile>) -> Result<(), StateError> {
    for twin in surplus_duplicates(observed, state) {
        let Some(resource_type) = executor.registry.get(twin.address.kind()) else { continue };
        executor.observer.event(&Event::Duplicate { address: twin.address.clone(), id: twin.id.to_string() });
        let calls = StepCalls::new(executor.journal, &twin.address, Operation::Delete);
        if let Err(error) = resource_type.delete(Delete { observed: twin }, &calls).await {
            executor.journal.append(Entry::Failed { address: twin.address.clone(), reason: error.to_string() }).await?;
            executor.observer.event(&Event::Note(format!("{} ({}) could not be removed: {error}", twin.address, twin.id)));
        }
    }
    Ok(())
}
