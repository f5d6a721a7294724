//! The simulated IAM: roles and instance profiles, once per account.

mod document;
mod instance_profile;
mod operations;
mod paging;
mod role;
mod role_policy;
mod simulation;
mod tag;
mod visibility;

pub(crate) use instance_profile::InstanceProfile;
pub(crate) use operations::operation;
pub(crate) use role::Role;
pub(crate) use visibility::{usable_role, visible_profile};

use super::call::Call;
use super::dump::Live;
use super::object::Object;

/// Brings the service's objects up to the present; nothing of IAM's ends by itself.
pub(crate) fn settle(_call: &mut Call<'_>) {}

/// An object of the service as a dump shows it.
pub(crate) fn live(_call: &Call<'_>, object: &Object) -> Option<Live> {
    matches!(object, Object::Role(_) | Object::InstanceProfile(_)).then(|| Live { state: "available".to_owned(), is_made_by_aws: false })
}
