//! The provider for AWS against clouds that speak its protocol: what is made is observed as wanted, and goes again.

mod access_lists;
#[cfg(feature = "sandbox")]
mod allowed_actions;
mod bench;
mod buckets;
mod data;
#[cfg(feature = "sandbox")]
mod databases;
mod endpoints;
#[cfg(feature = "sandbox")]
mod faults;
mod groups;
mod hosts;
#[cfg(feature = "sandbox")]
mod lag;
mod made_outside;
mod mail;
mod network;
#[cfg(feature = "sandbox")]
mod permissions;
