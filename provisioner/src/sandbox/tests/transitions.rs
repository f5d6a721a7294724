use aws_sdk_ec2::types::{ConnectivityType, Filter, InstanceStateName, NatGatewayState};

use super::*;

async fn instance_state(ec2: &Client) -> Option<InstanceStateName> {
    let described = ec2.describe_instances().send().await.unwrap();
    let instance = described.reservations().first()?.instances().first()?;
    instance.state()?.name().cloned()
}

#[tokio::test(start_paused = true)]
async fn an_instance_lives_through_its_states() {
    let sandbox = Sandbox::in_memory(options(Faults::none()));
    let ec2 = client(&sandbox);
    let (_, subnet) = network(&ec2).await;
    let run = ec2.run_instances().image_id(image(&ec2).await).instance_type("t3.micro".into()).subnet_id(&subnet);
    let id = run.min_count(1).max_count(1).send().await.unwrap().instances.unwrap()[0].instance_id.clone().unwrap();
    assert_eq!(instance_state(&ec2).await, Some(InstanceStateName::Pending));
    tokio::time::advance(Duration::from_secs(21)).await;
    assert_eq!(instance_state(&ec2).await, Some(InstanceStateName::Running));
    ec2.terminate_instances().instance_ids(&id).send().await.unwrap();
    assert_eq!(instance_state(&ec2).await, Some(InstanceStateName::ShuttingDown));
    assert_eq!(code(ec2.delete_subnet().subnet_id(&subnet).send().await), "DependencyViolation");
    tokio::time::advance(Duration::from_secs(31)).await;
    assert_eq!(instance_state(&ec2).await, Some(InstanceStateName::Terminated));
    assert_eq!(ec2.describe_volumes().send().await.unwrap().volumes().len(), 0, "the root volume goes with it");
    assert!(sandbox.dump().unwrap().iter().all(|object| object.object_type != "instance"));
    ec2.delete_subnet().subnet_id(&subnet).send().await.unwrap();
    tokio::time::advance(Duration::from_secs(3600)).await;
    assert_eq!(instance_state(&ec2).await, None, "an hour later it is forgotten");
}

#[tokio::test(start_paused = true)]
async fn a_nat_gateway_holds_its_address_until_it_is_deleted() {
    let sandbox = Sandbox::in_memory(options(Faults::none()));
    let ec2 = client(&sandbox);
    let (vpc, subnet) = network(&ec2).await;
    let gateway = ec2.create_internet_gateway().send().await.unwrap().internet_gateway.unwrap().internet_gateway_id.unwrap();
    ec2.attach_internet_gateway().internet_gateway_id(&gateway).vpc_id(&vpc).send().await.unwrap();
    let address = ec2.allocate_address().send().await.unwrap().allocation_id.unwrap();
    let nat = ec2.create_nat_gateway().subnet_id(&subnet).allocation_id(&address).private_ip_address("10.0.1.10").send().await.unwrap();
    let nat = nat.nat_gateway.unwrap().nat_gateway_id.unwrap();
    let state = || async { ec2.describe_nat_gateways().send().await.unwrap().nat_gateways()[0].state().cloned() };
    assert_eq!(state().await, Some(NatGatewayState::Pending));
    tokio::time::advance(Duration::from_secs(116)).await;
    assert_eq!(state().await, Some(NatGatewayState::Available));
    assert_eq!(code(ec2.release_address().allocation_id(&address).send().await), "AuthFailure");
    let detach = || ec2.detach_internet_gateway().internet_gateway_id(&gateway).vpc_id(&vpc);
    assert_eq!(code(detach().send().await), "DependencyViolation");
    ec2.delete_nat_gateway().nat_gateway_id(&nat).send().await.unwrap();
    assert_eq!(state().await, Some(NatGatewayState::Deleting));
    assert_eq!(code(ec2.release_address().allocation_id(&address).send().await), "AuthFailure");
    tokio::time::advance(Duration::from_secs(61)).await;
    assert_eq!(state().await, Some(NatGatewayState::Deleted), "it stays listed");
    ec2.release_address().allocation_id(&address).send().await.unwrap();
    detach().send().await.unwrap();
    ec2.delete_subnet().subnet_id(&subnet).send().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_nat_gateway_without_an_internet_gateway_fails() {
    let sandbox = Sandbox::in_memory(options(Faults::none()));
    let ec2 = client(&sandbox);
    let (_, subnet) = network(&ec2).await;
    let address = ec2.allocate_address().send().await.unwrap().allocation_id.unwrap();
    ec2.create_nat_gateway().subnet_id(&subnet).allocation_id(&address).send().await.unwrap();
    tokio::time::advance(Duration::from_secs(116)).await;
    let gateways = ec2.describe_nat_gateways().send().await.unwrap().nat_gateways.unwrap();
    assert_eq!(gateways[0].state(), Some(&NatGatewayState::Failed));
    assert_eq!(gateways[0].failure_code(), Some("Gateway.NotAttached"));
    ec2.release_address().allocation_id(&address).send().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn at_speed_zero_nothing_waits_but_ghosts_stay() {
    let options = SandboxOptions { speed: 0.0, ..options(Faults::none()) };
    let sandbox = Sandbox::in_memory(options);
    let ec2 = client(&sandbox);
    let (_, subnet) = network(&ec2).await;
    let nat = ec2.create_nat_gateway().subnet_id(&subnet).connectivity_type(ConnectivityType::Private).send().await.unwrap();
    let nat = nat.nat_gateway.unwrap();
    assert_eq!(nat.state(), Some(&NatGatewayState::Available));
    ec2.delete_nat_gateway().nat_gateway_id(nat.nat_gateway_id().unwrap()).send().await.unwrap();
    let deleted = Filter::builder().name("state").values("deleted").build();
    assert_eq!(ec2.describe_nat_gateways().filter(deleted).send().await.unwrap().nat_gateways().len(), 1);
    ec2.delete_subnet().subnet_id(&subnet).send().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_detached_volume_is_available_again() {
    let sandbox = Sandbox::in_memory(options(Faults::none()));
    let ec2 = client(&sandbox);
    let (_, subnet) = network(&ec2).await;
    let run = ec2.run_instances().image_id(image(&ec2).await).instance_type("t3.micro".into()).subnet_id(&subnet);
    let id = run.min_count(1).max_count(1).send().await.unwrap().instances.unwrap()[0].instance_id.clone().unwrap();
    let volume = ec2.create_volume().availability_zone("eu-west-1a").size(20).send().await.unwrap().volume_id.unwrap();
    let attach = || ec2.attach_volume().volume_id(&volume).instance_id(&id).device("/dev/sdf");
    assert_eq!(code(attach().send().await), "IncorrectState");
    tokio::time::advance(Duration::from_secs(21)).await;
    attach().send().await.unwrap();
    assert_eq!(code(ec2.delete_volume().volume_id(&volume).send().await), "VolumeInUse");
    ec2.detach_volume().volume_id(&volume).send().await.unwrap();
    tokio::time::advance(Duration::from_secs(4)).await;
    ec2.delete_volume().volume_id(&volume).send().await.unwrap();
}
