//! What nobody may read: generated, sealed with `age` for the operators, rotated by a command.
//!
//! Plans, state and logs hold names and generations, never values.

mod contents;
mod error;
mod file;
mod keys;
mod kind;
mod name;
mod secret;
mod store;
#[cfg(test)]
mod tests;

pub use error::SecretError;
pub use keys::{IDENTITY_VARIABLE, Keys};
pub use kind::Kind;
pub use name::SecretName;
pub use secret::Secret;
pub use store::{Listed, SecretStore};
