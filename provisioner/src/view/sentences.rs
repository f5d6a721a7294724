use crate::model::Layer;
use crate::plan::{Action, Reason};
use crate::view::Tint;

/// The layers in the order in which they are shown, and their names.
pub(super) const LAYERS: [(Layer, &str); 6] = [
    (Layer::Network, "network"),
    (Layer::Permissions, "permissions"),
    (Layer::Data, "data"),
    (Layer::Hosts, "hosts"),
    (Layer::Monitoring, "monitoring"),
    (Layer::Mail, "mail"),
];

/// The symbol of an action in a plan, and its meaning as a colour.
pub(super) fn symbol(action: Action) -> (&'static str, Tint) {
    match action {
        Action::Create => ("+", Tint::Good),
        Action::Update => ("~", Tint::Attention),
        Action::Replace => ("-/+", Tint::Bad),
        Action::Delete => ("-", Tint::Bad),
        Action::NoOp | Action::Forget => ("", Tint::Faint),
    }
}

/// What was done to an object, in one word.
pub(super) fn done(action: Action) -> &'static str {
    match action {
        Action::Create => "created",
        Action::Update => "updated",
        Action::Replace => "replaced",
        Action::Delete => "deleted",
        Action::NoOp => "adopted",
        Action::Forget => "forgotten",
    }
}

/// What is being done to an object, in one word.
pub(super) fn doing(action: Action) -> &'static str {
    match action {
        Action::Create => "creating",
        Action::Update => "updating",
        Action::Replace => "replacing",
        Action::Delete => "deleting",
        Action::NoOp => "adopting",
        Action::Forget => "forgetting",
    }
}

/// Why, where it is not obvious from the action.
pub(super) fn reason(reason: Reason) -> Option<&'static str> {
    match reason {
        Reason::New | Reason::Differs | Reason::Destroy => None,
        Reason::Missing => Some("deleted outside"),
        Reason::Leaving => Some("its deletion is under way"),
        Reason::DependencyReplaced => Some("what it is made in is replaced"),
        Reason::Failed => Some("the cloud says it failed"),
        Reason::Unfinished => Some("its creation goes on"),
        Reason::Unrecorded => Some("it was there already"),
        Reason::NotWanted => Some("no longer asked for"),
        Reason::Keep => Some("keeps the last state"),
        Reason::Adopted => Some("adopted: an earlier `down` kept it"),
        Reason::Moved => Some("it has another name now"),
        Reason::RecordedOtherwise => Some("the record follows"),
    }
}

/// A command line for the operator, with the flag of the cloud it is about.
pub fn command(cloud: &str, words: &str) -> String {
    if cloud == "sandbox" { format!("provision {words} --sandbox") } else { format!("provision {words}") }
}

/// The cloud as a person calls it.
pub(super) fn cloud(name: &str) -> &str {
    match name {
        "aws" => "AWS",
        "sandbox" => "the sandbox",
        other => other,
    }
}
