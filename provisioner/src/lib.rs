//! `provisioner` builds, proves, clones and rehearses clustered middleware on AWS.
//!
//! The layers and the arrows between them are in `ARCHITECTURE.md`; a test holds the code to them.

pub mod model;
pub mod provider;
#[cfg(feature = "sandbox")]
pub mod sandbox;
