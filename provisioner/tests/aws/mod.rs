//! The provider for AWS against clouds that speak its protocol: what is made is observed as wanted, and goes again.

mod bench;
mod data;
#[cfg(feature = "sandbox")]
mod databases;
#[cfg(feature = "sandbox")]
mod faults;
mod groups;
mod hosts;
mod network;
