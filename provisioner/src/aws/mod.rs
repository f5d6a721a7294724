//! Amazon Web Services as a provider: the way in, how it says no, its pace, and one file per type of object.
//!
//! What AWS does is cited where it is relied on, by the name of the API operation.

mod client;
mod default_security_group;
mod error;
mod instance;
mod instance_launch;
mod pacing;
mod request;
mod security_group;
mod security_group_rules;
mod subnet;
mod tags;
mod vpc;

pub use client::{Connection, Identity};

use std::sync::Arc;

use crate::provider::{Registry, ResourceType};

/// Every type of [`crate::desired::catalogue`], over one connection.
pub fn registry(connection: &Connection) -> Registry {
    let types: [Arc<dyn ResourceType>; 6] = [
        Arc::new(default_security_group::DefaultSecurityGroupType::new(connection)),
        Arc::new(instance::InstanceType::new(connection)),
        Arc::new(security_group::SecurityGroupType::new(connection)),
        Arc::new(security_group_rules::SecurityGroupRulesType::new(connection)),
        Arc::new(subnet::SubnetType::new(connection)),
        Arc::new(vpc::VpcType::new(connection)),
    ];
    Registry::new(types)
}
