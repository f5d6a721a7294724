use aws_sdk_ec2::operation::create_flow_logs::{CreateFlowLogsInput, CreateFlowLogsOutput};
use aws_sdk_ec2::operation::delete_flow_logs::{DeleteFlowLogsInput, DeleteFlowLogsOutput};
use aws_sdk_ec2::operation::describe_flow_logs::{DescribeFlowLogsInput, DescribeFlowLogsOutput};
use aws_sdk_ec2::types::{FlowLogsResourceType, LogDestinationType, ResourceType, TrafficType};
use serde::{Deserialize, Serialize};

use super::paging::{Query, select};
use super::unsuccessful::unsuccessful;
use super::{Vpc, tag, token};
use crate::sandbox::call::Call;
use crate::sandbox::faults::StuckOutcome;
use crate::sandbox::moment::Moment;
use crate::sandbox::object::Tags;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::s3::Bucket;

/// The flow logs of one VPC (VPC User Guide, "Amazon VPC quotas": it cannot be increased).
const PER_VPC: usize = 2;
/// The fields of a record when none are named (VPC User Guide, "Flow log records").
const FORMAT: &str = "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets} ${bytes} ${start} ${end} ${action} ${log-status}";

const FILTERS: [&str; 6] = ["deliver-log-status", "flow-log-id", "log-destination-type", "log-group-name", "resource-id", "traffic-type"];

/// The record of a VPC's traffic, delivered to a bucket.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct FlowLog {
    pub(crate) id: String,
    pub(crate) tags: Tags,
    pub(crate) created: Moment,
    pub(crate) vpc: String,
    pub(crate) traffic: String,
    pub(crate) destination: String,
    pub(crate) interval: i32,
    /// Whether nothing can be delivered.
    pub(crate) has_failed: bool,
}

impl FlowLog {
    /// The status of the delivery (EC2 API Reference, `FlowLog`).
    pub(crate) fn delivery(&self) -> &'static str {
        if self.has_failed { "FAILED" } else { "SUCCESS" }
    }

    fn is_same(&self, other: &FlowLog) -> bool {
        (&self.vpc, &self.traffic, &self.destination) == (&other.vpc, &other.traffic, &other.destination)
    }

    fn to_sdk(&self) -> aws_sdk_ec2::types::FlowLog {
        aws_sdk_ec2::types::FlowLog::builder()
            .flow_log_id(&self.id)
            .flow_log_status("ACTIVE")
            .creation_time(self.created.to_sdk())
            .resource_id(&self.vpc)
            .traffic_type(TrafficType::from(self.traffic.as_str()))
            .log_destination_type(LogDestinationType::S3)
            .log_destination(&self.destination)
            .log_format(FORMAT)
            .max_aggregation_interval(self.interval)
            .deliver_logs_status(self.delivery())
            .set_deliver_logs_error_message(self.has_failed.then(|| "Access error".to_owned()))
            .set_tags(Some(tag::to_sdk(&self.tags)))
            .build()
    }
}

/// Whether the account has a bucket to deliver to, in any region.
fn bucket_exists(call: &Call<'_>, name: &str) -> bool {
    call.peek::<Bucket>(name).is_some_and(|bucket| bucket.free_at.is_none())
}

/// Checks `arn:aws:s3:::BUCKET` or `arn:aws:s3:::BUCKET/FOLDER` (EC2 API Reference, `CreateFlowLogs`).
fn checked_destination(call: &Call<'_>, arn: Option<&str>) -> Result<String, Refusal> {
    let arn = arn.ok_or_else(|| Refusal::missing("LogDestination"))?;
    let place = arn.strip_prefix("arn:aws:s3:::").ok_or_else(|| Refusal::value(format!("LogDestination: {arn} is not a valid ARN")))?;
    let (bucket, folder) = place.split_once('/').unwrap_or((place, ""));
    // EC2 API Reference, CreateFlowLogs: "You cannot use AWSLogs as a subfolder name. This is a reserved term."
    if folder.split('/').any(|part| part == "AWSLogs") {
        return Err(Refusal::value("LogDestination: AWSLogs is a reserved term"));
    }
    if !bucket_exists(call, bucket) {
        return Err(Refusal::new("LogDestinationNotFound", format!("LogDestination: {bucket} does not exist")));
    }
    Ok(arn.trim_end_matches('/').to_owned())
}

/// Nothing that the cloud does not simulate is quietly ignored.
fn refuse_unsimulated(input: &CreateFlowLogsInput) -> Result<(), Refusal> {
    let unsimulated = [
        ("ResourceType", input.resource_type() != Some(&FlowLogsResourceType::Vpc)),
        ("LogDestinationType", input.log_destination_type() != Some(&LogDestinationType::S3)),
        ("LogGroupName", input.log_group_name.is_some()),
        ("LogFormat", input.log_format.is_some()),
        ("DestinationOptions", input.destination_options.is_some()),
        ("DeliverCrossAccountRole", input.deliver_cross_account_role.is_some()),
        ("TagFieldSpecifications", input.tag_field_specifications.is_some()),
    ];
    match unsimulated.iter().find(|(_, is_given)| *is_given) {
        Some((name, _)) => Err(Refusal::unsimulated(name)),
        None => Ok(()),
    }
}

/// `CreateFlowLogs`, of VPCs to S3: what cannot be recorded is named in an answer that is no error.
pub(crate) fn create(call: &mut Call<'_>, input: &CreateFlowLogsInput) -> Result<CreateFlowLogsOutput, Refusal> {
    let operation = "CreateFlowLogs";
    let output = CreateFlowLogsOutput::builder().set_client_token(input.client_token.clone());
    if let Some(made) = token::made_before(call, operation, input.client_token(), input, "")? {
        return Ok(output.set_flow_log_ids(Some(made)).set_unsuccessful(Some(Vec::new())).build());
    }
    // VPC User Guide, "Publish flow logs to Amazon S3": the caller needs the right to make a log delivery.
    call.needs("logs:CreateLogDelivery")?;
    refuse_unsimulated(input)?;
    if input.deliver_logs_permission_arn.is_some() {
        return Err(Refusal::new("InvalidParameter", "DeliverLogsPermissionArn is not applicable for s3 delivery"));
    }
    if input.resource_ids().is_empty() {
        return Err(Refusal::missing("ResourceId"));
    }
    let traffic = input.traffic_type().ok_or_else(|| Refusal::missing("TrafficType"))?.as_str().to_owned();
    let interval = input.max_aggregation_interval.unwrap_or(600);
    if !matches!(interval, 60 | 600) {
        return Err(Refusal::new("InvalidParameter", "Invalid Flow Log Max Aggregation Interval"));
    }
    let tags = tag::for_new(call, input.tag_specifications(), ResourceType::VpcFlowLog)?;
    let (mut made, mut failed) = (Vec::new(), Vec::new());
    for id in input.resource_ids() {
        let vpc: Vpc = call.named(Some(id), "ResourceId")?;
        match checked_destination(call, input.log_destination()) {
            Ok(destination) => match record(call, &vpc.id, &traffic, destination, interval, &tags) {
                Ok(flow_log) => made.push(flow_log),
                Err(refusal) => failed.push(unsuccessful(id, &refusal)),
            },
            Err(refusal) => failed.push(unsuccessful(id, &refusal)),
        }
    }
    if !made.is_empty() {
        token::remember(call, operation, input.client_token(), input, "", made.clone());
    }
    Ok(output.set_flow_log_ids(Some(made)).set_unsuccessful(Some(failed)).build())
}

fn record(call: &mut Call<'_>, vpc: &str, traffic: &str, destination: String, interval: i32, tags: &Tags) -> Result<String, Refusal> {
    let flow_log = FlowLog {
        id: call.new_id("fl"),
        tags: tags.clone(),
        created: call.now,
        vpc: vpc.to_owned(),
        traffic: traffic.to_owned(),
        destination,
        interval,
        has_failed: call.stuck::<FlowLog>(tags) == Some(StuckOutcome::Fails),
    };
    if call.iter::<FlowLog>().any(|present| present.is_same(&flow_log)) {
        let message = "Error. There is an existing Flow Log with the same configuration and log destination.";
        return Err(Refusal::new("FlowLogAlreadyExists", message));
    }
    if call.iter::<FlowLog>().filter(|present| present.vpc == vpc).count() >= PER_VPC {
        return Err(Refusal::new("FlowLogsLimitExceeded", "The maximum number of flow logs has been reached."));
    }
    let id = flow_log.id.clone();
    call.put(flow_log);
    Ok(id)
}

/// `DeleteFlowLogs`: what is not there is named in an answer that is no error.
pub(crate) fn delete(call: &mut Call<'_>, input: &DeleteFlowLogsInput) -> Result<DeleteFlowLogsOutput, Refusal> {
    if input.flow_log_ids().is_empty() {
        return Err(Refusal::missing("FlowLogId"));
    }
    call.needs("logs:DeleteLogDelivery")?;
    let mut failed = Vec::new();
    for id in input.flow_log_ids() {
        match call.named::<FlowLog>(Some(id), "FlowLogId") {
            Ok(flow_log) => call.remove::<FlowLog>(&flow_log.id),
            Err(refusal) => failed.push(unsuccessful(id, &refusal)),
        }
    }
    Ok(DeleteFlowLogsOutput::builder().set_unsuccessful(Some(failed)).build())
}

/// `DescribeFlowLogs`.
pub(crate) fn describe(call: &mut Call<'_>, input: &DescribeFlowLogsInput) -> Result<DescribeFlowLogsOutput, Refusal> {
    let query = Query {
        ids: input.flow_log_ids(),
        filters: input.filter(),
        names: &FILTERS,
        max_results: input.max_results,
        next_token: input.next_token(),
        // EC2 API Reference, DescribeFlowLogs: at most 1000.
        sizes: 1..=1000,
        excludes_ids: false,
    };
    let page = select::<FlowLog>(call, &query, |_, flow_log, name| {
        vec![match name {
            "deliver-log-status" => flow_log.delivery().to_owned(),
            "flow-log-id" => flow_log.id.clone(),
            "log-destination-type" => LogDestinationType::S3.as_str().to_owned(),
            "resource-id" => flow_log.vpc.clone(),
            "traffic-type" => flow_log.traffic.clone(),
            _ => return Vec::new(),
        }]
    })?;
    let flow_logs = page.items.iter().map(FlowLog::to_sdk).collect();
    Ok(DescribeFlowLogsOutput::builder().set_flow_logs(Some(flow_logs)).set_next_token(page.next_token).build())
}
