use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::SandboxOptions;
use super::call::Call;
use super::ec2;
use super::moment::Moment;
use super::world::World;

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

/// Lists the live objects of a world.
pub(crate) fn dump(world: &World, options: &SandboxOptions) -> Vec<DumpedObject> {
    let now = Moment::of(options.clock.now());
    let mut places: Vec<(String, String)> = world.all().map(|(key, _)| (key.account.clone(), key.region.clone())).collect();
    places.dedup();
    let mut dumped = Vec::new();
    for (account, region) in places {
        let options = SandboxOptions { account: account.clone(), ..options.clone() };
        let mut call = Call::new(world, &options, 0, now, &region);
        ec2::settle(&mut call);
        dumped.extend(ec2::live_objects(&call));
    }
    dumped.sort_by(|left, right| (&left.service, &left.object_type, &left.id).cmp(&(&right.service, &right.object_type, &right.id)));
    dumped
}
