//! What shall exist in the cloud: one file per type of object, and the compilation of a topology into them.
//!
//! Nothing here names a cloud's SDK. A type is its specification, its references, what forces a replacement and with what effect.

mod compile;
mod default_security_group;
mod elastic_ip;
mod instance;
mod internet_gateway;
mod key_pair;
mod lookups;
mod nat_gateway;
mod network_interface;
mod route;
mod route_table;
mod route_table_association;
mod security_group;
mod security_group_rules;
mod snapshot;
mod subnet;
mod transit_gateway_attachment;
mod user_data;
mod volume;
mod volume_attachment;
mod vpc;
mod vpn_gateway_attachment;

pub use compile::compile;
pub use default_security_group::DefaultSecurityGroup;
pub use elastic_ip::ElasticIp;
pub use instance::{Instance, InstanceNetwork};
pub use internet_gateway::InternetGateway;
pub use key_pair::KeyPair;
pub use lookups::{Lookups, PinnedImage};
pub use nat_gateway::NatGateway;
pub use network_interface::NetworkInterface;
pub use route::Route;
pub use route_table::RouteTable;
pub use route_table_association::RouteTableAssociation;
pub use security_group::SecurityGroup;
pub use security_group_rules::{Rule, SecurityGroupRules};
pub use snapshot::Snapshot;
pub use subnet::Subnet;
pub use transit_gateway_attachment::TransitGatewayAttachment;
pub use volume::Volume;
pub use volume_attachment::VolumeAttachment;
pub use vpc::Vpc;
pub use vpn_gateway_attachment::VpnGatewayAttachment;

use crate::model::Catalogue;

/// Every type the program knows.
pub fn catalogue() -> Catalogue {
    Catalogue::new([
        &default_security_group::SCHEMA,
        &elastic_ip::SCHEMA,
        &instance::SCHEMA,
        &internet_gateway::SCHEMA,
        &key_pair::SCHEMA,
        &nat_gateway::SCHEMA,
        &network_interface::SCHEMA,
        &route::SCHEMA,
        &route_table::SCHEMA,
        &route_table_association::SCHEMA,
        &security_group::SCHEMA,
        &security_group_rules::SCHEMA,
        &snapshot::SCHEMA,
        &subnet::SCHEMA,
        &transit_gateway_attachment::SCHEMA,
        &volume::SCHEMA,
        &volume_attachment::SCHEMA,
        &vpc::SCHEMA,
        &vpn_gateway_attachment::SCHEMA,
    ])
}
