use serde::Serialize;

use crate::view::text::{count, harmless_line, pad, width, wrap};
use crate::view::{Look, Tint, View, json};

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// What is needed is there.
    Ok,
    /// It will work, and somebody should look at it.
    Warning,
    /// It could not be found out.
    Unproved,
    /// It will fail.
    Failed,
}

impl Verdict {
    fn sign(self) -> (&'static str, Tint) {
        match self {
            Self::Ok => ("✓", Tint::Good),
            Self::Warning => ("!", Tint::Attention),
            Self::Unproved => ("?", Tint::Faint),
            Self::Failed => ("✗", Tint::Bad),
        }
    }
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was looked at, in a word or two.
    pub name: &'static str,
    /// How it ended.
    pub verdict: Verdict,
    /// What was found, in a sentence without an end.
    pub found: String,
    /// What to do about it: a command or a setting.
    pub next: Option<String>,
}

impl Check {
    /// A check.
    pub fn new(name: &'static str, verdict: Verdict, found: impl Into<String>) -> Self {
        Self { name, verdict, found: found.into(), next: None }
    }

    /// The same with what to do about it.
    #[must_use]
    pub fn next(mut self, next: impl Into<String>) -> Self {
        self.next = Some(next.into());
        self
    }
}

/// `doctor`: every check, and the sum of them.
#[derive(Clone, Copy, Debug)]
pub struct DoctorView<'a> {
    /// The environment.
    pub environment: &'a str,
    /// The cloud that was asked.
    pub cloud: &'a str,
    /// The checks, in the order in which they were made.
    pub checks: &'a [Check],
}

impl DoctorView<'_> {
    fn number(&self, verdict: Verdict) -> usize {
        self.checks.iter().filter(|check| check.verdict == verdict).count()
    }
}

impl View for DoctorView<'_> {
    fn human(&self, look: &Look) -> String {
        let columns = self.checks.iter().map(|check| width(check.name)).max().unwrap_or(0);
        let indent = " ".repeat(columns + 6);
        let room = look.width.saturating_sub(columns + 6).max(40);
        let mut text = String::new();
        for check in self.checks {
            let (sign, tint) = check.verdict.sign();
            let found = wrap(&harmless_line(&check.found), room).replace('\n', &format!("\n{indent}"));
            text.push_str(&format!("  {} {}  {found}\n", look.paint(tint, sign), pad(check.name, columns)));
            if let Some(next) = &check.next {
                let next = wrap(&format!("next: {}", harmless_line(next)), room).replace('\n', &format!("\n{indent}"));
                text.push_str(&format!("{indent}{next}\n"));
            }
        }
        let parts = [(Verdict::Ok, "ok"), (Verdict::Warning, "to look at"), (Verdict::Unproved, "unproved"), (Verdict::Failed, "failed")];
        let sums: Vec<String> = parts
            .into_iter()
            .map(|(verdict, words)| (self.number(verdict), words))
            .filter(|(number, _)| *number > 0)
            .map(|(number, words)| format!("{number} {words}"))
            .collect();
        text.push_str(&format!("{}: {}\n", count(self.checks.len(), "check"), sums.join(", ")));
        text
    }

    fn json(&self) -> Vec<String> {
        #[derive(Serialize)]
        struct Body<'a> {
            environment: &'a str,
            cloud: &'a str,
            ok: usize,
            warning: usize,
            unproved: usize,
            failed: usize,
        }
        let body = Body {
            environment: self.environment,
            cloud: self.cloud,
            ok: self.number(Verdict::Ok),
            warning: self.number(Verdict::Warning),
            unproved: self.number(Verdict::Unproved),
            failed: self.number(Verdict::Failed),
        };
        self.checks.iter().map(|check| json::line("check", check)).chain([json::line("checks", &body)]).collect()
    }
}
