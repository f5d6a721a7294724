//! The typed middle: who stands where, and who may talk to whom. Everything else is derived from a [`Topology`].
//!
//! Pure: an environment and its blueprints go in, one value or diagnostics come out.

mod access;
mod access_list;
mod address_plan;
mod backup;
mod bucket;
mod carving;
mod codes;
mod compile;
mod database;
mod group;
mod host;
mod link;
mod lint;
mod mail;
mod matrix;
mod monitoring;
mod moved;
mod network;
mod placements;
mod role_plan;
mod security;
mod structure;
mod tier;
mod value;
mod zone;

pub use access::{Access, Datacenter};
pub use access_list::{AccessEntry, AccessList};
pub use address_plan::{AddressBlock, AddressPlan, FIRST_BLOCK};
pub use backup::{Backup, Schedule};
pub use bucket::Bucket;
pub use carving::carve;
pub use codes::CODES;
pub use compile::{compile, compile_with};
pub use database::Database;
pub use group::{Peer, Rule, SecurityGroupPlan};
pub use host::{BASTION, Host, HostName};
pub use link::{Link, LinkEnd, NetworkName, PortRange, Protocol};
pub use mail::{Mail, MailMode};
pub use matrix::Matrix;
pub use monitoring::{Bounds, Monitoring};
pub use moved::{Moved, MovedKind};
pub use network::{NAT_OFFSET, NatGateway, Network, RouteTable, RouteTarget, Subnet};
pub use placements::Placements;
pub use security::{Kms, Security};
pub use structure::{DatabaseStructure, LinkStructure, RoleStructure, Structure, WayOut, structure};
pub use tier::Tier;
pub use value::{EnvironmentSummary, Topology, VERSION};
pub use zone::{Zone, ZoneError};
