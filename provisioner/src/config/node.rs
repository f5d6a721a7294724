/// What an environment says of the hosts of one role; what it leaves out comes from the blueprint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NodeSettings {
    /// How many hosts, within the role's bounds.
    pub count: Option<u16>,
    /// Their EC2 instance type.
    pub instance_type: Option<String>,
    /// The size of the root volume in GiB.
    pub root_volume_gib: Option<u32>,
    /// The size of the data volume in GiB, for a role that has one.
    pub data_volume_gib: Option<u32>,
}
