//! The simulated IAM.

use aws_smithy_runtime_api::client::interceptors::context::Input;

use super::call::Call;
use super::dump::Live;
use super::object::Object;
use super::operation::Operation;

/// Finds the IAM operation that takes this input; `None` for one that is not simulated.
pub(crate) fn operation(_input: &Input) -> Option<Operation> {
    None
}

/// Brings the service's objects up to the present.
pub(crate) fn settle(_call: &mut Call<'_>) {}

/// An object of the service as a dump shows it; `None` for one that is deleted.
pub(crate) fn live(_call: &Call<'_>, _object: &Object) -> Option<Live> {
    None
}
