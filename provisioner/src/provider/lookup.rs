use std::collections::{BTreeMap, BTreeSet};

/// A machine image that a logical name stands for today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// Its id: `ami-0abc`.
    pub id: String,
    /// Its own name: `debian-13-amd64-20261101-2285`.
    pub name: String,
    /// The device that the root volume must name.
    pub root_device: String,
    /// The account that made it.
    pub owner: String,
    /// When it was made, RFC 3339 in UTC.
    pub creation_date: String,
}

/// The availability zones that may be used, by name, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Zones {
    /// `eu-west-1a`, `eu-west-1b`, …
    pub names: Vec<String>,
}

/// What a size of machine can do, as far as an environment asks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeFacts {
    /// Its name: `m6i.large`.
    pub name: String,
    /// Whether it runs 64-bit Intel code.
    pub is_x86_64: bool,
    /// Whether it is built on Nitro.
    pub is_nitro: bool,
    /// Whether its volumes can be encrypted.
    pub encrypts_volumes: bool,
    /// Its virtual processors, which the account's quota counts.
    pub vcpus: u32,
    /// Its memory in MiB.
    pub memory_mib: u64,
}

/// Which sizes of machine a region offers, and where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TypeOffering {
    /// What the sizes that exist can do, by name; a size that was asked for and is absent does not exist in the region.
    pub facts: BTreeMap<String, TypeFacts>,
    /// The zones that offer a size, by its name.
    pub zones: BTreeMap<String, BTreeSet<String>>,
}

impl TypeOffering {
    /// Whether a zone offers a size.
    pub fn is_offered(&self, instance_type: &str, zone: &str) -> bool {
        self.zones.get(instance_type).is_some_and(|zones| zones.contains(zone))
    }
}

/// Where a size of database can be had.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DatabaseOffering {
    /// The zones that have it; none: it cannot be had in the region.
    pub zones: BTreeSet<String>,
    /// Whether it can have a standby in a second zone.
    pub has_standby: bool,
}
