use std::time::Duration;

use serde::Serialize;

use crate::engine::Outcome;
use crate::model::{Diagnostic, Observed, Report, ResourceAddress};
use crate::view::json::DiagnosticBody;
use crate::view::sentences::command;
use crate::view::text::{count, duration, harmless_line, pad, width, wrap};
use crate::view::{Look, Tint, View, json};

/// What a run was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Work {
    /// Bringing an environment up.
    Up,
    /// Taking it down.
    Down,
}

/// Something that `down` left on purpose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Kept {
    /// Its address.
    pub address: ResourceAddress,
    /// The cloud's name for it.
    pub id: String,
    /// What it is.
    pub what: Option<String>,
    /// The day until which what is in it may be locked, where something is.
    pub until: Option<String>,
    /// What the next `up` does with it, as a sentence without its end.
    pub then: String,
}

/// How `up` or `down` ended.
#[derive(Clone, Debug)]
pub struct Ending<'a> {
    /// What the run was for.
    pub work: Work,
    /// The environment.
    pub environment: &'a str,
    /// The cloud, as the plan names it.
    pub cloud: &'a str,
    /// How the plan was carried out.
    pub outcome: &'a Outcome,
    /// How many objects there are now.
    pub objects: usize,
    /// How many the environment asks for.
    pub wanted: usize,
    /// How long it took.
    pub elapsed: Duration,
    /// What is left although it should be gone.
    pub leaked: &'a [Observed],
    /// What is left on purpose.
    pub kept: &'a [Kept],
    /// What to look at next: commands without `provision`, after a good end.
    pub next: &'a [&'a str],
}

impl Ending<'_> {
    /// Every problem: what failed, and what is left behind.
    pub fn report(&self) -> Report {
        let mut report = Report::default();
        for (address, failure) in &self.outcome.failed {
            report.push(failure.diagnostic(address));
        }
        if !self.leaked.is_empty() {
            let leaked = Diagnostic::error("E0504", "objects are left behind")
                .note("they carry the environment's tags, and nothing keeps them on purpose; they may cost money")
                .help(format!("take them down as well:\n    {}", self.again()));
            let leaked = self.leaked.iter().fold(leaked, |found, object| found.fact("left", format!("{} ({})", object.address, object.id)));
            report.push(leaked);
        }
        report
    }

    fn again(&self) -> String {
        let word = if self.work == Work::Up { "up" } else { "down" };
        command(self.cloud, &format!("{word} --env {}", self.environment))
    }

    fn is_good(&self) -> bool {
        self.outcome.is_complete() && self.leaked.is_empty()
    }

    fn good(&self, look: &Look) -> String {
        let elapsed = duration(self.elapsed);
        let environment = harmless_line(self.environment);
        let sentence = match self.work {
            Work::Up if self.objects < self.wanted => {
                format!("part of {environment} is up: {} of {}, {elapsed}.", self.objects, count(self.wanted, "object"))
            }
            Work::Up => format!("{environment} is up: {}, {elapsed}.", count(self.objects, "object")),
            Work::Down if self.kept.is_empty() => format!("{environment} is down: nothing is left, {elapsed}."),
            Work::Down => format!("{environment} is down: {} kept on purpose, {elapsed}.", count(self.kept.len(), "object")),
        };
        format!("{}\n", look.paint(Tint::Good, &wrap(&sentence, look.width)))
    }

    fn bad(&self, look: &Look) -> String {
        let outcome = self.outcome;
        let word = if self.work == Work::Up { "not up" } else { "not down" };
        let word = if outcome.interrupted && outcome.failed.is_empty() { "interrupted" } else { word };
        let mut sentence = format!(
            "{} is {word}: {} of {} done, {} failed, {} not begun, {}.",
            harmless_line(self.environment),
            outcome.done,
            count(outcome.total, "step"),
            outcome.failed.len(),
            outcome.total.saturating_sub(outcome.done + outcome.failed.len()),
            duration(self.elapsed)
        );
        if outcome.is_complete() {
            let verb = if self.leaked.len() == 1 { "is" } else { "are" };
            let environment = harmless_line(self.environment);
            sentence = format!("{environment} is down, but {} {verb} left behind.", count(self.leaked.len(), "object"));
        }
        let mut text = format!("{}\n", look.paint(Tint::Bad, &wrap(&sentence, look.width)));
        if !outcome.skipped.is_empty() {
            let mut skipped: Vec<String> = outcome.skipped.iter().map(ToString::to_string).collect();
            skipped.sort();
            skipped.dedup();
            let list = wrap(&skipped.join(", "), look.width.saturating_sub(4)).replace('\n', "\n    ");
            text.push_str(&format!("not begun, because it waits for what failed:\n    {list}\n"));
        }
        let why = if outcome.failed.is_empty() { "goes on from here" } else { "goes on from here when the above is mended" };
        text.push_str(&format!("next: {}\n      ({why}; what is done is kept)\n", self.again()));
        text
    }

    fn kept_words(&self) -> String {
        if self.kept.is_empty() {
            return String::new();
        }
        let columns = self.kept.iter().map(|kept| width(&kept.id)).max().unwrap_or(0);
        let line = |kept: &Kept| {
            let until = kept.until.as_ref().map(|until| format!("; locked until up to {}", harmless_line(until))).unwrap_or_default();
            let indent = " ".repeat(columns + 6);
            let what = kept.what.clone().unwrap_or_else(|| kept.address.to_string());
            let id = pad(&harmless_line(&kept.id), columns);
            format!("    {id}  {}{until}\n{indent}{}\n", harmless_line(&what), harmless_line(&kept.then))
        };
        let who = match self.cloud {
            "sandbox" => "only `provision sandbox reset` deletes it",
            _ => "it costs money, and nobody deletes it but you",
        };
        format!("kept on purpose ({who}):\n{}", self.kept.iter().map(line).collect::<String>())
    }
}

impl View for Ending<'_> {
    fn human(&self, look: &Look) -> String {
        let mut text = if self.is_good() { self.good(look) } else { self.bad(look) };
        text.push_str(&self.kept_words());
        if self.is_good() {
            self.next.iter().for_each(|words| text.push_str(&format!("next: {}\n", command(self.cloud, words))));
        }
        text
    }

    fn json(&self) -> Vec<String> {
        #[derive(Serialize)]
        struct Failed<'a> {
            address: &'a ResourceAddress,
            diagnostic: DiagnosticBody<'a>,
        }
        #[derive(Serialize)]
        struct Left<'a> {
            address: &'a ResourceAddress,
            id: &'a str,
        }
        #[derive(Serialize)]
        struct Body<'a> {
            work: Work,
            environment: &'a str,
            cloud: &'a str,
            result: &'static str,
            done: usize,
            total: usize,
            objects: usize,
            elapsed_milliseconds: u64,
            failed: Vec<Failed<'a>>,
            skipped: &'a [ResourceAddress],
            leaked: Vec<Left<'a>>,
            kept: &'a [Kept],
        }
        let found: Vec<(&ResourceAddress, Diagnostic)> =
            self.outcome.failed.iter().map(|(address, failure)| (address, failure.diagnostic(address))).collect();
        let result = match (self.is_good(), self.outcome.interrupted && self.outcome.failed.is_empty()) {
            (true, _) => "done",
            (false, true) => "interrupted",
            (false, false) => "failed",
        };
        let body = Body {
            work: self.work,
            environment: self.environment,
            cloud: self.cloud,
            result,
            done: self.outcome.done,
            total: self.outcome.total,
            objects: self.objects,
            elapsed_milliseconds: json::milliseconds(self.elapsed),
            failed: found.iter().map(|(address, diagnostic)| Failed { address, diagnostic: DiagnosticBody::of(diagnostic) }).collect(),
            skipped: &self.outcome.skipped,
            leaked: self.leaked.iter().map(|object| Left { address: &object.address, id: object.id.as_str() }).collect(),
            kept: self.kept,
        };
        vec![json::line("summary", &body)]
    }
}
