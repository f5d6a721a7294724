//! The one integration-test binary.

#![expect(clippy::unwrap_used, reason = "a test stops where an answer is missing")]

#[cfg(feature = "aws")]
mod aws;
mod bundle;
mod config;
#[cfg(feature = "sandbox")]
mod conformance;
#[cfg(feature = "sandbox")]
mod crash;
#[cfg(feature = "aws")]
mod drift;
mod engine;
mod hosts;
#[cfg(feature = "sandbox")]
mod lab;
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
