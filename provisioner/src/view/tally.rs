use std::collections::BTreeMap;
use std::time::Duration;

use crate::engine::{Event, StepPhase};
use crate::plan::{Action, Node, Phase};
use crate::view::sentences::{doing, done};
use crate::view::text::{clock, cut, duration, harmless_line, pad, width};
use crate::view::{Look, Tint};

/// What is under way, done and failed: everything the progress shows, without a clock of its own.
#[derive(Debug, Default)]
pub(super) struct Tally {
    total: usize,
    done: usize,
    failed: usize,
    skipped: usize,
    expected: Duration,
    running: BTreeMap<Node, Running>,
}

#[derive(Debug)]
struct Running {
    action: Action,
    since: Duration,
    expected: Duration,
    phase: Option<StepPhase>,
}

/// How many steps are where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) total: usize,
    pub(super) done: usize,
    pub(super) running: usize,
    pub(super) failed: usize,
    pub(super) skipped: usize,
}

/// What is told of an event for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// A step is done, or something must be known: shown everywhere.
    Line(Tint, String),
    /// A step begins or is busy with something else: only where nothing is drawn.
    Transition(String),
    /// A step failed: shown everywhere and always.
    Failure(String),
}

impl Tally {
    /// Takes an event that happens `now`, counted from the beginning.
    pub(super) fn take(&mut self, event: &Event, now: Duration) -> Option<Told> {
        match event {
            Event::Began { steps, expected } => {
                *self = Self { total: *steps, expected: *expected, ..Self::default() };
                None
            }
            Event::Started { node, action, expected } => {
                let running = Running { action: *action, since: now, expected: *expected, phase: None };
                let told = format!("  {} {}, about {}", node.address, word(node, *action, doing), duration(*expected));
                self.running.insert(node.clone(), running);
                Some(Told::Transition(told))
            }
            Event::Phase { node, phase } => {
                let running = self.running.get_mut(node)?;
                // Between two looks at the cloud there is always a call: not worth a line, and no change of what the cloud is at.
                if *phase == StepPhase::Calling && running.phase.is_some() || running.phase.as_ref() == Some(phase) {
                    return None;
                }
                running.phase = Some(phase.clone());
                (*phase != StepPhase::Calling).then(|| Told::Transition(format!("  {}: {}", node.address, phase_words(phase))))
            }
            Event::Finished { node, action, elapsed, id } => {
                self.running.remove(node);
                self.done += 1;
                let id = id.as_ref().map(|id| format!(" ({})", harmless_line(id))).unwrap_or_default();
                let words = format!("✓ {} {} in {}{id}", node.address, word(node, *action, done), duration(*elapsed));
                Some(Told::Line(Tint::Good, words))
            }
            Event::Failed { node, diagnostic } => {
                self.running.remove(node);
                self.failed += 1;
                let code = diagnostic.facts.iter().find(|(label, _)| *label == "error code");
                let code = code.map(|(_, code)| format!(" ({})", harmless_line(code))).unwrap_or_default();
                Some(Told::Failure(format!("✗ {} failed: {}{code}", node.address, harmless_line(&diagnostic.summary))))
            }
            Event::Skipped { .. } => {
                self.skipped += 1;
                None
            }
            Event::Note(text) => Some(Told::Line(Tint::Attention, format!("! {}", harmless_line(text)))),
            Event::Duplicate { address, id } => {
                let words = format!("! {address} is there twice; the empty one is removed ({})", harmless_line(id));
                Some(Told::Line(Tint::Attention, words))
            }
        }
    }

    /// How many steps are where.
    pub(super) fn counts(&self) -> Counts {
        Counts { total: self.total, done: self.done, running: self.running.len(), failed: self.failed, skipped: self.skipped }
    }

    /// Whether there is anything to show.
    pub(super) fn is_idle(&self) -> bool {
        self.total == 0
    }

    /// `14/96 done, 6 running, 0 failed, 02:12, about 9 min left`
    pub(super) fn footer(&self, now: Duration) -> String {
        let counts = self.counts();
        let left = self.left(now);
        let left = match (left, counts.done + counts.failed + counts.skipped < counts.total) {
            (_, false) => String::new(),
            (Duration::ZERO, true) => ", longer than usual".to_owned(),
            (left, true) => format!(", about {} left", about(left)),
        };
        let (done, total, running, failed) = (counts.done, counts.total, counts.running, counts.failed);
        format!("{done}/{total} done, {running} running, {failed} failed, {}{left}", clock(now))
    }

    /// The longest path's rest, or the rest of the step that needs longest if that is more.
    fn left(&self, now: Duration) -> Duration {
        let steps = self.running.values().map(|running| (running.since + running.expected).saturating_sub(now));
        steps.max().unwrap_or_default().max(self.expected.saturating_sub(now))
    }

    /// One line per running step, oldest first, and the footer: never more than `rows`, never wider than `columns`.
    pub(super) fn frame(&self, now: Duration, (columns, rows): (usize, usize), look: &Look) -> Vec<String> {
        let columns = columns.saturating_sub(1);
        let mut running: Vec<(&Node, &Running)> = self.running.iter().collect();
        running.sort_by_key(|(node, running)| (running.since, *node));
        // A row for the footer, and one for the cursor.
        let room = rows.saturating_sub(2).max(1);
        let shown = if running.len() > room { room.saturating_sub(1) } else { running.len() };
        let address_columns = running[..shown].iter().map(|(node, _)| width(&node.address.to_string())).max().unwrap_or(0);
        let mut lines: Vec<String> = running[..shown]
            .iter()
            .map(|(node, running)| {
                let phase = running.phase.as_ref().map(|phase| format!(": {}", phase_words(phase))).unwrap_or_default();
                let what = format!("{}{phase}", word(node, running.action, doing));
                let elapsed = now.saturating_sub(running.since);
                let time = format!("{} of about {}", clock(elapsed), duration(running.expected));
                let what_columns = columns.saturating_sub(2 + address_columns + 2 + width(&time) + 2);
                let address = pad(&node.address.to_string(), address_columns);
                let line = format!("  {address}  {}  {time}", pad(&cut(&what, what_columns), what_columns));
                look.paint(Tint::Busy, &cut(&line, columns))
            })
            .collect();
        if shown < running.len() {
            lines.push(look.paint(Tint::Faint, &format!("  and {} more", running.len() - shown)));
        }
        lines.push(look.paint(Tint::Heading, &cut(&self.footer(now), columns)));
        lines
    }
}

/// The half of a replacement that a step is.
fn word(node: &Node, action: Action, words: fn(Action) -> &'static str) -> &'static str {
    match (action, node.phase) {
        (Action::Replace, Phase::Delete) => words(Action::Delete),
        (Action::Replace, Phase::Apply) => words(Action::Create),
        (action, _) => words(action),
    }
}

fn phase_words(phase: &StepPhase) -> String {
    match phase {
        StepPhase::Calling => "calling".to_owned(),
        StepPhase::Waiting(word) => harmless_line(word),
        StepPhase::Retrying(why) => format!("again soon: {}", harmless_line(why)),
    }
}

/// A rest that is only an estimate: in steps of five seconds, from a minute on in minutes.
fn about(left: Duration) -> String {
    let seconds = left.as_secs() + u64::from(left.subsec_nanos() > 0);
    match seconds {
        0..60 => format!("{} s", seconds.div_ceil(5) * 5),
        60..3600 => format!("{} min", seconds.div_ceil(60)),
        _ => duration(Duration::from_secs(seconds.div_ceil(60) * 60)),
    }
}
