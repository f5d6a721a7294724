//! From trees to typed values: every problem of a document in one pass.

mod blueprint;
mod conditions;
mod configuration;
mod convert;
mod environment;
mod lineage;
mod links;
mod moved;
mod order;
mod project;
mod settings;
mod software;
mod values;
mod walk;
mod wrong;

pub use configuration::Configuration;
pub(crate) use lineage::Lineage;
pub(crate) use order::in_order;
pub(crate) use values::{Item, Leaf, Values};
pub(crate) use walk::walk;
