use std::collections::BTreeSet;

use aws_sdk_ec2::types::LocationType;

use super::*;

facts! {
    /// EC2 API Reference, DescribeVpcs, "Error codes": one unknown id fails the whole call.
    async fn one_unknown_id_fails_a_describe(ec2) {
        let vpc = make_vpc(&ec2).await;
        let describe = ec2.describe_vpcs().vpc_ids(vpc).vpc_ids("vpc-0123456789abcdef0");
        assert_eq!(code(describe.send().await), "InvalidVpcID.NotFound");
    }

    /// EC2 API Reference, DescribeInstances, "Error codes": one unknown id fails the whole call.
    async fn one_unknown_instance_fails_a_describe(ec2) {
        let describe = ec2.describe_instances().instance_ids("i-0123456789abcdef0");
        assert_eq!(code(describe.send().await), "InvalidInstanceID.NotFound");
    }

    /// EC2 User Guide, "Filter your resources": a filter has one of the operation's names.
    #[moto("answers HTTP 500 without a code")]
    async fn an_unknown_filter_is_refused(ec2) {
        let describe = ec2.describe_vpcs().filters(filter("colour", "red"));
        assert_eq!(code(describe.send().await), "InvalidParameterValue");
    }

    /// EC2 User Guide, "Filter your resources": filters join with AND, values with OR, * and ? are wildcards.
    async fn filters_join_with_and_and_values_with_or(ec2) {
        for (number, role) in ["worker", "worker", "balancer"].iter().enumerate() {
            let vpc = make_vpc(&ec2).await;
            ec2.create_tags().resources(vpc).tags(tag("role", role)).tags(tag("n", &number.to_string())).send().await.unwrap();
        }
        let count = async |filters: Vec<Filter>| ec2.describe_vpcs().set_filters(Some(filters)).send().await.unwrap().vpcs().len();
        assert_eq!(count(vec![filter("tag:role", "worker")]).await, 2);
        assert_eq!(count(vec![filter("tag:role", "worker"), filter("tag:n", "0")]).await, 1);
        assert_eq!(count(vec![Filter::builder().name("tag:n").values("0").values("2").build()]).await, 2);
        assert_eq!(count(vec![filter("tag:role", "*er")]).await, 3);
        assert_eq!(count(vec![filter("tag:role", "work??")]).await, 2);
        assert_eq!(count(vec![filter("tag-key", "role")]).await, 3);
    }

    /// EC2 API Reference, DescribeVpcs: MaxResults is between 5 and 1000.
    #[moto("takes any number")]
    async fn a_page_has_at_least_five_places(ec2) {
        assert_eq!(code(ec2.describe_vpcs().max_results(4).send().await), "InvalidParameterValue");
        assert_eq!(code(ec2.describe_vpcs().max_results(5).send().await), "success");
    }

    /// EC2 API Reference, "Pagination": the pages together have every object once.
    #[moto("ignores MaxResults of DescribeSubnets")]
    async fn pages_have_every_object_once(ec2) {
        let vpc = make_vpc(&ec2).await;
        for number in 0..12 {
            make_subnet(&ec2, &vpc, &format!("10.0.{number}.0/24")).await;
        }
        let (mut seen, mut token) = (BTreeSet::new(), None);
        loop {
            let page = ec2.describe_subnets().filters(filter("vpc-id", &vpc)).max_results(5).set_next_token(token).send().await.unwrap();
            assert!(page.subnets().len() <= 5);
            for subnet in page.subnets() {
                assert!(seen.insert(subnet.subnet_id().unwrap().to_owned()));
            }
            token = page.next_token;
            if token.is_none() {
                break;
            }
        }
        assert_eq!(seen.len(), 12);
    }

    /// EC2 API Reference, DescribeInstances: MaxResults and an id list exclude each other.
    async fn a_page_size_stands_beside_no_instance_ids(ec2) {
        let (_, subnet) = make_network(&ec2).await;
        let id = make_instance(&ec2, &subnet).await;
        let describe = ec2.describe_instances().instance_ids(id).max_results(5);
        assert_eq!(code(describe.send().await), "InvalidParameterCombination");
    }

    /// EC2 API Reference, "Common query parameters": a dry run that would succeed answers DryRunOperation.
    #[moto("ignores DryRun of CreateVpc")]
    async fn a_dry_run_that_would_succeed_says_so(ec2) {
        assert_eq!(code(ec2.create_vpc().cidr_block("10.0.0.0/16").dry_run(true).send().await), "DryRunOperation");
        assert_eq!(ec2.describe_vpcs().filters(filter("is-default", "false")).send().await.unwrap().vpcs().len(), 0);
    }

    /// EC2 User Guide, "Tag restrictions": keys that begin with aws: are reserved.
    #[moto("takes the key")]
    async fn a_tag_key_of_aws_is_refused(ec2) {
        let vpc = make_vpc(&ec2).await;
        let create = ec2.create_tags().resources(vpc).tags(tag("aws:role", "worker"));
        assert_eq!(code(create.send().await), "InvalidParameterValue");
    }

    /// EC2 User Guide, "Tag restrictions": fifty tags an object.
    async fn an_object_has_fifty_tags(ec2) {
        let vpc = make_vpc(&ec2).await;
        let fifty = (0..50).map(|number| tag(&format!("key-{number}"), "value")).collect();
        ec2.create_tags().resources(&vpc).set_tags(Some(fifty)).send().await.unwrap();
        let more = ec2.create_tags().resources(&vpc).tags(tag("one-more", "value"));
        assert_eq!(code(more.send().await), "TagLimitExceeded");
    }

    /// EC2 API Reference, DeleteTags: with a value, a tag goes only when it has that value.
    async fn a_tag_with_another_value_is_not_deleted(ec2) {
        let vpc = make_vpc(&ec2).await;
        ec2.create_tags().resources(&vpc).tags(tag("role", "worker")).send().await.unwrap();
        ec2.delete_tags().resources(&vpc).tags(tag("role", "balancer")).send().await.unwrap();
        assert_eq!(ec2.describe_tags().filters(filter("resource-id", &vpc)).send().await.unwrap().tags().len(), 1);
        ec2.delete_tags().resources(&vpc).tags(tag("role", "worker")).send().await.unwrap();
        assert_eq!(ec2.describe_tags().filters(filter("resource-id", &vpc)).send().await.unwrap().tags().len(), 0);
    }

    /// EC2 API Reference, DescribeAvailabilityZones: zones have names and ids.
    async fn zones_have_names_and_ids(ec2) {
        let zones = ec2.describe_availability_zones().filters(filter("zone-type", "availability-zone")).send().await.unwrap();
        let names: Vec<&str> = zones.availability_zones().iter().filter_map(|zone| zone.zone_name()).collect();
        assert_eq!(names, ["eu-west-1a", "eu-west-1b", "eu-west-1c"]);
        assert!(zones.availability_zones().iter().all(|zone| zone.zone_id().is_some_and(|id| id.starts_with("euw1-az"))));
    }

    /// EC2 API Reference, DescribeInstanceTypeOfferings: offerings are listed by zone.
    async fn offerings_are_listed_by_zone(ec2) {
        let offerings = ec2.describe_instance_type_offerings().location_type(LocationType::AvailabilityZone);
        let offerings = offerings.filters(filter("instance-type", "t3.micro")).send().await.unwrap();
        assert_eq!(offerings.instance_type_offerings().len(), 3);
    }

    /// EC2 API Reference, DescribeInstanceTypes, "Error codes": InvalidInstanceType.
    async fn an_unknown_instance_type_fails_a_describe(ec2) {
        let describe = ec2.describe_instance_types().instance_types("t3.enormous".into());
        assert_eq!(code(describe.send().await), "InvalidInstanceType");
    }
}
