//! What the program remembers of an environment: the journal of intents, the snapshot folded from it, the lock.

mod entry;
mod error;
pub mod failpoint;
mod frame;
mod journal;
mod lock;
mod snapshot;
mod store;

pub use entry::{Entry, Intent, Operation, Record};
pub use error::StateError;
pub use journal::Journal;
pub use lock::{Holder, Lock};
pub use snapshot::{Generation, Recorded, StateFile};
pub use store::{Edition, StateStore, StoredState};
