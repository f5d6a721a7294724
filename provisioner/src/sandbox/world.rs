use std::collections::{BTreeMap, VecDeque};
use std::ops::Bound;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::moment::Moment;
use super::object::{Kind, Object};

/// What names one object: its account, region, type and id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Key {
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) kind: Kind,
    pub(crate) id: String,
}

/// Everything that one call changed: the unit that is written, and the unit that is lost or kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Commit {
    pub(crate) sequence: u64,
    pub(crate) at: Moment,
    pub(crate) changes: Vec<Change>,
}

/// One object's new value; none is its removal.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Change {
    pub(crate) key: Key,
    #[serde(with = "shared")]
    pub(crate) object: Option<Arc<Object>>,
}

/// The JSON form of a shared object, which is the object's own.
mod shared {
    use std::sync::Arc;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Object;

    pub(super) fn serialize<S: Serializer>(object: &Option<Arc<Object>>, serializer: S) -> Result<S::Ok, S::Error> {
        object.as_deref().serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Arc<Object>>, D::Error> {
        Ok(Option::<Object>::deserialize(deserializer)?.map(Arc::new))
    }
}

/// All objects of all accounts and regions, each with the versions that a lagging read may still see.
#[derive(Debug, Default)]
pub(crate) struct World {
    entries: BTreeMap<Key, Vec<Version>>,
    replaced: VecDeque<(Moment, Key)>,
    sequence: u64,
    horizon: Duration,
}

#[derive(Debug)]
struct Version {
    since: Moment,
    object: Option<Arc<Object>>,
}

impl World {
    /// An empty world that keeps replaced versions for `horizon`.
    pub(crate) fn new(horizon: Duration) -> World {
        World { horizon, ..World::default() }
    }

    /// Keeps replaced versions for at least `horizon` from now on.
    pub(crate) fn keep_versions(&mut self, horizon: Duration) {
        self.horizon = self.horizon.max(horizon);
    }

    /// The number of the last commit.
    pub(crate) fn sequence(&self) -> u64 {
        self.sequence
    }

    /// Applies a commit.
    pub(crate) fn apply(&mut self, commit: Commit) {
        self.sequence = commit.sequence;
        for Change { key, object } in commit.changes {
            self.replaced.push_back((commit.at, key.clone()));
            self.entries.entry(key).or_default().push(Version { since: commit.at, object });
        }
        self.forget(commit.at.minus(self.horizon));
    }

    /// Drops the versions that no read can see any more.
    fn forget(&mut self, before: Moment) {
        while self.replaced.front().is_some_and(|(at, _)| *at <= before) {
            let Some((_, key)) = self.replaced.pop_front() else { return };
            let Some(versions) = self.entries.get_mut(&key) else { continue };
            let current = versions.iter().rposition(|version| version.since <= before).unwrap_or(0);
            versions.drain(..current);
            if matches!(versions.as_slice(), [Version { object: None, .. }]) {
                self.entries.remove(&key);
            }
        }
    }

    /// The present value of one object.
    pub(crate) fn get(&self, key: &Key) -> Option<&Arc<Object>> {
        self.entries.get(key)?.last()?.object.as_ref()
    }

    /// The value that one object had at a moment.
    pub(crate) fn get_at(&self, key: &Key, at: Moment) -> Option<&Arc<Object>> {
        version_at(self.entries.get(key)?, at)
    }

    /// The present objects of one type, in id order.
    pub(crate) fn of_kind(&self, account: &str, region: &str, kind: Kind) -> impl Iterator<Item = (&Key, &Arc<Object>)> {
        self.range(account, region, kind).filter_map(|(key, versions)| Some((key, versions.last()?.object.as_ref()?)))
    }

    /// The objects of one type as they were at a moment, in id order.
    pub(crate) fn of_kind_at(&self, account: &str, region: &str, kind: Kind, at: Moment) -> impl Iterator<Item = (&Key, &Arc<Object>)> {
        self.range(account, region, kind).filter_map(move |(key, versions)| Some((key, version_at(versions, at)?)))
    }

    /// All present objects, in key order.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&Key, &Arc<Object>)> {
        self.entries.iter().filter_map(|(key, versions)| Some((key, versions.last()?.object.as_ref()?)))
    }

    fn range(&self, account: &str, region: &str, kind: Kind) -> impl Iterator<Item = (&Key, &Vec<Version>)> {
        let first = Key { account: account.to_owned(), region: region.to_owned(), kind, id: String::new() };
        let end = first.clone();
        self.entries
            .range((Bound::Included(first), Bound::Unbounded))
            .take_while(move |(key, _)| key.account == end.account && key.region == end.region && key.kind == end.kind)
    }
}

fn version_at(versions: &[Version], at: Moment) -> Option<&Arc<Object>> {
    versions.iter().rev().find(|version| version.since <= at)?.object.as_ref()
}
