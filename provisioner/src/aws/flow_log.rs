use async_trait::async_trait;
use aws_sdk_ec2::types::{FlowLog as Listed, FlowLogsResourceType, LogDestinationType, ResourceType as Taggable, TrafficType};

use crate::aws::client::{Connection, required};
use crate::aws::error::gone_is_success;
use crate::aws::request::{known, observed, pending, request_text, wanted};
use crate::aws::tags::{filter, is_same_object, read_tags, repair_tags, scope_filters, tags_at_creation};
use crate::aws::taken::{Holder, refusal, taken};
use crate::aws::unsuccessful::all_done;
use crate::desired::FlowLog;
use crate::model::{Observed, RemoteId, Scope, Status};
use crate::provider::{Calls, Create, Delete, Depth, ProviderError, ResourceType, Update};

const LIST: &str = "DescribeFlowLogs";
const CREATE: &str = "CreateFlowLogs";

/// EC2's flow logs of VPCs to S3.
pub(super) struct FlowLogType {
    connection: Connection,
}

impl FlowLogType {
    /// Speaks over `connection`.
    pub(super) fn new(connection: &Connection) -> Self {
        Self { connection: connection.clone() }
    }

    /// Whose the VPC's flow log to that destination is.
    async fn holder(&self, specification: &FlowLog, request: &Create<'_>) -> Result<Holder, ProviderError> {
        let list = self.connection.ec2().describe_flow_logs().filter(filter("resource-id", known(LIST, &specification.vpc)?));
        let pages = self.connection.pages(LIST, list.into_paginator().page_size(1000).send()).await?;
        let is_ours = |one: &Listed| is_same_object(&read_tags(one.tags()), request.tags);
        let all = pages.iter().flat_map(|page| page.flow_logs());
        let competing = all.filter(|one| is_ours(one) || destination_of(one) == specification.destination);
        Ok(Holder::among(competing, is_ours, Listed::flow_log_id))
    }

    /// Makes the call; what the answer names as not made is an error.
    async fn record(&self, specification: &FlowLog, request: &Create<'_>, calls: &dyn Calls) -> Result<RemoteId, ProviderError> {
        let token = calls.intend(CREATE, &request.text()).await?;
        let call = self
            .connection
            .ec2()
            .create_flow_logs()
            .client_token(token.as_str())
            .resource_type(FlowLogsResourceType::Vpc)
            .resource_ids(known(CREATE, &specification.vpc)?)
            .traffic_type(TrafficType::from(specification.traffic.as_str()))
            .log_destination_type(LogDestinationType::S3)
            .log_destination(&specification.destination)
            .max_aggregation_interval(specification.interval_seconds)
            .tag_specifications(tags_at_creation(Taggable::VpcFlowLog, request.tags, &token));
        let answer = self.connection.call(CREATE, call.send()).await?;
        all_done(CREATE, answer.unsuccessful())?;
        Ok(RemoteId::new(required(CREATE, "flowLogId", answer.flow_log_ids().first())?))
    }
}

/// A flow log whose records do not arrive is one that waits: for its bucket's policy, or its key's.
fn status_of(flow_log: &Listed) -> Status {
    if flow_log.deliver_logs_status() == Some("FAILED") {
        let words = flow_log.deliver_logs_error_message().filter(|words| !words.is_empty()).unwrap_or("no reason is given");
        return pending(&format!("records are not delivered: {words}"));
    }
    Status::Ready
}

fn destination_of(flow_log: &Listed) -> &str {
    flow_log.log_destination().unwrap_or_default().trim_end_matches('/')
}

fn observe_one(flow_log: &Listed, scope: &Scope) -> Result<Option<Observed>, ProviderError> {
    let tags = read_tags(flow_log.tags());
    let Some(address) = scope.address_in(&tags) else { return Ok(None) };
    let specification = FlowLog {
        vpc: required(LIST, "resourceId", flow_log.resource_id())?.into(),
        traffic: required(LIST, "trafficType", flow_log.traffic_type())?.as_str().to_owned(),
        destination: destination_of(flow_log).to_owned(),
        // EC2 `FlowLog`: ten minutes, if nothing else was asked for.
        interval_seconds: flow_log.max_aggregation_interval().unwrap_or(600),
    };
    let id = RemoteId::new(required(LIST, "flowLogId", flow_log.flow_log_id())?);
    observed(LIST, address, id, status_of(flow_log), &specification, tags).map(Some)
}

#[async_trait]
impl ResourceType for FlowLogType {
    fn kind(&self) -> &'static str {
        "flow-log"
    }

    async fn observe(&self, scope: &Scope, _depth: Depth) -> Result<Vec<Observed>, ProviderError> {
        let list = self.connection.ec2().describe_flow_logs().set_filter(Some(scope_filters(scope)));
        let pages = self.connection.pages(LIST, list.into_paginator().page_size(1000).send()).await?;
        pages.iter().flat_map(|page| page.flow_logs()).filter_map(|flow_log| observe_one(flow_log, scope).transpose()).collect()
    }

    async fn create(&self, request: Create<'_>, calls: &dyn Calls) -> Result<RemoteId, ProviderError> {
        let specification: FlowLog = wanted(CREATE, request.attributes)?;
        let answer = self.record(&specification, &request, calls).await;
        match refusal(&answer, "FlowLogAlreadyExists") {
            Some(refusal) => taken(refusal, self.holder(&specification, &request).await),
            None => answer,
        }
    }

    async fn update(&self, request: Update<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        repair_tags(&self.connection, &request, calls).await
    }

    async fn delete(&self, request: Delete<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "DeleteFlowLogs";
        let id = request.observed.id.as_str();
        calls.intend(OPERATION, &request_text(&id)).await?;
        let answer = self.connection.call(OPERATION, self.connection.ec2().delete_flow_logs().flow_log_ids(id).send()).await;
        gone_is_success(answer.and_then(|answer| all_done(OPERATION, answer.unsuccessful())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn undelivered_records_are_waited_for_with_the_clouds_own_words() {
        let flow_log = Listed::builder().deliver_logs_status("FAILED").deliver_logs_error_message("Access error").build();
        assert_eq!(status_of(&flow_log), pending("records are not delivered: Access error"));
        assert_eq!(status_of(&Listed::builder().deliver_logs_status("SUCCESS").build()), Status::Ready);
    }
}
