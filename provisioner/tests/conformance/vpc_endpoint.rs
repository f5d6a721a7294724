use super::*;

async fn make_table(ec2: &Client, vpc: &str) -> String {
    ec2.create_route_table().vpc_id(vpc).send().await.unwrap().route_table.unwrap().route_table_id.unwrap()
}

fn to_s3(ec2: &Client, vpc: &str) -> aws_sdk_ec2::operation::create_vpc_endpoint::builders::CreateVpcEndpointFluentBuilder {
    ec2.create_vpc_endpoint().vpc_id(vpc).service_name("com.amazonaws.eu-west-1.s3")
}

/// The endpoints with a route in the table that leads to a prefix list.
async fn leading(ec2: &Client, table: &str) -> Vec<String> {
    let described = ec2.describe_route_tables().route_table_ids(table).send().await.unwrap();
    let routes = described.route_tables()[0].routes().iter().filter(|route| route.destination_prefix_list_id().is_some());
    routes.filter_map(|route| route.gateway_id()).map(str::to_owned).collect()
}

facts! {
    /// VPC User Guide, "Gateway endpoints": a route with the service's prefix list is in each of its route tables, as long as it is there.
    #[moto("puts no route into a table that is added later")]
    async fn a_gateway_endpoint_has_a_route_in_each_of_its_tables(ec2) {
        let vpc = make_vpc(&ec2).await;
        let (one, two) = (make_table(&ec2, &vpc).await, make_table(&ec2, &vpc).await);
        let id = to_s3(&ec2, &vpc).route_table_ids(&one).send().await.unwrap().vpc_endpoint.unwrap().vpc_endpoint_id.unwrap();
        assert_eq!((leading(&ec2, &one).await, leading(&ec2, &two).await), (vec![id.clone()], vec![]));
        ec2.modify_vpc_endpoint().vpc_endpoint_id(&id).add_route_table_ids(&two).remove_route_table_ids(&one).send().await.unwrap();
        assert_eq!((leading(&ec2, &one).await, leading(&ec2, &two).await), (vec![], vec![id.clone()]));
        ec2.delete_vpc_endpoints().vpc_endpoint_ids(&id).send().await.unwrap();
        assert!(leading(&ec2, &two).await.is_empty());
    }

    /// EC2 API Reference, VpcEndpoint: the states, which the wire has in small letters.
    #[moto("an endpoint is available at once")]
    async fn a_gateway_endpoint_is_pending_first(ec2) {
        let vpc = make_vpc(&ec2).await;
        let made = to_s3(&ec2, &vpc).send().await.unwrap().vpc_endpoint.unwrap();
        assert_eq!(made.state().map(|state| state.as_str()), Some("pending"));
        tokio::time::sleep(Duration::from_secs(60)).await;
        let seen = ec2.describe_vpc_endpoints().vpc_endpoint_ids(made.vpc_endpoint_id().unwrap()).send().await.unwrap();
        assert_eq!(seen.vpc_endpoints()[0].state().map(|state| state.as_str()), Some("available"));
    }

    /// EC2 API Reference, "Error codes": InvalidServiceName.
    #[moto("takes any name")]
    async fn an_endpoint_is_for_a_service_of_the_region(ec2) {
        let vpc = make_vpc(&ec2).await;
        let create = ec2.create_vpc_endpoint().vpc_id(vpc).service_name("com.amazonaws.us-east-1.s3");
        assert_eq!(code(create.send().await), "InvalidServiceName");
    }

    /// EC2 API Reference, CreateVpcEndpoint: the same client token makes one endpoint.
    #[moto("ignores the client token")]
    async fn a_token_makes_one_endpoint(ec2) {
        let vpc = make_vpc(&ec2).await;
        let create = || to_s3(&ec2, &vpc).client_token("one");
        let first = create().send().await.unwrap().vpc_endpoint.unwrap().vpc_endpoint_id;
        assert_eq!(create().send().await.unwrap().vpc_endpoint.unwrap().vpc_endpoint_id, first);
    }

    /// VPC User Guide, "Gateway endpoints": one table has one route to a service's prefix list.
    #[moto("makes another one")]
    async fn a_table_leads_to_a_service_over_one_endpoint(ec2) {
        let vpc = make_vpc(&ec2).await;
        let table = make_table(&ec2, &vpc).await;
        to_s3(&ec2, &vpc).route_table_ids(&table).send().await.unwrap();
        assert_eq!(code(to_s3(&ec2, &vpc).route_table_ids(&table).send().await), "RouteAlreadyExists");
    }

    /// EC2 API Reference, DeleteVpcEndpoints: what is not deleted is named in the answer, which is no error.
    #[moto("says nothing of it")]
    async fn an_endpoint_that_is_not_there_is_named_in_a_good_answer(ec2) {
        let answer = ec2.delete_vpc_endpoints().vpc_endpoint_ids("vpce-0123456789abcdef0").send().await.unwrap();
        assert_eq!(answer.unsuccessful()[0].resource_id(), Some("vpce-0123456789abcdef0"));
        assert!(answer.unsuccessful()[0].error().unwrap().code().unwrap().ends_with(".NotFound"));
    }

    /// EC2 API Reference, DeleteVpc: not before its endpoints are gone.
    #[moto("takes the endpoints along")]
    async fn a_vpc_with_an_endpoint_is_not_deleted(ec2) {
        let vpc = make_vpc(&ec2).await;
        to_s3(&ec2, &vpc).send().await.unwrap();
        assert_eq!(code(ec2.delete_vpc().vpc_id(vpc).send().await), "DependencyViolation");
    }
}
