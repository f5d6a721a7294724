use super::*;

facts! {
    /// EC2 API Reference, ModifyTransitGatewayVpcAttachment: subnets come and go, one in each zone.
    #[moto("does not compare the zones")]
    async fn an_attachment_to_a_transit_gateway_changes_its_subnets(ec2) {
        let (vpc, one) = make_network(&ec2).await;
        let other = make_subnet(&ec2, &vpc, "10.0.2.0/24").await;
        let known = ec2.describe_transit_gateways().send().await.unwrap().transit_gateways.unwrap();
        let gateway = match known.first() {
            Some(gateway) => gateway.transit_gateway_id.clone(),
            None => ec2.create_transit_gateway().send().await.unwrap().transit_gateway.unwrap().transit_gateway_id,
        };
        let attach = ec2.create_transit_gateway_vpc_attachment().transit_gateway_id(gateway.unwrap()).vpc_id(&vpc).subnet_ids(&one);
        let id = attach.send().await.unwrap().transit_gateway_vpc_attachment.unwrap().transit_gateway_attachment_id.unwrap();
        tokio::time::sleep(Duration::from_secs(120)).await;
        let modify = || ec2.modify_transit_gateway_vpc_attachment().transit_gateway_attachment_id(&id).add_subnet_ids(&other);
        assert_eq!(code(modify().send().await), "DuplicateSubnetsInSameZone");
        let changed = modify().remove_subnet_ids(&one).send().await.unwrap().transit_gateway_vpc_attachment.unwrap();
        assert_eq!(changed.subnet_ids(), [other]);
    }
}
