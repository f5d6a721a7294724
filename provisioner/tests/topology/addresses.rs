use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use proptest::prelude::*;
use provisioner::config::{Blueprint, Environment, NodeSettings};
use provisioner::topology::{FIRST_BLOCK, compile};

use crate::topology::fixture::{blueprints, environment};

/// An environment of any size that an operator could write, and blueprints of any bounds.
fn any_environment() -> impl Strategy<Value = (Environment, Vec<Blueprint>)> {
    let maxima = (1..=200_u16, 1..=60_u16).prop_flat_map(|(worker, lb)| (Just(worker), Just(lb), 1..=worker, 1..=lb));
    (16..=22_u8, any::<u32>(), 1..=4_u8, maxima).prop_map(|(prefix, bits, zones, (worker_max, lb_max, workers, balancers))| {
        let mut environment = environment();
        let base = 10 << 24 | bits & 0x00ff_ffff;
        environment.network.cidr = Ipv4Net::new(Ipv4Addr::from(base), prefix).expect("a prefix up to 32").trunc();
        environment.cloud.availability_zones = zones;
        let mut blueprints = blueprints();
        for (role, count, maximum) in [("worker", workers, worker_max), ("lb", balancers, lb_max)] {
            environment.nodes.insert(role.to_owned(), NodeSettings { count: Some(count), ..NodeSettings::default() });
            blueprints[1].roles.iter_mut().filter(|other| other.name == role).for_each(|role| role.count.max = maximum);
        }
        (environment, blueprints)
    })
}

proptest! {
    #[test]
    fn addresses_are_unique_and_inside_their_subnets((environment, blueprints) in any_environment()) {
        let (topology, report) = compile("provision", &environment, &blueprints);
        let Some(topology) = topology else {
            prop_assert!(report.iter().any(|found| found.code == "E0201"), "{report:?}");
            return Ok(());
        };
        let mut taken = BTreeSet::new();
        for (name, host) in &topology.hosts {
            let subnet = topology.network.subnets[&host.subnet].cidr;
            let offset = u32::from(host.private_address) - u32::from(subnet.network());
            prop_assert!(subnet.contains(&host.private_address) && environment.network.cidr.contains(&subnet), "{name}");
            prop_assert!(offset > FIRST_BLOCK && host.private_address != subnet.broadcast(), "{name} at {offset}");
            prop_assert!(taken.insert(host.private_address), "{name}");
        }
        for gateway in topology.network.nat_gateways.values() {
            prop_assert!(topology.network.subnets[&gateway.subnet].cidr.contains(&gateway.private_address));
            prop_assert!(taken.insert(gateway.private_address));
        }
    }

    #[test]
    fn network_that_is_refused_fits_at_the_size_it_is_told((environment, blueprints) in any_environment()) {
        let (topology, report) = compile("provision", &environment, &blueprints);
        if topology.is_none() {
            let label = report.iter().find(|found| found.code == "E0201").and_then(|found| found.label.clone());
            let prefix = label.and_then(|label| label.strip_prefix("a /")?.split(' ').next()?.parse::<u8>().ok());
            let prefix = prefix.expect("these counts always fit a /16");
            let fits = |prefix| {
                let mut other = environment.clone();
                other.network.cidr = Ipv4Net::new(environment.network.cidr.addr(), prefix).expect("a prefix up to 32").trunc();
                compile("provision", &other, &blueprints).0.is_some()
            };
            prop_assert!(fits(prefix) && !fits(prefix + 1), "/{prefix}");
        }
    }
}
