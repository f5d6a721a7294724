//! Carries plans out: observes, calls, waits, journals, resumes. It knows neither a cloud nor a product.

mod apply;
mod calls;
mod event;
mod interrupt;
mod observe;
mod outcome;
mod pace;
mod record;
mod resume;
mod retry;
mod settle;
mod watch;

pub use apply::Executor;
pub use event::{Event, Observer, Silent, StepPhase};
pub use interrupt::Interrupt;
pub use observe::{listing_kinds, observe};
pub use outcome::{Failure, Outcome};
pub use pace::Pace;
pub use resume::{await_unknown, prefer_those_that_stay, remove_surplus, surplus_duplicates};
