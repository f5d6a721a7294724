use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::SandboxOptions;
use super::faults::StuckOutcome;
use super::moment::Moment;
use super::object::{GLOBAL, Kind, Object, Record, Tags};
use super::refusal::Refusal;
use super::service::Service;
use super::world::{Change, Key, World};
use crate::model::partition;

/// One call in progress: the world as it is, and what the call would change in it.
///
/// Nothing is kept unless the call succeeds, so that a refused call never leaves half of its work.
pub(crate) struct Call<'a> {
    world: &'a World,
    overlay: BTreeMap<Key, Option<Arc<Object>>>,
    options: &'a SandboxOptions,
    salt: u64,
    ids_made: u32,
    needed: BTreeSet<String>,
    service: Service,
    folder: Option<&'a Path>,
    pub(crate) now: Moment,
    pub(crate) region: &'a str,
}

impl<'a> Call<'a> {
    pub(crate) fn new(world: &'a World, options: &'a SandboxOptions, salt: u64, now: Moment, region: &'a str) -> Call<'a> {
        let service = Service::Ec2;
        Call { world, overlay: BTreeMap::new(), options, salt, ids_made: 0, needed: BTreeSet::new(), service, folder: None, now, region }
    }

    /// The same call as one of another service's operations.
    pub(crate) fn to(self, service: Service) -> Call<'a> {
        Call { service, ..self }
    }

    /// The same call in a cloud that lives in a folder.
    pub(crate) fn in_folder(self, folder: Option<&'a Path>) -> Call<'a> {
        Call { folder, ..self }
    }

    /// The folder that the cloud lives in; none for one in memory.
    pub(crate) fn folder(&self) -> Option<&'a Path> {
        self.folder
    }

    /// Refuses a caller who is not allowed an IAM action: the operation's own, or one that AWS takes in the caller's name
    /// (`iam:PassRole`, `ec2:CreateTags`).
    pub(crate) fn needs(&mut self, action: &str) -> Result<(), Refusal> {
        self.needed.insert(action.to_owned());
        match &self.options.permissions {
            Some(allowed) if !allowed.contains(action) => Err(self.service.denied(&self.caller(), action)),
            _ => Ok(()),
        }
    }

    /// The ARN of who makes the call.
    pub(crate) fn caller(&self) -> String {
        format!("arn:aws:iam::{}:user/rehearsal", self.account())
    }

    /// The partition of the call's region, with which its ARNs begin.
    pub(crate) fn partition(&self) -> &'static str {
        partition(self.region)
    }

    /// The IAM actions that were needed so far.
    pub(crate) fn needed(&self) -> &BTreeSet<String> {
        &self.needed
    }

    /// The account the call is made in.
    pub(crate) fn account(&self) -> &'a str {
        &self.options.account
    }

    /// The options of the cloud.
    pub(crate) fn options(&self) -> &'a SandboxOptions {
        self.options
    }

    /// What the call has changed so far.
    pub(crate) fn into_changes(self) -> Vec<Change> {
        self.overlay.into_iter().map(|(key, object)| Change { key, object }).collect()
    }

    /// Forgets what was changed since `mark`; a DryRun ends this way.
    pub(crate) fn roll_back(&mut self, mark: BTreeMap<Key, Option<Arc<Object>>>) {
        self.overlay = mark;
    }

    /// Remembers what is changed at this point.
    pub(crate) fn mark(&self) -> BTreeMap<Key, Option<Arc<Object>>> {
        self.overlay.clone()
    }

    /// The moment at which a transition of this published length, begun now, ends.
    pub(crate) fn after(&self, published: Duration) -> Moment {
        self.now.plus(self.options.scaled(published))
    }

    /// Whether a transition of this published length that began at `begun` has ended.
    pub(crate) fn has_passed(&self, begun: Moment, published: Duration) -> bool {
        self.now >= begun.plus(self.options.scaled(published))
    }

    /// How the first transition of an object with these tags ends, when a stuck rule names it.
    pub(crate) fn stuck<T: Record>(&self, tags: &Tags) -> Option<StuckOutcome> {
        let rule =
            self.options.faults.stuck.iter().find(|rule| {
                rule.object_type == T::KIND.name() && rule.tag.as_ref().is_none_or(|(key, value)| tags.get(key) == Some(value))
            })?;
        Some(rule.outcome)
    }

    /// The end of an object's first transition, or never where a stuck rule says so.
    pub(crate) fn ready_at<T: Record>(&self, tags: &Tags, published: Duration) -> Moment {
        match self.stuck::<T>(tags) {
            Some(StuckOutcome::NeverReady) => Moment::NEVER,
            _ => self.after(published),
        }
    }

    /// Makes a new id, `prefix-` and 17 hexadecimal digits as AWS's long ids have.
    pub(crate) fn new_id(&mut self, prefix: &str) -> String {
        format!("{prefix}-{}", self.new_digits(17))
    }

    /// Makes new hexadecimal digits, at most 64, that this cloud never made before.
    pub(crate) fn new_digits(&mut self, count: usize) -> String {
        self.ids_made += 1;
        let mut hasher = Sha256::new();
        hasher.update(self.salt.to_be_bytes());
        hasher.update(self.world.sequence().to_be_bytes());
        hasher.update(self.ids_made.to_be_bytes());
        let mut digits = format!("{:x}", hasher.finalize());
        digits.truncate(count);
        digits
    }

    /// Whether another account has an object of this type and id: names of buckets are unique across all.
    pub(crate) fn is_held_elsewhere<T: Record>(&self, id: &str) -> bool {
        self.world.all().any(|(key, _)| key.kind == T::KIND && key.id == id && key.account != self.account())
    }

    /// Where objects of a type stand for this call: its region, or the one place of what is global.
    fn place(&self, kind: Kind) -> &'a str {
        if kind.is_global() { GLOBAL } else { self.region }
    }

    fn key_of(&self, kind: Kind, id: &str) -> Key {
        Key { account: self.account().to_owned(), region: self.place(kind).to_owned(), kind, id: id.to_owned() }
    }

    fn key<T: Record>(&self, id: &str) -> Key {
        self.key_of(T::KIND, id)
    }

    /// The present value of an object.
    pub(crate) fn get<T: Record>(&self, id: &str) -> Option<T> {
        self.peek(id).cloned()
    }

    /// The present value of an object, borrowed.
    pub(crate) fn peek<T: Record>(&self, id: &str) -> Option<&T> {
        let key = self.key::<T>(id);
        let object = match self.overlay.get(&key) {
            Some(changed) => changed.as_ref()?,
            None => self.world.get(&key)?,
        };
        T::of(object)
    }

    /// The object that a request names, or AWS's refusal.
    ///
    /// An object younger than the read lag is not found, as in EC2 ("Eventual consistency in the Amazon EC2 API").
    pub(crate) fn named<T: Record>(&self, id: Option<&str>, parameter: &str) -> Result<T, Refusal> {
        let id = id.filter(|id| !id.is_empty()).ok_or_else(|| Refusal::missing(parameter))?;
        let is_visible = match self.options.faults.lag {
            None => true,
            Some(lag) => self.world.get_at(&self.key::<T>(id), self.now.minus(lag)).is_some(),
        };
        match self.get::<T>(id) {
            Some(object) if is_visible => Ok(object),
            _ => Err(not_found::<T>(id)),
        }
    }

    /// All present objects of a type, in id order.
    pub(crate) fn all<T: Record>(&self) -> Vec<T> {
        self.iter::<T>().cloned().collect()
    }

    /// All present objects of a type, in id order, borrowed.
    pub(crate) fn iter<T: Record>(&self) -> impl Iterator<Item = &T> {
        let mut found: BTreeMap<&str, &T> = self
            .world
            .of_kind(self.account(), self.place(T::KIND), T::KIND)
            .filter_map(|(key, object)| Some((key.id.as_str(), T::of(object)?)))
            .collect();
        for (key, object) in &self.overlay {
            if key.kind != T::KIND || key.region != self.place(T::KIND) || key.account != self.options.account {
                continue;
            }
            match object.as_ref().and_then(|object| T::of(object)) {
                Some(object) => drop(found.insert(&key.id, object)),
                None => drop(found.remove(key.id.as_str())),
            }
        }
        found.into_values()
    }

    /// The objects of a type as a read sees them: behind by the read lag, when there is one.
    pub(crate) fn visible<T: Record>(&self) -> Vec<T> {
        match self.options.faults.lag {
            None => self.all(),
            Some(lag) => self
                .world
                .of_kind_at(self.account(), self.place(T::KIND), T::KIND, self.now.minus(lag))
                .filter_map(|(_, object)| T::of(object).cloned())
                .collect(),
        }
    }

    /// Writes an object's new value.
    pub(crate) fn put<T: Record>(&mut self, object: T) {
        let key = self.key::<T>(object.id());
        self.overlay.insert(key, Some(Arc::new(object.into_object())));
    }

    /// Removes an object.
    pub(crate) fn remove<T: Record>(&mut self, id: &str) {
        let key = self.key::<T>(id);
        self.overlay.insert(key, None);
    }

    /// Changes an object in place, if it exists.
    pub(crate) fn update<T: Record>(&mut self, id: &str, change: impl FnOnce(&mut T)) {
        if let Some(mut object) = self.get::<T>(id) {
            change(&mut object);
            self.put(object);
        }
    }

    /// An object of any type that a request names; `None` when it does not exist, or is younger than the read lag.
    pub(crate) fn named_object(&self, kind: Kind, id: &str) -> Option<Object> {
        let key = self.key_of(kind, id);
        if let Some(lag) = self.options.faults.lag {
            self.world.get_at(&key, self.now.minus(lag))?;
        }
        let object = match self.overlay.get(&key) {
            Some(changed) => changed.as_ref()?,
            None => self.world.get(&key)?,
        };
        Some(Object::clone(object))
    }

    /// Writes the new value of an object of any type.
    pub(crate) fn put_object(&mut self, object: Object) {
        let key = self.key_of(object.kind(), object.id());
        self.overlay.insert(key, Some(Arc::new(object)));
    }

    /// All objects of the region as a read sees them, client tokens aside.
    pub(crate) fn visible_objects(&self) -> Vec<Arc<Object>> {
        let Some(lag) = self.options.faults.lag else { return self.present_objects() };
        let kinds = Kind::ALL.iter().filter(|kind| **kind != Kind::Token);
        let seen = kinds.flat_map(|kind| self.world.of_kind_at(self.account(), self.place(*kind), *kind, self.now.minus(lag)));
        seen.map(|(_, object)| object.clone()).collect()
    }

    /// All present objects of the region, client tokens aside.
    pub(crate) fn present_objects(&self) -> Vec<Arc<Object>> {
        let kinds = Kind::ALL.iter().filter(|kind| **kind != Kind::Token);
        let kept = kinds.flat_map(|kind| self.world.of_kind(self.account(), self.place(*kind), *kind));
        let mut objects: Vec<Arc<Object>> =
            kept.filter(|(key, _)| !self.overlay.contains_key(key)).map(|(_, object)| object.clone()).collect();
        objects.extend(self.overlay.iter().filter(|(key, _)| key.kind != Kind::Token).filter_map(|(_, object)| object.clone()));
        objects
    }
}

/// The refusal for an id that does not exist.
pub(crate) fn not_found<T: Record>(id: &str) -> Refusal {
    Refusal::new(T::NOT_FOUND, format!("The {} '{id}' does not exist", T::NOUN))
}
