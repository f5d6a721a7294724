//! The simulated KMS: symmetric keys of the customer, and their aliases.

mod alias;
mod deletion;
mod in_service;
mod key;
mod key_policy;
mod live;
mod operations;
mod paging;
mod rotation;
mod tag;

pub(crate) use alias::KmsAlias;
pub(crate) use in_service::{InService, in_service, managed_by_aws};
pub(crate) use key::KmsKey;
pub(crate) use live::{live, settle};
pub(crate) use operations::operation;
