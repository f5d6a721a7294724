//! The laboratory: a real machine on this computer for every running instance of the rehearsal cloud.
//!
//! A machine is a container of systemd's with a network namespace of its own, made from a Debian image of the release that the instance's image
//! names. Its user data is carried out by cloud-init, its SSH keys are its own, and its packets pass the security groups as they stand in the
//! rehearsal cloud. With a bastion in a data centre there is one place outside of the VPC that its private connection leads to.
//! [`Lab::reconcile`] makes what stands on this computer equal to what stands in that cloud.
//!
//! What a laboratory is not: there are no network ACLs, no metadata service and no databases of AWS's.

mod archive;
mod cgroup;
mod check;
mod command;
mod disk;
mod error;
mod firewall;
mod follow;
mod image;
mod laboratory;
mod layer;
mod lock;
mod names;
mod namespace;
mod network;
mod process;
mod report;
mod suite;
mod tell;
mod uplink;
mod volume;

pub use check::LabMissing;
pub use error::LabError;
pub use laboratory::Lab;
pub use report::{HostStatus, LabReport, LabStatus};
pub use suite::Suite;
