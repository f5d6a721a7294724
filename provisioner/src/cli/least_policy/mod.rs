//! Limits a set of IAM actions to what belongs to one environment.
//!
//! What can be limited to is in AWS's Service Authorization Reference. Where a limit might refuse what the program needs, there is none: each
//! group says why. The names of two environments of a project may begin alike (`prod`, `prod-eu`); limits by name then overlap.

mod databases;
mod document;
mod ec2;
mod group;
mod grouping;
mod iam;
mod keys;
mod mail;
mod storage;

pub use document::{DOCUMENT_CHARACTERS, documents, size};
pub use group::{Group, Place};
pub use grouping::{groups, is_read};
