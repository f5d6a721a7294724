use ipnet::Ipv4Net;
use provisioner::config::{self, Blueprint, Environment, LinkEnd, NodeSettings};
use provisioner::topology::{CODES, compile};

use crate::topology::fixture::{blueprints, environment, findings, link, net, role};

fn found(environment: &Environment, blueprints: &[Blueprint]) -> Vec<(&'static str, String, String)> {
    let (topology, report) = compile("provision", environment, blueprints);
    assert_eq!(topology.is_none(), report.has_errors());
    findings(&report)
}

fn finding(code: &'static str, path: &str, label: &str) -> (&'static str, String, String) {
    (code, path.to_owned(), label.to_owned())
}

#[test]
fn network_that_is_too_small_is_told_the_smallest_that_fits() {
    let mut environment = environment();
    environment.network.cidr = net("10.20.4.0/22");
    let (topology, report) = compile("provision", &environment, &blueprints());
    assert!(topology.is_none());
    assert_eq!(findings(&report), [finding("E0201", "network.cidr", "a /21 is needed at least")]);
    assert_eq!(
        report.iter().flat_map(|found| found.help.clone()).collect::<Vec<_>>(),
        ["write cidr = \"10.20.0.0/21\", or another network of that size"]
    );
    environment.network.cidr = net("10.20.0.0/21");
    assert!(found(&environment, &blueprints()).is_empty());
}

#[test]
fn role_may_not_take_the_name_of_another_group() {
    let mut blueprints = blueprints();
    blueprints[1].roles.extend([role("icinga", 1, 1), role("database-core", 1, 1)]);
    let names = ["`icinga` is there twice", "`database-core` is there twice"];
    assert_eq!(found(&environment(), &blueprints), names.map(|label| finding("E0202", "environment.blueprints", label)));
}

#[test]
fn more_hosts_than_reserved_are_refused() {
    let mut environment = environment();
    environment.nodes.insert("worker".to_owned(), NodeSettings { count: Some(41), ..NodeSettings::default() });
    assert_eq!(found(&environment, &blueprints()).iter().map(|found| found.0).collect::<Vec<_>>(), ["E0203"]);
}

#[test]
fn database_without_settings_is_refused() {
    let mut environment = environment();
    environment.databases.clear();
    assert_eq!(found(&environment, &blueprints()).iter().map(|found| found.0).collect::<Vec<_>>(), ["E0204"]);
}

#[test]
fn more_rules_than_a_group_may_have_point_at_the_longest_list() {
    let mut environment = environment();
    let blocks = (0..60).map(|block| Ipv4Net::new([198, 18, block, 0].into(), 24).expect("a network"));
    environment.network.public_cidrs = blocks.collect();
    let label = "group lb would have 63 rules inwards; AWS takes 60";
    assert_eq!(found(&environment, &blueprints()), [finding("E0205", "network.public_cidrs", label)]);
}

#[test]
fn only_the_public_ports_of_public_hosts_are_open_to_all() {
    let mut environment = environment();
    for wide in ["0.0.0.0/0", "128.0.0.0/1"] {
        environment.network.corporate_cidrs = vec![net(wide)];
        let label = format!("{wide} would reach internal-lb on 443 (staff)");
        assert_eq!(found(&environment, &blueprints()), [finding("E0206", "network.corporate_cidrs", &label)]);
    }
    environment.network.corporate_cidrs.clear();
    let mut blueprints = blueprints();
    blueprints[1].links.push(link("odd", LinkEnd::Role("lb".to_owned()), 8883, LinkEnd::Public));
    assert_eq!(found(&environment, &blueprints), [finding("E0206", "network.public_cidrs", "0.0.0.0/0 would reach lb on 8883 (odd)")]);
}

#[test]
fn hosts_accept_no_login_from_a_network() {
    let mut blueprints = blueprints();
    blueprints[1].links.push(link("odd", LinkEnd::Role("worker".to_owned()), 22, LinkEnd::Operators));
    let label = "operators would log in to worker (odd)";
    assert_eq!(found(&environment(), &blueprints), [finding("E0207", "network.operator_cidrs", label)]);
}

#[test]
fn cluster_that_is_open_one_way_is_refused() {
    let mut blueprints = blueprints();
    blueprints[1].links.retain(|link| link.id != "wm");
    let label = "worker reaches manager on 4000-4200 (mw), and not the other way";
    assert_eq!(found(&environment(), &blueprints), [finding("E0208", "environment.blueprints", label)]);
}

#[test]
fn network_that_no_link_lets_in_is_a_warning() {
    let mut environment = environment();
    environment.network.corporate_cidrs = vec![net("203.0.113.0/24")];
    let mut blueprints = blueprints();
    blueprints[1].links.retain(|link| link.id != "staff");
    assert_eq!(found(&environment, &blueprints), [finding("E0209", "network.corporate_cidrs", "no link lets these networks in")]);
}

#[test]
fn every_code_is_explained_once() {
    for (index, code) in CODES.iter().enumerate() {
        assert!(!code.explanation.is_empty() && !code.example.is_empty() && !code.fix.is_empty(), "{}", code.code);
        let known = config::CODES.iter().chain(&CODES[..index]);
        assert!(known.into_iter().all(|other| other.code != code.code), "{}", code.code);
    }
}
