//! The values every layer speaks in: addresses, attribute values, resources, diagnostics.
//!
//! Imports nothing of ours and does no input or output.

mod address;
mod change;
mod cloud;
mod code;
mod diagnostic;
mod partition;
mod reference;
mod resource;
mod schema;
mod tags;
mod value;

pub use address::{AddressError, ResourceAddress};
pub use change::Effect;
pub use cloud::{CloudName, Scope};
pub use code::Code;
pub use diagnostic::{Diagnostic, Report, Severity, SourceSpan};
pub use partition::partition;
pub use reference::{RefOr, Reference};
pub use resource::{Observed, RemoteId, Resource, Status};
pub use schema::{AttributeSchema, Catalogue, IdentityClass, Layer, OnChange, Schema, Typical};
pub use tags::{TAG_ADDRESS, TAG_COPY_OF, TAG_ENVIRONMENT, TAG_PROJECT, TAG_RETAINED, TAG_TOKEN, Tags};
pub use value::{Attributes, Value, ValueError};
