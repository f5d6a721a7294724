//! The laboratory: real machines, real packets. It needs root and a few programs; without them each test says that it was skipped, and
//! `PROVISION_TEST_LAB=require` makes that a failure.

mod datacenter;
mod environment;
mod inside;
mod machines;
mod matrix;
mod monitoring;
mod place;
mod project;
mod volume;
