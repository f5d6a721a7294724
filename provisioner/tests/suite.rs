//! The one integration-test binary.

mod config;
mod engine;
mod layering;
mod topology;
mod view;
