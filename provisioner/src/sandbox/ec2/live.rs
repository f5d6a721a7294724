use std::collections::BTreeMap;

use aws_sdk_ec2::types::{InstanceStateName, NatGatewayState};
use serde_json::Value;

use crate::sandbox::call::Call;
use crate::sandbox::dump::DumpedObject;
use crate::sandbox::object::Object;

/// Lists the live objects of a region: not what is terminated or deleted and only still listed, and no client tokens.
pub(crate) fn live_objects(call: &Call<'_>) -> Vec<DumpedObject> {
    let objects = call.present_objects();
    objects.iter().filter_map(|object| Some(dumped(call, object, state(call, object)?))).collect()
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

fn dumped(call: &Call<'_>, object: &Object, state: String) -> DumpedObject {
    let mut attributes = BTreeMap::new();
    // An object's JSON form is its type's name with its properties.
    if let Ok(Value::Object(named)) = serde_json::to_value(object)
        && let Some((_, Value::Object(properties))) = named.into_iter().next()
    {
        attributes.extend(properties.into_iter().filter(|(name, _)| name != "id" && name != "tags"));
    }
    DumpedObject {
        service: "ec2".to_owned(),
        object_type: object.kind().name().to_owned(),
        id: object.id().to_owned(),
        state,
        tags: object.tags().clone(),
        account: call.account().to_owned(),
        region: call.region.to_owned(),
        made_by: is_made_by_aws(object).then(|| "aws".to_owned()),
        attributes,
    }
}
