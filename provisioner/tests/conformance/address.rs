use aws_sdk_ec2::types::{ConnectivityType, NatGatewayState};

use super::*;

async fn nat_state(ec2: &Client, id: &str) -> Option<NatGatewayState> {
    let described = ec2.describe_nat_gateways().nat_gateway_ids(id).send().await.unwrap();
    described.nat_gateways().first()?.state().cloned()
}

async fn wait_for_nat(ec2: &Client, id: &str, wanted: NatGatewayState) {
    for _ in 0..120 {
        if nat_state(ec2, id).await.as_ref() == Some(&wanted) {
            return;
        }
        tokio::time::sleep(Duration::from_secs(5)).await;
    }
    panic!("{id} never became {}", wanted.as_str());
}

async fn allocate(ec2: &Client) -> String {
    ec2.allocate_address().send().await.unwrap().allocation_id.unwrap()
}

facts! {
    /// EC2 API Reference, "Error codes": InvalidAllocationID.NotFound.
    async fn an_unknown_allocation_is_not_released(ec2) {
        let release = ec2.release_address().allocation_id("eipalloc-0123456789abcdef0");
        assert_eq!(code(release.send().await), "InvalidAllocationID.NotFound");
    }

    /// EC2 API Reference, ReleaseAddress: the address is disassociated first.
    #[moto("releases an address in use")]
    async fn an_address_in_use_is_not_released(ec2) {
        let (vpc, subnet) = make_network(&ec2).await;
        make_internet_gateway(&ec2, &vpc).await;
        let interface = ec2.create_network_interface().subnet_id(&subnet).send().await.unwrap();
        let interface = interface.network_interface().and_then(|interface| interface.network_interface_id()).unwrap();
        let address = allocate(&ec2).await;
        let associated = ec2.associate_address().allocation_id(&address).network_interface_id(interface).send().await.unwrap();
        assert_eq!(code(ec2.release_address().allocation_id(&address).send().await), "InvalidIPAddress.InUse");
        ec2.disassociate_address().association_id(associated.association_id().unwrap()).send().await.unwrap();
        assert_eq!(code(ec2.release_address().allocation_id(&address).send().await), "success");
    }

    /// EC2 API Reference, AssociateAddress, "Error codes": Gateway.NotAttached.
    #[moto("needs no internet gateway")]
    async fn an_address_needs_an_internet_gateway(ec2) {
        let (_, subnet) = make_network(&ec2).await;
        let interface = ec2.create_network_interface().subnet_id(&subnet).send().await.unwrap();
        let interface = interface.network_interface().and_then(|interface| interface.network_interface_id()).unwrap();
        let associate = ec2.associate_address().allocation_id(allocate(&ec2).await).network_interface_id(interface);
        assert_eq!(code(associate.send().await), "Gateway.NotAttached");
    }

    /// EC2 API Reference, DetachInternetGateway: refused while public addresses are mapped in the VPC.
    #[moto("detaches at once")]
    async fn a_gateway_with_mapped_addresses_is_not_detached(ec2) {
        let (vpc, subnet) = make_network(&ec2).await;
        let gateway = make_internet_gateway(&ec2, &vpc).await;
        let interface = ec2.create_network_interface().subnet_id(&subnet).send().await.unwrap();
        let interface = interface.network_interface().and_then(|interface| interface.network_interface_id()).unwrap();
        ec2.associate_address().allocation_id(allocate(&ec2).await).network_interface_id(interface).send().await.unwrap();
        let detach = ec2.detach_internet_gateway().internet_gateway_id(&gateway).vpc_id(&vpc);
        assert_eq!(code(detach.send().await), "DependencyViolation");
    }

    /// EC2 API Reference, CreateNatGateway: a public gateway needs an allocation.
    #[moto("makes one without")]
    async fn a_public_nat_gateway_needs_an_address(ec2) {
        let (_, subnet) = make_network(&ec2).await;
        assert_eq!(code(ec2.create_nat_gateway().subnet_id(&subnet).send().await), "MissingParameter");
    }

    /// VPC User Guide, "Troubleshoot NAT gateways": without an internet gateway it becomes failed (Gateway.NotAttached).
    #[moto("every gateway is available at once")]
    async fn a_nat_gateway_without_an_internet_gateway_becomes_failed(ec2) {
        let (_, subnet) = make_network(&ec2).await;
        let nat = ec2.create_nat_gateway().subnet_id(&subnet).allocation_id(allocate(&ec2).await).send().await.unwrap();
        let id = nat.nat_gateway().and_then(|nat| nat.nat_gateway_id()).unwrap().to_owned();
        wait_for_nat(&ec2, &id, NatGatewayState::Failed).await;
    }

    /// VPC User Guide, "Troubleshoot NAT gateways": with an address in use it becomes failed (Resource.AlreadyAssociated).
    #[moto("every gateway is available at once")]
    async fn a_nat_gateway_with_an_address_in_use_becomes_failed(ec2) {
        let (vpc, subnet) = make_network(&ec2).await;
        make_internet_gateway(&ec2, &vpc).await;
        let address = allocate(&ec2).await;
        let create = || ec2.create_nat_gateway().subnet_id(&subnet).allocation_id(&address);
        create().send().await.unwrap();
        let second = create().send().await.unwrap();
        let id = second.nat_gateway().and_then(|nat| nat.nat_gateway_id()).unwrap().to_owned();
        wait_for_nat(&ec2, &id, NatGatewayState::Failed).await;
    }

    /// EC2 API Reference, CreateNatGateway: the gateway is pending first.
    #[moto("every gateway is available at once")]
    async fn a_nat_gateway_is_pending_first(ec2) {
        let (_, subnet) = make_network(&ec2).await;
        let nat = ec2.create_nat_gateway().subnet_id(&subnet).connectivity_type(ConnectivityType::Private).send().await.unwrap();
        let nat = nat.nat_gateway.unwrap();
        assert_eq!(nat.state(), Some(&NatGatewayState::Pending));
        wait_for_nat(&ec2, nat.nat_gateway_id().unwrap(), NatGatewayState::Available).await;
    }

    /// VPC User Guide, "Delete a NAT gateway": it stays listed for about an hour, as deleted.
    async fn a_deleted_nat_gateway_stays_listed(ec2) {
        let (_, subnet) = make_network(&ec2).await;
        let nat = ec2.create_nat_gateway().subnet_id(&subnet).connectivity_type(ConnectivityType::Private).send().await.unwrap();
        let id = nat.nat_gateway().and_then(|nat| nat.nat_gateway_id()).unwrap().to_owned();
        ec2.delete_nat_gateway().nat_gateway_id(&id).send().await.unwrap();
        wait_for_nat(&ec2, &id, NatGatewayState::Deleted).await;
        assert_eq!(code(ec2.delete_subnet().subnet_id(&subnet).send().await), "success");
    }

    /// VPC User Guide, "NAT gateway basics": its interface stays until it is deleted, and holds the subnet.
    #[moto("deletes at once")]
    async fn a_subnet_with_a_nat_gateway_is_not_deleted(ec2) {
        let (_, subnet) = make_network(&ec2).await;
        let nat = ec2.create_nat_gateway().subnet_id(&subnet).connectivity_type(ConnectivityType::Private).send().await.unwrap();
        let id = nat.nat_gateway().and_then(|nat| nat.nat_gateway_id()).unwrap().to_owned();
        ec2.delete_nat_gateway().nat_gateway_id(&id).send().await.unwrap();
        assert_eq!(code(ec2.delete_subnet().subnet_id(&subnet).send().await), "DependencyViolation");
    }

    /// EC2 API Reference, CreateNatGateway: the same client token makes one gateway.
    #[moto("ignores the client token")]
    async fn a_token_makes_one_nat_gateway(ec2) {
        let (_, subnet) = make_network(&ec2).await;
        let create = || ec2.create_nat_gateway().subnet_id(&subnet).connectivity_type(ConnectivityType::Private).client_token("one");
        let first = create().send().await.unwrap().nat_gateway.unwrap().nat_gateway_id;
        let second = create().send().await.unwrap().nat_gateway.unwrap().nat_gateway_id;
        assert_eq!(first, second);
        let other = create().private_ip_address("10.0.1.77").send().await;
        assert_eq!(code(other), "IdempotentParameterMismatch");
    }
}
