//! The boundary to a cloud: what a resource type must be able to do, and how a cloud says no.

mod error;
mod fake;
mod lookup;
mod registry;
mod traits;

pub use error::{ErrorKind, ProviderError};
pub use fake::{FakeCloud, Fault};
pub use lookup::{DatabaseOffering, Image, TypeFacts, TypeOffering, Zones};
pub use registry::Registry;
pub use traits::{Calls, Create, Delete, Depth, Look, ResourceType, Token, Update};
