use aws_sdk_ec2::operation::create_flow_logs::CreateFlowLogsOutput;
use aws_sdk_ec2::operation::create_flow_logs::builders::CreateFlowLogsFluentBuilder;
use aws_sdk_ec2::types::{FlowLogsResourceType, LogDestinationType, TrafficType};

use super::*;

fn record(ec2: &Client, vpc: &str) -> CreateFlowLogsFluentBuilder {
    ec2.create_flow_logs()
        .resource_type(FlowLogsResourceType::Vpc)
        .resource_ids(vpc)
        .traffic_type(TrafficType::All)
        .log_destination_type(LogDestinationType::S3)
        .log_destination("arn:aws:s3:::conformance-flow-logs/records")
        .max_aggregation_interval(60)
}

fn codes(answer: &CreateFlowLogsOutput) -> Vec<&str> {
    answer.unsuccessful().iter().filter_map(|item| item.error()?.code()).collect()
}

facts! {
    /// EC2 API Reference, CreateFlowLogs: what is not made is named in the answer, which is no error; "Error codes": FlowLogAlreadyExists.
    #[moto("answers with an error, and looks for the bucket in an S3 of its own")]
    async fn a_vpc_is_recorded_once_to_one_place(ec2) {
        let vpc = make_vpc(&ec2).await;
        assert_eq!(record(&ec2, &vpc).send().await.unwrap().flow_log_ids().len(), 1);
        let again = record(&ec2, &vpc).send().await.unwrap();
        assert_eq!((again.flow_log_ids().len(), codes(&again)), (0, vec!["FlowLogAlreadyExists"]));
    }

    /// EC2 API Reference, CreateFlowLogs: the same client token makes one flow log.
    #[moto("ignores the client token, and looks for the bucket in an S3 of its own")]
    async fn a_token_makes_one_flow_log(ec2) {
        let vpc = make_vpc(&ec2).await;
        let create = || record(&ec2, &vpc).client_token("one");
        let first = create().send().await.unwrap().flow_log_ids.unwrap();
        assert_eq!(first.len(), 1);
        assert_eq!(create().send().await.unwrap().flow_log_ids.unwrap(), first);
    }

    /// VPC User Guide, "Amazon VPC quotas": two flow logs of one VPC.
    #[moto("has no limit, and looks for the bucket in an S3 of its own")]
    async fn a_vpc_is_recorded_twice_at_most(ec2) {
        let vpc = make_vpc(&ec2).await;
        let to = |folder: &str| record(&ec2, &vpc).log_destination(format!("arn:aws:s3:::conformance-flow-logs/{folder}"));
        for folder in ["one", "two"] {
            assert_eq!(to(folder).send().await.unwrap().flow_log_ids().len(), 1);
        }
        assert_eq!(codes(&to("three").send().await.unwrap()), ["FlowLogsLimitExceeded"]);
    }

    /// EC2 API Reference, CreateFlowLogs: packets are summed up over 60 or 600 seconds.
    async fn records_are_of_one_or_ten_minutes(ec2) {
        let vpc = make_vpc(&ec2).await;
        let answer = record(&ec2, &vpc).max_aggregation_interval(300).send().await;
        assert!(code(answer).starts_with("InvalidParameter"));
    }

    /// VPC User Guide, "Publish flow logs to Amazon S3": no role delivers to a bucket.
    #[moto("takes the role")]
    async fn a_role_does_not_deliver_to_a_bucket(ec2) {
        let vpc = make_vpc(&ec2).await;
        let create = record(&ec2, &vpc).deliver_logs_permission_arn("arn:aws:iam::123456789012:role/logs");
        assert_eq!(code(create.send().await), "InvalidParameter");
    }

    /// EC2 API Reference, CreateFlowLogs: `AWSLogs` is no folder of one's own.
    #[moto("takes the name")]
    async fn the_services_own_folder_is_not_a_destination(ec2) {
        let vpc = make_vpc(&ec2).await;
        let answer = record(&ec2, &vpc).log_destination("arn:aws:s3:::conformance-flow-logs/AWSLogs").send().await.unwrap();
        assert_eq!(codes(&answer), ["InvalidParameterValue"]);
    }
}
