//! The one integration-test binary.

#[cfg(feature = "aws")]
mod aws;
mod config;
mod engine;
mod layering;
mod topology;
mod view;
