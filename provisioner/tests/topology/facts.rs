use std::collections::BTreeSet;

use provisioner::config::{Alerting, AlertingMode, InputValue, Nat, NodeSettings, Smtp};
use provisioner::model::Layer;
use provisioner::topology::{
    FIRST_BLOCK, Link, LinkEnd, NetworkName, Peer, Placements, PortRange, Protocol, RouteTarget, Rule, SecurityGroupPlan, Tier, Topology,
    compile_with, structure,
};

use crate::topology::fixture::{blueprints, compiled, environment, environment_of_data_centre, net};

fn with_workers(count: u16) -> Topology {
    let mut environment = environment();
    environment.nodes.insert("worker".to_owned(), NodeSettings { count: Some(count), ..NodeSettings::default() });
    compiled(&environment, &blueprints())
}

#[test]
fn a_third_zone_renumbers_nothing() {
    let before = with_workers(5);
    let mut environment = environment();
    environment.nodes.insert("worker".to_owned(), NodeSettings { count: Some(6), ..NodeSettings::default() });
    environment.cloud.availability_zones = 3;
    let (after, report) = compile_with("provision", &environment, &blueprints(), &Placements::of(&before));
    let after = after.unwrap_or_else(|| panic!("{report:?}"));
    for (name, subnet) in &before.network.subnets {
        assert_eq!(after.network.subnets.get(name), Some(subnet), "{name}");
    }
    for (name, gateway) in &before.network.nat_gateways {
        assert_eq!(after.network.nat_gateways.get(name), Some(gateway), "{name}");
    }
    for (name, host) in &before.hosts {
        assert_eq!(after.hosts.get(name), Some(host), "{name}");
    }
    assert_eq!(after.hosts["worker-6"].zone.letter(), 'c');
}

#[test]
fn a_higher_count_renumbers_nothing() {
    let (before, after) = (with_workers(2), with_workers(40));
    assert_eq!(before.network, after.network);
    for (name, host) in &before.hosts {
        assert_eq!(after.hosts.get(name), Some(host), "{name}");
    }
    assert_eq!(after.hosts.len(), before.hosts.len() + 38);
}

#[test]
fn scaling_down_removes_the_highest_numbers() {
    let numbers: Vec<_> = with_workers(3).hosts_of("worker").map(|host| host.n).collect();
    assert_eq!(numbers, [1, 2, 3]);
}

#[test]
fn another_exposure_renumbers_nothing() {
    let private = compiled(&environment(), &blueprints());
    let mut environment = environment();
    environment.inputs.insert("manager_exposure".to_owned(), InputValue::Text("public".to_owned()));
    let public = compiled(&environment, &blueprints());
    assert_eq!(public.hosts["worker-1"].private_address, private.hosts["worker-1"].private_address);
    assert!(private.hosts.contains_key("internal-lb-1") && !public.hosts.contains_key("internal-lb-1"));
    assert!(private.groups.contains_key("internal-lb") && !public.groups.contains_key("internal-lb"));
    assert_eq!(private.host_names["mgt.emm.example.com"].role, "internal-lb");
    assert_eq!(public.host_names["mgt.emm.example.com"].private_address, public.hosts["lb-1"].private_address);
    assert_eq!(public.boot_order, ["lb", "manager", "worker"]);
}

#[test]
fn bastion_has_the_first_block_of_the_public_tier() {
    let topology = compiled(&environment(), &blueprints());
    let bastion = &topology.hosts["bastion-1"];
    assert_eq!(bastion.private_address.to_string(), "10.20.0.17");
    assert!(bastion.has_elastic_ip && !bastion.is_stateful);
    assert_eq!(topology.network.address_plan.block("bastion").map(|block| block.offset), Some(FIRST_BLOCK));
}

#[test]
fn bastion_in_the_data_centre_leaves_no_host_and_no_group() {
    let topology = compiled(&environment_of_data_centre(), &blueprints());
    assert!(!topology.hosts.contains_key("bastion-1") && !topology.groups.contains_key("bastion"));
    assert!(topology.matrix.links.iter().all(|link| link.id != "ssh" && link.id != "entry"));
    let ssh: Vec<_> = topology.groups["worker"].ingress.iter().filter(|rule| rule.from_port == 22).map(|rule| &rule.peer).collect();
    assert_eq!(ssh, [&Peer::Cidr(net("172.16.0.0/12"))]);
    for (name, host) in &topology.hosts {
        let routes = topology.network.routes_of(&host.subnet).expect("every subnet has a table");
        assert_eq!(routes.get(&net("172.16.0.0/12")), Some(&RouteTarget::TransitGateway("tgw-0abc".to_owned())), "{name}");
    }
}

#[test]
fn monitoring_that_is_off_keeps_its_subnets() {
    let mut environment = environment();
    environment.monitoring.is_enabled = false;
    let topology = compiled(&environment, &blueprints());
    assert!(topology.hosts.values().all(|host| host.layer != Layer::Monitoring));
    assert!(!topology.monitoring.is_enabled() && !topology.groups.contains_key("icinga"));
    let tiers: BTreeSet<_> = topology.network.subnets.values().map(|subnet| subnet.tier).collect();
    assert_eq!(tiers.into_iter().collect::<Vec<_>>(), Tier::ALL);
}

#[test]
fn structure_ignores_names_networks_sizes_counts_and_monitoring() {
    let production = structure(&compiled(&environment(), &blueprints()));
    let mut other = environment();
    other.name = "dev".to_owned();
    other.domain = "dev.example.com".to_owned();
    other.network.cidr = net("10.40.0.0/18");
    other.network.corporate_cidrs = vec![net("203.0.113.0/24")];
    other.network.nat = Nat::Single;
    other.cloud.availability_zones = 3;
    other.monitoring.is_enabled = false;
    other.nodes.insert(
        "worker".to_owned(),
        NodeSettings { count: Some(1), instance_type: Some("t3.small".to_owned()), ..NodeSettings::default() },
    );
    assert_eq!(structure(&compiled(&other, &blueprints())), production);
    other.inputs.insert("manager_exposure".to_owned(), InputValue::Text("public".to_owned()));
    other.network.corporate_cidrs.clear();
    assert_ne!(structure(&compiled(&other, &blueprints())), production);
}

#[test]
fn every_row_has_an_ingress_rule_and_its_mirror() {
    for environment in [environment(), environment_of_data_centre()] {
        let topology = compiled(&environment, &blueprints());
        for link in &topology.matrix.links {
            let sides = [(&link.destination, &link.source, true), (&link.source, &link.destination, false)];
            for (own, other, is_ingress) in sides {
                let Some(group) = own.group() else { continue };
                let rules = rules_of(&topology.groups[group], is_ingress);
                assert!(peers(other).iter().all(|peer| rules.iter().any(|rule| is_of(rule, link, peer))), "{} at {group}", link.id);
            }
        }
    }
}

#[test]
fn every_rule_comes_from_a_row_and_names_it() {
    let topology = compiled(&environment(), &blueprints());
    for (name, group) in &topology.groups {
        for (is_ingress, rule) in group.ingress.iter().map(|rule| (true, rule)).chain(group.egress.iter().map(|rule| (false, rule))) {
            let comes_from = |link: &&Link| {
                let (own, other) = if is_ingress { (&link.destination, &link.source) } else { (&link.source, &link.destination) };
                own.group() == Some(name) && peers(other).contains(&rule.peer) && is_of(rule, link, &rule.peer)
            };
            let link = topology.matrix.links.iter().find(comes_from).unwrap_or_else(|| panic!("{name}: {rule:?}"));
            assert!(rule.description.contains(&link.id), "{name}: {rule:?}");
        }
    }
}

#[test]
fn no_rule_names_a_group_that_nothing_has() {
    let topology = compiled(&environment(), &blueprints());
    let hosts = topology.hosts.values().map(|host| &host.security_group);
    let used: BTreeSet<_> = hosts.chain(topology.databases.values().map(|database| &database.security_group)).collect();
    assert_eq!(used, topology.groups.keys().collect());
    for rule in topology.groups.values().flat_map(|group| group.ingress.iter().chain(&group.egress)) {
        assert!(!matches!(&rule.peer, Peer::Group(name) if !used.contains(name)), "{rule:?}");
    }
}

#[test]
fn databases_answer_and_never_ask() {
    let topology = compiled(&environment(), &blueprints());
    let group = &topology.groups["database-core"];
    assert!(group.egress.is_empty());
    assert_eq!(
        group.ingress.iter().map(|rule| rule.peer.clone()).collect::<Vec<_>>(),
        ["manager", "worker"].map(|name| Peer::Group(name.to_owned()))
    );
}

#[test]
fn mail_port_is_open_only_where_mail_leaves_by_smtp() {
    let outward = |environment| compiled(&environment, &blueprints()).groups["icinga"].egress.iter().any(|rule| rule.from_port == 2587);
    let smtp = Smtp { host: "mail.example.com".to_owned(), port: 2587, user: "alerts".to_owned(), secret: "smtp".to_owned() };
    let mut by_smtp = environment();
    by_smtp.alerting = Alerting { mode: AlertingMode::Smtp(smtp), ..by_smtp.alerting };
    assert!(outward(by_smtp) && !outward(environment()));
}

#[test]
fn topology_survives_a_round_trip_through_json() {
    for environment in [environment(), environment_of_data_centre()] {
        let topology = compiled(&environment, &blueprints());
        let text = serde_json::to_string(&topology).expect("plain data");
        assert_eq!(serde_json::from_str::<Topology>(&text).expect("the same form"), topology);
    }
}

fn rules_of(group: &SecurityGroupPlan, is_ingress: bool) -> &[Rule] {
    if is_ingress { &group.ingress } else { &group.egress }
}

fn is_of(rule: &Rule, link: &Link, peer: &Peer) -> bool {
    rule.peer == *peer && rule.protocol == link.protocol && (rule.from_port, rule.to_port) == (link.ports.first, link.ports.last)
}

fn peers(end: &LinkEnd) -> Vec<Peer> {
    match end {
        LinkEnd::Group(name) => vec![Peer::Group(name.clone())],
        LinkEnd::Network { name: NetworkName::Internet, .. } => vec![Peer::Cidr(net("0.0.0.0/0"))],
        LinkEnd::Network { cidrs, .. } => cidrs.iter().copied().map(Peer::Cidr).collect(),
    }
}

#[test]
fn the_databases_hear_their_port_from_the_tiers_of_their_users_and_nothing_else() {
    let topology = compiled(&environment(), &blueprints());
    let list = &topology.access_lists["database"];
    let private: BTreeSet<_> =
        topology.network.subnets.values().filter(|subnet| subnet.tier == Tier::Private).map(|subnet| subnet.cidr).collect();
    let heard: BTreeSet<_> = list.ingress.iter().map(|entry| entry.cidr).collect();
    assert_eq!(heard, private);
    assert!(list.ingress.iter().all(|entry| entry.ports == Some(PortRange::new(3306, 3306))), "{:?}", list.ingress);
    assert!(list.egress.iter().all(|entry| private.contains(&entry.cidr) && entry.protocol == Some(Protocol::Tcp)), "{:?}", list.egress);
}

#[test]
fn no_access_list_lets_ssh_or_remote_desktop_in_from_everywhere() {
    let topology = compiled(&environment(), &blueprints());
    let from_everywhere = topology.access_lists.values().flat_map(|list| &list.ingress).filter(|entry| entry.cidr.prefix_len() == 0);
    for entry in from_everywhere.filter(|entry| entry.protocol != Some(Protocol::Icmp)) {
        let ports = entry.ports.expect("never every port");
        assert!(!ports.contains(22) && !ports.contains(3389), "{entry:?}");
    }
}

#[test]
fn an_access_list_that_would_be_too_long_asks_for_the_port_alone() {
    let mut environment = environment();
    environment.network.public_cidrs = (0..40).map(|block| net(&format!("198.51.{block}.0/24"))).collect();
    let topology = compiled(&environment, &blueprints());
    let list = &topology.access_lists["public"].ingress;
    assert!(list.len() <= 20, "{}", list.len());
    assert!(list.iter().any(|entry| entry.cidr.prefix_len() == 0 && entry.ports == Some(PortRange::new(443, 443))));
}
