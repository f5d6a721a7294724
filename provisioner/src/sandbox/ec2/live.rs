use aws_sdk_ec2::types::{InstanceStateName, NatGatewayState};

use crate::sandbox::call::Call;
use crate::sandbox::dump::Live;
use crate::sandbox::object::Object;

/// An object of EC2's as a dump shows it; none for another service's, and for one that is terminated or deleted and only still listed.
pub(crate) fn live(call: &Call<'_>, object: &Object) -> Option<Live> {
    Some(Live { state: state(call, object)?, is_made_by_aws: is_made_by_aws(object) })
}

/// The state of an object; none for one that is not live.
fn state(call: &Call<'_>, object: &Object) -> Option<String> {
    let now = call.now;
    let state = match object {
        Object::Instance(instance) => match instance.state(now) {
            InstanceStateName::Terminated => return None,
            state => state.as_str().to_owned(),
        },
        Object::NatGateway(gateway) => match gateway.state(now) {
            NatGatewayState::Deleted => return None,
            state => state.as_str().to_owned(),
        },
        Object::TransitGatewayAttachment(attachment) if attachment.is_deleted(now) => return None,
        Object::TransitGatewayAttachment(attachment) => attachment.state(now).as_str().to_owned(),
        Object::Token(_) => return None,
        Object::NetworkInterface(interface) => interface.status().as_str().to_owned(),
        Object::Snapshot(snapshot) => snapshot.state(now).as_str().to_owned(),
        Object::Volume(volume) => volume.state(now).as_str().to_owned(),
        Object::Vpc(vpc) => vpc.state(now).as_str().to_owned(),
        Object::InternetGateway(gateway) if gateway.vpc.is_some() => "attached".to_owned(),
        Object::VpnGateway(gateway) if gateway.vpc.is_some() => "attached".to_owned(),
        Object::Address(address) if address.association.is_some() => "associated".to_owned(),
        Object::Address(_)
        | Object::InternetGateway(_)
        | Object::KeyPair(_)
        | Object::NetworkAcl(_)
        | Object::RouteTable(_)
        | Object::SecurityGroup(_)
        | Object::Subnet(_)
        | Object::TransitGateway(_)
        | Object::VpnGateway(_) => "available".to_owned(),
        // Another service's.
        _ => return None,
    };
    Some(state)
}

/// Whether AWS made the object by itself, beside one that was asked for.
fn is_made_by_aws(object: &Object) -> bool {
    match object {
        Object::RouteTable(table) => table.is_main(),
        Object::SecurityGroup(group) => group.is_default,
        Object::NetworkAcl(_) => true,
        Object::Volume(volume) => volume.is_made_by_aws,
        Object::NetworkInterface(interface) => interface.is_made_by_aws(),
        _ => false,
    }
}
