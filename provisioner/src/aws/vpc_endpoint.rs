use std::collections::BTreeSet;

use async_trait::async_trait;
use aws_sdk_ec2::types::{ResourceType as Taggable, VpcEndpoint as Listed, VpcEndpointType as Form};

use crate::aws::client::{Connection, required};
use crate::aws::error::gone_is_success;
use crate::aws::request::{known, known_sorted, leaving, observed, pending, request_text, wanted};
use crate::aws::tags::{read_tags, repair_tags, scope_filters, tags_at_creation};
use crate::aws::unsuccessful::all_done;
use crate::desired::VpcEndpoint;
use crate::model::{Observed, RefOr, RemoteId, Scope, Status, Value};
use crate::provider::{Calls, Create, Delete, Depth, ProviderError, ResourceType, Update};

const LIST: &str = "DescribeVpcEndpoints";

/// EC2's gateway endpoints. The routes they put into route tables are theirs, and no object of their own.
pub(super) struct VpcEndpointType {
    connection: Connection,
}

impl VpcEndpointType {
    /// Speaks over `connection`.
    pub(super) fn new(connection: &Connection) -> Self {
        Self { connection: connection.clone() }
    }
}

fn status_of(endpoint: &Listed) -> Status {
    // The model names the states in capitals, the wire has them in small letters.
    let state = endpoint.state().map_or_else(|| "pending".to_owned(), |state| state.as_str().to_ascii_lowercase());
    match state.as_str() {
        "available" => Status::Ready,
        "deleting" => Status::Deleting,
        "deleted" => Status::Gone,
        "failed" | "rejected" | "expired" => {
            let words = endpoint.last_error().and_then(|error| error.message()).or(endpoint.failure_reason());
            Status::Failed { reason: words.map_or_else(|| format!("the endpoint is {state}"), str::to_owned) }
        }
        phase => pending(phase),
    }
}

fn observe_one(endpoint: &Listed, scope: &Scope) -> Result<Option<Observed>, ProviderError> {
    let tags = read_tags(endpoint.tags());
    let Some(address) = scope.address_in(&tags) else { return Ok(None) };
    let id = RemoteId::new(required(LIST, "vpcEndpointId", endpoint.vpc_endpoint_id())?);
    let status = status_of(endpoint);
    if matches!(status, Status::Deleting | Status::Gone) {
        return Ok(Some(leaving(address, id, status, tags)));
    }
    let mut tables: Vec<&str> = endpoint.route_table_ids().iter().map(String::as_str).collect();
    tables.sort_unstable();
    let specification = VpcEndpoint {
        vpc: required(LIST, "vpcId", endpoint.vpc_id())?.into(),
        service: required(LIST, "serviceName", endpoint.service_name())?.to_owned(),
        route_tables: tables.into_iter().map(RefOr::from).collect(),
    };
    observed(LIST, address, id, status, &specification, tags).map(Some)
}

#[async_trait]
impl ResourceType for VpcEndpointType {
    fn kind(&self) -> &'static str {
        "vpc-endpoint"
    }

    async fn observe(&self, scope: &Scope, _depth: Depth) -> Result<Vec<Observed>, ProviderError> {
        let list = self.connection.ec2().describe_vpc_endpoints().set_filters(Some(scope_filters(scope)));
        let pages = self.connection.pages(LIST, list.into_paginator().page_size(1000).send()).await?;
        pages.iter().flat_map(|page| page.vpc_endpoints()).filter_map(|endpoint| observe_one(endpoint, scope).transpose()).collect()
    }

    async fn create(&self, request: Create<'_>, calls: &dyn Calls) -> Result<RemoteId, ProviderError> {
        const OPERATION: &str = "CreateVpcEndpoint";
        let specification: VpcEndpoint = wanted(OPERATION, request.attributes)?;
        let token = calls.intend(OPERATION, &request.text()).await?;
        let call = self
            .connection
            .ec2()
            .create_vpc_endpoint()
            .client_token(token.as_str())
            .vpc_endpoint_type(Form::Gateway)
            .vpc_id(known(OPERATION, &specification.vpc)?)
            .service_name(&specification.service)
            .set_route_table_ids(Some(known_sorted(OPERATION, &specification.route_tables)?))
            .tag_specifications(tags_at_creation(Taggable::VpcEndpoint, request.tags, &token));
        let answer = self.connection.call(OPERATION, call.send()).await?;
        let id = answer.vpc_endpoint.and_then(|endpoint| endpoint.vpc_endpoint_id);
        Ok(RemoteId::new(required(OPERATION, "vpcEndpointId", id)?))
    }

    async fn update(&self, request: Update<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "ModifyVpcEndpoint";
        let id = &request.observed.id;
        repair_tags(&self.connection, &request, calls).await?;
        let specification: VpcEndpoint = wanted(OPERATION, request.attributes)?;
        let tables: BTreeSet<String> = known_sorted(OPERATION, &specification.route_tables)?.into_iter().collect();
        let found: BTreeSet<String> = match request.observed.attributes.get("route_tables") {
            Some(Value::List(items)) => items.iter().filter_map(Value::as_text).map(str::to_owned).collect(),
            _ => BTreeSet::new(),
        };
        if tables == found {
            return Ok(());
        }
        let added: Vec<String> = tables.difference(&found).cloned().collect();
        let removed: Vec<String> = found.difference(&tables).cloned().collect();
        calls.intend(OPERATION, &request_text(&(id, &added, &removed))).await?;
        let some = |ids: Vec<String>| (!ids.is_empty()).then_some(ids);
        let call = self.connection.ec2().modify_vpc_endpoint().vpc_endpoint_id(id.as_str());
        let call = call.set_add_route_table_ids(some(added)).set_remove_route_table_ids(some(removed));
        self.connection.call(OPERATION, call.send()).await.map(drop)
    }

    async fn delete(&self, request: Delete<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "DeleteVpcEndpoints";
        let id = request.observed.id.as_str();
        calls.intend(OPERATION, &request_text(&id)).await?;
        let answer = self.connection.call(OPERATION, self.connection.ec2().delete_vpc_endpoints().vpc_endpoint_ids(id).send()).await;
        gone_is_success(answer.and_then(|answer| all_done(OPERATION, answer.unsuccessful())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_known_in_small_letters_and_in_capitals() {
        let status = |state: &str| status_of(&Listed::builder().state(state.into()).build());
        assert_eq!((status("available"), status("Available")), (Status::Ready, Status::Ready));
        assert_eq!((status("deleted"), status("Deleting")), (Status::Gone, Status::Deleting));
        assert_eq!(status("failed"), Status::Failed { reason: "the endpoint is failed".to_owned() });
        assert_eq!(status("pendingAcceptance"), pending("pendingacceptance"));
    }
}
