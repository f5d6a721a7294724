use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

use crate::topology::address_plan::nth_address;
use crate::topology::{AddressPlan, Tier, Zone, carve};

/// The offset of a NAT gateway's private address in its public subnet; offsets below 16 are no host's.
pub const NAT_OFFSET: u32 = 10;

/// How many zones a database subnet group covers at least (RDS `CreateDBSubnetGroup`).
const DATABASE_ZONES: usize = 2;

/// The virtual network of an environment: its subnets and how they are routed (MCS-10).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Network {
    /// All of its addresses.
    pub cidr: Ipv4Net,
    /// The zones that hosts stand in. The database tier has subnets in two zones even where this is one (RDS `CreateDBSubnetGroup`).
    pub zones: Vec<Zone>,
    /// The subnets of the zones in use, by name: `<tier>-<zone>`.
    pub subnets: BTreeMap<String, Subnet>,
    /// The NAT gateways, by name: `nat-<zone>`.
    pub nat_gateways: BTreeMap<String, NatGateway>,
    /// The route tables, by name: `public`, `private-<zone>`, `database`.
    pub route_tables: BTreeMap<String, RouteTable>,
    /// Which addresses of each tier's subnets belong to which role.
    pub address_plan: AddressPlan,
}

/// One subnet. It never hands out public addresses by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subnet {
    /// Its tier.
    pub tier: Tier,
    /// Its zone.
    pub zone: Zone,
    /// Its addresses.
    pub cidr: Ipv4Net,
    /// The name of its route table.
    pub route_table: String,
}

/// One NAT gateway: the way out for the hosts without a public address (MCS-26).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NatGateway {
    /// Its zone.
    pub zone: Zone,
    /// The public subnet it stands in.
    pub subnet: String,
    /// Its address inside the network.
    pub private_address: Ipv4Addr,
}

/// One route table; the local route of the network goes without saying.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RouteTable {
    /// Its routes, by destination.
    pub routes: BTreeMap<Ipv4Net, RouteTarget>,
}

/// Where a route leads.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind", content = "name")]
pub enum RouteTarget {
    /// The network's internet gateway.
    InternetGateway,
    /// The NAT gateway of this name.
    NatGateway(String),
    /// The customer's transit gateway of this remote id (MCS-13).
    TransitGateway(String),
    /// The customer's VPN gateway of this remote id (MCS-13).
    VpnGateway(String),
}

/// What a network is laid out from.
pub(super) struct Layout<'a> {
    pub cidr: Ipv4Net,
    pub zones: &'a [Zone],
    pub has_nat_per_zone: bool,
    /// The data centre's addresses and the gateway that leads there, if the bastion stands there.
    pub datacenter: Option<(Ipv4Net, RouteTarget)>,
    pub address_plan: AddressPlan,
}

impl Network {
    /// Lays the network out; nothing if it is too small to be carved.
    pub(super) fn lay_out(layout: Layout<'_>) -> Option<Self> {
        let Layout { cidr, zones, has_nat_per_zone, datacenter, address_plan } = layout;
        let mut subnets = BTreeMap::new();
        for tier in Tier::ALL {
            for zone in zones_of(tier, zones) {
                let route_table = route_table_of(tier, *zone);
                subnets.insert(subnet_name(tier, *zone), Subnet { tier, zone: *zone, cidr: carve(cidr, tier, *zone)?, route_table });
            }
        }
        let mut nat_gateways = BTreeMap::new();
        for zone in &zones[..if has_nat_per_zone { zones.len() } else { zones.len().min(1) }] {
            let private_address = nth_address(carve(cidr, Tier::Public, *zone)?, NAT_OFFSET)?;
            let subnet = subnet_name(Tier::Public, *zone);
            nat_gateways.insert(nat_name(*zone), NatGateway { zone: *zone, subnet, private_address });
        }
        let mut route_tables: BTreeMap<String, RouteTable> = BTreeMap::new();
        for subnet in subnets.values() {
            let table = route_tables.entry(subnet.route_table.clone()).or_default();
            if let Some(target) = way_out(subnet, zones, has_nat_per_zone) {
                table.routes.insert(Ipv4Net::default(), target);
                table.routes.extend(datacenter.clone());
            }
        }
        Some(Self { cidr, zones: zones.to_vec(), subnets, nat_gateways, route_tables, address_plan })
    }

    /// The subnet of a tier in a zone, by name and value.
    pub fn subnet(&self, tier: Tier, zone: Zone) -> Option<(&str, &Subnet)> {
        self.subnets.get_key_value(&subnet_name(tier, zone)).map(|(name, subnet)| (name.as_str(), subnet))
    }

    /// The routes of a subnet.
    pub fn routes_of(&self, subnet: &str) -> Option<&BTreeMap<Ipv4Net, RouteTarget>> {
        self.subnets.get(subnet).and_then(|subnet| self.route_tables.get(&subnet.route_table)).map(|table| &table.routes)
    }
}

/// The zones a tier has subnets in.
fn zones_of(tier: Tier, zones: &[Zone]) -> &[Zone] {
    match tier {
        Tier::Database if zones.len() < DATABASE_ZONES => Zone::first(DATABASE_ZONES),
        _ => zones,
    }
}

/// Where a subnet's traffic to the internet goes; the database tier has no such route.
fn way_out(subnet: &Subnet, zones: &[Zone], has_nat_per_zone: bool) -> Option<RouteTarget> {
    match subnet.tier {
        Tier::Public => Some(RouteTarget::InternetGateway),
        Tier::Private | Tier::Monitoring => {
            let zone = if has_nat_per_zone { Some(&subnet.zone) } else { zones.first() };
            zone.map(|zone| RouteTarget::NatGateway(nat_name(*zone)))
        }
        Tier::Database => None,
    }
}

fn subnet_name(tier: Tier, zone: Zone) -> String {
    format!("{tier}-{zone}")
}

fn nat_name(zone: Zone) -> String {
    format!("nat-{zone}")
}

fn route_table_of(tier: Tier, zone: Zone) -> String {
    match tier {
        Tier::Public | Tier::Database => tier.to_string(),
        // Monitoring goes out the way the private tier of its zone does.
        Tier::Private | Tier::Monitoring => format!("{}-{zone}", Tier::Private),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(zones: usize, has_nat_per_zone: bool, datacenter: Option<(Ipv4Net, RouteTarget)>) -> Network {
        let cidr = "10.20.0.0/16".parse().expect("a network");
        let layout = Layout { cidr, zones: Zone::first(zones), has_nat_per_zone, datacenter, address_plan: AddressPlan::default() };
        Network::lay_out(layout).expect("large enough")
    }

    #[test]
    fn database_tier_has_no_internet_route() {
        let datacenter = ("172.16.0.0/12".parse().expect("a network"), RouteTarget::VpnGateway("vgw-1".to_owned()));
        for network in [network(3, true, None), network(2, false, Some(datacenter))] {
            assert!(network.route_tables["database"].routes.is_empty());
            assert!(network.subnets.values().all(|subnet| (subnet.tier == Tier::Database) == (subnet.route_table == "database")));
        }
    }

    #[test]
    fn database_tier_has_two_zones_even_where_hosts_have_one() {
        let names: Vec<_> = network(1, true, None).subnets.into_keys().collect();
        assert_eq!(names, ["database-a", "database-b", "monitoring-a", "private-a", "public-a"]);
    }

    #[test]
    fn only_the_public_table_leads_to_the_internet_gateway() {
        for (name, table) in &network(3, true, None).route_tables {
            assert_eq!(table.routes.values().any(|target| *target == RouteTarget::InternetGateway), name == "public", "{name}");
        }
    }

    #[test]
    fn single_nat_gateway_serves_every_zone() {
        let network = network(2, false, None);
        assert_eq!(network.nat_gateways.keys().collect::<Vec<_>>(), ["nat-a"]);
        assert_eq!(network.nat_gateways["nat-a"].private_address, Ipv4Addr::new(10, 20, 0, 10));
        for table in ["private-a", "private-b"] {
            let targets: Vec<_> = network.route_tables[table].routes.values().collect();
            assert_eq!(targets, [&RouteTarget::NatGateway("nat-a".to_owned())], "{table}");
        }
    }

    #[test]
    fn monitoring_subnet_shares_the_private_table_of_its_zone() {
        let network = network(2, true, None);
        let table = |name: &str| network.subnets[name].route_table.clone();
        assert_eq!([table("monitoring-b"), table("private-b")], ["private-b", "private-b"]);
        assert_eq!(network.routes_of("monitoring-b").map(BTreeMap::len), Some(1));
    }

    #[test]
    fn data_centre_is_routed_from_every_table_that_holds_hosts() {
        let cidr: Ipv4Net = "172.16.0.0/12".parse().expect("a network");
        let target = RouteTarget::TransitGateway("tgw-1".to_owned());
        let network = network(2, true, Some((cidr, target.clone())));
        for table in ["public", "private-a", "private-b"] {
            assert_eq!(network.route_tables[table].routes.get(&cidr), Some(&target), "{table}");
        }
    }
}
