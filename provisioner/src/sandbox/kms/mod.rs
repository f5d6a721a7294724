//! The simulated KMS: symmetric keys of the customer, and their aliases.

mod alias;
mod deletion;
mod key;
mod key_policy;
mod live;
mod operations;
mod paging;
mod rotation;
mod tag;

pub(crate) use alias::KmsAlias;
pub(crate) use key::KmsKey;
pub(crate) use live::{live, settle};
pub(crate) use operations::operation;
