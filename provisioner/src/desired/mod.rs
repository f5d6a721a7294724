//! What shall exist in the cloud: one file per type of object, and the compilation of a topology into them.
//!
//! Nothing here names a cloud's SDK. A type is its specification, its references, what forces a replacement and with what effect.

mod bucket;
mod compile;
mod db_instance;
mod db_parameter_group;
mod db_snapshot;
mod db_subnet_group;
mod default_security_group;
mod dns_record;
mod elastic_ip;
mod flow_log;
mod host;
mod iam_role;
mod instance;
mod instance_profile;
mod internet_gateway;
mod key_pair;
mod kms_key;
mod lookups;
mod moved;
mod nat_gateway;
mod network_acl;
mod network_interface;
mod policy;
mod route;
mod route_table;
mod route_table_association;
mod security_group;
mod security_group_rules;
mod ses_configuration_set;
mod ses_identity;
mod snapshot;
mod subnet;
mod transit_gateway_attachment;
mod user_data;
mod volume;
mod volume_attachment;
mod vpc;
mod vpc_endpoint;
mod vpn_gateway_attachment;

pub use bucket::{AccessLog, Bucket, Lifecycle};
pub use compile::compile;
pub use db_instance::DbInstance;
pub use db_parameter_group::DbParameterGroup;
pub use db_snapshot::DbSnapshot;
pub use db_subnet_group::DbSubnetGroup;
pub use default_security_group::DefaultSecurityGroup;
pub use dns_record::{DnsRecord, mail_records};
pub use elastic_ip::ElasticIp;
pub use flow_log::FlowLog;
pub use host::{HostSoftware, RUNNING, authority_words, hosts};
pub use iam_role::IamRole;
pub use instance::{Instance, InstanceNetwork};
pub use instance_profile::InstanceProfile;
pub use internet_gateway::InternetGateway;
pub use key_pair::KeyPair;
pub use kms_key::KmsKey;
pub use lookups::{Lookups, PinnedImage};
pub use moved::moved;
pub use nat_gateway::NatGateway;
pub use network_acl::{AclEntry, NetworkAcl};
pub use network_interface::NetworkInterface;
pub use policy::{Condition, Policy, Principal, Statement};
pub use route::Route;
pub use route_table::RouteTable;
pub use route_table_association::RouteTableAssociation;
pub use security_group::SecurityGroup;
pub use security_group_rules::{Rule, SecurityGroupRules};
pub use ses_configuration_set::SesConfigurationSet;
pub use ses_identity::SesIdentity;
pub use snapshot::Snapshot;
pub use subnet::Subnet;
pub use transit_gateway_attachment::TransitGatewayAttachment;
pub use volume::Volume;
pub use volume_attachment::VolumeAttachment;
pub use vpc::Vpc;
pub use vpc_endpoint::VpcEndpoint;
pub use vpn_gateway_attachment::VpnGatewayAttachment;

use crate::model::Catalogue;

/// Every type the program knows.
pub fn catalogue() -> Catalogue {
    Catalogue::new([
        &bucket::SCHEMA,
        &db_instance::SCHEMA,
        &db_parameter_group::SCHEMA,
        &db_snapshot::SCHEMA,
        &db_subnet_group::SCHEMA,
        &default_security_group::SCHEMA,
        &elastic_ip::SCHEMA,
        &flow_log::SCHEMA,
        &host::SCHEMA,
        &iam_role::SCHEMA,
        &instance::SCHEMA,
        &instance_profile::SCHEMA,
        &internet_gateway::SCHEMA,
        &key_pair::SCHEMA,
        &kms_key::SCHEMA,
        &nat_gateway::SCHEMA,
        &network_acl::SCHEMA,
        &network_interface::SCHEMA,
        &route::SCHEMA,
        &route_table::SCHEMA,
        &route_table_association::SCHEMA,
        &security_group::SCHEMA,
        &security_group_rules::SCHEMA,
        &ses_configuration_set::SCHEMA,
        &ses_identity::SCHEMA,
        &snapshot::SCHEMA,
        &subnet::SCHEMA,
        &transit_gateway_attachment::SCHEMA,
        &volume::SCHEMA,
        &volume_attachment::SCHEMA,
        &vpc::SCHEMA,
        &vpc_endpoint::SCHEMA,
        &vpn_gateway_attachment::SCHEMA,
    ])
}
