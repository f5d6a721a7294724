//! Networks and the bastion: E0120 to E0132.

use crate::config::Code;

pub(crate) const NOT_A_NETWORK: Code = Code {
    code: "E0120",
    summary: "this is not a network",
    explanation: "Networks are IPv4 blocks: four numbers, a slash, and the length of the prefix.",
    example: "cidr = \"10.20.0.0\"",
    fix: "cidr = \"10.20.0.0/16\"",
};
pub(crate) const HOST_BITS: Code = Code {
    code: "E0121",
    summary: "an address inside a network, not the network",
    explanation: "The part behind the prefix is not zero. AWS would take another network than the one written.",
    example: "cidr = \"10.20.3.0/16\"",
    fix: "cidr = \"10.20.0.0/16\"",
};
pub(crate) const NOT_PRIVATE: Code = Code {
    code: "E0122",
    summary: "the network is not private",
    explanation: "The VPC's network comes from RFC 1918: 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16. Another network belongs to somebody on the internet, who could then not be reached.",
    example: "cidr = \"100.20.0.0/16\"",
    fix: "cidr = \"10.20.0.0/16\"",
};
pub(crate) const NETWORK_SIZE: Code = Code {
    code: "E0123",
    summary: "the network has the wrong size",
    explanation: "AWS allows /16 to /28 for a VPC (CreateVpc); subnets for four zones and four tiers need at least a /22.",
    example: "cidr = \"10.0.0.0/24\"",
    fix: "cidr = \"10.0.0.0/20\"",
};
pub(crate) const OVERLAP: Code = Code {
    code: "E0124",
    summary: "two networks overlap",
    explanation: "An address in both could be reached on one side only. Environments of one project that overlap can never be connected: that is a warning.",
    example: "[network]\ncidr = \"10.20.0.0/16\"\noperator_cidrs = [\"10.20.8.0/24\"]",
    fix: "choose a network that nobody else uses",
};
pub(crate) const TOO_WIDE: Code = Code {
    code: "E0125",
    summary: "the network is too wide",
    explanation: "SSH is for operators (MCS-12): the whole internet, or a large part of it, is nobody's office.",
    example: "operator_cidrs = [\"0.0.0.0/0\"]",
    fix: "operator_cidrs = [\"198.51.100.0/28\"]",
};
pub(crate) const BASTION_PORT: Code = Code {
    code: "E0130",
    summary: "the bastion cannot have this port",
    explanation: "The bastion listens on a non-standard port of at least 1024 (MCS-12); 22, 80 and 443 are what scanners try first.",
    example: "[bastion]\nport = 22",
    fix: "port = 40022",
};
pub(crate) const DATACENTER: Code = Code {
    code: "E0131",
    summary: "the bastion in the data centre is not complete",
    explanation: "With `placement = \"datacenter\"` (MCS-13) the VPC needs the data centre's network, the bastion's name and one gateway that leads there.",
    example: "[bastion]\nplacement = \"datacenter\"",
    fix: "datacenter_cidr = \"172.16.0.0/16\"\nhost = \"bastion.example.com\"\ntransit_gateway_id = \"tgw-0123456789abcdef0\"",
};
pub(crate) const CONTRADICTION: Code = Code {
    code: "E0132",
    summary: "two values contradict each other",
    explanation: "Both cannot be meant; which one would be a guess.",
    example: "[bastion]\ntransit_gateway_id = \"tgw-…\"\nvpn_gateway_id = \"vgw-…\"",
    fix: "keep one of the two",
};
