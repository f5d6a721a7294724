use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::Tags;
use crate::topology::{
    Access, AccessList, Backup, Bucket, Database, Host, HostName, Mail, Matrix, Monitoring, Moved, Network, Security, SecurityGroupPlan,
};

/// The version of the serialised form.
pub const VERSION: u32 = 1;

/// One environment, worked out: where everything stands, and who may talk to whom.
///
/// The keys of its maps are the names of addresses (`subnet.private-a`, `instance.worker-2`); physical names do not occur.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Topology {
    /// The version of this form: [`VERSION`].
    pub version: u32,
    /// The project's name.
    pub project: String,
    /// Which environment it is.
    pub environment: EnvironmentSummary,
    /// Its network.
    pub network: Network,
    /// Its hosts, by name: `worker-2`.
    pub hosts: BTreeMap<String, Host>,
    /// The security groups, by name: a role, or `database-<name>`.
    pub groups: BTreeMap<String, SecurityGroupPlan>,
    /// The access lists, by the word of their tier.
    pub access_lists: BTreeMap<String, AccessList>,
    /// Who may talk to whom.
    pub matrix: Matrix,
    /// The databases, by name.
    pub databases: BTreeMap<String, Database>,
    /// The buckets, by name.
    pub buckets: BTreeMap<String, Bucket>,
    /// How alert mail leaves.
    pub mail: Mail,
    /// What protects the stored data.
    pub security: Security,
    /// What watches it.
    pub monitoring: Monitoring,
    /// Its backups.
    pub backup: Backup,
    /// The way in for operators.
    pub access: Access,
    /// The names its users and hosts know it by, in full, and who answers (EMM-21).
    pub host_names: BTreeMap<String, HostName>,
    /// The roles in the order they are started (EMM-60).
    pub boot_order: Vec<String>,
    /// The operator's tags on every object.
    pub tags: Tags,
    /// What has another name than before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moved: Vec<Moved>,
}

/// Which environment a topology is of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnvironmentSummary {
    /// Its name.
    pub name: String,
    /// The word of its class: `pre-production`.
    pub class: String,
    /// The domain its names and its mail stand below.
    pub domain: String,
    /// Its region.
    pub region: String,
    /// Its account.
    pub account: String,
    /// Its blueprints, with their versions.
    pub blueprints: BTreeMap<String, String>,
}

impl Topology {
    /// The hosts of a role, by number.
    pub fn hosts_of<'a>(&'a self, role: &'a str) -> impl Iterator<Item = &'a Host> {
        let mut hosts: Vec<_> = self.hosts.values().filter(|host| host.role == role).collect();
        hosts.sort_by_key(|host| host.n);
        hosts.into_iter()
    }
}
