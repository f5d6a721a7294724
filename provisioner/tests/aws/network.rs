use std::net::Ipv4Addr;

use provisioner::desired::{
    ElasticIp, InternetGateway, KeyPair, NatGateway, NetworkInterface, Route, RouteTable, RouteTableAssociation, SecurityGroup, Subnet,
    TransitGatewayAttachment, Vpc, VpnGatewayAttachment,
};
use provisioner::model::{Observed, RefOr, Value};
use provisioner::provider::{Depth, ErrorKind};

use super::bench::Bench;

pub fn id(observed: &Observed) -> RefOr {
    observed.id.as_str().into()
}

pub async fn vpc(bench: &Bench) -> Observed {
    let wanted = Vpc { cidr: "10.20.0.0/16".parse().unwrap(), dns_support: true, dns_hostnames: true };
    bench.make("vpc.main", &wanted).await
}

pub async fn subnet(bench: &Bench, vpc: &Observed, name: &str, third: u8) -> Observed {
    // One zone for each last letter: a transit gateway takes one subnet per zone.
    let wanted = Subnet {
        vpc: id(vpc),
        cidr: format!("10.20.{third}.0/24").parse().unwrap(),
        zone: format!("eu-west-1{}", &name[name.len() - 1..]),
        assigns_public_addresses: false,
    };
    bench.make(&format!("subnet.{name}"), &wanted).await
}

async fn internet_gateway(bench: &Bench, vpc: &Observed) -> Observed {
    bench.make("internet-gateway.main", &InternetGateway { vpc: id(vpc) }).await
}

#[tokio::test]
async fn vpc_gets_its_names_after_its_resolver_and_keeps_foreign_tags() {
    for bench in Bench::all() {
        let made = vpc(&bench).await;
        let tag = |key: &str, value: &str| aws_sdk_ec2::types::Tag::builder().key(key).value(value).build();
        let id = made.id.as_str();
        bench.raw.create_tags().resources(id).tags(tag("theirs", "x")).tags(tag("Name", "y")).send().await.unwrap();
        let wanted = Vpc { cidr: "10.20.0.0/16".parse().unwrap(), dns_support: false, dns_hostnames: false };
        let settled = bench.settle("vpc.main", &wanted).await;
        assert_eq!((settled.tags["theirs"].as_str(), settled.tags["Name"].as_str()), ("x", "main"));
        let fast = bench.observe_at("vpc", Depth::Fast).await;
        assert!(!fast[0].attributes.contains_key("dns_support"));
        bench.remove(&settled).await;
        bench.remove(&settled).await;
        bench.assert_every_call_was_intended();
    }
}

#[tokio::test]
async fn vpc_creation_that_is_repeated_with_its_token_makes_no_second_one() {
    for bench in Bench::all() {
        let wanted = Vpc { cidr: "10.20.0.0/16".parse().unwrap(), dns_support: true, dns_hostnames: false };
        bench.calls.repeat(&format!("token-{}", bench.scope.environment));
        let first = bench.create("vpc.main", &wanted).await.unwrap();
        assert_eq!(bench.create("vpc.main", &wanted).await.unwrap(), first);
        assert_eq!(bench.observe("vpc").await.len(), 1);
    }
}

#[tokio::test]
async fn subnet_that_is_there_already_is_adopted_and_a_foreign_one_is_not() {
    for bench in Bench::all() {
        let vpc = vpc(&bench).await;
        let wanted = |cidr: &str| Subnet {
            vpc: id(&vpc),
            cidr: cidr.parse().unwrap(),
            zone: "eu-west-1a".to_owned(),
            assigns_public_addresses: false,
        };
        let first = bench.make("subnet.private-a", &wanted("10.20.1.0/24")).await;
        assert_eq!(bench.create("subnet.private-a", &wanted("10.20.1.0/24")).await.unwrap(), first.id);
        let foreign = bench.create("subnet.private-b", &wanted("10.20.1.0/24")).await.unwrap_err();
        assert_eq!(foreign.kind, ErrorKind::Foreign);
        let attributes = aws_sdk_ec2::types::AttributeBooleanValue::builder().value(true).build();
        bench.raw.modify_subnet_attribute().subnet_id(first.id.as_str()).map_public_ip_on_launch(attributes).send().await.unwrap();
        assert_eq!(bench.observe("subnet").await[0].attributes["assigns_public_addresses"], Value::Bool(true));
        bench.settle("subnet.private-a", &wanted("10.20.1.0/24")).await;
        bench.remove(&first).await;
        bench.remove(&vpc).await;
        bench.assert_every_call_was_intended();
    }
}

#[tokio::test]
async fn routes_and_associations_are_seen_turned_and_removed() {
    for bench in Bench::all() {
        let vpc = vpc(&bench).await;
        let subnet = subnet(&bench, &vpc, "public-a", 1).await;
        let gateway = internet_gateway(&bench, &vpc).await;
        let address = bench.make("elastic-ip.nat-a", &ElasticIp { network_interface: None }).await;
        assert!(address.attributes["public_address"].as_text().is_some_and(|text| text.parse::<Ipv4Addr>().is_ok()));
        let nat = NatGateway { subnet: id(&subnet), elastic_ip: id(&address), private_address: Ipv4Addr::new(10, 20, 1, 10) };
        let nat = if bench.is_strict {
            bench.make("nat-gateway.a", &nat).await
        } else {
            // moto 5.2.5 gives a NAT gateway an address of its own liking.
            bench.create("nat-gateway.a", &nat).await.unwrap();
            bench.observe("nat-gateway").await.remove(0)
        };
        let one = bench.make("route-table.public", &RouteTable { vpc: id(&vpc) }).await;
        let two = bench.make("route-table.private-a", &RouteTable { vpc: id(&vpc) }).await;
        let route = |gateway: &Observed| Route { route_table: id(&one), destination: "0.0.0.0/0".parse().unwrap(), gateway: id(gateway) };
        bench.make("route.public-internet", &route(&gateway)).await;
        // A repeated creation finds its route.
        bench.create("route.public-internet", &route(&gateway)).await.unwrap();
        let turned = bench.settle("route.public-internet", &route(&nat)).await;
        let association = |table: &Observed| RouteTableAssociation { route_table: id(table), subnet: id(&subnet) };
        bench.make("route-table-association.public-a", &association(&one)).await;
        let moved = bench.settle("route-table-association.public-a", &association(&two)).await;
        assert_eq!(bench.observe("route").await.len(), 1);
        for object in [&moved, &turned, &one, &two, &nat, &address, &gateway, &subnet, &vpc] {
            bench.remove(object).await;
        }
        assert!(bench.observe("route").await.is_empty() && bench.observe("route-table-association").await.is_empty());
        bench.assert_every_call_was_intended();
    }
}

#[tokio::test]
async fn elastic_ip_moves_from_interface_to_interface_and_is_released_while_it_answers() {
    for bench in Bench::all() {
        let vpc = vpc(&bench).await;
        let subnet = subnet(&bench, &vpc, "public-a", 1).await;
        let gateway = internet_gateway(&bench, &vpc).await;
        let group = SecurityGroup { vpc: id(&vpc), group_name: bench.scope.physical_name("lb"), description: "lb".to_owned() };
        let group = bench.make("security-group.lb", &group).await;
        let interface = |last: u8, groups: &[&Observed]| NetworkInterface {
            subnet: id(&subnet),
            private_address: Ipv4Addr::new(10, 20, 1, last),
            security_groups: groups.iter().map(|group| id(group)).collect(),
        };
        let one = bench.make("network-interface.lb-1", &interface(21, &[&group])).await;
        let two = bench.make("network-interface.lb-2", &interface(22, &[&group])).await;
        let address = |interface: &Observed| ElasticIp { network_interface: Some(id(interface)) };
        bench.make("elastic-ip.lb-1", &address(&one)).await;
        let moved = bench.settle("elastic-ip.lb-1", &address(&two)).await;
        let other = SecurityGroup { vpc: id(&vpc), group_name: bench.scope.physical_name("base"), description: "base".to_owned() };
        let other = bench.make("security-group.base", &other).await;
        bench.settle("network-interface.lb-1", &interface(21, &[&other, &group])).await;
        for object in [&moved, &one, &two, &group, &other, &gateway, &subnet, &vpc] {
            bench.remove(object).await;
        }
        bench.assert_every_call_was_intended();
    }
}

#[tokio::test]
async fn key_pair_is_compared_without_its_comment() {
    for bench in Bench::all() {
        let public_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ2YbbY6r2c3PdqvVeUy2sZPiCTq0lCFFZ/zqhWkWBwE".to_owned();
        let wanted = KeyPair { key_name: bench.scope.physical_name("operator"), public_key };
        let made = bench.make("key-pair.operator", &wanted).await;
        assert_eq!(bench.create("key-pair.operator", &wanted).await.unwrap(), made.id);
        assert_eq!(bench.create("key-pair.other", &wanted).await.unwrap_err().kind, ErrorKind::Foreign);
        bench.remove(&made).await;
        bench.assert_every_call_was_intended();
    }
}

/// The transit gateway and the virtual private gateway that a customer has.
pub async fn customers_gateways(bench: &Bench) -> (String, String) {
    if bench.is_strict {
        let transit = bench.raw.describe_transit_gateways().send().await.unwrap().transit_gateways.unwrap().remove(0);
        let private = bench.raw.describe_vpn_gateways().send().await.unwrap().vpn_gateways.unwrap().remove(0);
        return (transit.transit_gateway_id.unwrap(), private.vpn_gateway_id.unwrap());
    }
    let transit = bench.raw.create_transit_gateway().send().await.unwrap().transit_gateway.unwrap();
    let private = bench.raw.create_vpn_gateway().r#type(aws_sdk_ec2::types::GatewayType::Ipsec1).send().await.unwrap().vpn_gateway.unwrap();
    (transit.transit_gateway_id.unwrap(), private.vpn_gateway_id.unwrap())
}

#[tokio::test]
pub async fn customers_gateways_are_attached_and_detached() {
    for bench in Bench::all() {
        let vpc = vpc(&bench).await;
        let (one, two) = (subnet(&bench, &vpc, "private-a", 1).await, subnet(&bench, &vpc, "private-b", 2).await);
        let (transit, private) = customers_gateways(&bench).await;
        let wanted = |subnets: &[&Observed]| TransitGatewayAttachment {
            vpc: id(&vpc),
            transit_gateway: transit.clone(),
            subnets: subnets.iter().map(|subnet| id(subnet)).collect(),
        };
        let made = bench.create("transit-gateway-attachment.main", &wanted(&[&one])).await.unwrap();
        if !bench.is_strict {
            // moto 5.2.5 looks for the tags of another type.
            bench.tag(&made, "transit-gateway-attachment.main").await;
        }
        bench.settle("transit-gateway-attachment.main", &wanted(&[&one])).await;
        let widened = bench.settle("transit-gateway-attachment.main", &wanted(&[&two, &one])).await;
        let attached = VpnGatewayAttachment { vpc: id(&vpc), vpn_gateway: private };
        let attached = bench.make("vpn-gateway-attachment.main", &attached).await;
        for object in [&attached, &widened, &one, &two, &vpc] {
            bench.remove(object).await;
        }
        bench.assert_every_call_was_intended();
    }
}

#[tokio::test]
async fn the_region_tells_its_zones_types_images_and_account() {
    for bench in Bench::all() {
        let lookup = bench.lookup();
        assert_eq!(lookup.zones().await.unwrap().names[0], "eu-west-1a");
        let offering = lookup.type_offering(&["t3.micro".to_owned(), "z9.none".to_owned()].into()).await.unwrap();
        assert!(offering.facts["t3.micro"].is_nitro && offering.is_offered("t3.micro", "eu-west-1a"));
        assert!(!offering.facts.contains_key("z9.none"));
        lookup.check_account("123456789012").await.unwrap();
        assert_eq!(lookup.check_account("000000000000").await.unwrap_err().kind, ErrorKind::Denied);
        let image = lookup.image("debian-13").await.unwrap();
        assert!(image.id.starts_with("ami-") && image.root_device.starts_with("/dev/"), "{image:?}");
        assert_eq!(lookup.image("windows").await.unwrap_err().kind, ErrorKind::Refused);
    }
}
