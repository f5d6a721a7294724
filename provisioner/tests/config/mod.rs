//! What people write: everything right is read, everything wrong is refused with its reason.

mod blueprints;
mod environments;
mod hostile;
mod refusals;
mod schemas;
mod support;
