use ipnet::Ipv4Net;

/// The private network and who may reach it (MCS-10).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network {
    /// The private network's block, from RFC 1918, `/16` to `/22`.
    pub cidr: Ipv4Net,
    /// From where operators reach the bastion; never wider than `/8` (MCS-12).
    pub operator_cidrs: Vec<Ipv4Net>,
    /// From where devices and users reach the public load balancer.
    pub public_cidrs: Vec<Ipv4Net>,
    /// From where the customer's own people reach what is private (EMM-03).
    pub corporate_cidrs: Vec<Ipv4Net>,
    /// How private hosts reach the internet (MCS-26).
    pub nat: Nat,
}

/// How many NAT gateways there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Nat {
    /// One in every zone: the loss of a zone stops no other.
    PerZone,
    /// One for all zones: cheaper.
    Single,
}
