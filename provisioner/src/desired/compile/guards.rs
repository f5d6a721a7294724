use super::data::LOGS;
use super::{Compiler, MAIN};
use crate::desired::{AclEntry, FlowLog, NetworkAcl, VpcEndpoint};
use crate::model::RefOr;
use crate::topology::{AccessEntry, Tier};

/// The gateway endpoint of S3.
pub(super) const S3: &str = "s3";
/// Over how long the packets of a connection are summed up in a flow log, in seconds: the longer of the two that AWS offers.
const FLOW_LOG_INTERVAL: i32 = 600;

impl Compiler<'_> {
    /// What stands before the subnets beside the security groups, and what is written down of their traffic.
    pub(super) fn guards(&mut self) {
        let vpc = RefOr::id("vpc", MAIN);
        let network = &self.topology.network;
        for (tier, list) in &self.topology.access_lists {
            let subnets = network.subnets.iter().filter(|(_, subnet)| subnet.tier.word() == tier);
            let entries =
                |entries: &[AccessEntry], is_egress| entries.iter().map(move |entry| written(entry, is_egress)).collect::<Vec<_>>();
            let acl = NetworkAcl {
                vpc: vpc.clone(),
                subnets: subnets.map(|(name, _)| RefOr::id("subnet", name)).collect(),
                entries: [entries(&list.ingress, false), entries(&list.egress, true)].concat(),
            };
            self.add("network-acl", tier, &acl, []);
        }
        let tables = network.route_tables.keys().filter(|table| *table != Tier::Database.word());
        let endpoint = VpcEndpoint {
            vpc: vpc.clone(),
            service: format!("com.amazonaws.{}.s3", self.topology.environment.region),
            route_tables: tables.map(|table| RefOr::id("route-table", table)).collect(),
        };
        self.add("vpc-endpoint", S3, &endpoint, []);
        if self.topology.buckets.contains_key(LOGS) {
            let destination = self.flow_log_folder(&self.bucket_name(LOGS));
            let log = FlowLog { vpc, traffic: "ALL".to_owned(), destination, interval_seconds: FLOW_LOG_INTERVAL };
            self.add("flow-log", MAIN, &log, [super::address("bucket", LOGS)]);
        }
    }
}

fn written(entry: &AccessEntry, is_egress: bool) -> AclEntry {
    AclEntry {
        is_egress,
        number: entry.number,
        protocol: entry.protocol.map_or_else(|| "all".to_owned(), |protocol| protocol.to_string()),
        cidr: entry.cidr,
        from_port: entry.ports.map(|ports| ports.first),
        to_port: entry.ports.map(|ports| ports.last),
        is_allowed: true,
    }
}
