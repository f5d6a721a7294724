use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::types::{Filter, NatGatewayState};

use crate::aws::tags::read_tags;
use crate::aws::{Lookup, db_tags};
use crate::model::{Scope, Tags};
use crate::provider::{ProviderError, TypeFacts};

/// How much of something an account has in a region, and how much of that is one environment's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// All of it.
    pub total: u64,
    /// The environment's part.
    pub ours: u64,
}

impl Usage {
    fn add(&mut self, count: u64, is_ours: bool) {
        self.total += count;
        self.ours += if is_ours { count } else { 0 };
    }
}

/// What an account has in a region of what its quotas count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InUse {
    /// VPCs, the default one included.
    pub vpcs: Usage,
    /// Elastic IP addresses.
    pub elastic_ips: Usage,
    /// NAT gateways by the name of their zone.
    pub nat_gateways: BTreeMap<String, Usage>,
    /// Virtual processors of running on-demand machines of the standard families.
    pub vcpus: Usage,
    /// Database instances.
    pub databases: Usage,
    /// Snapshots of database instances that were made by hand.
    pub database_snapshots: Usage,
}

/// Whether a size of machine belongs to the families that one quota counts together: A, C, D, H, I, M, R, T and Z (EC2 User Guide,
/// "Amazon EC2 service quotas"; Service Quotas `L-1216C47A`).
pub fn is_standard(instance_type: &str) -> bool {
    const OTHERS: [&str; 5] = ["dl", "hpc", "inf", "mac", "trn"];
    instance_type.starts_with(['a', 'c', 'd', 'h', 'i', 'm', 'r', 't', 'z']) && !OTHERS.iter().any(|other| instance_type.starts_with(other))
}

/// The virtual processors of machines of these sizes, as the quota of the standard families counts them; unknown sizes count nothing.
pub fn standard_vcpus<'a>(sizes: impl IntoIterator<Item = &'a str>, facts: &BTreeMap<String, TypeFacts>) -> u64 {
    let counted = sizes.into_iter().filter(|size| is_standard(size));
    counted.filter_map(|size| facts.get(size)).map(|facts| u64::from(facts.vcpus)).sum()
}

impl Lookup {
    /// What the account has in the region of what its quotas count, and what of it carries the environment's tags.
    ///
    /// # Errors
    /// When the cloud refuses a list.
    pub async fn in_use(&self, scope: &Scope) -> Result<InUse, ProviderError> {
        let is_ours = |tags: &Tags| scope.address_in(tags).is_some();
        let mut found = InUse::default();
        let connection = self.connection();
        let vpcs = connection.ec2().describe_vpcs().into_paginator().page_size(1000).send();
        for vpc in connection.pages("DescribeVpcs", vpcs).await?.iter().flat_map(|page| page.vpcs()) {
            found.vpcs.add(1, is_ours(&read_tags(vpc.tags())));
        }
        let addresses = connection.call("DescribeAddresses", connection.ec2().describe_addresses().send()).await?;
        for address in addresses.addresses().iter().filter(|address| address.allocation_id().is_some()) {
            found.elastic_ips.add(1, is_ours(&read_tags(address.tags())));
        }
        found.nat_gateways = self.nat_gateways_in_use(&is_ours).await?;
        found.vcpus = self.vcpus_in_use(&is_ours).await?;
        let databases = connection.rds().describe_db_instances().into_paginator().page_size(100).send();
        for database in connection.pages("DescribeDBInstances", databases).await?.iter().flat_map(|page| page.db_instances()) {
            found.databases.add(1, is_ours(&db_tags::read(database.tag_list())));
        }
        let snapshots = connection.rds().describe_db_snapshots().snapshot_type("manual").into_paginator().page_size(100).send();
        for snapshot in connection.pages("DescribeDBSnapshots", snapshots).await?.iter().flat_map(|page| page.db_snapshots()) {
            found.database_snapshots.add(1, is_ours(&db_tags::read(snapshot.tag_list())));
        }
        Ok(found)
    }

    /// A gateway names its subnet, and only the subnet its zone. Those that are being deleted still count (VPC User Guide, "Amazon VPC quotas").
    async fn nat_gateways_in_use(&self, is_ours: &impl Fn(&Tags) -> bool) -> Result<BTreeMap<String, Usage>, ProviderError> {
        let connection = self.connection();
        let gateways = connection.ec2().describe_nat_gateways().into_paginator().page_size(1000).send();
        let gateways = connection.pages("DescribeNatGateways", gateways).await?;
        let subnets = connection.ec2().describe_subnets().into_paginator().page_size(1000).send();
        let subnets = connection.pages("DescribeSubnets", subnets).await?;
        let zones: BTreeMap<&str, &str> = subnets
            .iter()
            .flat_map(|page| page.subnets())
            .filter_map(|subnet| Some((subnet.subnet_id()?, subnet.availability_zone()?)))
            .collect();
        let mut found: BTreeMap<String, Usage> = BTreeMap::new();
        for gateway in gateways.iter().flat_map(|page| page.nat_gateways()) {
            let is_there = !matches!(gateway.state(), Some(NatGatewayState::Deleted | NatGatewayState::Failed));
            if let Some(zone) = gateway.subnet_id().and_then(|subnet| zones.get(subnet)).filter(|_| is_there) {
                found.entry((*zone).to_owned()).or_default().add(1, is_ours(&read_tags(gateway.tags())));
            }
        }
        Ok(found)
    }

    async fn vcpus_in_use(&self, is_ours: &impl Fn(&Tags) -> bool) -> Result<Usage, ProviderError> {
        let connection = self.connection();
        let running = Filter::builder().name("instance-state-name").values("pending").values("running").build();
        let list = connection.ec2().describe_instances().filters(running).into_paginator().page_size(1000).send();
        let pages = connection.pages("DescribeInstances", list).await?;
        let reservations = pages.iter().flat_map(|page| page.reservations());
        // Spot machines have a quota of their own.
        let machines =
            reservations.flat_map(|reservation| reservation.instances()).filter(|machine| machine.instance_lifecycle().is_none());
        let machines: Vec<(&str, bool)> =
            machines.filter_map(|machine| Some((machine.instance_type()?.as_str(), is_ours(&read_tags(machine.tags()))))).collect();
        let sizes: BTreeSet<String> = machines.iter().map(|(size, _)| (*size).to_owned()).collect();
        let facts = if sizes.is_empty() { BTreeMap::new() } else { self.type_facts(&sizes).await? };
        let mut found = Usage::default();
        for (size, is_ours) in machines {
            found.add(standard_vcpus([size], &facts), is_ours);
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_standard_families_count() {
        let found = ["t3.micro", "m6i.large", "im4gn.large", "hpc7g.4xlarge", "g5.xlarge", "mac2.metal", "x2idn.large"].map(is_standard);
        assert_eq!(found, [true, true, true, false, false, false, false]);
    }
}
