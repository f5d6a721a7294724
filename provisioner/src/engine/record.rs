use std::collections::BTreeMap;

use crate::engine::{Executor, Failure};
use crate::model::{Observed, ResourceAddress};
use crate::plan::{Action, Change, Observations, Plan};
use crate::state::{Entry, Recorded};

impl Executor<'_> {
    /// Takes in what is there but not recorded, and out what is recorded but gone.
    pub(super) async fn record_without_calls(&self, changes: impl Iterator<Item = &Change>) -> Result<(), Failure> {
        for change in changes {
            match (change.action, &change.before) {
                (Action::NoOp, Some(observed)) => {
                    self.settle_in_record(change, observed).await?;
                }
                (Action::Forget, _) => self.journal.append(Entry::Removed { address: change.address.clone() }).await?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Takes an object into the record as it is, under the address it has now; what outlives the environment is taken out.
    pub(super) async fn settle_in_record(&self, change: &Change, observed: &Observed) -> Result<(), Failure> {
        let address = change.address.clone();
        if change.marks_as_kept() {
            self.journal.append(Entry::Removed { address }).await?;
        } else {
            let recorded = Box::new(Recorded::of(observed, change.dependencies.clone()));
            self.journal.append(Entry::Settled { address, recorded }).await?;
        }
        self.forget_old_address(change).await
    }

    pub(super) async fn forget_old_address(&self, change: &Change) -> Result<(), Failure> {
        if let Some(address) = change.moved_from.clone() {
            self.journal.append(Entry::Removed { address }).await?;
        }
        Ok(())
    }
}

/// The objects by the addresses that the plan calls them by.
pub(super) fn known_as_planned(plan: &Plan, observed: &Observations) -> BTreeMap<ResourceAddress, Observed> {
    let mut known = observed.objects.clone();
    for change in &plan.changes {
        if let (Some(old), Some(before)) = (&change.moved_from, &change.before) {
            known.remove(old);
            known.insert(change.address.clone(), before.clone());
        }
    }
    known
}
