use ipnet::Ipv4Net;

use crate::topology::{Tier, Zone};

/// The network is carved in thirty-two units: its prefix and five bits.
const UNIT_BITS: u8 = 5;

impl Tier {
    /// The unit in which the tier's subnet of the first zone begins. Units 20 to 31 are reserved.
    fn first_unit(self) -> u8 {
        match self {
            Self::Public => 0,
            Self::Private => 4,
            Self::Monitoring => 12,
            Self::Database => 16,
        }
    }

    /// How many bits of a unit's number lie within one subnet: private subnets are two units, all others one.
    fn bits_within(self) -> u8 {
        match self {
            Self::Private => 1,
            Self::Public | Self::Monitoring | Self::Database => 0,
        }
    }

    /// The prefix of the tier's subnets in a network of this prefix.
    pub(super) fn subnet_prefix(self, network_prefix: u8) -> u8 {
        network_prefix.saturating_add(UNIT_BITS - self.bits_within())
    }
}

/// The subnet of a tier in a zone; nothing if the network is too small to be carved.
///
/// Every tier has room for four zones whether they are used or not, so that another zone never renumbers one.
pub fn carve(network: Ipv4Net, tier: Tier, zone: Zone) -> Option<Ipv4Net> {
    let unit = tier.first_unit() + (zone.index() << tier.bits_within());
    let unit_shift = 32_u8.checked_sub(network.prefix_len() + UNIT_BITS)?;
    let base = u32::from(network.network()) + (u32::from(unit) << unit_shift);
    Ipv4Net::new(base.into(), tier.subnet_prefix(network.prefix_len())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all_of(network: &str) -> Vec<Ipv4Net> {
        let network = network.parse().expect("a network");
        Tier::ALL.iter().flat_map(|tier| Zone::ALL.map(|zone| carve(network, *tier, zone).expect("large enough"))).collect()
    }

    #[test]
    fn private_a_is_10_20_32_0_20() {
        let network = "10.20.0.0/16".parse().expect("a network");
        assert_eq!(carve(network, Tier::Private, Zone::ALL[0]), "10.20.32.0/20".parse().ok());
    }

    #[test]
    fn plan_of_a_sixteen_is_as_documented() {
        let text: Vec<_> = all_of("10.20.0.0/16").iter().map(ToString::to_string).collect();
        let expected = [
            ["10.20.0.0/21", "10.20.8.0/21", "10.20.16.0/21", "10.20.24.0/21"],
            ["10.20.32.0/20", "10.20.48.0/20", "10.20.64.0/20", "10.20.80.0/20"],
            ["10.20.96.0/21", "10.20.104.0/21", "10.20.112.0/21", "10.20.120.0/21"],
            ["10.20.128.0/21", "10.20.136.0/21", "10.20.144.0/21", "10.20.152.0/21"],
        ];
        assert_eq!(text, expected.concat());
    }

    #[test]
    fn subnets_lie_in_the_network_and_apart() {
        for network in ["10.0.0.0/8", "10.20.0.0/16", "192.168.6.0/23", "10.0.0.0/27"] {
            let subnets = all_of(network);
            let network: Ipv4Net = network.parse().expect("a network");
            for (index, subnet) in subnets.iter().enumerate() {
                assert!(network.contains(subnet), "{subnet}");
                assert!(subnets[..index].iter().all(|other| !other.contains(subnet) && !subnet.contains(other)), "{subnet}");
            }
        }
        assert_eq!(carve("10.0.0.0/28".parse().expect("a network"), Tier::Public, Zone::ALL[0]), None);
    }
}
