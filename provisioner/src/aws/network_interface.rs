use std::net::Ipv4Addr;

use async_trait::async_trait;
use aws_sdk_ec2::types::{NetworkInterface as Listed, NetworkInterfaceStatus, ResourceType as Taggable};

use crate::aws::client::{Connection, required};
use crate::aws::error::gone_is_success;
use crate::aws::request::{known, known_sorted, observed, parsed, pending, request_text, wanted};
use crate::aws::tags::{read_tags, repair_tags, scope_filters, tags_at_creation};
use crate::desired::NetworkInterface;
use crate::model::{Observed, RefOr, RemoteId, Scope, Status};
use crate::provider::{Calls, Create, Delete, Depth, ErrorKind, ProviderError, ResourceType, Update};

const LIST: &str = "DescribeNetworkInterfaces";

/// EC2's interfaces that are made before their machines.
pub(super) struct NetworkInterfaceType {
    connection: Connection,
}

impl NetworkInterfaceType {
    /// Speaks over `connection`.
    pub(super) fn new(connection: &Connection) -> Self {
        Self { connection: connection.clone() }
    }
}

fn observe_one(interface: &Listed, scope: &Scope) -> Result<Option<Observed>, ProviderError> {
    let tags = read_tags(interface.tag_set());
    let Some(address) = scope.address_in(&tags) else { return Ok(None) };
    let status = match interface.status() {
        Some(NetworkInterfaceStatus::Available | NetworkInterfaceStatus::InUse | NetworkInterfaceStatus::Associated) | None => {
            Status::Ready
        }
        Some(status) => pending(status.as_str()),
    };
    let mut groups: Vec<&str> = interface.groups().iter().filter_map(|group| group.group_id()).collect();
    groups.sort_unstable();
    let specification = NetworkInterface {
        subnet: required(LIST, "subnetId", interface.subnet_id())?.into(),
        private_address: parsed::<Ipv4Addr>(LIST, "privateIpAddress", interface.private_ip_address())?,
        security_groups: groups.into_iter().map(RefOr::from).collect(),
    };
    let id = RemoteId::new(required(LIST, "networkInterfaceId", interface.network_interface_id())?);
    observed(LIST, address, id, status, &specification, tags).map(Some)
}

#[async_trait]
impl ResourceType for NetworkInterfaceType {
    fn kind(&self) -> &'static str {
        "network-interface"
    }

    async fn observe(&self, scope: &Scope, _depth: Depth) -> Result<Vec<Observed>, ProviderError> {
        let list = self.connection.ec2().describe_network_interfaces().set_filters(Some(scope_filters(scope)));
        let pages = self.connection.pages(LIST, list.into_paginator().page_size(1000).send()).await?;
        let interfaces = pages.iter().flat_map(|page| page.network_interfaces());
        interfaces.filter_map(|interface| observe_one(interface, scope).transpose()).collect()
    }

    async fn create(&self, request: Create<'_>, calls: &dyn Calls) -> Result<RemoteId, ProviderError> {
        const OPERATION: &str = "CreateNetworkInterface";
        let specification: NetworkInterface = wanted(OPERATION, request.attributes)?;
        let token = calls.intend(OPERATION, &request.text()).await?;
        let call = self
            .connection
            .ec2()
            .create_network_interface()
            .client_token(token.as_str())
            .description(request.address.to_string())
            .subnet_id(known(OPERATION, &specification.subnet)?)
            .private_ip_address(specification.private_address.to_string())
            .set_groups(Some(known_sorted(OPERATION, &specification.security_groups)?))
            .tag_specifications(tags_at_creation(Taggable::NetworkInterface, request.tags, &token));
        let answer = self.connection.call(OPERATION, call.send()).await?;
        let id = answer.network_interface.and_then(|interface| interface.network_interface_id);
        Ok(RemoteId::new(required(OPERATION, "networkInterfaceId", id)?))
    }

    async fn update(&self, request: Update<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "ModifyNetworkInterfaceAttribute";
        let id = &request.observed.id;
        repair_tags(&self.connection, &request, calls).await?;
        let specification: NetworkInterface = wanted(OPERATION, request.attributes)?;
        if request.has_same_ids("security_groups", &specification.security_groups)? {
            return Ok(());
        }
        let groups = known_sorted(OPERATION, &specification.security_groups)?;
        calls.intend(OPERATION, &request_text(&(id, &groups))).await?;
        let call = self.connection.ec2().modify_network_interface_attribute().network_interface_id(id.as_str()).set_groups(Some(groups));
        self.connection.call(OPERATION, call.send()).await.map(drop)
    }

    async fn delete(&self, request: Delete<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "DeleteNetworkInterface";
        let id = request.observed.id.as_str();
        calls.intend(OPERATION, &request_text(&id)).await?;
        let call = self.connection.ec2().delete_network_interface().network_interface_id(id);
        gone_is_success(self.connection.call(OPERATION, call.send()).await.map_err(held_by_a_machine))
    }
}

/// An interface that a terminating machine still holds is refused as if the request were wrong.
fn held_by_a_machine(error: ProviderError) -> ProviderError {
    match error.code.as_deref() {
        Some("InvalidParameterValue") if error.message.contains("is currently in use") => ProviderError { kind: ErrorKind::InUse, ..error },
        _ => error,
    }
}
