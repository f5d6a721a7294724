use crate::config::{Bucket, Constraint, Database, HostName, Input, Link, Moved, Role};

/// What a clustered product is: roles, links, databases, inputs. Data, in `blueprints/<name>/blueprint.toml`.
///
/// Lists keep the order of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blueprint {
    /// Its name, which is its folder's.
    pub name: String,
    /// Its version: `1.0.0`.
    pub version: String,
    /// What it is, in one sentence.
    pub summary: String,
    /// The kinds of hosts.
    pub roles: Vec<Role>,
    /// Who may talk to whom.
    pub links: Vec<Link>,
    /// What the environment is asked.
    pub inputs: Vec<Input>,
    /// The databases; every environment has all of them.
    pub databases: Vec<Database>,
    /// The buckets.
    pub buckets: Vec<Bucket>,
    /// The names that users and hosts know it by.
    pub host_names: Vec<HostName>,
    /// The roles in the order they are started (EMM-60); a role that does not exist in an environment is passed over.
    pub boot_order: Vec<String>,
    /// Rules about the counts of hosts.
    pub constraints: Vec<Constraint>,
    /// What has another name than in an earlier version.
    pub moved: Vec<Moved>,
}

impl Blueprint {
    /// The blueprint that is part of every environment: the links common to all (systems page, 6.0).
    pub const BASE: &'static str = "managed-cloud";

    /// The role with this name.
    pub fn role(&self, name: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.name == name)
    }
}
