use aws_sdk_ec2::error::ProvideErrorMetadata;
use aws_sdk_ec2::operation::RequestId;

use super::*;

#[tokio::test(start_paused = true)]
async fn what_is_created_is_described_and_deleted() {
    let sandbox = Sandbox::in_memory(options(Faults::none()));
    let ec2 = client(&sandbox);
    let (vpc, subnet) = network(&ec2).await;
    assert_eq!(ec2.describe_vpcs().send().await.unwrap().vpcs().len(), 1);
    assert_eq!(code(ec2.delete_vpc().vpc_id(&vpc).send().await), "DependencyViolation");
    ec2.delete_subnet().subnet_id(subnet).send().await.unwrap();
    ec2.delete_vpc().vpc_id(vpc).send().await.unwrap();
    assert_eq!(ec2.describe_vpcs().send().await.unwrap().vpcs().len(), 0);
    let left: Vec<String> = sandbox.dump().unwrap().into_iter().map(|object| object.object_type).collect();
    assert_eq!(left, ["transit-gateway", "vpn-gateway"], "only the customer's own gateways are left");
}

#[tokio::test(start_paused = true)]
async fn a_refusal_has_code_message_request_id_and_status() {
    let sandbox = Sandbox::in_memory(options(Faults::none()));
    let error = client(&sandbox).create_vpc().cidr_block("10.0.0.0/8").send().await.unwrap_err();
    assert_eq!(error.code(), Some("InvalidVpc.Range"));
    assert_eq!(error.message(), Some("The CIDR '10.0.0.0/8' is invalid."));
    assert_eq!(error.request_id(), Some("00000000-0000-4000-8000-000000000001"));
    assert_eq!(error.raw_response().map(|response| response.status().as_u16()), Some(400));
}

#[tokio::test(start_paused = true)]
async fn a_dry_run_is_refused_with_412_and_changes_nothing() {
    let sandbox = Sandbox::in_memory(options(Faults::none()));
    let ec2 = client(&sandbox);
    let error = ec2.create_vpc().cidr_block("10.0.0.0/16").dry_run(true).send().await.unwrap_err();
    assert_eq!(error.code(), Some("DryRunOperation"));
    assert_eq!(error.raw_response().map(|response| response.status().as_u16()), Some(412));
    assert_eq!(ec2.describe_vpcs().send().await.unwrap().vpcs().len(), 0);
}

#[tokio::test(start_paused = true)]
async fn an_operation_that_is_not_simulated_fails_by_name() {
    let sandbox = Sandbox::in_memory(options(Faults::none()));
    let error = client(&sandbox).describe_fleets().send().await.unwrap_err();
    let told = format!("{error:?}");
    assert!(told.contains("does not simulate the operation EC2 DescribeFleets"), "{told}");
}

#[tokio::test(start_paused = true)]
async fn a_client_without_the_interceptor_reaches_nothing() {
    let sandbox = Sandbox::in_memory(options(Faults::none()));
    let ec2 = Client::new(&sandbox.sdk_config("eu-west-1"));
    let told = format!("{:?}", ec2.describe_vpcs().send().await.unwrap_err());
    assert!(told.contains("without the rehearsal cloud's interceptor"), "{told}");
}

#[tokio::test(start_paused = true)]
async fn regions_do_not_see_each_other() {
    let sandbox = Sandbox::in_memory(options(Faults::none()));
    network(&client_in(&sandbox, "eu-west-1")).await;
    assert_eq!(client_in(&sandbox, "eu-central-1").describe_vpcs().send().await.unwrap().vpcs().len(), 0);
}

#[tokio::test(start_paused = true)]
async fn the_caller_is_in_the_account_of_the_options() {
    let options = SandboxOptions { account: "210987654321".to_owned(), ..options(Faults::none()) };
    let sandbox = Sandbox::in_memory(options);
    let config = aws_sdk_sts::config::Builder::from(&sandbox.sdk_config("eu-west-1")).interceptor(sandbox.interceptor()).build();
    let identity = aws_sdk_sts::Client::from_conf(config).get_caller_identity().send().await.unwrap();
    assert_eq!(identity.account(), Some("210987654321"));
}

#[tokio::test(start_paused = true)]
async fn the_record_of_calls_says_what_changed_something() {
    let sandbox = Sandbox::in_memory(options(Faults::none()));
    let ec2 = client(&sandbox);
    ec2.describe_vpcs().send().await.unwrap();
    ec2.create_vpc().cidr_block("hello").send().await.unwrap_err();
    let calls: Vec<(String, bool, Option<String>)> =
        sandbox.calls().into_iter().map(|call| (call.operation, call.is_mutating, call.code)).collect();
    let expected = [("DescribeVpcs".to_owned(), false, None), ("CreateVpc".to_owned(), true, Some("InvalidParameterValue".to_owned()))];
    assert_eq!(calls, expected);
}
