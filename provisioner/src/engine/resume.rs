use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;

use crate::engine::calls::StepCalls;
use crate::engine::{Event, Executor, Pace, listing_kinds, observe};
use crate::model::{Catalogue, IdentityClass, Observed, Scope, TAG_TOKEN};
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

/// Of the objects that are there twice, those to remove: nothing uses them, and the recorded or used one stays.
///
/// AWS bounds no time after which a created object must be visible, so a tag-only creation can, rarely, be repeated although it had been applied.
pub fn surplus_duplicates<'a>(observed: &'a Observations, state: Option<&StateFile>) -> Vec<&'a Observed> {
    let is_used = |candidate: &Observed| {
        let mut is_used = false;
        for other in observed.objects.values().chain(&observed.duplicates).filter(|other| other.address != candidate.address) {
            for value in other.attributes.values() {
                value.visit_texts(&mut |text| is_used |= text == candidate.id.as_str());
            }
        }
        is_used
    };
    let is_recorded = |candidate: &Observed| {
        state.and_then(|state| state.resources.get(&candidate.address)).is_some_and(|recorded| recorded.id == candidate.id)
    };
    let mut surplus = Vec::new();
    let addresses: BTreeSet<_> = observed.duplicates.iter().map(|duplicate| &duplicate.address).collect();
    for address in addresses {
        let mut twins: Vec<&Observed> =
            observed.objects.get(address).into_iter().chain(observed.duplicates.iter().filter(|twin| twin.address == *address)).collect();
        // Without our token it was not made by an intent of ours, whatever its other tags say.
        twins.sort_by_key(|twin| (!is_recorded(twin), !is_used(twin), twin.id.clone()));
        surplus.extend(twins.into_iter().skip(1).filter(|twin| !is_used(twin) && twin.tags.contains_key(TAG_TOKEN)));
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
