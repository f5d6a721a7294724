//! Amazon Web Services as a provider: the way in, how it says no, its pace, and one file per type of object.
//!
//! What AWS does is cited where it is relied on, by the name of the API operation.

mod bucket;
mod bucket_emptying;
mod bucket_observe;
mod bucket_settings;
mod bucket_tags;
mod capture;
mod client;
mod clock;
mod console;
mod db_instance;
mod db_instance_changes;
mod db_instance_status;
mod db_parameter_group;
mod db_snapshot;
mod db_subnet_group;
mod db_tags;
mod default_security_group;
mod elastic_ip;
mod error;
mod flow_log;
mod iam;
mod iam_role;
mod instance;
mod instance_launch;
mod instance_profile;
mod instance_profile_association;
mod internet_gateway;
mod key_pair;
mod kms_key;
mod lookup;
mod lookup_account;
mod lookup_databases;
mod lookup_permission;
mod lookup_simulation;
mod lookup_usage;
mod nat_gateway;
mod network_acl;
mod network_acl_entry;
mod network_interface;
mod pacing;
mod policy_document;
mod request;
mod route;
mod route_table;
mod route_table_association;
mod security_group;
mod security_group_rules;
mod ses;
mod ses_configuration_set;
mod ses_identity;
mod snapshot;
mod subnet;
mod tag_changes;
mod tags;
mod taken;
mod transit_gateway_attachment;
mod unsuccessful;
mod volume;
mod volume_attachment;
mod vpc;
mod vpc_endpoint;
mod vpn_gateway_attachment;

pub use client::{Connection, Identity};
pub use console::console_output;
pub use lookup::Lookup;
pub use lookup_account::{MailAccount, PublicAccess, QuotaCode};
pub use lookup_simulation::Circumstances;
pub use lookup_usage::{InUse, Usage, is_standard, standard_vcpus};

use std::sync::Arc;

use crate::provider::{Registry, ResourceType};

/// Every type of [`crate::desired::catalogue`], over one connection.
///
/// `default-security-group` and `security-group-rules` are listed with `security-group`, `route` and `route-table-association` with `route-table`,
/// `volume-attachment` with `volume`: their own lists make the same call and keep what is theirs.
pub fn registry(connection: &Connection) -> Registry {
    let types: Vec<Arc<dyn ResourceType>> = vec![
        Arc::new(bucket::BucketType::new(connection)),
        Arc::new(db_instance::DbInstanceType::new(connection)),
        Arc::new(db_parameter_group::DbParameterGroupType::new(connection)),
        Arc::new(db_snapshot::DbSnapshotType::new(connection)),
        Arc::new(db_subnet_group::DbSubnetGroupType::new(connection)),
        Arc::new(default_security_group::DefaultSecurityGroupType::new(connection)),
        Arc::new(elastic_ip::ElasticIpType::new(connection)),
        Arc::new(flow_log::FlowLogType::new(connection)),
        Arc::new(iam_role::IamRoleType::new(connection)),
        Arc::new(instance::InstanceType::new(connection)),
        Arc::new(instance_profile::InstanceProfileType::new(connection)),
        Arc::new(internet_gateway::InternetGatewayType::new(connection)),
        Arc::new(key_pair::KeyPairType::new(connection)),
        Arc::new(kms_key::KmsKeyType::new(connection)),
        Arc::new(nat_gateway::NatGatewayType::new(connection)),
        Arc::new(network_acl::NetworkAclType::new(connection)),
        Arc::new(network_interface::NetworkInterfaceType::new(connection)),
        Arc::new(route::RouteType::new(connection)),
        Arc::new(route_table::RouteTableType::new(connection)),
        Arc::new(route_table_association::RouteTableAssociationType::new(connection)),
        Arc::new(security_group::SecurityGroupType::new(connection)),
        Arc::new(security_group_rules::SecurityGroupRulesType::new(connection)),
        Arc::new(ses_configuration_set::SesConfigurationSetType::new(connection)),
        Arc::new(ses_identity::SesIdentityType::new(connection)),
        Arc::new(snapshot::SnapshotType::new(connection)),
        Arc::new(subnet::SubnetType::new(connection)),
        Arc::new(transit_gateway_attachment::TransitGatewayAttachmentType::new(connection)),
        Arc::new(volume::VolumeType::new(connection)),
        Arc::new(volume_attachment::VolumeAttachmentType::new(connection)),
        Arc::new(vpc::VpcType::new(connection)),
        Arc::new(vpc_endpoint::VpcEndpointType::new(connection)),
        Arc::new(vpn_gateway_attachment::VpnGatewayAttachmentType::new(connection)),
    ];
    Registry::new(types)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desired::catalogue;

    #[test]
    fn every_type_of_the_catalogue_is_registered() {
        let connection =
            Connection::new(aws_types::SdkConfig::builder().behavior_version(aws_config::BehaviorVersion::latest()).build(), None, 1.0);
        let registered: Vec<&str> = registry(&connection).iter().map(|resource_type| resource_type.kind()).collect();
        // What is installed on hosts is no object of AWS.
        let known: Vec<&str> = catalogue().iter().map(|schema| schema.kind).filter(|kind| *kind != "host").collect();
        assert_eq!(registered, known);
    }
}
