use aws_sdk_ec2::types::{IpPermission, IpRange, UserIdGroupPair};

use super::*;

fn tcp(port: i32, cidr: &str) -> IpPermission {
    let range = IpRange::builder().cidr_ip(cidr).build();
    IpPermission::builder().ip_protocol("tcp").from_port(port).to_port(port).ip_ranges(range).build()
}

fn from_group(port: i32, group: &str) -> IpPermission {
    let pair = UserIdGroupPair::builder().group_id(group).build();
    IpPermission::builder().ip_protocol("tcp").from_port(port).to_port(port).user_id_group_pairs(pair).build()
}

facts! {
    /// EC2 API Reference, CreateSecurityGroup: a new group lets everything out.
    async fn a_group_starts_with_one_rule_that_lets_everything_out(ec2) {
        let vpc = make_vpc(&ec2).await;
        let id = make_group(&ec2, &vpc, "workers").await;
        let groups = ec2.describe_security_groups().group_ids(&id).send().await.unwrap().security_groups.unwrap();
        assert_eq!(groups[0].ip_permissions().len(), 0);
        assert_eq!(groups[0].ip_permissions_egress()[0].ip_protocol(), Some("-1"));
        assert_eq!(groups[0].ip_permissions_egress()[0].ip_ranges()[0].cidr_ip(), Some("0.0.0.0/0"));
    }

    /// EC2 API Reference, CreateSecurityGroup: names are unique in a VPC.
    async fn a_group_name_is_unique_in_its_vpc(ec2) {
        let vpc = make_vpc(&ec2).await;
        make_group(&ec2, &vpc, "workers").await;
        let again = ec2.create_security_group().vpc_id(&vpc).group_name("workers").description("again");
        assert_eq!(code(again.send().await), "InvalidGroup.Duplicate");
    }

    /// EC2 API Reference, CreateSecurityGroup: names are case-insensitive.
    #[moto("compares names with their case")]
    async fn a_group_name_has_no_case(ec2) {
        let vpc = make_vpc(&ec2).await;
        make_group(&ec2, &vpc, "workers").await;
        let again = ec2.create_security_group().vpc_id(&vpc).group_name("Workers").description("again");
        assert_eq!(code(again.send().await), "InvalidGroup.Duplicate");
    }

    /// EC2 API Reference, CreateSecurityGroup: "a-z, A-Z, 0-9, spaces, and ._-:/()#,@[]+=&;{}!$*".
    #[moto("takes any character")]
    async fn a_description_has_no_apostrophe(ec2) {
        let vpc = make_vpc(&ec2).await;
        let group = ec2.create_security_group().vpc_id(&vpc).group_name("workers").description("the worker's group");
        assert_eq!(code(group.send().await), "InvalidParameterValue");
    }

    /// EC2 API Reference, AuthorizeSecurityGroupIngress, "Error codes": InvalidPermission.Duplicate.
    async fn a_rule_is_added_once(ec2) {
        let vpc = make_vpc(&ec2).await;
        let group = make_group(&ec2, &vpc, "workers").await;
        let add = || ec2.authorize_security_group_ingress().group_id(&group).ip_permissions(tcp(22, "10.0.0.0/8"));
        add().send().await.unwrap();
        assert_eq!(code(add().send().await), "InvalidPermission.Duplicate");
    }

    /// EC2 API Reference, "Error codes": InvalidPermission.NotFound.
    async fn a_rule_that_is_not_there_is_not_revoked(ec2) {
        let vpc = make_vpc(&ec2).await;
        let group = make_group(&ec2, &vpc, "workers").await;
        let revoke = ec2.revoke_security_group_ingress().group_id(&group).ip_permissions(tcp(22, "10.0.0.0/8"));
        assert_eq!(code(revoke.send().await), "InvalidPermission.NotFound");
    }

    /// EC2 API Reference, AuthorizeSecurityGroupIngress: TCP needs a range of ports in order.
    #[moto("takes ports above 65535")]
    async fn a_port_range_is_in_order_and_within_16_bits(ec2) {
        let vpc = make_vpc(&ec2).await;
        let group = make_group(&ec2, &vpc, "workers").await;
        let add = ec2.authorize_security_group_ingress().group_id(&group).ip_permissions(tcp(70_000, "10.0.0.0/8"));
        assert_eq!(code(add.send().await), "InvalidParameterValue");
    }

    /// EC2 API Reference, AuthorizeSecurityGroupIngress: the range is a CIDR block.
    async fn a_rule_with_a_malformed_block_is_refused(ec2) {
        let vpc = make_vpc(&ec2).await;
        let group = make_group(&ec2, &vpc, "workers").await;
        let add = ec2.authorize_security_group_ingress().group_id(&group).ip_permissions(tcp(22, "hello"));
        assert_eq!(code(add.send().await), "InvalidParameterValue");
    }

    /// VPC User Guide, "Amazon VPC quotas": 60 rules a group and direction.
    async fn a_group_has_sixty_rules_in_each_direction(ec2) {
        let vpc = make_vpc(&ec2).await;
        let group = make_group(&ec2, &vpc, "workers").await;
        let rules = (0..60).map(|port| tcp(1000 + port, "10.0.0.0/8")).collect();
        ec2.authorize_security_group_ingress().group_id(&group).set_ip_permissions(Some(rules)).send().await.unwrap();
        let more = ec2.authorize_security_group_ingress().group_id(&group).ip_permissions(tcp(22, "10.0.0.0/8"));
        assert_eq!(code(more.send().await), "RulesPerSecurityGroupLimitExceeded");
    }

    /// EC2 API Reference, AuthorizeSecurityGroupIngress: a group is named in its own VPC only.
    #[moto("does not compare the VPCs")]
    async fn a_group_of_another_vpc_is_not_named(ec2) {
        let (here, there) = (make_vpc(&ec2).await, make_vpc(&ec2).await);
        let group = make_group(&ec2, &here, "workers").await;
        let foreign = make_group(&ec2, &there, "workers").await;
        let add = ec2.authorize_security_group_ingress().group_id(&group).ip_permissions(from_group(22, &foreign));
        assert_eq!(code(add.send().await), "InvalidGroup.NotFound");
    }

    /// EC2 API Reference, DeleteSecurityGroup: refused while another group's rule names it.
    #[moto("deletes it")]
    async fn a_group_that_a_rule_names_is_not_deleted(ec2) {
        let vpc = make_vpc(&ec2).await;
        let (group, named) = (make_group(&ec2, &vpc, "workers").await, make_group(&ec2, &vpc, "balancer").await);
        ec2.authorize_security_group_ingress().group_id(&group).ip_permissions(from_group(22, &named)).send().await.unwrap();
        assert_eq!(code(ec2.delete_security_group().group_id(&named).send().await), "DependencyViolation");
        ec2.revoke_security_group_ingress().group_id(&group).ip_permissions(from_group(22, &named)).send().await.unwrap();
        assert_eq!(code(ec2.delete_security_group().group_id(&named).send().await), "success");
    }

    /// EC2 API Reference, DeleteSecurityGroup: refused while an interface has it.
    #[moto("deletes it")]
    async fn a_group_that_an_interface_has_is_not_deleted(ec2) {
        let (vpc, subnet) = make_network(&ec2).await;
        let group = make_group(&ec2, &vpc, "workers").await;
        ec2.create_network_interface().subnet_id(&subnet).groups(&group).send().await.unwrap();
        assert_eq!(code(ec2.delete_security_group().group_id(&group).send().await), "DependencyViolation");
    }

    /// EC2 API Reference, DescribeSecurityGroupRules, CreateTags: rules have ids and tags of their own.
    async fn a_rule_has_an_id_and_tags(ec2) {
        let vpc = make_vpc(&ec2).await;
        let group = make_group(&ec2, &vpc, "workers").await;
        let added = ec2.authorize_security_group_ingress().group_id(&group).ip_permissions(tcp(22, "10.0.0.0/8")).send().await.unwrap();
        let id = added.security_group_rules()[0].security_group_rule_id().unwrap();
        ec2.create_tags().resources(id).tags(tag("why", "ssh")).send().await.unwrap();
        let of_group = ec2.describe_security_group_rules().filters(filter("group-id", &group)).filters(filter("tag:why", "ssh"));
        assert_eq!(of_group.send().await.unwrap().security_group_rules().len(), 1);
    }
}
