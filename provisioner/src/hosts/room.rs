use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::bundle::Bundle;
use crate::hosts::{Hosts, Machine};
use crate::model::{Attributes, Observed, RemoteId, ResourceAddress, Status, Tags, Value};
use crate::secrets::Secret;

/// Whether machines are looked at, or taken for what was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// They are asked.
    Ask,
    /// No connection is opened: what was recorded counts.
    Remember,
}

/// Everything a run knows of its hosts.
pub struct Room {
    pub(super) hosts: Box<dyn Hosts>,
    pub(super) reach: Reach,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    bundles: BTreeMap<String, Bundle>,
    secrets: BTreeMap<String, Secret>,
    machines: BTreeMap<String, Machine>,
    recorded: BTreeMap<ResourceAddress, Observed>,
    /// What a host was just seen to be, or made to be, in this run.
    fresh: BTreeMap<String, Attributes>,
    texts: BTreeMap<String, BTreeMap<String, String>>,
    unreachable: BTreeMap<String, String>,
}

impl Room {
    /// A room with this way to machines.
    pub fn new(hosts: Box<dyn Hosts>, reach: Reach) -> Self {
        Self { hosts, reach, known: Mutex::default() }
    }

    /// Whether machines are really looked at.
    pub fn is_real(&self) -> bool {
        self.hosts.is_real()
    }

    /// The way to machines.
    pub fn hosts(&self) -> &dyn Hosts {
        self.hosts.as_ref()
    }

    /// The machine of a host, where it is there.
    pub fn there(&self, host: &str) -> Option<Machine> {
        self.machine(host).filter(|machine| !machine.id.is_empty())
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says which machines there are, and what was recorded of their software. Those in `anew` are met as if for the first time.
    pub fn furnish(
        &self,
        machines: impl IntoIterator<Item = Machine>,
        recorded: BTreeMap<ResourceAddress, Observed>,
        anew: &BTreeSet<String>,
    ) {
        let mut known = self.lock();
        let is_enrolled = |machine: &Machine| {
            let is_recorded = recorded.get(&address_of(&machine.name)).is_some_and(|recorded| recorded.id == id_of(&machine.id));
            is_recorded && !anew.contains(&machine.name)
        };
        let machines = machines.into_iter().map(|machine| Machine { is_enrolled: is_enrolled(&machine), ..machine });
        known.machines = machines.map(|machine| (machine.name.clone(), machine)).collect();
        known.recorded = recorded;
    }

    /// Says what hosts shall have.
    pub fn want(&self, bundles: BTreeMap<String, Bundle>) {
        self.lock().bundles = bundles;
    }

    /// Gives the secrets that files may hold.
    pub fn entrust(&self, secrets: BTreeMap<String, Secret>) {
        self.lock().secrets = secrets;
    }

    /// The texts of the files of a host that are not as wanted, as they are now.
    pub fn texts(&self, host: &str) -> BTreeMap<String, String> {
        self.lock().texts.get(host).cloned().unwrap_or_default()
    }

    /// Why hosts could not be looked at, by host.
    pub fn unreachable(&self) -> BTreeMap<String, String> {
        self.lock().unreachable.clone()
    }

    pub(super) fn machines(&self) -> Vec<Machine> {
        self.lock().machines.values().cloned().collect()
    }

    pub(super) fn machine(&self, host: &str) -> Option<Machine> {
        self.lock().machines.get(host).cloned()
    }

    /// The id of the bastion in the VPC.
    pub(super) fn bastion_id(&self) -> Option<String> {
        self.lock().machines.values().find(|machine| machine.is_bastion).map(|machine| machine.id.clone())
    }

    pub(super) fn meet(&self, machine: Machine) {
        self.lock().machines.insert(machine.name.clone(), machine);
    }

    pub(super) fn bundle(&self, host: &str) -> Option<Bundle> {
        self.lock().bundles.get(host).cloned()
    }

    pub(super) fn secret(&self, name: &str) -> Option<String> {
        self.lock().secrets.get(name).map(|secret| secret.expose().to_owned())
    }

    /// What the host last said of itself in this run, if it said anything.
    pub fn fresh(&self, host: &str) -> Option<Attributes> {
        self.lock().fresh.get(host).cloned()
    }

    pub(super) fn keep(&self, host: &str, attributes: Attributes, texts: BTreeMap<String, String>) {
        let mut known = self.lock();
        known.unreachable.remove(host);
        known.texts.insert(host.to_owned(), texts);
        known.fresh.insert(host.to_owned(), attributes);
    }

    pub(super) fn note_unreachable(&self, host: &str, why: String) {
        self.lock().unreachable.insert(host.to_owned(), why);
    }

    pub(super) fn forget(&self, host: &str) {
        let mut known = self.lock();
        known.fresh.remove(host);
        known.texts.remove(host);
        known.recorded.remove(&address_of(host));
    }

    pub(super) fn recorded(&self, host: &str) -> Option<Observed> {
        self.lock().recorded.get(&address_of(host)).cloned()
    }

    /// Every host of which anything is known: recorded ones, and those this run has seen.
    pub(super) fn remembered(&self) -> Vec<Observed> {
        let known = self.lock();
        let names: BTreeSet<&str> =
            known.recorded.keys().map(ResourceAddress::name).chain(known.fresh.keys().map(String::as_str)).collect();
        names
            .into_iter()
            .filter_map(|name| match (known.fresh.get(name), known.machines.get(name)) {
                (Some(attributes), Some(machine)) => Some(observed(machine, attributes.clone())),
                _ => known.recorded.get(&address_of(name)).cloned(),
            })
            .collect()
    }
}

pub(super) fn address_of(host: &str) -> ResourceAddress {
    ResourceAddress::new("host", host)
}

/// The id of a machine's software: the machine's own, told apart from it.
pub(super) fn id_of(machine: &str) -> RemoteId {
    RemoteId::new(format!("host/{machine}"))
}

pub(super) fn observed(machine: &Machine, mut attributes: Attributes) -> Observed {
    attributes.insert("machine".to_owned(), Value::Text(machine.id.clone()));
    if let Some(bastion) = &machine.bastion {
        attributes.insert("bastion".to_owned(), Value::Text(bastion.address.clone()));
    }
    Observed { address: address_of(&machine.name), id: id_of(&machine.id), status: Status::Ready, attributes, tags: Tags::new() }
}
