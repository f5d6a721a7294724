use crate::config::keys::{Form, Key, Kind, Presence};

/// What the blueprint asks for, its hosts, and what every object carries.
pub(super) const HOSTS: &[Key] = &[
    Key { path: "inputs.*", kind: Kind::Any, presence: Presence::Optional, doc: "What the blueprint asks for; see the blueprint's page." },
    Key {
        path: "nodes.*.count",
        kind: Kind::Integer { min: 0, max: 100, unit: "hosts" },
        presence: Presence::Optional,
        doc: "How many hosts of the role, within the blueprint's bounds.",
    },
    Key { path: "nodes.*.instance_type", kind: Kind::Text(Form::InstanceType), presence: Presence::Optional, doc: "Their instance type." },
    Key {
        path: "nodes.*.root_volume_gib",
        kind: Kind::Integer { min: 8, max: 16384, unit: "GiB" },
        presence: Presence::Optional,
        doc: "The size of their root volume.",
    },
    Key {
        path: "nodes.*.data_volume_gib",
        kind: Kind::Integer { min: 1, max: 16384, unit: "GiB" },
        presence: Presence::Optional,
        doc: "The size of their data volume, for a role that has one.",
    },
    Key { path: "tags.*", kind: Kind::Text(Form::Line), presence: Presence::Optional, doc: "A tag on every object, beside ours." },
    Key {
        path: "secrets.recipients",
        kind: Kind::Texts(Form::AgeRecipient),
        presence: Presence::Default("[]"),
        doc: "Who can open `secrets/<environment>.age`; empty: a key is made for this machine.",
    },
];
