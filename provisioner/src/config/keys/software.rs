use crate::config::Syntax;
use crate::config::keys::{Form, Key, Kind, Presence};

/// Every key of `software.toml`.
pub(crate) const SOFTWARE: &[&[Key]] = &[THINGS, CHECKS];

const THINGS: &[Key] = &[
    Key { path: "software.*.doc", kind: Kind::Text(Form::Line), presence: Presence::Needed, doc: "What it does." },
    Key {
        path: "software.*.on",
        kind: Kind::Texts(Form::LinkEnd),
        presence: Presence::Needed,
        doc: "On which hosts: roles, `bastion`, `monitoring.icinga`, `every-host`, `every-host-but-bastion`, `every-host-with-data`.",
    },
    Key {
        path: "software.*.after",
        kind: Kind::Texts(Form::Name),
        presence: Presence::Default("[]"),
        doc: "What is installed before it, where a host has both.",
    },
    Key { path: "software.*.packages", kind: Kind::Texts(Form::Package), presence: Presence::Default("[]"), doc: "Debian packages." },
    Key {
        path: "software.*.services",
        kind: Kind::Texts(Form::Unit),
        presence: Presence::Default("[]"),
        doc: "systemd services that are enabled and run; a changed file of the same table restarts them.",
    },
    Key {
        path: "software.*.keeps_data",
        kind: Kind::Boolean,
        presence: Presence::Default("false"),
        doc: "Its services keep what they know on the data volume: on a host that has one they start only while it is mounted.",
    },
    Key {
        path: "software.*.validate",
        kind: Kind::Text(Form::Script),
        presence: Presence::Optional,
        doc: "A shell command that judges the new files before a restart; if it fails, the old files come back.",
    },
    Key {
        path: "software.*.users.*.home",
        kind: Kind::Text(Form::Path),
        presence: Presence::Needed,
        doc: "The home folder of a system user, which is made.",
    },
    Key {
        path: "software.*.users.*.groups",
        kind: Kind::Texts(Form::Name),
        presence: Presence::Default("[]"),
        doc: "Groups beside the user's own.",
    },
    Key {
        path: "software.*.files.*.template",
        kind: Kind::Text(Form::FileName),
        presence: Presence::Needed,
        doc: "The template in `files/`, beside this file. The table's name is the path on the host, in quotes.",
    },
    Key {
        path: "software.*.files.*.syntax",
        kind: Kind::Word(&Syntax::WORDS),
        presence: Presence::Default("\"plain\""),
        doc: "The language of the file: how `{{value}}` is quoted there.",
    },
    Key {
        path: "software.*.files.*.mode",
        kind: Kind::Text(Form::Mode),
        presence: Presence::Default("\"0644\""),
        doc: "The file's permissions.",
    },
    Key {
        path: "software.*.files.*.owner",
        kind: Kind::Text(Form::Name),
        presence: Presence::Default("\"root\""),
        doc: "The file's owner.",
    },
    Key {
        path: "software.*.files.*.group",
        kind: Kind::Text(Form::Name),
        presence: Presence::Default("\"root\""),
        doc: "The file's group.",
    },
    Key { path: "software.*.steps.*.doc", kind: Kind::Text(Form::Line), presence: Presence::Needed, doc: "What the step does." },
    Key {
        path: "software.*.steps.*.check",
        kind: Kind::Text(Form::Script),
        presence: Presence::Optional,
        doc: "A shell command that succeeds once the step is done; left out: when `apply` has succeeded once.",
    },
    Key {
        path: "software.*.steps.*.apply",
        kind: Kind::Text(Form::Script),
        presence: Presence::Needed,
        doc: "The shell command that does it. Values are quoted for the shell.",
    },
    Key {
        path: "software.*.steps.*.seconds",
        kind: Kind::Integer { min: 1, max: 7200, unit: "seconds" },
        presence: Presence::Default("300"),
        doc: "How long it may take.",
    },
    Key { path: "software.*.waits.*.doc", kind: Kind::Text(Form::Line), presence: Presence::Needed, doc: "What is waited for." },
    Key {
        path: "software.*.waits.*.check",
        kind: Kind::Text(Form::Script),
        presence: Presence::Needed,
        doc: "A shell command that succeeds once it is so.",
    },
    Key {
        path: "software.*.waits.*.seconds",
        kind: Kind::Integer { min: 1, max: 7200, unit: "seconds" },
        presence: Presence::Default("120"),
        doc: "How long it may take.",
    },
    Key { path: "software.*.verify.*.doc", kind: Kind::Text(Form::Line), presence: Presence::Needed, doc: "What is proved." },
    Key {
        path: "software.*.verify.*.check",
        kind: Kind::Text(Form::Script),
        presence: Presence::Needed,
        doc: "A shell command that succeeds where it is so; what it prints is shown when it fails.",
    },
    Key {
        path: "software.*.verify.*.seconds",
        kind: Kind::Integer { min: 1, max: 7200, unit: "seconds" },
        presence: Presence::Default("60"),
        doc: "How long it may take.",
    },
    Key {
        path: "software.*.requirements",
        kind: Kind::Texts(Form::Requirement),
        presence: Presence::Default("[]"),
        doc: "The requirements it comes from.",
    },
    Key {
        path: "software.*.when.input",
        kind: Kind::Text(Form::Identifier),
        presence: Presence::Optional,
        doc: "An input that must have the value `is`.",
    },
    Key { path: "software.*.when.is", kind: Kind::Any, presence: Presence::Optional, doc: "The value that the input must have." },
    Key {
        path: "software.*.when.inputs.*",
        kind: Kind::Any,
        presence: Presence::Optional,
        doc: "The value that this input must have; for a condition on several inputs.",
    },
    Key {
        path: "software.*.when.bastion",
        kind: Kind::Word(&["vpc", "datacenter"]),
        presence: Presence::Optional,
        doc: "Where the bastion must stand.",
    },
    Key { path: "software.*.when.monitoring", kind: Kind::Boolean, presence: Presence::Optional, doc: "Whether monitoring must be on." },
    Key { path: "software.*.when.alerting", kind: Kind::Word(&["ses", "smtp"]), presence: Presence::Optional, doc: "How mail must leave." },
];

const CHECKS: &[Key] = &[
    Key { path: "checks.*.doc", kind: Kind::Text(Form::Line), presence: Presence::Needed, doc: "What is watched." },
    Key { path: "checks.*.on", kind: Kind::Texts(Form::LinkEnd), presence: Presence::Needed, doc: "On which hosts." },
    Key {
        path: "checks.*.command",
        kind: Kind::Texts(Form::Argument),
        presence: Presence::Needed,
        doc: "The plugin and its arguments, which NRPE runs on the host; each may name values: `{{thresholds.disk_percent.warning}}`.",
    },
    Key {
        path: "checks.*.each",
        kind: Kind::Word(&["service"]),
        presence: Presence::Optional,
        doc: "`service`: the check is made once for every systemd service of the software on the host; `command` and `doc` may name `{{service}}`.",
    },
    Key {
        path: "checks.*.every_seconds",
        kind: Kind::Integer { min: 5, max: 86400, unit: "seconds" },
        presence: Presence::Default("60"),
        doc: "How often.",
    },
    Key {
        path: "checks.*.requirements",
        kind: Kind::Texts(Form::Requirement),
        presence: Presence::Default("[]"),
        doc: "The requirements it comes from.",
    },
    Key {
        path: "checks.*.when.input",
        kind: Kind::Text(Form::Identifier),
        presence: Presence::Optional,
        doc: "An input that must have the value `is`.",
    },
    Key { path: "checks.*.when.is", kind: Kind::Any, presence: Presence::Optional, doc: "The value that the input must have." },
    Key {
        path: "checks.*.when.inputs.*",
        kind: Kind::Any,
        presence: Presence::Optional,
        doc: "The value that this input must have; for a condition on several inputs.",
    },
    Key {
        path: "checks.*.when.bastion",
        kind: Kind::Word(&["vpc", "datacenter"]),
        presence: Presence::Optional,
        doc: "Where the bastion must stand.",
    },
    Key { path: "checks.*.when.monitoring", kind: Kind::Boolean, presence: Presence::Optional, doc: "Whether monitoring must be on." },
    Key { path: "checks.*.when.alerting", kind: Kind::Word(&["ses", "smtp"]), presence: Presence::Optional, doc: "How mail must leave." },
];
