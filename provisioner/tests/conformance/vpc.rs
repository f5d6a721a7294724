use aws_sdk_ec2::types::{AttributeBooleanValue, VpcAttributeName};

use super::*;

fn boolean(value: bool) -> AttributeBooleanValue {
    AttributeBooleanValue::builder().value(value).build()
}

facts! {
    /// EC2 API Reference, CreateVpc: the block is between /16 and /28.
    async fn a_vpc_block_is_between_16_and_28(ec2) {
        assert_eq!(code(ec2.create_vpc().cidr_block("10.0.0.0/15").send().await), "InvalidVpc.Range");
        assert_eq!(code(ec2.create_vpc().cidr_block("10.0.0.0/29").send().await), "InvalidVpc.Range");
        assert_eq!(code(ec2.create_vpc().cidr_block("10.0.0.0/28").send().await), "success");
    }

    /// EC2 API Reference, CreateVpc: the block is a CIDR block.
    async fn a_vpc_block_that_is_no_cidr_is_refused(ec2) {
        assert_eq!(code(ec2.create_vpc().cidr_block("hello").send().await), "InvalidParameterValue");
    }

    /// EC2 API Reference, CreateVpc: host bits are cleared ("we modify it to 100.68.0.0/18").
    #[moto("keeps the host bits")]
    async fn host_bits_of_a_vpc_block_are_cleared(ec2) {
        let vpc = ec2.create_vpc().cidr_block("100.68.0.18/18").send().await.unwrap().vpc.unwrap();
        assert_eq!(vpc.cidr_block(), Some("100.68.0.0/18"));
    }

    /// VPC User Guide, "Default security groups", "Route tables", "Network ACLs": a VPC comes with one of each.
    async fn a_vpc_comes_with_a_main_route_table_and_a_default_group(ec2) {
        let vpc = make_vpc(&ec2).await;
        let tables = ec2.describe_route_tables().filters(filter("vpc-id", &vpc)).send().await.unwrap();
        assert_eq!(tables.route_tables()[0].associations()[0].main(), Some(true));
        assert_eq!(tables.route_tables()[0].routes()[0].gateway_id(), Some("local"));
        let groups = ec2.describe_security_groups().filters(filter("vpc-id", &vpc)).send().await.unwrap();
        assert_eq!(groups.security_groups()[0].group_name(), Some("default"));
        assert_eq!(groups.security_groups()[0].ip_permissions_egress().len(), 1);
    }

    /// EC2 API Reference, DeleteVpc: everything in the VPC goes first, but not what came with it.
    async fn a_vpc_with_a_subnet_is_not_deleted(ec2) {
        let (vpc, subnet) = make_network(&ec2).await;
        assert_eq!(code(ec2.delete_vpc().vpc_id(&vpc).send().await), "DependencyViolation");
        ec2.delete_subnet().subnet_id(subnet).send().await.unwrap();
        assert_eq!(code(ec2.delete_vpc().vpc_id(&vpc).send().await), "success");
    }

    /// EC2 API Reference, DeleteVpc: security groups of the VPC go first.
    #[moto("deletes it")]
    async fn a_vpc_with_a_group_is_not_deleted(ec2) {
        let vpc = make_vpc(&ec2).await;
        make_group(&ec2, &vpc, "workers").await;
        assert_eq!(code(ec2.delete_vpc().vpc_id(&vpc).send().await), "DependencyViolation");
    }

    /// EC2 API Reference, ModifyVpcAttribute: "You can modify only one attribute at a time".
    #[moto("takes the first and drops the second")]
    async fn one_vpc_attribute_is_modified_at_a_time(ec2) {
        let vpc = make_vpc(&ec2).await;
        let both = ec2.modify_vpc_attribute().vpc_id(&vpc).enable_dns_support(boolean(true)).enable_dns_hostnames(boolean(true));
        assert_eq!(code(both.send().await), "InvalidParameterCombination");
        ec2.modify_vpc_attribute().vpc_id(&vpc).enable_dns_hostnames(boolean(true)).send().await.unwrap();
        let read = ec2.describe_vpc_attribute().vpc_id(&vpc).attribute(VpcAttributeName::EnableDnsHostnames).send().await.unwrap();
        assert_eq!(read.enable_dns_hostnames().and_then(|value| value.value()), Some(true));
    }

    /// EC2 API Reference, ModifyVpcAttribute: "You can only enable DNS hostnames if you've enabled DNS support".
    #[moto("does not check")]
    async fn dns_hostnames_need_dns_support(ec2) {
        let vpc = make_vpc(&ec2).await;
        ec2.modify_vpc_attribute().vpc_id(&vpc).enable_dns_support(boolean(false)).send().await.unwrap();
        let hostnames = ec2.modify_vpc_attribute().vpc_id(&vpc).enable_dns_hostnames(boolean(true));
        assert_eq!(code(hostnames.send().await), "InvalidParameterValue");
    }

    /// EC2 API Reference, CreateSubnet: the block lies in the VPC's.
    async fn a_subnet_lies_inside_its_vpc(ec2) {
        let vpc = make_vpc(&ec2).await;
        let outside = ec2.create_subnet().vpc_id(&vpc).cidr_block("10.1.0.0/24");
        assert_eq!(code(outside.send().await), "InvalidSubnet.Range");
    }

    /// EC2 API Reference, CreateSubnet: blocks of one VPC do not overlap.
    async fn subnets_do_not_overlap(ec2) {
        let (vpc, _) = make_network(&ec2).await;
        let overlapping = ec2.create_subnet().vpc_id(&vpc).cidr_block("10.0.1.128/25");
        assert_eq!(code(overlapping.send().await), "InvalidSubnet.Conflict");
    }

    /// VPC User Guide, "Subnet sizing for IPv4": AWS keeps five addresses of every subnet.
    async fn five_addresses_of_a_subnet_are_kept(ec2) {
        let (_, subnet) = make_network(&ec2).await;
        let subnets = ec2.describe_subnets().subnet_ids(subnet).send().await.unwrap().subnets.unwrap();
        assert_eq!(subnets[0].available_ip_address_count(), Some(251));
    }

    /// EC2 API Reference, CreateSubnet: the zone is one of the region's.
    async fn a_subnet_is_in_a_zone_of_the_region(ec2) {
        let vpc = make_vpc(&ec2).await;
        let elsewhere = ec2.create_subnet().vpc_id(&vpc).cidr_block("10.0.1.0/24").availability_zone("eu-west-1z");
        assert_eq!(code(elsewhere.send().await), "InvalidParameterValue");
    }

    /// VPC User Guide, "Subnet sizing for IPv4": the first four addresses and the last cannot be assigned.
    #[moto("assigns reserved addresses")]
    async fn a_reserved_address_is_not_assigned(ec2) {
        let (_, subnet) = make_network(&ec2).await;
        for address in ["10.0.1.3", "10.0.1.255"] {
            let interface = ec2.create_network_interface().subnet_id(&subnet).private_ip_address(address);
            assert_eq!(code(interface.send().await), "InvalidParameterValue", "{address}");
        }
    }

    /// EC2 API Reference, "Error codes": InvalidIPAddress.InUse.
    #[moto("assigns it twice")]
    async fn an_address_is_assigned_once(ec2) {
        let (_, subnet) = make_network(&ec2).await;
        let interface = || ec2.create_network_interface().subnet_id(&subnet).private_ip_address("10.0.1.10");
        interface().send().await.unwrap();
        assert_eq!(code(interface().send().await), "InvalidIPAddress.InUse");
    }

    /// EC2 API Reference, DeleteSubnet: interfaces go first.
    #[moto("deletes it")]
    async fn a_subnet_with_an_interface_is_not_deleted(ec2) {
        let (_, subnet) = make_network(&ec2).await;
        ec2.create_network_interface().subnet_id(&subnet).send().await.unwrap();
        assert_eq!(code(ec2.delete_subnet().subnet_id(&subnet).send().await), "DependencyViolation");
    }
}
