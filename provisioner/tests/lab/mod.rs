//! The laboratory: real machines, real packets. It needs root and a few programs; without them each test says that it was skipped, and
//! `PROVISION_TEST_LAB=require` makes that a failure.

mod environment;
mod machines;
mod place;
mod volume;
