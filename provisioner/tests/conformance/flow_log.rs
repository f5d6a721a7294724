use aws_sdk_ec2::operation::create_flow_logs::CreateFlowLogsOutput;
use aws_sdk_ec2::operation::create_flow_logs::builders::CreateFlowLogsFluentBuilder;
use aws_sdk_ec2::types::{FlowLogsResourceType, LogDestinationType, TrafficType};
use aws_sdk_s3::types::CreateBucketConfiguration;

use super::services::{Clients, service_facts};
use super::*;

/// The bucket that records go to.
fn bucket(clients: &Clients) -> String {
    format!("conformance-flow-logs-{}", clients.own)
}

async fn make_bucket(clients: &Clients) {
    let place = CreateBucketConfiguration::builder().location_constraint("eu-west-1".into()).build();
    clients.s3.create_bucket().bucket(bucket(clients)).create_bucket_configuration(place).send().await.unwrap();
}

/// A VPC, and a bucket for its records.
async fn make_both(clients: &Clients) -> String {
    make_bucket(clients).await;
    make_vpc(&clients.ec2).await
}

fn record(clients: &Clients, vpc: &str, folder: &str) -> CreateFlowLogsFluentBuilder {
    clients
        .ec2
        .create_flow_logs()
        .resource_type(FlowLogsResourceType::Vpc)
        .resource_ids(vpc)
        .traffic_type(TrafficType::All)
        .log_destination_type(LogDestinationType::S3)
        .log_destination(format!("arn:aws:s3:::{}/{folder}", bucket(clients)))
        .max_aggregation_interval(60)
}

fn codes(answer: &CreateFlowLogsOutput) -> Vec<&str> {
    answer.unsuccessful().iter().filter_map(|item| item.error()?.code()).collect()
}

service_facts! {
    /// EC2 API Reference, CreateFlowLogs: what is not made is named in the answer, which is no error; "Error codes": FlowLogAlreadyExists.
    #[emulator("answers with an error")]
    async fn a_vpc_is_recorded_once_to_one_place(clients) {
        let vpc = make_both(&clients).await;
        assert_eq!(record(&clients, &vpc, "records").send().await.unwrap().flow_log_ids().len(), 1);
        let again = record(&clients, &vpc, "records").send().await.unwrap();
        assert_eq!((again.flow_log_ids().len(), codes(&again)), (0, vec!["FlowLogAlreadyExists"]));
    }

    /// EC2 API Reference, CreateFlowLogs: the same client token makes one flow log.
    #[emulator("ignores the client token")]
    async fn a_token_makes_one_flow_log(clients) {
        let vpc = make_both(&clients).await;
        let create = || record(&clients, &vpc, "records").client_token("one");
        let first = create().send().await.unwrap().flow_log_ids.unwrap();
        assert_eq!(first.len(), 1);
        assert_eq!(create().send().await.unwrap().flow_log_ids.unwrap(), first);
    }

    /// VPC User Guide, "Amazon VPC quotas": two flow logs of one VPC.
    #[emulator("has no limit")]
    async fn a_vpc_is_recorded_twice_at_most(clients) {
        let vpc = make_both(&clients).await;
        let to = |folder: &str| record(&clients, &vpc, folder);
        for folder in ["one", "two"] {
            assert_eq!(to(folder).send().await.unwrap().flow_log_ids().len(), 1);
        }
        assert_eq!(codes(&to("three").send().await.unwrap()), ["FlowLogsLimitExceeded"]);
    }

    /// EC2 API Reference, CreateFlowLogs, "Error codes": LogDestinationNotFound, to S3 when there is no such bucket.
    #[emulator("names the error 400")]
    async fn a_bucket_that_is_not_there_is_named(clients) {
        let vpc = make_vpc(&clients.ec2).await;
        let answer = record(&clients, &vpc, "records").send().await.unwrap();
        assert_eq!((answer.flow_log_ids().len(), codes(&answer)), (0, vec!["LogDestinationNotFound"]));
    }

    /// EC2 API Reference, CreateFlowLogs: packets are summed up over 60 or 600 seconds.
    async fn records_are_of_one_or_ten_minutes(clients) {
        let vpc = make_both(&clients).await;
        let answer = record(&clients, &vpc, "records").max_aggregation_interval(300).send().await;
        assert!(code(answer).starts_with("InvalidParameter"));
    }

    /// VPC User Guide, "Publish flow logs to Amazon S3": no role delivers to a bucket.
    #[emulator("takes the role")]
    async fn a_role_does_not_deliver_to_a_bucket(clients) {
        let vpc = make_both(&clients).await;
        let create = record(&clients, &vpc, "records").deliver_logs_permission_arn("arn:aws:iam::123456789012:role/logs");
        assert_eq!(code(create.send().await), "InvalidParameter");
    }

    /// EC2 API Reference, CreateFlowLogs: `AWSLogs` is no folder of one's own.
    #[emulator("takes the name")]
    async fn the_services_own_folder_is_not_a_destination(clients) {
        let vpc = make_both(&clients).await;
        let answer = record(&clients, &vpc, "AWSLogs").send().await.unwrap();
        assert_eq!(codes(&answer), ["InvalidParameterValue"]);
    }
}
