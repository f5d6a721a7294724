use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::model::{Effect, Observed, Resource};

/// The part of an environment an object belongs to; plans are grouped by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// Networks, routes, groups, addresses.
    Network,
    /// Roles, instance profiles and keys.
    Permissions,
    /// Databases, buckets, volumes and their snapshots.
    Data,
    /// Machines.
    Hosts,
    /// Monitoring.
    Monitoring,
    /// Mail.
    Mail,
}

/// How a create call whose outcome is unknown is made safe to repeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IdentityClass {
    /// The cloud de-duplicates by the client token of the intent.
    ClientToken,
    /// A second create answers "already exists"; tags tell whose it is.
    NaturalKey,
    /// Only the tags set at creation find it again.
    TagOnly,
    /// A relation between objects: read, then write.
    Relation,
    /// A setting: writing it twice is writing it once.
    Absolute,
}

/// What happens when one attribute differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnChange {
    /// The object can be changed, with this effect.
    Update(Effect),
    /// A version, with this effect when it changes: a shorter one stands for all that begin with it, and one that the cloud has
    /// taken further within the same release is as wanted.
    Version(Effect),
    /// The object can be changed, but only to a larger number.
    Grow,
    /// Only a new object can have the new value.
    Replace,
    /// An object that has none yet gets it by an update; another value only a new object can have.
    Once,
    /// Fixed when the object is made, and never compared afterwards.
    Fixed,
}

/// One attribute of a type.
#[derive(Clone, Copy, Debug)]
pub struct AttributeSchema {
    /// Its name in [`crate::model::Attributes`].
    pub name: &'static str,
    /// What happens when it differs.
    pub on_change: OnChange,
}

/// How long the operations of a type usually take; published medians.
#[derive(Clone, Copy, Debug)]
pub struct Typical {
    /// From the create call to usable.
    pub create: Duration,
    /// From the update call to settled.
    pub update: Duration,
    /// From the delete call to gone.
    pub delete: Duration,
}

impl Typical {
    /// For what answers at once.
    pub const QUICK: Self = Self { create: Duration::from_secs(1), update: Duration::from_secs(1), delete: Duration::from_secs(1) };
}

/// What the planner and the engine know of a type: everything about it but how to call the cloud.
#[derive(Clone, Copy, Debug)]
pub struct Schema {
    /// The kind in addresses.
    pub kind: &'static str,
    /// The kind whose list also shows this one: what has no list of its own names its parent's.
    pub listed_by: &'static str,
    /// Where plans show it.
    pub layer: Layer,
    /// How a create is made safe to repeat.
    pub identity: IdentityClass,
    /// Whether it carries tags.
    pub is_taggable: bool,
    /// Whether deleting it loses what a customer stored.
    pub holds_data: bool,
    /// Whether the cloud keeps it with its parent, so that it is put back to its defaults and not deleted.
    pub is_permanent: bool,
    /// Every attribute it has.
    pub attributes: &'static [AttributeSchema],
    /// Whether `down` keeps it on purpose, unless the data is to be discarded; the next `up` takes it over.
    pub outlives_down: bool,
    /// What is made of it and kept before it goes, where that is an object of its own.
    pub last_copy: Option<fn(&Observed) -> Resource>,
    /// The attribute that names the last copy from which it is made again, where it can be.
    pub restores_from: Option<&'static str>,
    /// The attribute that names the object with which it goes by itself, where that is the better way for it to go.
    pub vanishes_with: Option<&'static str>,
    /// How long its operations usually take.
    pub typical: Typical,
    /// The permissions its operations need, dependent actions included (`ec2:CreateVpc`).
    pub permissions: &'static [&'static str],
}

impl Schema {
    /// What happens when the attribute differs; an attribute the type does not have is fixed.
    pub fn on_change(&self, attribute: &str) -> OnChange {
        self.attributes.iter().find(|schema| schema.name == attribute).map_or(OnChange::Fixed, |schema| schema.on_change)
    }
}

/// Every type of object the program knows, by kind.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    schemas: BTreeMap<&'static str, &'static Schema>,
}

impl Catalogue {
    /// Takes the schemas; kinds MUST differ.
    pub fn new(schemas: impl IntoIterator<Item = &'static Schema>) -> Self {
        Self { schemas: schemas.into_iter().map(|schema| (schema.kind, schema)).collect() }
    }

    /// The schema of a kind.
    pub fn get(&self, kind: &str) -> Option<&'static Schema> {
        self.schemas.get(kind).copied()
    }

    /// All schemas, by kind.
    pub fn iter(&self) -> impl Iterator<Item = &'static Schema> + '_ {
        self.schemas.values().copied()
    }
}
