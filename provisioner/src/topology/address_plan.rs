use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

use crate::topology::{Tier, Zone};

/// The offset of a tier's first block in its subnets: what lies before is AWS's and the NAT gateway's.
pub const FIRST_BLOCK: u32 = 16;

/// Blocks begin and end at multiples of this many addresses.
const BLOCK_STEP: u32 = 16;

/// The longest prefix a subnet may have (EC2 `CreateSubnet`).
const LONGEST_SUBNET_PREFIX: u8 = 28;

/// The shortest and the longest prefix a VPC may have (EC2 `CreateVpc`).
const SHORTEST_VPC_PREFIX: u8 = 16;

/// The addresses reserved for one role in each subnet of its tier: host `n` has the block's offset plus `n`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressBlock {
    /// The tier the role's hosts stand in.
    pub tier: Tier,
    /// The block's first offset from the subnet's network address.
    pub offset: u32,
    /// How many addresses are reserved: the next multiple of 16 above the role's maximum count.
    pub size: u32,
    /// The highest `n` the role may ever have.
    pub maximum: u32,
}

/// The addresses of every role that may ever exist, so that neither a higher count nor another option renumbers a host (MCS-41).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AddressPlan {
    blocks: BTreeMap<String, AddressBlock>,
}

impl AddressPlan {
    /// Reserves a block for each `(role, tier, maximum count)`, tier by tier in the order given.
    ///
    /// The order is a contract: a role added at the end renumbers nothing, one added between renumbers what follows it.
    pub fn reserve<'a>(roles: impl IntoIterator<Item = (&'a str, Tier, u32)>) -> Self {
        let mut next: BTreeMap<Tier, u32> = BTreeMap::new();
        let mut blocks = BTreeMap::new();
        for (role, tier, maximum) in roles {
            let offset = next.entry(tier).or_insert(FIRST_BLOCK);
            let size = (maximum / BLOCK_STEP + 1).saturating_mul(BLOCK_STEP);
            blocks.insert(role.to_owned(), AddressBlock { tier, offset: *offset, size, maximum });
            *offset = offset.saturating_add(size);
        }
        Self { blocks }
    }

    /// The block of a role.
    pub fn block(&self, role: &str) -> Option<&AddressBlock> {
        self.blocks.get(role)
    }

    /// The private address of host `n` of a role in a subnet of the role's tier; nothing if it is not reserved there.
    pub fn address(&self, role: &str, n: u32, subnet: Ipv4Net) -> Option<Ipv4Addr> {
        let block = self.block(role).filter(|block| (1..=block.maximum).contains(&n))?;
        nth_address(subnet, block.offset + n)
    }

    /// Whether every block lies inside its tier's subnets of a network with this prefix.
    pub fn fits(&self, network_prefix: u8) -> bool {
        let smallest = Tier::ALL.map(|tier| tier.subnet_prefix(network_prefix)).into_iter().max().unwrap_or(u8::MAX);
        smallest <= LONGEST_SUBNET_PREFIX && self.blocks.values().all(|block| block.fits(network_prefix))
    }

    /// The longest prefix, and so the smallest network, that holds every block; nothing if none that AWS allows does.
    pub fn smallest_prefix(&self) -> Option<u8> {
        (SHORTEST_VPC_PREFIX..=LONGEST_SUBNET_PREFIX).rev().find(|prefix| self.fits(*prefix))
    }
}

impl AddressBlock {
    fn fits(&self, network_prefix: u8) -> bool {
        let Some(addresses) = 32_u8.checked_sub(self.tier.subnet_prefix(network_prefix)).and_then(|bits| 1_u64.checked_shl(bits.into()))
        else {
            return false;
        };
        let last_host = u64::from(self.offset) + u64::from(self.maximum);
        // The subnet's last address is its broadcast address, which AWS keeps.
        u64::from(self.offset) + u64::from(self.size) <= addresses && last_host + 1 < addresses
    }
}

/// The address at an offset of a subnet; nothing if it lies outside or is the subnet's last.
pub(super) fn nth_address(subnet: Ipv4Net, offset: u32) -> Option<Ipv4Addr> {
    let address = Ipv4Addr::from(u32::from(subnet.network()).checked_add(offset)?);
    (subnet.contains(&address) && address != subnet.broadcast()).then_some(address)
}

/// The zone of host `n`: round-robin over the zones in use.
pub(super) fn zone_of(n: u32, zones: &[Zone]) -> Option<Zone> {
    let count = u32::try_from(zones.len()).ok().filter(|count| *count > 0)?;
    usize::try_from(n.checked_sub(1)? % count).ok().and_then(|index| zones.get(index)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> AddressPlan {
        AddressPlan::reserve([
            ("bastion", Tier::Public, 1),
            ("manager", Tier::Private, 4),
            ("worker", Tier::Private, 16),
            ("proxy", Tier::Public, 2),
        ])
    }

    #[test]
    fn blocks_follow_each_other_within_their_tier() {
        let offsets = ["bastion", "proxy", "manager", "worker"].map(|role| plan().block(role).map(|block| (block.offset, block.size)));
        assert_eq!(offsets, [Some((16, 16)), Some((32, 16)), Some((16, 16)), Some((32, 32))]);
    }

    #[test]
    fn host_above_the_maximum_has_no_address() {
        let subnet = "10.0.0.0/24".parse().expect("a network");
        assert_eq!(plan().address("worker", 1, subnet), Some(Ipv4Addr::new(10, 0, 0, 33)));
        assert_eq!(plan().address("worker", 17, subnet), None);
        assert_eq!(plan().address("worker", 0, subnet), None);
    }

    #[test]
    fn smallest_prefix_is_the_longest_that_fits() {
        // Private needs offsets up to 64 and so a /26, which is a sixteenth of a /22; public up to 48, a /26, a thirty-second of a /21.
        assert_eq!(plan().smallest_prefix(), Some(21));
        assert!(plan().fits(16) && !plan().fits(22));
        let huge = AddressPlan::reserve([("worker", Tier::Private, 100_000)]);
        assert_eq!(huge.smallest_prefix(), None);
    }

    #[test]
    fn last_address_of_a_subnet_is_never_given_to_a_host() {
        // The block ends where a /27 ends, and its last host would have the broadcast address.
        let tight = AddressPlan::reserve([("worker", Tier::Public, 15)]);
        assert_eq!(tight.smallest_prefix(), Some(21));
        let roomy = AddressPlan::reserve([("worker", Tier::Public, 14)]);
        assert_eq!(roomy.smallest_prefix(), Some(22));
    }

    #[test]
    fn zones_go_round() {
        let zones: Vec<_> = (1..=5).filter_map(|n| zone_of(n, Zone::first(2))).map(Zone::letter).collect();
        assert_eq!(zones, ['a', 'b', 'a', 'b', 'a']);
        assert_eq!(zone_of(0, &Zone::ALL), None);
    }
}
