use crate::model::{ResourceAddress, TAG_ADDRESS, TAG_RETAINED};
use crate::plan::{Action, Change, Difference, Origin, Reason};
use crate::view::PlanView;
use crate::view::sentences::reason;
use crate::view::state::minute;
use crate::view::text::harmless_line;

impl PlanView<'_> {
    /// Why an object changes, where that is not obvious from what is done, and what a new one begins with.
    pub(super) fn why(&self, change: &Change) -> Option<String> {
        let origin = change.origin.as_ref().map(begins);
        let why = match (&change.moved_from, self.cause(change)) {
            (Some(old), _) => Some(format!("moved from {old}")),
            (None, Some(cause)) => Some(cause),
            (None, None) => reason(change.reason).map(str::to_owned),
        };
        match (why, origin) {
            (Some(why), Some(origin)) => Some(format!("{why}; {origin}")),
            (why, origin) => why.or(origin),
        }
    }

    fn cause(&self, change: &Change) -> Option<String> {
        if change.reason == Reason::DependencyReplaced {
            let cause = replaced_dependency(change)?;
            let is_replaced = |other: &Change| other.address == *cause && other.action == Action::Replace;
            let verb = if self.plan.changes.iter().any(is_replaced) { "is replaced" } else { "is new" };
            return Some(format!("its {} {verb}", cause.kind().replace('-', " ")));
        }
        if change.marks_as_kept() {
            return Some(if self.plan.destroy { "kept on purpose" } else { "no longer asked for, kept on purpose" }.to_owned());
        }
        if change.reason == Reason::Keep {
            return Some(format!("keeps the last state of {}", self.original_of(change)?.address));
        }
        None
    }

    /// What becomes of an object of which only the record changes.
    pub(super) fn in_the_record(&self, change: &Change) -> (String, String) {
        let id = change.before.as_ref().map(|before| format!(" ({})", harmless_line(before.id.as_str()))).unwrap_or_default();
        let said = match (change.action, change.reason) {
            (Action::NoOp, Reason::Moved) => {
                change.moved_from.as_ref().map_or_else(|| format!("moved{id}"), |old| format!("moved from {old}{id}"))
            }
            (Action::NoOp, Reason::RecordedOtherwise) => format!("recorded as it is now{id}"),
            (Action::NoOp, _) => format!("adopted{id}"),
            (_, Reason::Missing) => "forgotten: deleted outside".to_owned(),
            (_, Reason::Leaving) => "forgotten: its deletion is under way".to_owned(),
            (_, Reason::Keep) => format!("forgotten: kept on purpose{id}"),
            (_, Reason::Moved) => "forgotten: it has another name now".to_owned(),
            _ if self.plan.destroy => format!("forgotten: it goes with what it belongs to{id}"),
            _ => format!("forgotten: it stays{id}"),
        };
        (said, id)
    }
}

fn replaced_dependency(change: &Change) -> Option<&ResourceAddress> {
    let forcing = change.differences.iter().filter(|difference| difference.forces_replacement);
    let mut causes = forcing.filter_map(|difference| {
        let mut cause = None;
        difference.after.visit_references(&mut |reference| cause = Some(&reference.address));
        cause
    });
    causes.next()
}

/// What a new object begins with.
fn begins(origin: &Origin) -> String {
    match origin {
        Origin::Copy { address, created: None, .. } => format!("restored from {address} when that is complete"),
        Origin::Copy { address, created: Some(created), .. } => {
            let moment = created.parse().map_or_else(|_| harmless_line(created), minute);
            format!("restored from {address} of {moment}")
        }
        Origin::Empty { copies: 0 } => "begins empty".to_owned(),
        Origin::Empty { copies } => {
            let verb = if *copies == 1 { "is" } else { "are" };
            format!("begins empty; {} of it {verb} kept", copies_in_words(*copies))
        }
    }
}

fn copies_in_words(copies: usize) -> String {
    if copies == 1 { "1 copy".to_owned() } else { format!("{copies} copies") }
}

/// Whether a difference says nothing that the reason does not say.
pub(super) fn is_said_by_reason(change: &Change, found: &Difference) -> bool {
    match found.tag() {
        Some("Name" | TAG_ADDRESS) => change.moved_from.is_some(),
        Some(TAG_RETAINED) => true,
        _ => false,
    }
}
