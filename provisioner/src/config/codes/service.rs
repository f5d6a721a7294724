//! What an environment says of its blueprint and of AWS: E0140 to E0173.

use crate::config::Code;

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
    explanation: "Only AWS knows; `provision up` asks it before anything is made.",
    example: "region = \"us-west-1\"\navailability_zones = 3",
    fix: "availability_zones = 2",
};
pub(crate) const INSTANCE_TYPE: Code = Code {
    code: "E0172",
    summary: "an instance type this version does not know",
    explanation: "Only AWS knows its instance types; the built-in list of families is a help against misspelling. `provision up` asks AWS before anything is made.",
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
