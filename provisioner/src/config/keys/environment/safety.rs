use crate::config::keys::{Form, Key, Kind, Presence};

/// Who is told, and what is kept.
pub(super) const SAFETY: &[Key] = &[
    Key {
        path: "alerting.mode",
        kind: Kind::Word(&["ses", "smtp"]),
        presence: Presence::Default("\"ses\""),
        doc: "How alert mail leaves: by Amazon SES, or by the customer's mail server.",
    },
    Key {
        path: "alerting.from",
        kind: Kind::Text(Form::Mail),
        presence: Presence::Optional,
        doc: "The sender; left out: `alerts@<domain>`.",
    },
    Key { path: "alerting.recipients", kind: Kind::Texts(Form::Mail), presence: Presence::Default("[]"), doc: "Who is told." },
    Key {
        path: "alerting.require_tls",
        kind: Kind::Boolean,
        presence: Presence::Default("true"),
        doc: "Whether mail by SES is not delivered to a mail server that speaks no TLS; false: it is delivered in the clear.",
    },
    Key { path: "alerting.smtp.host", kind: Kind::Text(Form::Host), presence: Presence::Needed, doc: "The mail server." },
    Key {
        path: "alerting.smtp.port",
        kind: Kind::Integer { min: 1, max: 65535, unit: "" },
        presence: Presence::Default("587"),
        doc: "Its submission port.",
    },
    Key { path: "alerting.smtp.user", kind: Kind::Text(Form::Line), presence: Presence::Needed, doc: "The user who logs in there." },
    Key {
        path: "alerting.smtp.secret",
        kind: Kind::Text(Form::Name),
        presence: Presence::Needed,
        doc: "The NAME of the password among the environment's secrets; never the password.",
    },
    Key {
        path: "backup.schedule",
        kind: Kind::Word(&["daily", "weekly", "off"]),
        presence: Presence::ByClass(["\"daily\"", "\"weekly\"", "\"off\"", "\"off\""]),
        doc: "How often a backup set is made.",
    },
    Key {
        path: "backup.retention.daily",
        kind: Kind::Integer { min: 1, max: 365, unit: "days" },
        presence: Presence::ByClass(["7", "7", "3", "3"]),
        doc: "How many daily sets are kept.",
    },
    Key {
        path: "backup.retention.weekly",
        kind: Kind::Integer { min: 0, max: 260, unit: "weeks" },
        presence: Presence::ByClass(["4", "4", "0", "0"]),
        doc: "How many weekly sets are kept.",
    },
    Key {
        path: "backup.retention.monthly",
        kind: Kind::Integer { min: 0, max: 120, unit: "months" },
        presence: Presence::ByClass(["12", "0", "0", "0"]),
        doc: "How many monthly sets are kept.",
    },
    Key {
        path: "backup.region",
        kind: Kind::Text(Form::Region),
        presence: Presence::Optional,
        doc: "The region that copies go to for disaster recovery.",
    },
    Key {
        path: "security.kms",
        kind: Kind::Word(&["aws", "customer"]),
        presence: Presence::Default("\"aws\""),
        doc: "Whose key encrypts volumes, databases and buckets: AWS's own, or one that is made in the customer's account.",
    },
];
