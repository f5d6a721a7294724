//! Every kind of problem in what people write, by code; `provision explain` prints them.

use crate::config::Code;

pub(crate) const UNREADABLE: Code = Code {
    code: "E0100",
    summary: "a file cannot be read",
    explanation: "The file does not exist, or this user may not read it.",
    example: "provision validate --env prod   # environments/prod.toml is not there",
    fix: "create the file, or name one that `provision env list` shows",
};
pub(crate) const SYNTAX: Code = Code {
    code: "E0101",
    summary: "this is not TOML",
    explanation: "The file breaks the grammar of TOML 1.1 (https://toml.io). What stands on the marked line is not judged further.",
    example: "port = 40022 # fine\ninstance_type = t3.micro",
    fix: "instance_type = \"t3.micro\"",
};
pub(crate) const DUPLICATE_KEY: Code = Code {
    code: "E0102",
    summary: "a key stands twice",
    explanation: "A key may stand once in a table, and a table once in a file: otherwise it is a matter of luck which value counts.",
    example: "[network]\nnat = \"single\"\nnat = \"per-zone\"",
    fix: "keep one of the two",
};
pub(crate) const UNKNOWN_KEY: Code = Code {
    code: "E0103",
    summary: "unknown key",
    explanation: "The key means nothing here. A misspelt key that was passed over in silence would leave its default in force.",
    example: "[cloud]\nreigon = \"eu-west-1\"",
    fix: "region = \"eu-west-1\"",
};
pub(crate) const WRONG_TYPE: Code = Code {
    code: "E0104",
    summary: "a value of the wrong type",
    explanation: "The key takes another type of value. Units stand in the key's name and never in the value.",
    example: "storage_gib = \"100 GiB\"",
    fix: "storage_gib = 100",
};
pub(crate) const OUT_OF_RANGE: Code = Code {
    code: "E0105",
    summary: "a number out of range",
    explanation: "The number is less or more than what is possible; the bounds come from AWS, or from what the product can do.",
    example: "storage_gib = 10",
    fix: "storage_gib = 20",
};
pub(crate) const MISSING_KEY: Code = Code {
    code: "E0106",
    summary: "a key is missing",
    explanation: "The key has no default: only a person can know its value.",
    example: "[cloud]\nregion = \"eu-west-1\"",
    fix: "account = \"123456789012\"",
};
pub(crate) const UNKNOWN_WORD: Code = Code {
    code: "E0107",
    summary: "an unknown word",
    explanation: "The key takes one word of a closed list.",
    example: "nat = \"per-az\"",
    fix: "nat = \"per-zone\"",
};
pub(crate) const MALFORMED: Code = Code {
    code: "E0108",
    summary: "a malformed value",
    explanation: "The text does not have the form that the key needs.",
    example: "account = \"12345\"",
    fix: "account = \"123456789012\"",
};
pub(crate) const NOT_TEXT: Code = Code {
    code: "E0109",
    summary: "this is no text file",
    explanation: "Files are UTF-8 text of at most 1 MiB.",
    example: "a picture called prod.toml",
    fix: "save the file as UTF-8",
};
pub(crate) const HIDDEN_CHARACTER: Code = Code {
    code: "E0110",
    summary: "a hidden character",
    explanation: "The file holds a character that editors do not show, or that changes the order in which they show text: what a reader approves might not be what is read.",
    example: "name = \"prod<U+202E>\"",
    fix: "delete the character",
};
pub(crate) const TOO_DEEP: Code = Code {
    code: "E0111",
    summary: "tables nest too deep",
    explanation: "No key lies so deep.",
    example: "a.b.c.d.e.f.g.h.i.j.k.l.m = 1",
    fix: "remove it",
};
pub(crate) const NOT_YET: Code = Code {
    code: "E0112",
    summary: "not supported yet",
    explanation: "The design has a place for it, and this version does not do it.",
    example: "[state]\nkind = \"s3\"",
    fix: "kind = \"local\"",
};
pub(crate) const NO_PROJECT: Code = Code {
    code: "E0113",
    summary: "no project found",
    explanation: "Neither this folder nor one above it has `provision.toml` or `environments/`.",
    example: "cd /tmp; provision validate",
    fix: "cd to the project, name it with `--root DIR`, or make one with `provision init`",
};
pub(crate) const UNKNOWN_ENVIRONMENT: Code = Code {
    code: "E0114",
    summary: "no such environment",
    explanation: "The project has no file `environments/<name>.toml`.",
    example: "provision plan --env prodd",
    fix: "provision plan --env prod",
};
pub(crate) const NAME_MISMATCH: Code = Code {
    code: "E0115",
    summary: "the name is not the file's",
    explanation: "The file's stem, `[environment] name` and `--env` are one word: otherwise a command meant for one environment might reach another.",
    example: "# environments/prod.toml\nname = \"production\"",
    fix: "name = \"prod\"",
};
pub(crate) const BAD_PARENT: Code = Code {
    code: "E0116",
    summary: "inheritance leads nowhere",
    explanation: "`inherits` names an environment that does not exist, or one that inherits from this one.",
    example: "# dev.toml\ninherits = \"dev\"",
    fix: "inherits = \"prod\"",
};
pub(crate) const NAME_TOO_LONG: Code = Code {
    code: "E0117",
    summary: "a name is too long for AWS",
    explanation: "Physical names are `<project>-<environment>-<name>`; for buckets the account and the region follow. S3 allows 63 characters (CreateBucket).",
    example: "name = \"pre-production-emea-2\"",
    fix: "name = \"pre-prod\"",
};
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
pub(crate) const UNKNOWN_BLUEPRINT: Code = Code {
    code: "E0140",
    summary: "no such blueprint",
    explanation: "Blueprints are built in, or are folders `blueprints/<name>/` of the project.",
    example: "blueprints = [\"wso2-em\"]",
    fix: "blueprints = [\"wso2-emm\"]",
};
pub(crate) const UNKNOWN_ROLE: Code = Code {
    code: "E0141",
    summary: "the blueprint has no such role",
    explanation: "`[nodes.<role>]` names a role of the blueprint.",
    example: "[nodes.wroker]",
    fix: "[nodes.worker]",
};
pub(crate) const COUNT: Code = Code {
    code: "E0142",
    summary: "the role cannot have so many hosts",
    explanation: "The blueprint says how many hosts a role may have.",
    example: "[nodes.key-manager]\ncount = 9",
    fix: "count = 2",
};
pub(crate) const CONSTRAINT: Code = Code {
    code: "E0143",
    summary: "the product does not allow this",
    explanation: "The blueprint knows a rule of the product that the environment breaks. EMM-05: the policy monitoring task would run on every manager, each against the others.",
    example: "[inputs]\npolicy_monitoring = true\n[nodes.manager]\ncount = 2",
    fix: "count = 1, or policy_monitoring = false",
};
pub(crate) const UNKNOWN_INPUT: Code = Code {
    code: "E0144",
    summary: "the blueprint has no such input",
    explanation: "`[inputs]` holds what the blueprint asks for.",
    example: "[inputs]\npolicy_monitor = true",
    fix: "policy_monitoring = true",
};
pub(crate) const BAD_INPUT: Code = Code {
    code: "E0145",
    summary: "the input does not fit",
    explanation: "The blueprint says which values an input may have.",
    example: "manager_exposure = \"hidden\"",
    fix: "manager_exposure = \"private\"",
};
pub(crate) const MISSING_INPUT: Code = Code {
    code: "E0146",
    summary: "an input is missing",
    explanation: "The blueprint has no default for it: only a person can know its value.",
    example: "[inputs]",
    fix: "company_name = \"Example\"",
};
pub(crate) const UNKNOWN_DATABASE: Code = Code {
    code: "E0147",
    summary: "the blueprint has no such database",
    explanation: "`[databases.<name>]` names a database of the blueprint; what holds for all of them stands in `[databases]`.",
    example: "[databases.cor]",
    fix: "[databases.core]",
};
pub(crate) const NO_DATA_VOLUME: Code = Code {
    code: "E0148",
    summary: "the role has no data volume",
    explanation: "The blueprint keeps nothing of this role on a volume of its own.",
    example: "[nodes.lb]\ndata_volume_gib = 50",
    fix: "remove it",
};
pub(crate) const DATABASE_SETS: Code = Code {
    code: "E0149",
    summary: "environments with different databases",
    explanation: "Every environment of a project has the same databases, in other sizes: otherwise they are not the same architecture and a rehearsal proves nothing (MCS-41).",
    example: "# dev.toml\nblueprints = [\"another\"]",
    fix: "the same blueprints everywhere",
};
pub(crate) const ENGINE_VERSION: Code = Code {
    code: "E0150",
    summary: "the engine's version",
    explanation: "RDS no longer, or not yet, creates databases of this version. Versions past standard support are created only with paid extended support.",
    example: "version = \"5.7\"",
    fix: "version = \"8.4\"",
};
pub(crate) const THRESHOLDS: Code = Code {
    code: "E0160",
    summary: "the warning comes too late",
    explanation: "A warning that does not come before the critical state warns nobody (MCS-21).",
    example: "disk_percent = { warning = 90, critical = 80 }",
    fix: "disk_percent = { warning = 80, critical = 90 }",
};
pub(crate) const SMTP: Code = Code {
    code: "E0161",
    summary: "the mail server is missing",
    explanation: "With `mode = \"smtp\"` alerts leave by the customer's server (MCS-27), which stands in `[alerting.smtp]`.",
    example: "[alerting]\nmode = \"smtp\"",
    fix: "[alerting.smtp]\nhost = \"mail.example.com\"\nuser = \"alerts\"\nsecret = \"smtp-password\"",
};
pub(crate) const NOBODY_TOLD: Code = Code {
    code: "E0162",
    summary: "nobody would be told",
    explanation: "Monitoring is on and nobody receives its alerts.",
    example: "[monitoring]\nenabled = true",
    fix: "[alerting]\nrecipients = [\"oncall@example.com\"]",
};
pub(crate) const SHARED_DOMAIN: Code = Code {
    code: "E0163",
    summary: "two environments share a domain",
    explanation: "A mail identity is one per account and region, and its names resolve to one address: an environment that shares production's domain sends production's mail, and takes the identity away when it goes.",
    example: "# dev.toml\ninherits = \"prod\"",
    fix: "[environment]\ndomain = \"dev.emm.example.com\"",
};
pub(crate) const FOREIGN_SENDER: Code = Code {
    code: "E0164",
    summary: "the sender is outside the domain",
    explanation: "SES sends for the verified domain only.",
    example: "domain = \"emm.example.com\"\nfrom = \"alerts@example.org\"",
    fix: "from = \"alerts@emm.example.com\"",
};
pub(crate) const REGION: Code = Code {
    code: "E0170",
    summary: "a region this version does not know",
    explanation: "Only AWS knows its regions and zones; the built-in list is a help against misspelling.",
    example: "region = \"eu-wets-1\"",
    fix: "region = \"eu-west-1\"",
};
pub(crate) const ZONES: Code = Code {
    code: "E0171",
    summary: "more zones than the region is known to have",
    explanation: "Only AWS knows; `provision doctor` asks it.",
    example: "region = \"us-west-1\"\navailability_zones = 3",
    fix: "availability_zones = 2",
};
pub(crate) const INSTANCE_TYPE: Code = Code {
    code: "E0172",
    summary: "an instance type this version does not know",
    explanation: "Only AWS knows its instance types; the built-in list of families is a help against misspelling. `provision doctor` asks AWS.",
    example: "instance_type = \"m6x.large\"",
    fix: "instance_type = \"m6i.large\"",
};
pub(crate) const REGION_COPY: Code = Code {
    code: "E0173",
    summary: "the copies stay in the same region",
    explanation: "Copies for disaster recovery in the environment's own region are lost with it.",
    example: "[cloud]\nregion = \"eu-west-1\"\n[backup]\nregion = \"eu-west-1\"",
    fix: "region = \"eu-central-1\"",
};
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
    summary: "the blueprint has no such role",
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

/// Every code of this layer, in order.
pub const CODES: &[Code] = &[
    UNREADABLE,
    SYNTAX,
    DUPLICATE_KEY,
    UNKNOWN_KEY,
    WRONG_TYPE,
    OUT_OF_RANGE,
    MISSING_KEY,
    UNKNOWN_WORD,
    MALFORMED,
    NOT_TEXT,
    HIDDEN_CHARACTER,
    TOO_DEEP,
    NOT_YET,
    NO_PROJECT,
    UNKNOWN_ENVIRONMENT,
    NAME_MISMATCH,
    BAD_PARENT,
    NAME_TOO_LONG,
    NOT_A_NETWORK,
    HOST_BITS,
    NOT_PRIVATE,
    NETWORK_SIZE,
    OVERLAP,
    TOO_WIDE,
    BASTION_PORT,
    DATACENTER,
    CONTRADICTION,
    UNKNOWN_BLUEPRINT,
    UNKNOWN_ROLE,
    COUNT,
    CONSTRAINT,
    UNKNOWN_INPUT,
    BAD_INPUT,
    MISSING_INPUT,
    UNKNOWN_DATABASE,
    NO_DATA_VOLUME,
    DATABASE_SETS,
    ENGINE_VERSION,
    THRESHOLDS,
    SMTP,
    NOBODY_TOLD,
    SHARED_DOMAIN,
    FOREIGN_SENDER,
    REGION,
    ZONES,
    INSTANCE_TYPE,
    REGION_COPY,
    LINK_END,
    LINK_PORTS,
    CONDITION,
    ROLE_REFERENCE,
    INPUT_SHAPE,
    ROLE_COUNT,
    RESERVED_NAME,
];
