use aws_sdk_ec2::types::Filter;

use super::super::{StuckOutcome, StuckRule};
use super::*;

/// The calls that the first faulty attempt needs: a seed under which attempt 1 meets the fault and attempt 2 does not.
fn seeded(faults: impl Fn(u64) -> Faults, is_wanted: impl Fn(&Faults) -> bool) -> Faults {
    (0..10_000).map(faults).find(is_wanted).expect("one seed of ten thousand fits")
}

#[tokio::test(start_paused = true)]
async fn the_sdk_retries_a_throttle() {
    use super::super::faults::Fault;
    let faults = seeded(
        |seed| Faults { seed, throttle: 0.5, ..Faults::none() },
        |faults| faults.decide(1) == Fault::Throttle && faults.decide(2) == Fault::None,
    );
    let sandbox = Sandbox::in_memory(options(faults));
    client(&sandbox).create_vpc().cidr_block("10.0.0.0/16").send().await.unwrap();
    let codes: Vec<Option<String>> = sandbox.calls().into_iter().map(|call| call.code).collect();
    assert_eq!(codes, [Some("RequestLimitExceeded".to_owned()), None]);
}

#[tokio::test(start_paused = true)]
async fn the_sdk_retries_a_server_error() {
    use super::super::faults::Fault;
    let faults = seeded(
        |seed| Faults { seed, error: 0.6, ..Faults::none() },
        |faults| faults.decide(1) == Fault::InternalError && faults.decide(2) == Fault::Unavailable && faults.decide(3) == Fault::None,
    );
    let sandbox = Sandbox::in_memory(options(faults));
    client(&sandbox).create_vpc().cidr_block("10.0.0.0/16").send().await.unwrap();
    assert_eq!(sandbox.calls().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_applied_once_for_each_attempt() {
    use super::super::faults::Fault;
    let faults = seeded(
        |seed| Faults { seed, lost_answer: 0.5, ..Faults::none() },
        |faults| faults.decide(1) == Fault::LostAnswer && faults.decide(2) == Fault::None && faults.decide(3) == Fault::None,
    );
    let sandbox = Sandbox::in_memory(options(faults));
    let ec2 = client(&sandbox);
    ec2.create_vpc().cidr_block("10.0.0.0/16").send().await.unwrap();
    assert_eq!(ec2.describe_vpcs().send().await.unwrap().vpcs().len(), 2, "the lost attempt made a VPC too");
}

#[tokio::test(start_paused = true)]
async fn a_token_survives_a_lost_answer() {
    use super::super::faults::Fault;
    let faults = seeded(
        |seed| Faults { seed, lost_answer: 0.3, ..Faults::none() },
        |faults| {
            let fates: Vec<Fault> = (1..=6).map(|number| faults.decide(number)).collect();
            fates == [Fault::None, Fault::None, Fault::None, Fault::LostAnswer, Fault::None, Fault::None]
        },
    );
    let sandbox = Sandbox::in_memory(options(faults));
    let ec2 = client(&sandbox);
    let (_, subnet) = network(&ec2).await;
    let image = image(&ec2).await;
    let run = ec2.run_instances().image_id(image).instance_type("t3.micro".into()).subnet_id(subnet).min_count(1).max_count(1);
    run.send().await.unwrap();
    let instances = ec2.describe_instances().send().await.unwrap();
    assert_eq!(instances.reservations().iter().map(|reservation| reservation.instances().len()).sum::<usize>(), 1);
}

#[tokio::test(start_paused = true)]
async fn reads_lag_behind_writes() {
    let sandbox = Sandbox::in_memory(options(Faults { lag: Some(Duration::from_secs(5)), ..Faults::none() }));
    let ec2 = client(&sandbox);
    let vpc = ec2.create_vpc().cidr_block("10.0.0.0/16").send().await.unwrap().vpc.unwrap().vpc_id.unwrap();
    assert_eq!(ec2.describe_vpcs().send().await.unwrap().vpcs().len(), 0);
    assert_eq!(code(ec2.describe_vpcs().vpc_ids(&vpc).send().await), "InvalidVpcID.NotFound");
    assert_eq!(code(ec2.create_subnet().vpc_id(&vpc).cidr_block("10.0.0.0/24").send().await), "InvalidVpcID.NotFound");
    tokio::time::advance(Duration::from_secs(6)).await;
    assert_eq!(ec2.describe_vpcs().send().await.unwrap().vpcs().len(), 1);
    let tag = aws_sdk_ec2::types::Tag::builder().key("a").value("b").build();
    ec2.create_tags().resources(&vpc).tags(tag).send().await.unwrap();
    let tagged = Filter::builder().name("tag:a").values("b").build();
    assert_eq!(ec2.describe_vpcs().filters(tagged.clone()).send().await.unwrap().vpcs().len(), 0, "the old version is still seen");
    tokio::time::advance(Duration::from_secs(6)).await;
    assert_eq!(ec2.describe_vpcs().filters(tagged).send().await.unwrap().vpcs().len(), 1);
    ec2.delete_vpc().vpc_id(&vpc).send().await.unwrap();
    assert_eq!(ec2.describe_vpcs().send().await.unwrap().vpcs().len(), 1, "a deleted object is still listed");
    tokio::time::advance(Duration::from_secs(6)).await;
    assert_eq!(ec2.describe_vpcs().send().await.unwrap().vpcs().len(), 0);
}

#[tokio::test(start_paused = true)]
async fn the_same_cloud_can_be_met_with_other_faults() {
    let calm = Sandbox::in_memory(options(Faults::none()));
    network(&client(&calm)).await;
    let expired = calm.with_faults(Faults { expires_after: Some(1), ..Faults::none() });
    let ec2 = client(&expired);
    assert_eq!(ec2.describe_vpcs().send().await.unwrap().vpcs().len(), 1, "attempts are counted from the change on");
    assert!(ec2.describe_vpcs().send().await.is_err());
    assert!(client(&calm).describe_vpcs().send().await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_stuck_object_never_becomes_ready() {
    let rule = StuckRule { object_type: "vpc".to_owned(), tag: None, outcome: StuckOutcome::NeverReady };
    let sandbox = Sandbox::in_memory(options(Faults { stuck: vec![rule], ..Faults::none() }));
    let ec2 = client(&sandbox);
    network(&ec2).await;
    tokio::time::advance(Duration::from_secs(86_400)).await;
    let vpcs = ec2.describe_vpcs().send().await.unwrap().vpcs.unwrap();
    assert_eq!(vpcs[0].state(), Some(&aws_sdk_ec2::types::VpcState::Pending));
}

#[tokio::test(start_paused = true)]
async fn a_failing_launch_ends_terminated() {
    let rule = StuckRule { object_type: "instance".to_owned(), tag: None, outcome: StuckOutcome::Fails };
    let sandbox = Sandbox::in_memory(options(Faults { stuck: vec![rule], ..Faults::none() }));
    let ec2 = client(&sandbox);
    let (_, subnet) = network(&ec2).await;
    let run = ec2.run_instances().image_id(image(&ec2).await).instance_type("t3.micro".into()).subnet_id(subnet);
    run.min_count(1).max_count(1).send().await.unwrap();
    tokio::time::advance(Duration::from_secs(60)).await;
    let described = ec2.describe_instances().send().await.unwrap();
    let instance = &described.reservations()[0].instances()[0];
    assert_eq!(instance.state().and_then(|state| state.name()).map(|name| name.as_str()), Some("terminated"));
    assert_eq!(instance.state_reason().and_then(|reason| reason.code()), Some("Server.InternalError"));
}
