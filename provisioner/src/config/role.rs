use crate::config::Condition;

/// A kind of host of a blueprint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Its name; hosts are called `<role>-<n>`.
    pub name: String,
    /// What it does, for the operator.
    pub doc: String,
    /// The subnets its hosts stand in.
    pub tier: Tier,
    /// How many hosts.
    pub count: Count,
    /// Their EC2 instance type where the environment does not say.
    pub instance_type: String,
    /// The size of the root volume in GiB where the environment does not say.
    pub root_volume_gib: u32,
    /// The volume for what must outlive the host.
    pub data_volume: Option<DataVolume>,
    /// When the role exists; none: always.
    pub when: Option<Condition>,
    /// Whether each host has a public address that stays.
    pub has_elastic_ip: bool,
    /// The logical name of the machine image: `debian-13`.
    pub image: String,
    /// Whether a host stores what nothing else has, so that it is protected from termination.
    pub is_stateful: bool,
}

/// Which subnets a role's hosts stand in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// With a route to the internet gateway.
    Public,
    /// With a route to the NAT gateway alone.
    Private,
}

/// How many hosts a role has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// Where the environment does not say.
    pub default: u16,
    /// At least.
    pub min: u16,
    /// At most.
    pub max: u16,
}

/// A volume beside the root volume.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataVolume {
    /// Its size in GiB where the environment does not say.
    pub size_gib: u32,
    /// Where it is mounted.
    pub mount: String,
}

/// A name below the environment's domain and the role that answers to it (EMM-21).
///
/// Inside the VPC it resolves to the private address of the role's first host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostName {
    /// The label before the domain: `work` for `work.emm.example.com`.
    pub name: String,
    /// The role that answers.
    pub role: String,
    /// When it counts; none: always.
    pub when: Option<Condition>,
}
