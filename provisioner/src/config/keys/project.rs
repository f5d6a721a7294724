use crate::config::keys::{Form, Key, Kind, Presence};

/// Every key of `provision.toml`.
pub(crate) const PROJECT: &[&[Key]] = &[&[
    Key {
        path: "project.name",
        kind: Kind::Text(Form::Name),
        presence: Presence::Default("\"provision\""),
        doc: "The project's name: the first word of every physical name, and a tag on every object. Never change it once something exists.",
    },
    Key {
        path: "state.kind",
        kind: Kind::Word(&["local", "s3"]),
        presence: Presence::Default("\"local\""),
        doc: "Where state lives: `local` keeps it in `.provision/state`; `s3` is not supported yet.",
    },
    Key { path: "state.bucket", kind: Kind::Text(Form::Line), presence: Presence::Optional, doc: "The bucket, with `s3`." },
    Key { path: "state.prefix", kind: Kind::Text(Form::Line), presence: Presence::Optional, doc: "The prefix of its objects, with `s3`." },
    Key { path: "state.region", kind: Kind::Text(Form::Region), presence: Presence::Optional, doc: "The bucket's region, with `s3`." },
]];
