use super::{TransitGateway, VpnGateway, instance_state, nat_gateway, transit_gateway, volume_attachment, vpc_endpoint, vpn_gateway, zone};
use crate::sandbox::call::Call;

/// Brings a region up to the present: what ended since the last call gives back what it held.
///
/// Runs before every call, as part of it, so that no background task is needed and a restart changes nothing.
pub(crate) fn settle(call: &mut Call<'_>) {
    if !zone::names(call.region).is_empty() {
        TransitGateway::seed(call);
        VpnGateway::seed(call);
    }
    instance_state::settle(call);
    nat_gateway::settle(call);
    transit_gateway::settle(call);
    volume_attachment::settle(call);
    vpc_endpoint::settle(call);
    vpn_gateway::settle(call);
}
