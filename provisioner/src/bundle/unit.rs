use std::collections::{BTreeMap, BTreeSet};

use crate::bundle::{Content, Source};
use crate::model::Reference;

/// Everything one host shall have, in the order in which it is put there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bundle {
    /// What is installed, each after what it needs.
    pub units: Vec<Unit>,
}

/// One piece of software on one host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// The software's id.
    pub id: String,
    /// The folder it stands in: `monitoring/nrpe`, `blueprints/wso2-emm`.
    pub folder: String,
    /// What it does.
    pub doc: String,
    /// Debian packages.
    pub packages: Vec<String>,
    /// Users of the system, by name: their home and groups.
    pub users: BTreeMap<String, (String, Vec<String>)>,
    /// Files by path.
    pub files: BTreeMap<String, BundleFile>,
    /// What judges the files before anything is restarted.
    pub validate: Option<Content>,
    /// What is done once.
    pub steps: Vec<BundleStep>,
    /// Services that run.
    pub services: Vec<String>,
    /// What is waited for at the end.
    pub waits: Vec<BundleWait>,
    /// What `verify` proves.
    pub verify: Vec<BundleWait>,
}

/// A file with all that is compared of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BundleFile {
    /// Its text.
    pub content: Content,
    /// Its permissions, in octal digits.
    pub mode: String,
    /// Its owner.
    pub owner: String,
    /// Its group.
    pub group: String,
}

/// A step with its commands rendered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BundleStep {
    /// Its name: `nginx.default-site`.
    pub id: String,
    /// What it does.
    pub doc: String,
    /// Succeeds once it is done.
    pub check: Option<Content>,
    /// Does it.
    pub apply: Content,
    /// How long it may take.
    pub seconds: u32,
}

/// A wait with its command rendered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BundleWait {
    /// Its name.
    pub id: String,
    /// What is waited for.
    pub doc: String,
    /// Succeeds once it is so.
    pub check: Content,
    /// How long it may take.
    pub seconds: u32,
}

impl BundleFile {
    /// Its digest with its permissions: what a plan compares.
    pub fn digest(&self) -> String {
        format!("{} {} {}:{}", self.content.digest(), self.mode, self.owner, self.group)
    }
}

impl BundleStep {
    /// The digest of its definition.
    pub fn digest(&self) -> String {
        let check = self.check.as_ref().map(Content::digest).unwrap_or_default();
        format!("{}{check}", self.apply.digest())
    }
}

impl Bundle {
    /// Every package.
    pub fn packages(&self) -> BTreeSet<&str> {
        self.units.iter().flat_map(|unit| &unit.packages).map(String::as_str).collect()
    }

    /// Every file, by path.
    pub fn files(&self) -> impl Iterator<Item = (&str, &BundleFile)> {
        self.units.iter().flat_map(|unit| &unit.files).map(|(path, file)| (path.as_str(), file))
    }

    /// Every service.
    pub fn services(&self) -> BTreeSet<&str> {
        self.units.iter().flat_map(|unit| &unit.services).map(String::as_str).collect()
    }

    /// Every step.
    pub fn steps(&self) -> impl Iterator<Item = &BundleStep> {
        self.units.iter().flat_map(|unit| &unit.steps)
    }

    fn sources(&self) -> impl Iterator<Item = &Source> {
        self.units.iter().flat_map(|unit| {
            let steps = unit.steps.iter().flat_map(|step| step.check.iter().chain([&step.apply]));
            let files = unit.files.values().map(|file| &file.content);
            let waits = unit.waits.iter().chain(&unit.verify).map(|wait| &wait.check);
            files.chain(steps).chain(waits).chain(&unit.validate).flat_map(Content::sources)
        })
    }

    /// Every value that AWS assigns and that is written somewhere on the host.
    pub fn references(&self) -> BTreeSet<&Reference> {
        let assigned = self.sources().filter_map(|source| match source {
            Source::Assigned(reference) => Some(reference),
            Source::Secret(_) => None,
        });
        assigned.collect()
    }

    /// Every secret that is written somewhere on the host, by name.
    pub fn secrets(&self) -> BTreeSet<&str> {
        let secrets = self.sources().filter_map(|source| match source {
            Source::Secret(name) => Some(name.as_str()),
            Source::Assigned(_) => None,
        });
        secrets.collect()
    }
}
