use super::*;

async fn make_table(ec2: &Client, vpc: &str) -> String {
    ec2.create_route_table().vpc_id(vpc).send().await.unwrap().route_table.unwrap().route_table_id.unwrap()
}

facts! {
    /// EC2 API Reference, CreateRoute, "Error codes": RouteAlreadyExists.
    async fn a_destination_has_one_route(ec2) {
        let vpc = make_vpc(&ec2).await;
        let gateway = make_internet_gateway(&ec2, &vpc).await;
        let table = make_table(&ec2, &vpc).await;
        let route = || ec2.create_route().route_table_id(&table).destination_cidr_block("0.0.0.0/0").gateway_id(&gateway);
        route().send().await.unwrap();
        assert_eq!(code(route().send().await), "RouteAlreadyExists");
    }

    /// EC2 API Reference, CreateRoute: the gateway is attached to the table's VPC.
    #[moto("does not compare the VPCs")]
    async fn a_route_leads_to_a_gateway_of_its_vpc(ec2) {
        let (here, there) = (make_vpc(&ec2).await, make_vpc(&ec2).await);
        let gateway = make_internet_gateway(&ec2, &there).await;
        let table = make_table(&ec2, &here).await;
        let route = ec2.create_route().route_table_id(&table).destination_cidr_block("0.0.0.0/0").gateway_id(&gateway);
        assert_eq!(code(route.send().await), "InvalidParameterValue");
    }

    /// EC2 API Reference, DeleteRouteTable: subnets are disassociated first.
    async fn a_table_with_a_subnet_is_not_deleted(ec2) {
        let (vpc, subnet) = make_network(&ec2).await;
        let table = make_table(&ec2, &vpc).await;
        let association = ec2.associate_route_table().route_table_id(&table).subnet_id(&subnet).send().await.unwrap().association_id.unwrap();
        assert_eq!(code(ec2.delete_route_table().route_table_id(&table).send().await), "DependencyViolation");
        ec2.disassociate_route_table().association_id(association).send().await.unwrap();
        assert_eq!(code(ec2.delete_route_table().route_table_id(&table).send().await), "success");
    }

    /// EC2 API Reference, AssociateRouteTable, "Error codes": Resource.AlreadyAssociated.
    #[moto("associates a subnet with several tables")]
    async fn a_subnet_has_one_table(ec2) {
        let (vpc, subnet) = make_network(&ec2).await;
        let (first, second) = (make_table(&ec2, &vpc).await, make_table(&ec2, &vpc).await);
        ec2.associate_route_table().route_table_id(&first).subnet_id(&subnet).send().await.unwrap();
        let again = ec2.associate_route_table().route_table_id(&second).subnet_id(&subnet);
        assert_eq!(code(again.send().await), "Resource.AlreadyAssociated");
    }

    /// EC2 API Reference, DeleteRoute, "Error codes": InvalidRoute.NotFound.
    async fn a_route_that_is_not_there_is_not_deleted(ec2) {
        let vpc = make_vpc(&ec2).await;
        let table = make_table(&ec2, &vpc).await;
        let delete = ec2.delete_route().route_table_id(&table).destination_cidr_block("0.0.0.0/0");
        assert_eq!(code(delete.send().await), "InvalidRoute.NotFound");
    }

    /// EC2 API Reference, CreateRouteTable: the same client token makes one table.
    #[moto("ignores the client token")]
    async fn a_token_makes_one_route_table(ec2) {
        let vpc = make_vpc(&ec2).await;
        let create = || ec2.create_route_table().vpc_id(&vpc).client_token("one");
        let first = create().send().await.unwrap().route_table.unwrap().route_table_id;
        let second = create().send().await.unwrap().route_table.unwrap().route_table_id;
        assert_eq!(first, second);
    }

    /// EC2 API Reference, AttachInternetGateway, "Error codes": Resource.AlreadyAssociated.
    async fn a_gateway_is_attached_once(ec2) {
        let vpc = make_vpc(&ec2).await;
        let gateway = make_internet_gateway(&ec2, &vpc).await;
        let again = ec2.attach_internet_gateway().internet_gateway_id(&gateway).vpc_id(&vpc);
        assert_eq!(code(again.send().await), "Resource.AlreadyAssociated");
    }

    /// EC2 API Reference, DeleteInternetGateway: it is detached first.
    async fn an_attached_gateway_is_not_deleted(ec2) {
        let vpc = make_vpc(&ec2).await;
        let gateway = make_internet_gateway(&ec2, &vpc).await;
        assert_eq!(code(ec2.delete_internet_gateway().internet_gateway_id(&gateway).send().await), "DependencyViolation");
    }

    /// EC2 API Reference, DetachInternetGateway, "Error codes": Gateway.NotAttached.
    async fn a_gateway_that_is_not_attached_is_not_detached(ec2) {
        let vpc = make_vpc(&ec2).await;
        let gateway = ec2.create_internet_gateway().send().await.unwrap().internet_gateway.unwrap().internet_gateway_id.unwrap();
        let detach = ec2.detach_internet_gateway().internet_gateway_id(&gateway).vpc_id(&vpc);
        assert_eq!(code(detach.send().await), "Gateway.NotAttached");
    }
}
