//! Every kind of problem in what environments and blueprints make together; `provision explain` prints them.

use crate::config::{Code, Environment};
use crate::model::Diagnostic;

pub(crate) const NETWORK_TOO_SMALL: Code = Code {
    code: "E0201",
    summary: "the network is too small",
    explanation: "Addresses are reserved for four zones and for the highest count of every role, so that growth renumbers nothing. They do not fit.",
    example: "[network]\ncidr = \"10.20.0.0/22\"",
    fix: "cidr = \"10.20.0.0/16\"",
};
pub(crate) const NAME_TAKEN: Code = Code {
    code: "E0202",
    summary: "two things of one name",
    explanation: "Roles, monitoring hosts, the bastion and databases each have a security group, and a group's name is theirs.",
    example: "# in a blueprint\n[[roles]]\nname = \"icinga\"",
    fix: "name = \"probe\"",
};
pub(crate) const NO_ADDRESS: Code = Code {
    code: "E0203",
    summary: "a role has more hosts than addresses",
    explanation: "Addresses are reserved for the highest count that the blueprint allows.",
    example: "[nodes.worker]\ncount = 500",
    fix: "count = 5",
};
pub(crate) const NO_SETTINGS: Code = Code {
    code: "E0204",
    summary: "a database without settings",
    explanation: "The blueprint asks for a database that the environment says nothing of, not even by default.",
    example: "# a blueprint with databases, and an environment compiled without [databases]",
    fix: "[databases]\ninstance_class = \"db.m6g.large\"",
};
pub(crate) const TOO_MANY_RULES: Code = Code {
    code: "E0205",
    summary: "too many rules for one security group",
    explanation: "AWS takes at most 60 rules inwards and 60 outwards for one group, and each block of a network list is a rule for each port.",
    example: "public_cidrs = [ # 61 blocks",
    fix: "write fewer, larger blocks",
};
pub(crate) const OPEN_TO_ALL: Code = Code {
    code: "E0206",
    summary: "open to the whole internet",
    explanation: "Only ports 80 and 443 of hosts with an Elastic IP may be open to everybody.",
    example: "corporate_cidrs = [\"0.0.0.0/0\"]",
    fix: "corporate_cidrs = [\"203.0.113.0/24\"]",
};
pub(crate) const SSH_FROM_NETWORK: Code = Code {
    code: "E0207",
    summary: "SSH from a network",
    explanation: "Hosts accept SSH from the bastion alone, or from the data centre that holds it (MCS-14).",
    example: "# in a blueprint\nto = \"worker\", ports = 22, from = \"operators\"",
    fix: "from = \"bastion\"",
};
pub(crate) const ONE_SIDED_CLUSTER: Code = Code {
    code: "E0208",
    summary: "a cluster's members cannot all reach each other",
    explanation: "Members of a Hazelcast cluster connect both ways: with one direction closed they split (EMM-36, EMM-41).",
    example: "to = \"manager\", ports = \"4000-4200\", from = \"worker\" # and nothing from manager to worker",
    fix: "add the link of the other direction",
};
pub(crate) const UNUSED_NETWORK: Code = Code {
    code: "E0209",
    summary: "a network that nobody is reached from",
    explanation: "The environment names networks, and no link of its blueprints lets them in.",
    example: "manager_exposure = \"public\"\ncorporate_cidrs = [\"203.0.113.0/24\"]",
    fix: "corporate_cidrs = []",
};

/// Every kind of problem that compiling a topology can find, for `provision explain`.
pub const CODES: &[Code] = &[
    NETWORK_TOO_SMALL,
    NAME_TAKEN,
    NO_ADDRESS,
    NO_SETTINGS,
    TOO_MANY_RULES,
    OPEN_TO_ALL,
    SSH_FROM_NETWORK,
    ONE_SIDED_CLUSTER,
    UNUSED_NETWORK,
];

/// An error that points at a place of the environment, or says the same without one where a default stands.
pub(super) fn at(environment: &Environment, code: Code, path: &str, label: String) -> Diagnostic {
    match environment.span(path) {
        Some(span) => code.error().at(span, label),
        None => code.error().note(label),
    }
}
