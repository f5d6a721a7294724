use std::collections::BTreeMap;

use crate::config::{Alerting, Backup, Bastion, Class, Cloud, DatabaseSettings, InputValue, Monitoring, Network, NodeSettings, Security};
use crate::model::{SourceSpan, Tags};

/// What differs between production and development: who, where, how large, who is told.
///
/// Every value is there: class defaults, below what is inherited, below what the file itself says.
#[derive(Clone, Debug, PartialEq)]
pub struct Environment {
    /// Its name, which is the file's stem.
    pub name: String,
    /// What it is for.
    pub class: Class,
    /// The environments it inherits from, nearest first.
    pub inherits: Vec<String>,
    /// The blueprints it is made of, beside [`crate::config::Blueprint::BASE`].
    pub blueprints: Vec<String>,
    /// The domain its names and its mail stand below.
    pub domain: String,
    /// Where it lives.
    pub cloud: Cloud,
    /// Its network.
    pub network: Network,
    /// The way in.
    pub bastion: Bastion,
    /// Every database of its blueprints, by name.
    pub databases: BTreeMap<String, DatabaseSettings>,
    /// Every input of its blueprints, by name, defaults included.
    pub inputs: BTreeMap<String, InputValue>,
    /// What it says of the hosts of its blueprints' roles, by role; a role that it says nothing of is not there.
    pub nodes: BTreeMap<String, NodeSettings>,
    /// What watches it.
    pub monitoring: Monitoring,
    /// Who is told.
    pub alerting: Alerting,
    /// What protects its stored data.
    pub security: Security,
    /// Its backups.
    pub backup: Backup,
    /// The operator's tags on every object.
    pub tags: Tags,
    /// The `age` recipients who can open its secrets; empty: a key is made for this machine.
    pub secret_recipients: Vec<String>,
    /// Where each value stands, by dotted path; a default stands nowhere.
    pub spans: BTreeMap<String, SourceSpan>,
}

impl Environment {
    /// Where the value at a dotted path stands (`network.cidr`, `nodes.worker.count`), in whichever file says it last.
    pub fn span(&self, path: &str) -> Option<SourceSpan> {
        self.spans.get(path).cloned()
    }
}
