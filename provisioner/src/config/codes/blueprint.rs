//! Blueprints: E0180 to E0189.

use crate::config::Code;

pub(crate) const LINK_END: Code = Code {
    code: "E0180",
    summary: "the link has no such end",
    explanation: "The ends of a link come from a closed list, and from the blueprint's own roles and databases.",
    example: "to = \"wroker\"",
    fix: "to = \"worker\"",
};
pub(crate) const LINK_PORTS: Code = Code {
    code: "E0181",
    summary: "the link's ports do not fit",
    explanation: "Ports are 1 to 65535, a range `4000-4200` in rising order, `echo` with icmp, `bastion-port`, or `smtp-port`.",
    example: "ports = \"4200-4000\"",
    fix: "ports = \"4000-4200\"",
};
pub(crate) const CONDITION: Code = Code {
    code: "E0182",
    summary: "the condition cannot hold",
    explanation: "A condition names an input with `is`, or `bastion`, `monitoring`, `alerting`; all of its clauses must hold.",
    example: "when = { input = \"exposure\" }",
    fix: "when = { input = \"manager_exposure\", is = \"private\" }",
};
pub(crate) const ROLE_REFERENCE: Code = Code {
    code: "E0183",
    summary: "a reference to roles does not fit",
    explanation: "A boot order, a constraint or a host name speaks of a role of its own blueprint; every role has its place in the boot order.",
    example: "boot_order = [\"lb\", \"wroker\"]",
    fix: "boot_order = [\"lb\", \"worker\"]",
};
pub(crate) const INPUT_SHAPE: Code = Code {
    code: "E0184",
    summary: "the input's declaration contradicts itself",
    explanation: "Bounds belong to integers, choices to choices, and the default must be a value that the input takes.",
    example: "type = \"boolean\"\ndefault = 3",
    fix: "default = true",
};
pub(crate) const ROLE_COUNT: Code = Code {
    code: "E0185",
    summary: "the role's counts contradict each other",
    explanation: "min ≤ default ≤ max, and max is at least 1.",
    example: "count = { default = 3, min = 1, max = 2 }",
    fix: "count = { default = 2, min = 1, max = 2 }",
};
pub(crate) const RESERVED_NAME: Code = Code {
    code: "E0186",
    summary: "the name means something else",
    explanation: "The name is a word of the matrix, of the monitoring or of another blueprint: a link to it would be ambiguous.",
    example: "[roles.bastion]",
    fix: "[roles.gateway]",
};
pub(crate) const MOVED: Code = Code {
    code: "E0187",
    summary: "the new name does not fit",
    explanation: "`[moved]` says which role, database or bucket of an earlier version is which one now: the name so far is gone from the blueprint, the name now is there, and one thing goes to one place.",
    example: "[moved]\n\"roles.worker\" = \"roles.ap\"",
    fix: "[moved]\n\"roles.worker\" = \"roles.app\"",
};
pub(crate) const SOFTWARE_REFERENCE: Code = Code {
    code: "E0188",
    summary: "the software speaks of something that is not there",
    explanation: "`on` names roles, `bastion`, monitoring hosts, `every-host`, `every-host-but-bastion` or `every-host-with-data`; `after` names other software, without circles; a file names a template in `files/`; an id stands once.",
    example: "after = [\"ngnix\"]",
    fix: "after = [\"nginx\"]",
};
