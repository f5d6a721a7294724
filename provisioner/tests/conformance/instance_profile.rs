use aws_sdk_ec2::types::IamInstanceProfileSpecification;

use super::*;

fn profile(name: &str) -> IamInstanceProfileSpecification {
    IamInstanceProfileSpecification::builder().name(name).build()
}

async fn arn(ec2: &Client, instance: &str) -> Option<String> {
    super::instance(ec2, instance).await.iam_instance_profile?.arn
}

facts! {
    /// EC2 API Reference, AssociateIamInstanceProfile: a machine has one profile; one that has one gets another by a replacement.
    #[moto("looks for the profile in an IAM of its own")]
    async fn a_machine_has_one_profile_which_is_replaced(ec2) {
        let (_, subnet) = make_network(&ec2).await;
        let id = make_instance(&ec2, &subnet).await;
        let associate = |name: &str| ec2.associate_iam_instance_profile().instance_id(&id).iam_instance_profile(profile(name));
        let first = associate("one").send().await.unwrap().iam_instance_profile_association.unwrap().association_id.unwrap();
        assert_eq!(code(associate("two").send().await), "IncorrectState");
        let replace = ec2.replace_iam_instance_profile_association().association_id(&first).iam_instance_profile(profile("two"));
        let second = replace.send().await.unwrap().iam_instance_profile_association.unwrap().association_id.unwrap();
        assert_ne!(first, second);
        assert!(arn(&ec2, &id).await.unwrap().ends_with(":instance-profile/two"));
    }

    /// EC2 API Reference, DescribeIamInstanceProfileAssociations: a launch with a profile makes an association too.
    #[moto("knows no association of a launch")]
    async fn a_launch_with_a_profile_makes_an_association(ec2) {
        let (_, subnet) = make_network(&ec2).await;
        let run = launch(&ec2, &subnet).await.iam_instance_profile(profile("one"));
        let id = run.send().await.unwrap().instances()[0].instance_id().unwrap().to_owned();
        let list = ec2.describe_iam_instance_profile_associations().filters(filter("instance-id", &id));
        let found = list.send().await.unwrap().iam_instance_profile_associations.unwrap();
        assert_eq!(found.len(), 1);
        ec2.disassociate_iam_instance_profile().association_id(found[0].association_id().unwrap()).send().await.unwrap();
        assert_eq!(arn(&ec2, &id).await, None);
    }

    /// EC2 API Reference, ReplaceIamInstanceProfileAssociation, "Error codes": InvalidAssociationID.NotFound.
    #[moto("looks for the profile in an IAM of its own")]
    async fn an_association_that_is_not_there_is_not_replaced(ec2) {
        let replace = ec2.replace_iam_instance_profile_association().association_id("iip-assoc-0123456789abcdef0");
        assert_eq!(code(replace.iam_instance_profile(profile("one")).send().await), "InvalidAssociationID.NotFound");
    }

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
