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
#[cfg(feature = "sandbox")]
mod plans;
#[cfg(feature = "sandbox")]
mod rehearsal;
mod requirements;
#[cfg(feature = "aws")]
mod second_opinion;
mod topology;
#[cfg(feature = "sandbox")]
mod transcripts;
mod view;
