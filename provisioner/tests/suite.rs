//! The one integration-test binary.

#[cfg(feature = "aws")]
mod aws;
mod config;
#[cfg(feature = "sandbox")]
mod conformance;
#[cfg(feature = "sandbox")]
mod crash;
mod engine;
mod layering;
#[cfg(feature = "aws")]
mod second_opinion;
mod topology;
mod view;
