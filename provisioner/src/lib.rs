//! `provisioner` builds, proves, clones and rehearses clustered middleware on AWS.
//!
//! The layers and the arrows between them are in `ARCHITECTURE.md`; a test holds the code to them.

#[cfg(feature = "aws")]
pub mod aws;
pub mod bundle;
pub mod cli;
pub mod config;
pub mod desired;
pub mod engine;
pub mod graph;
pub mod hosts;
#[cfg(feature = "sandbox")]
pub mod lab;
pub mod model;
pub mod plan;
pub mod provider;
#[cfg(feature = "sandbox")]
pub mod sandbox;
pub mod secrets;
pub mod state;
pub mod topology;
pub mod view;
