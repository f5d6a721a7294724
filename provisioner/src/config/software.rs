use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::config::{Condition, LinkEnd};

/// Everything that may be installed, and how it is watched, with the templates it is written from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SoftwareCatalogue {
    /// What is installed, by id.
    pub software: BTreeMap<String, Software>,
    /// What Icinga asks hosts, by id.
    pub checks: BTreeMap<String, Check>,
    /// The templates, by folder and name: `monitoring/nrpe/nrpe.cfg.hbs`.
    pub templates: BTreeMap<String, Template>,
}

/// One thing that is installed on some hosts: `[software.<id>]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Software {
    /// The folder it stands in: `monitoring/nrpe`, `blueprints/wso2-emm`.
    pub folder: String,
    /// What it does, in one line.
    pub doc: String,
    /// On which hosts; never a network.
    pub on: Vec<LinkEnd>,
    /// In which environments; none means in all.
    pub when: Option<Condition>,
    /// What is installed before it where a host has both.
    pub after: Vec<String>,
    /// Debian packages.
    pub packages: Vec<String>,
    /// The system's users it makes, by name.
    pub users: BTreeMap<String, User>,
    /// The files it writes, by path.
    pub files: BTreeMap<String, File>,
    /// A command that judges the new files before anything is restarted; if it fails the old ones come back.
    pub validate: Option<String>,
    /// What is done once, in the order of the file.
    pub steps: Vec<Step>,
    /// systemd services that are enabled and run; a changed file restarts them.
    pub services: Vec<String>,
    /// Whether its services keep what they know on the host's data volume, and must not start without it.
    pub keeps_data: bool,
    /// What is waited for at the end, in the order of the file.
    pub waits: Vec<Wait>,
    /// What `verify` proves, in the order of the file.
    pub verify: Vec<Wait>,
    /// The requirements it comes from.
    pub requirements: Vec<String>,
}

/// A user of the system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The home folder, which is made.
    pub home: String,
    /// Groups beside its own.
    pub groups: Vec<String>,
}

/// A file: a template and who may read what comes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// The template's name in the folder's `files/`.
    pub template: String,
    /// The language it is written in, which says how values are quoted.
    pub syntax: Syntax,
    /// Its permissions, in octal digits.
    pub mode: String,
    /// Its owner.
    pub owner: String,
    /// Its group.
    pub group: String,
}

/// The languages that rendered files are written in: how a value becomes a literal there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Syntax {
    /// No quoting: values must be plain words.
    Plain,
    /// POSIX shell: `'…'`.
    Shell,
    /// nginx: `"…"`, with `${dollar}` for a dollar, which `geo $dollar { default "$"; }` has to define.
    Nginx,
    /// Icinga 2: `"…"`. A dollar stays one: what a command's arguments resolve as macros is the template's affair.
    Icinga,
    /// A command of NRPE: quoted for its shell, with `$$` for a dollar.
    Nrpe,
    /// JSON, which is YAML as well: `"…"`.
    Json,
    /// XML: text of an element or of an attribute.
    Xml,
}

/// Something that is done once, and again when its definition changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its name.
    pub id: String,
    /// What it does, in one line.
    pub doc: String,
    /// A shell command that succeeds once it is done; without one it is done when `apply` succeeded.
    pub check: Option<String>,
    /// The shell command that does it.
    pub apply: String,
    /// How long it may take.
    pub seconds: u32,
}

/// Something that has to become true, or to be proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wait {
    /// Its name.
    pub id: String,
    /// What is waited for, in words an operator understands.
    pub doc: String,
    /// A shell command that succeeds once it is true.
    pub check: String,
    /// How long it may take.
    pub seconds: u32,
}

/// What Icinga asks a host through NRPE: `[checks.<id>]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// The folder it stands in.
    pub folder: String,
    /// What it watches, in one line.
    pub doc: String,
    /// On which hosts.
    pub on: Vec<LinkEnd>,
    /// In which environments; none means in all.
    pub when: Option<Condition>,
    /// Whether it is made once for every systemd service of the software on the host, and not once.
    pub is_each_service: bool,
    /// The plugin and its arguments; each may name values.
    pub command: Vec<String>,
    /// How often, in seconds.
    pub every_seconds: u32,
    /// The requirements it comes from.
    pub requirements: Vec<String>,
}

/// The text of a template and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// The path people know it by.
    pub shown: PathBuf,
    /// Its text.
    pub text: String,
}

impl Software {
    /// The software of every environment that mounts a host's data volume.
    pub const DATA_VOLUME: &'static str = "data-volume";
}

impl Syntax {
    /// Every syntax.
    pub const ALL: [Self; 7] = [Self::Plain, Self::Shell, Self::Nginx, Self::Icinga, Self::Nrpe, Self::Json, Self::Xml];

    /// The words for [`Self::ALL`], in its order.
    pub const WORDS: [&'static str; 7] = ["plain", "shell", "nginx", "icinga", "nrpe", "json", "xml"];

    /// The syntax of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::WORDS.iter().position(|known| *known == word).map(|index| Self::ALL[index])
    }
}
