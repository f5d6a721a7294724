//! The typed middle: who stands where, and who may talk to whom.
//!
//! Pure: an environment and its blueprints go in, one value or diagnostics come out.

mod address_plan;
mod carving;
mod network;
mod tier;
mod zone;

pub use address_plan::{AddressBlock, AddressPlan, FIRST_BLOCK};
pub use carving::carve;
pub use network::{NAT_OFFSET, NatGateway, Network, RouteTable, RouteTarget, Subnet};
pub use tier::Tier;
pub use zone::{Zone, ZoneError};
