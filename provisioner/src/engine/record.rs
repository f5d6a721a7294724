use crate::engine::{Executor, Failure};
use crate::model::Observed;
use crate::plan::{Action, Change};
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
