use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::{Clock, Faults, SystemClock};

/// How a rehearsal cloud behaves.
#[derive(Clone, Debug)]
pub struct SandboxOptions {
    /// The account that every call is made in, 12 digits.
    pub account: String,
    /// What durations are divided by; 0 means that nothing waits.
    pub speed: f64,
    /// The time by which transitions end.
    pub clock: Arc<dyn Clock>,
    /// What goes wrong, by a seed.
    pub faults: Faults,
    /// The account's limits per region.
    pub quotas: Quotas,
    /// The IAM actions that the caller is allowed (`ec2:CreateVpc`); none: all.
    pub permissions: Option<Arc<BTreeSet<String>>>,
}

impl Default for SandboxOptions {
    fn default() -> SandboxOptions {
        SandboxOptions {
            account: "123456789012".to_owned(),
            speed: 60.0,
            clock: Arc::new(SystemClock),
            faults: Faults::none(),
            quotas: Quotas::default(),
            permissions: None,
        }
    }
}

impl SandboxOptions {
    /// Scales a published duration; zero when the speed is zero.
    pub(crate) fn scaled(&self, duration: Duration) -> Duration {
        if self.speed <= 0.0 {
            return Duration::ZERO;
        }
        duration.div_f64(self.speed)
    }

    /// How long terminated and deleted objects stay listed: about an hour (EC2 `DescribeInstances`, `DescribeNatGateways`).
    ///
    /// Not zero when the speed is zero, because a rehearsal must meet the ghosts whether or not it waits.
    pub(crate) fn ghost_life(&self) -> Duration {
        let hour = Duration::from_secs(3600);
        if self.speed <= 0.0 { hour } else { self.scaled(hour) }
    }
}

/// The limits of an account in one region.
///
/// The defaults of a new AWS account are in [`Quotas::new_account`] (VPC User Guide, "Amazon VPC quotas"; EC2 User Guide, "Amazon EC2
/// service quotas"). The default here is a raised account, because several environments rehearse in it side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quotas {
    /// VPCs per region, Service Quotas `L-F678F1CE`.
    pub vpcs: usize,
    /// Subnets per VPC, Service Quotas `L-407747CB`.
    pub subnets_per_vpc: usize,
    /// Elastic IP addresses per region, Service Quotas `L-0263D0A3`.
    pub addresses: usize,
    /// NAT gateways per availability zone, Service Quotas `L-FE5A380F`.
    pub nat_gateways_per_zone: usize,
    /// Internet gateways per region, Service Quotas `L-A4707A72`.
    pub internet_gateways: usize,
    /// Route tables per VPC, Service Quotas `L-589F43AA`.
    pub route_tables_per_vpc: usize,
    /// Routes per route table, the local one not counted, Service Quotas `L-93826ACB`.
    pub routes_per_table: usize,
    /// Network ACLs per VPC, Service Quotas `L-B4A6D682`.
    pub network_acls_per_vpc: usize,
    /// Entries per network ACL and direction, the closing one not counted, Service Quotas `L-2AEEBF1A`.
    pub entries_per_network_acl: usize,
    /// Gateway endpoints per region, Service Quotas `L-1B52E74A`.
    pub gateway_endpoints: usize,
    /// Security groups per region, Service Quotas `L-E79EC296`.
    pub security_groups: usize,
    /// Rules per security group and direction, Service Quotas `L-0EA8095F`.
    pub rules_per_group: usize,
    /// Security groups per network interface, Service Quotas `L-2AFB9258`.
    pub groups_per_interface: usize,
    /// Running on-demand standard vCPUs per region, Service Quotas `L-1216C47A`.
    pub vcpus: usize,
    /// DB instances per region, Service Quotas `L-7B6409FD`.
    pub db_instances: usize,
    /// Manual DB snapshots per region, Service Quotas `L-272F1212`.
    pub db_snapshots: usize,
}

impl Quotas {
    /// The limits that a new AWS account starts with.
    pub const fn new_account() -> Quotas {
        Quotas {
            vpcs: 5,
            subnets_per_vpc: 200,
            addresses: 5,
            nat_gateways_per_zone: 5,
            internet_gateways: 5,
            route_tables_per_vpc: 200,
            routes_per_table: 500,
            network_acls_per_vpc: 200,
            entries_per_network_acl: 20,
            gateway_endpoints: 20,
            security_groups: 2500,
            rules_per_group: 60,
            groups_per_interface: 5,
            vcpus: 5,
            db_instances: 40,
            db_snapshots: 100,
        }
    }
}

impl Default for Quotas {
    fn default() -> Quotas {
        Quotas { vpcs: 20, addresses: 50, internet_gateways: 20, nat_gateways_per_zone: 20, vcpus: 1000, ..Quotas::new_account() }
    }
}
