//! The simulated SES (version 2 of its API): domains that mail is sent from, and configuration sets. No mail is sent.

mod account;
mod configuration_set;
mod email_identity;
mod event_destination;
mod identity_attributes;
mod operations;
mod paging;
mod set_options;
mod tag;

pub(crate) use configuration_set::ConfigurationSet;
pub(crate) use email_identity::EmailIdentity;
pub(crate) use operations::operation;

use super::call::Call;
use super::dump::Live;
use super::object::Object;

/// Brings the service's objects up to the present; nothing of SES's ends by itself.
pub(crate) fn settle(_call: &mut Call<'_>) {}

/// An object of the service as a dump shows it.
pub(crate) fn live(_call: &Call<'_>, object: &Object) -> Option<Live> {
    let state = match object {
        Object::EmailIdentity(identity) if identity.is_published() => "verified",
        Object::EmailIdentity(_) => "pending",
        Object::ConfigurationSet(_) => "available",
        _ => return None,
    };
    Some(Live { state: state.to_owned(), is_made_by_aws: false })
}
