//! The one integration-test binary.

#[cfg(feature = "sandbox")]
mod conformance;
mod config;
mod engine;
mod layering;
mod topology;
mod view;
