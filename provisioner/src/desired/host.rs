use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::bundle::Bundle;
use crate::model::{
    AttributeSchema, Effect, IdentityClass, Layer, OnChange, RefOr, Reference, Resource, ResourceAddress, Schema, Tags, Typical, Value,
};
use crate::topology::{BASTION, Host, Topology};

/// What is installed on a machine: its bundle, by digests. Contents and secrets are not in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostSoftware {
    /// The machine's id.
    pub machine: RefOr,
    /// The public address of the bastion in the VPC, through which it is reached; none where the bastion stands in a data centre.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bastion: Option<RefOr>,
    /// How it is known and reached over SSH: the authority of its certificate, the one it trusts, and the bastion's port.
    pub ssh: BTreeMap<String, String>,
    /// Debian packages.
    pub packages: BTreeSet<String>,
    /// Users of the system: their home folders.
    pub users: BTreeMap<String, String>,
    /// Files by path: digest, mode, owner.
    pub files: BTreeMap<String, String>,
    /// Services and the state they are in: `running`.
    pub services: BTreeMap<String, String>,
    /// Steps that were done, by the digest of what they do.
    pub steps: BTreeMap<String, String>,
    /// What AWS assigns and its files name.
    pub values: BTreeMap<String, RefOr>,
    /// The generations of the secrets that its files hold.
    pub secrets: BTreeMap<String, i64>,
    /// Files of an earlier bundle that are to go; none are wanted.
    pub leftovers: BTreeSet<String>,
}

/// The state of a service as it shall be.
pub const RUNNING: &str = "running";

/// What an environment's SSH authority is called in plans: `authority 2` after the first rotation.
pub fn authority_words(generation: i64) -> String {
    format!("authority {generation}")
}

/// What the planner knows of the kind `host`.
pub static SCHEMA: Schema = Schema {
    kind: "host",
    listed_by: "host",
    layer: Layer::Hosts,
    identity: IdentityClass::Absolute,
    is_taggable: false,
    holds_data: false,
    is_permanent: false,
    attributes: &[
        AttributeSchema { name: "machine", on_change: OnChange::Replace },
        AttributeSchema { name: "bastion", on_change: OnChange::Fixed },
        AttributeSchema { name: "ssh", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "packages", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "users", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "files", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "services", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "steps", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "values", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "secrets", on_change: OnChange::Update(Effect::InPlace) },
        AttributeSchema { name: "leftovers", on_change: OnChange::Update(Effect::InPlace) },
    ],
    outlives_down: false,
    last_copy: None,
    restores_from: None,
    vanishes_with: None,
    typical: Typical { create: Duration::from_secs(90), update: Duration::from_secs(20), delete: Duration::from_secs(1) },
    permissions: &["ec2:GetConsoleOutput"],
};

/// What shall be installed on every host: a resource for each, in the same graph as the machines. `authority` is the generation of the
/// SSH authority, `generations` those of the secrets in files.
pub fn hosts(
    topology: &Topology,
    bundles: &BTreeMap<String, Bundle>,
    authority: i64,
    generations: &BTreeMap<String, i64>,
) -> BTreeMap<ResourceAddress, Resource> {
    let bastion = topology.hosts.iter().find(|(_, host)| host.role == BASTION).map(|(name, _)| name.as_str());
    let mut resources = BTreeMap::new();
    for (name, host) in &topology.hosts {
        let Some(bundle) = bundles.get(name) else { continue };
        let address = ResourceAddress::new(SCHEMA.kind, name);
        let software = HostSoftware { ssh: identity(topology, name, authority), ..software(name, bundle, bastion, generations) };
        let attributes = Value::attributes_of(&software).expect("a specification is plain data");
        let resource = Resource { address: address.clone(), attributes, tags: Tags::new(), after: needs(name, host, bastion) };
        resources.insert(address, resource);
    }
    resources
}

fn software(name: &str, bundle: &Bundle, bastion: Option<&str>, generations: &BTreeMap<String, i64>) -> HostSoftware {
    let of_bastion = |bastion: &str| {
        let address = ResourceAddress::new("elastic-ip", bastion);
        RefOr::Ref(Reference { address, attribute: "public_address".to_owned() })
    };
    HostSoftware {
        machine: RefOr::id("instance", name),
        bastion: bastion.map(of_bastion),
        ssh: BTreeMap::new(),
        packages: bundle.packages().into_iter().map(str::to_owned).collect(),
        users: bundle.units.iter().flat_map(|unit| &unit.users).map(|(user, (home, _))| (user.clone(), home.clone())).collect(),
        files: bundle.files().map(|(path, file)| (path.to_owned(), file.digest())).collect(),
        services: bundle.services().into_iter().map(|service| (service.to_owned(), RUNNING.to_owned())).collect(),
        steps: bundle.steps().map(|step| (step.id.clone(), step.digest())).collect(),
        values: bundle
            .references()
            .into_iter()
            .map(|reference| (format!("{}.{}", reference.address, reference.attribute), RefOr::Ref(reference.clone())))
            .collect(),
        secrets: bundle.secrets().into_iter().map(|secret| (secret.to_owned(), generations.get(secret).copied().unwrap_or(1))).collect(),
        leftovers: BTreeSet::new(),
    }
}

/// How a host shall be known and reached.
fn identity(topology: &Topology, name: &str, authority: i64) -> BTreeMap<String, String> {
    let authority = authority_words(authority);
    let mut identity = BTreeMap::from([("certificate".to_owned(), authority.clone()), ("trusts".to_owned(), authority)]);
    if topology.hosts[name].role == BASTION {
        identity.insert("port".to_owned(), topology.access.port.to_string());
    }
    identity
}

/// A host is reached through the bastion, which is known by its certificate first.
fn needs(name: &str, host: &Host, bastion: Option<&str>) -> BTreeSet<ResourceAddress> {
    let mut needs = BTreeSet::from([ResourceAddress::new("security-group-rules", &host.security_group)]);
    if host.data_volume_gib.is_some() {
        needs.insert(ResourceAddress::new("volume-attachment", format!("{name}-data")));
    }
    needs.extend(bastion.filter(|bastion| *bastion != name).map(|bastion| ResourceAddress::new(SCHEMA.kind, bastion)));
    needs
}
