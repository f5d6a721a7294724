//! The simulated Service Quotas: the limits of [`super::SandboxOptions`], by their codes.

mod quota;

use super::call::Call;
use super::dump::Live;
use super::object::Object;
use super::operation::operations;

operations! { aws_sdk_servicequotas:
    get_service_quota GetServiceQuotaInput Reads quota::applied;
    get_aws_default_service_quota GetAwsDefaultServiceQuotaInput Reads quota::default_of;
}

/// An object of the service as a dump shows it; there are none.
pub(crate) fn live(_call: &Call<'_>, _object: &Object) -> Option<Live> {
    None
}
