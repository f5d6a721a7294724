//! The simulated RDS: MySQL instances, their subnet groups, parameter groups and manual snapshots.

mod db_instance;
mod engine;
mod leftover;
mod live;
mod name;
mod operations;
mod orderable;
mod paging;
mod parameter;
mod parameter_group;
mod setting;
mod settle;
mod snapshot;
mod subnet_group;
mod tag;
mod window;

pub(crate) use db_instance::DbInstance;
pub(crate) use leftover::{AutomatedBackup, LogGroup};
pub(crate) use live::live;
pub(crate) use operations::operation;
pub(crate) use parameter_group::DbParameterGroup;
pub(crate) use settle::settle;
pub(crate) use snapshot::DbSnapshot;
pub(crate) use subnet_group::DbSubnetGroup;

use super::call::Call;
use super::object::Record;
use super::refusal::Refusal;

/// Refuses a request that sets one of the named parameters.
macro_rules! unsimulated {
    ($input:ident: $($field:ident)*) => {
        $(if $input.$field.is_some() {
            return Err(crate::sandbox::refusal::Refusal::unsimulated(stringify!($field)));
        })*
    };
}
use unsimulated;

/// The object that a request names without regard to case; one that is not there answers 404.
fn named<T: Record>(call: &Call<'_>, name: Option<&str>, parameter: &str) -> Result<T, Refusal> {
    let name = name.ok_or_else(|| Refusal::missing(parameter))?.to_lowercase();
    call.named(Some(&name), parameter).map_err(|refusal| Refusal {
        status: 404,
        message: format!("{} not found: {name}", T::NOUN),
        ..refusal
    })
}

/// An ARN of RDS; `kind` is its word for the type, such as `db`.
fn arn(call: &Call<'_>, kind: &str, name: &str) -> String {
    format!("arn:aws:rds:{}:{}:{kind}:{name}", call.region, call.account())
}
