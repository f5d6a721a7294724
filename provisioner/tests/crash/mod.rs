//! Crash proofs: the real program, killed for real, judged by the cloud's own table.
//!
//! Every boundary of `up` and of `down` is tried. Of what is larger (kills during a resume, changes of mind, parallel runs) a seeded share
//! is tried, and all of it with `PROVISION_TEST_FULL=1`.

mod boundaries;
mod files;
mod findings;
mod locks;
mod oracle;
mod outside;
mod project;
mod signals;

/// How many objects the small environment has: one of each way a creation is made safe to repeat, and what they need.
const OBJECTS: usize = 52;
