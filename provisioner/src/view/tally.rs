use std::collections::BTreeMap;
use std::time::Duration;

use crate::engine::{Event, StepPhase};
use crate::plan::{Action, Node, Phase};
use crate::view::sentences::{doing, done};
use crate::view::text::{clock, count, cut, duration, harmless_line, pad, width};
use crate::view::{Look, Tint};

/// The widest line; a wider terminal would only tear step and time apart.
const WIDEST: usize = 110;
/// A step's phases within this time are not told.
const QUIET: Duration = Duration::from_secs(2);

/// What is under way, done and failed: everything the progress shows, without a clock of its own.
#[derive(Debug, Default)]
pub(super) struct Tally {
    total: usize,
    done: usize,
    failed: usize,
    skipped: usize,
    expected: Duration,
    is_stopping: bool,
    running: BTreeMap<Node, Running>,
}

#[derive(Debug)]
struct Running {
    action: Action,
    since: Duration,
    expected: Duration,
    rest: Duration,
    phase: Option<StepPhase>,
    told: Option<StepPhase>,
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
            Event::Started { node, action, expected, rest } => {
                let running = Running { action: *action, since: now, expected: *expected, rest: *rest, phase: None, told: None };
                let about = if is_told(*expected) { format!(", about {}", duration(*expected)) } else { String::new() };
                let told = format!("  {} {}{about}", node.address, word(node, *action, doing));
                self.running.insert(node.clone(), running);
                Some(Told::Transition(told))
            }
            Event::Phase { node, phase } => {
                let running = self.running.get_mut(node)?;
                // Between two looks at the cloud there is always a call: not worth a line, and no change of what the cloud is at.
                if *phase == StepPhase::Calling && running.phase.is_some() {
                    return None;
                }
                running.phase = Some(phase.clone());
                // What passes at once is no news.
                let is_news =
                    now.saturating_sub(running.since) >= QUIET && *phase != StepPhase::Calling && running.told.as_ref() != Some(phase);
                is_news.then(|| {
                    running.told = Some(phase.clone());
                    Told::Transition(format!("  {}: {}", node.address, phase_words(phase)))
                })
            }
            Event::Finished { node, action, elapsed, id } => {
                self.running.remove(node);
                self.done += 1;
                // The id of a relation is made of the ids of others.
                let id = id.as_ref().filter(|id| !id.contains(':')).map(|id| format!(" ({})", harmless_line(id))).unwrap_or_default();
                let time = if is_told(*elapsed) { format!(" in {}", duration(*elapsed)) } else { String::new() };
                let words = format!("✓ {} {}{time}{id}", node.address, word(node, *action, done));
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
            Event::Stopping { running } => {
                self.is_stopping = true;
                let verb = if *running == 1 { "is" } else { "are" };
                let words = format!("! stopping: {} under way {verb} waited for; a second Ctrl-C stops waiting", count(*running, "step"));
                Some(Told::Line(Tint::Attention, words))
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
        let stopping = if self.is_stopping { ", stopping" } else { "" };
        let (done, total, running, failed) = (counts.done, counts.total, counts.running, counts.failed);
        format!("{done}/{total} done, {running} running, {failed} failed, {}{left}{stopping}", clock(now))
    }

    /// What is left of the running steps, and of what waits for them unless the run is stopping.
    fn left(&self, now: Duration) -> Duration {
        let rest = |running: &Running| if self.is_stopping { Duration::ZERO } else { running.rest };
        let steps = self.running.values().map(|running| (running.since + running.expected).saturating_sub(now) + rest(running));
        steps.max().unwrap_or_else(|| self.expected.saturating_sub(now))
    }

    /// One line per running step, oldest first, and the footer: at most half of `rows`, so that what is done stays in sight; never wider than
    /// `columns`.
    pub(super) fn frame(&self, now: Duration, (columns, rows): (usize, usize), look: &Look) -> Vec<String> {
        let columns = columns.saturating_sub(1).min(WIDEST);
        let mut running: Vec<(&Node, &Running)> = self.running.iter().collect();
        running.sort_by_key(|(node, running)| (running.since, *node));
        let room = (rows / 2).saturating_sub(1).max(1);
        let shown = if running.len() > room { room.saturating_sub(1) } else { running.len() };
        let address_columns = running[..shown].iter().map(|(node, _)| width(&node.address.to_string())).max().unwrap_or(0);
        let mut lines: Vec<String> = running[..shown]
            .iter()
            .map(|(node, running)| {
                let elapsed = now.saturating_sub(running.since);
                let about = if is_told(running.expected) { format!(" of about {}", duration(running.expected)) } else { String::new() };
                let time = format!("{}{about}", clock(elapsed));
                let what_columns = columns.saturating_sub(2 + address_columns + 2 + width(&time) + 2);
                let doing = word(node, running.action, doing);
                let phase = running.phase.as_ref().filter(|phase| **phase != StepPhase::Calling).map(phase_words);
                let what = match phase.filter(|phase| phase != doing) {
                    Some(phase) if width(doing) + 2 + width(&phase) <= what_columns => format!("{doing}: {phase}"),
                    Some(phase) => phase,
                    None => doing.to_owned(),
                };
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

/// Whether a duration is worth a word.
fn is_told(duration: Duration) -> bool {
    duration >= Duration::from_secs(1)
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
        0..=55 => format!("{} s", seconds.div_ceil(5) * 5),
        56..3600 => format!("{} min", seconds.div_ceil(60)),
        _ => duration(Duration::from_secs(seconds.div_ceil(60) * 60)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Diagnostic, ResourceAddress};

    const LOOK: Look = Look { colour: false, width: 80, is_verbose: false };

    fn node(kind: &str, name: &str) -> Node {
        Node { address: ResourceAddress::new(kind, name), phase: Phase::Apply }
    }

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn started(node: &Node, expected: u64) -> Event {
        Event::Started { node: node.clone(), action: Action::Create, expected: seconds(expected), rest: seconds(480) }
    }

    /// 14 of 96 steps done, `running` NAT gateways under way since their number in seconds.
    fn tally(running: u64) -> Tally {
        let mut tally = Tally::default();
        tally.take(&Event::Began { steps: 96, expected: seconds(600) }, seconds(0));
        for number in 0..14 {
            let event =
                Event::Finished { node: node("subnet", &format!("s-{number}")), action: Action::Create, elapsed: seconds(1), id: None };
            tally.take(&event, seconds(1));
        }
        for number in 0..running {
            tally.take(&started(&node("nat-gateway", &format!("n-{number}")), 115), seconds(number));
        }
        tally
    }

    #[test]
    fn the_footer_says_how_far_it_is_and_how_long_it_takes() {
        assert_eq!(tally(6).footer(seconds(132)), "14/96 done, 6 running, 0 failed, 02:12, about 8 min left");
        assert_eq!(tally(6).footer(seconds(15)), "14/96 done, 6 running, 0 failed, 00:15, about 10 min left");
        assert_eq!(tally(0).footer(seconds(555)), "14/96 done, 0 running, 0 failed, 09:15, about 45 s left");
        assert_eq!(tally(0).footer(seconds(900)), "14/96 done, 0 running, 0 failed, 15:00, longer than usual");
    }

    #[test]
    fn a_late_step_leaves_the_time_of_what_waits_for_it() {
        let mut tally = tally(0);
        tally.take(&started(&node("database", "core"), 900), seconds(500));
        assert_eq!(tally.footer(seconds(600)), "14/96 done, 1 running, 0 failed, 10:00, about 22 min left");
        assert_eq!(tally.footer(seconds(5000)), "14/96 done, 1 running, 0 failed, 1:23:20, about 8 min left");
    }

    #[test]
    fn a_run_that_stops_says_what_it_waits_for() {
        let mut tally = tally(2);
        let told = tally.take(&Event::Stopping { running: 2 }, seconds(50));
        let words = "! stopping: 2 steps under way are waited for; a second Ctrl-C stops waiting";
        assert_eq!(told, Some(Told::Line(Tint::Attention, words.to_owned())));
        assert_eq!(tally.footer(seconds(60)), "14/96 done, 2 running, 0 failed, 01:00, about 1 min left, stopping");
    }

    #[test]
    fn what_passes_within_two_seconds_is_not_told() {
        let mut tally = tally(1);
        let mut phase =
            |at| tally.take(&Event::Phase { node: node("nat-gateway", "n-0"), phase: StepPhase::Waiting("pending".to_owned()) }, at);
        assert_eq!(phase(seconds(1)), None);
        assert_eq!(phase(seconds(2)), Some(Told::Transition("  nat-gateway.n-0: pending".to_owned())));
        assert_eq!(phase(seconds(3)), None);
    }

    #[test]
    fn a_frame_has_one_line_per_step_with_phase_and_times() {
        let mut tally = tally(2);
        let waiting = Event::Phase { node: node("nat-gateway", "n-1"), phase: StepPhase::Waiting("pending".to_owned()) };
        tally.take(&waiting, seconds(40));
        let frame = tally.frame(seconds(42), (80, 24), &LOOK);
        assert_eq!(
            frame,
            [
                "  nat-gateway.n-0  creating                           00:42 of about 1 min 55 s",
                "  nat-gateway.n-1  creating: pending                  00:41 of about 1 min 55 s",
                "14/96 done, 2 running, 0 failed, 00:42, about 10 min left",
            ]
        );
    }

    #[test]
    fn a_frame_never_leaves_the_terminal() {
        for (columns, rows) in [(80, 24), (40, 5), (40, 10), (200, 50)] {
            let frame = tally(30).frame(seconds(42), (columns, rows), &LOOK);
            assert!(frame.len() <= rows / 2, "{frame:?}");
            assert!(frame.iter().all(|line| width(line) < columns), "{frame:?}");
        }
        assert_eq!(tally(30).frame(seconds(42), (80, 10), &LOOK)[3], "  and 27 more");
    }

    #[test]
    fn a_phase_is_told_only_when_it_changes() {
        let mut tally = tally(1);
        let mut phase = |phase: StepPhase| tally.take(&Event::Phase { node: node("nat-gateway", "n-0"), phase }, seconds(2));
        let waiting = || StepPhase::Waiting("pending".to_owned());
        assert_eq!(phase(StepPhase::Calling), None);
        assert_eq!(phase(waiting()), Some(Told::Transition("  nat-gateway.n-0: pending".to_owned())));
        assert_eq!(phase(waiting()), None);
        assert_eq!(phase(StepPhase::Calling), None);
        assert_eq!(phase(waiting()), None);
        let again = phase(StepPhase::Retrying("RequestLimitExceeded".to_owned()));
        assert_eq!(again, Some(Told::Transition("  nat-gateway.n-0: again soon: RequestLimitExceeded".to_owned())));
    }

    #[test]
    fn the_halves_of_a_replacement_are_a_deletion_and_a_creation() {
        let mut tally = tally(0);
        let mut finished = |phase| {
            let node = Node { phase, ..node("nat-gateway", "a") };
            let event = Event::Finished { node, action: Action::Replace, elapsed: seconds(60), id: Some("nat-0a".to_owned()) };
            tally.take(&event, seconds(60))
        };
        let line = |text: &str| Some(Told::Line(Tint::Good, text.to_owned()));
        assert_eq!(finished(Phase::Delete), line("✓ nat-gateway.a deleted in 1 min (nat-0a)"));
        assert_eq!(finished(Phase::Apply), line("✓ nat-gateway.a created in 1 min (nat-0a)"));
    }

    #[test]
    fn a_failure_names_the_clouds_code() {
        let diagnostic = Diagnostic::error("E0303", "a quota or the zone's capacity is used up").fact("error code", "VcpuLimitExceeded");
        let event = Event::Failed { node: node("instance", "worker-1"), diagnostic: Box::new(diagnostic) };
        let told = tally(0).take(&event, seconds(5));
        let words = "✗ instance.worker-1 failed: a quota or the zone's capacity is used up (VcpuLimitExceeded)";
        assert_eq!(told, Some(Told::Failure(words.to_owned())));
    }
}
