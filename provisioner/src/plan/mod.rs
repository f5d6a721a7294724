//! From what is wanted, what is there and what is remembered to a plan. Pure: no clock, no randomness, no input or output.

mod change;
mod diff;
mod drift;
mod graph;
mod keep;
mod last_copy;
mod moved;
mod names;
mod observations;
mod options;
mod planner;
mod refuse;
mod restore;
mod step;
mod value;

pub use change::{Action, Change, Difference, Origin, Reason, Refusal};
pub use diff::{differences, matches, tag_differences};
pub use drift::{DriftKind, Drifted, asked_by_files, drift};
pub use graph::{Node, Phase};
pub use last_copy::copies_of_the_living;
pub use observations::Observations;
pub use options::PlanOptions;
pub use planner::{DesiredState, PlanInput, plan};
pub use value::{ApprovedPlan, Basis, Plan, Summary};
