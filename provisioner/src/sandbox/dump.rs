use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::SandboxOptions;
use super::call::Call;
use super::machines::Machines;
use super::moment::Moment;
use super::object::{GLOBAL, Object};
use super::service::Service;
use super::world::World;
use super::{ec2, iam, kms, quotas, rds, s3, ses, settle};
use crate::model::Scope;

/// One live object of a rehearsal cloud, as its own table has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DumpedObject {
    /// The service, such as `ec2`.
    pub service: String,
    /// The type, such as `nat-gateway`.
    #[serde(rename = "type")]
    pub object_type: String,
    /// The object's id; an Elastic IP's is its allocation id, a key pair's its key pair id.
    pub id: String,
    /// The state at the time of the dump; `available` for types without states.
    pub state: String,
    /// The tags.
    pub tags: BTreeMap<String, String>,
    /// The account.
    pub account: String,
    /// The region.
    pub region: String,
    /// `aws` for an object that AWS makes by itself beside another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_by: Option<String>,
    /// The other properties, by the names of the cloud's own records.
    pub attributes: BTreeMap<String, Value>,
}

/// That an object is live, and what a dump says of it beside its properties.
pub(crate) struct Live {
    pub(crate) state: String,
    /// Whether AWS made it by itself, beside one that was asked for.
    pub(crate) is_made_by_aws: bool,
}

/// An object's state, by its service; none for what is deleted and only still listed.
fn live(call: &Call<'_>, object: &Object) -> Option<Live> {
    match object.kind().service() {
        Service::Ec2 => ec2::live(call, object),
        Service::Iam => iam::live(call, object),
        Service::Kms => kms::live(call, object),
        Service::Quotas => quotas::live(call, object),
        Service::Rds => rds::live(call, object),
        Service::S3 => s3::live(call, object),
        Service::Ses => ses::live(call, object),
        Service::Sts => None,
    }
}

fn dumped_object(call: &Call<'_>, object: &Object, live: Live) -> DumpedObject {
    let mut attributes = BTreeMap::new();
    // An object's JSON form is its type's name with its properties.
    if let Ok(Value::Object(named)) = serde_json::to_value(object)
        && let Some((_, Value::Object(properties))) = named.into_iter().next()
    {
        attributes.extend(properties.into_iter().filter(|(name, _)| name != "id" && name != "tags"));
    }
    DumpedObject {
        service: object.kind().service().prefix().to_owned(),
        object_type: object.kind().name().to_owned(),
        id: object.id().to_owned(),
        state: live.state,
        tags: object.tags().clone(),
        account: call.account().to_owned(),
        region: call.region.to_owned(),
        made_by: live.is_made_by_aws.then(|| "aws".to_owned()),
        attributes,
    }
}

/// The accounts and regions in which a world has objects.
fn places(world: &World) -> Vec<(String, String)> {
    let mut places: Vec<(String, String)> = world.all().map(|(key, _)| (key.account.clone(), key.region.clone())).collect();
    places.dedup();
    places
}

/// Reads the machines of an environment, wherever they stand.
pub(crate) fn machines(world: &World, options: &SandboxOptions, scope: &Scope, folder: Option<&Path>) -> Machines {
    let now = Moment::of(options.clock.now());
    let mut found = Machines::default();
    for (account, region) in places(world) {
        let options = SandboxOptions { account, ..options.clone() };
        let mut call = Call::new(world, &options, 0, now, &region);
        settle(&mut call);
        ec2::collect_machines(&call, scope, folder, &mut found);
    }
    found
}

/// Lists the live objects of a world.
pub(crate) fn dump(world: &World, options: &SandboxOptions) -> Vec<DumpedObject> {
    let now = Moment::of(options.clock.now());
    let mut dumped = Vec::new();
    for (account, region) in places(world) {
        let options = SandboxOptions { account, ..options.clone() };
        let mut call = Call::new(world, &options, 0, now, &region);
        settle(&mut call);
        let here = call.present_objects().into_iter().filter(|object| object.kind().is_global() == (region == GLOBAL));
        dumped.extend(here.filter_map(|object| Some(dumped_object(&call, &object, live(&call, &object)?))));
    }
    dumped.sort_by(|left, right| (&left.service, &left.object_type, &left.id).cmp(&(&right.service, &right.object_type, &right.id)));
    dumped
}
