use serde::Serialize;

use crate::model::{Catalogue, Layer, ResourceAddress};
use crate::plan::{Action, Observations, Plan};
use crate::state::{Entry, Holder, StoredState};
use crate::view::sentences::{LAYERS, cloud, command};
use crate::view::state::minute;
use crate::view::text::{count, harmless_line, pad};
use crate::view::{Look, MailDomain, Tint, Verified, View, json};

/// How many problems are shown to a person.
const PROBLEMS: usize = 10;

/// `status`: every layer at a glance, who is at work, and what to look at next.
#[derive(Clone, Copy, Debug)]
pub struct StatusView<'a> {
    /// What `up` would do now.
    pub plan: &'a Plan,
    /// What the cloud shows.
    pub observed: &'a Observations,
    /// The types.
    pub catalogue: &'a Catalogue,
    /// The recorded state and the journal of the last command.
    pub stored: &'a StoredState,
    /// Who holds the lock.
    pub holder: Option<&'a Holder>,
    /// How many objects were changed outside since they were recorded.
    pub drifted: usize,
    /// What the monitoring finds, where its hosts are installed.
    pub watch: Option<Watch<'a>>,
    /// The domain that mail is sent from, where SES has one for the environment.
    pub mail: Option<&'a MailDomain>,
}

/// What the monitoring hosts find.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Watch<'a> {
    /// The proofs of their software, as they stood when they were asked.
    pub proofs: &'a [Verified],
    /// Whether machines were really asked.
    pub is_real: bool,
}

impl Watch<'_> {
    fn human(&self, look: &Look) -> String {
        let name = pad("monitoring", 11);
        if !self.is_real {
            return format!("  · {name}  simulated\n");
        }
        let wrong: Vec<&Verified> = self.proofs.iter().filter(|proof| !proof.holds).collect();
        let Some(first) = wrong.first() else {
            let found: Vec<String> = self.proofs.iter().map(|proof| harmless_line(&proof.what)).collect();
            let found = if found.is_empty() { "nothing to ask".to_owned() } else { found.join("; ") };
            return format!("  {} {name}  {found}\n", look.paint(Tint::Good, "✓"));
        };
        let lines: Vec<&str> = wrong.iter().flat_map(|proof| proof.said.lines()).filter(|line| !line.trim().is_empty()).collect();
        let said = if lines.is_empty() { format!("not so: {}", harmless_line(&first.what)) } else { count(lines.len(), "problem") };
        let mut text = format!("  {} {name}  {said}\n", look.paint(Tint::Attention, "!"));
        for line in lines.iter().take(PROBLEMS) {
            text.push_str(&format!("      {}\n", harmless_line(line)));
        }
        if lines.len() > PROBLEMS {
            text.push_str(&format!("      … and {} more\n", lines.len() - PROBLEMS));
        }
        text
    }
}

/// The objects of one layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
struct LayerCounts {
    layer: Layer,
    /// There and asked for.
    present: usize,
    /// Asked for and not there.
    missing: usize,
    /// There and other than asked for.
    differs: usize,
    /// There and not asked for.
    surplus: usize,
}

impl LayerCounts {
    fn is_as_described(&self) -> bool {
        self.missing + self.differs + self.surplus == 0
    }

    fn is_empty(&self) -> bool {
        self.present == 0 && self.is_as_described()
    }
}

/// A command that ended without saying so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Unfinished {
    command: String,
    holder: String,
    since: jiff::Timestamp,
    pending: usize,
}

impl StatusView<'_> {
    fn layers(&self) -> Vec<LayerCounts> {
        let planned = |layer, actions: &[Action]| {
            self.plan.changes.iter().filter(|change| change.layer == layer && actions.contains(&change.action)).count()
        };
        let layer_of = |kind: &str| self.catalogue.get(kind).map(|schema| schema.layer);
        let count = |(layer, _): (Layer, _)| {
            let is_there = |address: &&ResourceAddress| layer_of(address.kind()) == Some(layer) && !self.plan.kept.contains(address);
            let there = self.observed.objects.keys().filter(is_there).count();
            let surplus = planned(layer, &[Action::Delete]);
            LayerCounts {
                layer,
                present: there.saturating_sub(surplus),
                missing: planned(layer, &[Action::Create]),
                differs: planned(layer, &[Action::Update, Action::Replace]),
                surplus,
            }
        };
        LAYERS.into_iter().map(count).filter(|counts| !counts.is_empty()).collect()
    }

    fn unfinished(&self) -> Option<Unfinished> {
        if !self.stored.was_cut_off() || self.holder.is_some() {
            return None;
        }
        let pending = self.stored.state.as_ref().map_or(0, |state| state.pending.len());
        self.stored.records.iter().rev().find_map(|record| match &record.entry {
            Entry::Run { command, holder } => {
                Some(Unfinished { command: command.clone(), holder: holder.clone(), since: record.at, pending })
            }
            _ => None,
        })
    }

    /// What to look at next: a command and why; nothing while all is well.
    fn next(&self) -> Option<(String, &'static str)> {
        let environment = &self.plan.scope.environment;
        let say = |words: &str| command(&self.plan.cloud, &format!("{words} --env {environment}"));
        let layers = self.layers();
        Some(if self.holder.is_some() {
            (say("status"), "when that command is done")
        } else if self.unfinished().is_some() {
            (say("up"), "goes on where the last command was cut off")
        } else if layers.iter().all(|counts| counts.present == 0) {
            (say("up"), "brings the environment up")
        } else if layers.iter().any(|counts| !counts.is_as_described()) {
            (say("plan"), "shows what differs, and what `up` would do about it")
        } else {
            return None;
        })
    }
}

impl View for StatusView<'_> {
    fn human(&self, look: &Look) -> String {
        let scope = &self.plan.scope;
        let heading = format!("{} in {}", harmless_line(&scope.environment), harmless_line(cloud(&self.plan.cloud)));
        let mut text = format!("{}\n", look.paint(Tint::Heading, &heading));
        let layers = self.layers();
        if layers.is_empty() {
            text.push_str("  nothing is there, and nothing is asked for\n");
        }
        for counts in &layers {
            let name = LAYERS.iter().find(|(layer, _)| *layer == counts.layer).map_or("", |(_, name)| *name);
            let parts = [(counts.missing, "missing"), (counts.differs, "not as described"), (counts.surplus, "not asked for")];
            let wrong: Vec<String> =
                parts.iter().filter(|(number, _)| *number > 0).map(|(number, words)| format!("{number} {words}")).collect();
            let (sign, tint) = if wrong.is_empty() { ("✓", Tint::Good) } else { ("!", Tint::Attention) };
            let said = if wrong.is_empty() { "as described".to_owned() } else { wrong.join(", ") };
            let present = format!("{} there", count(counts.present, "object"));
            text.push_str(&format!("  {} {}  {}  {said}\n", look.paint(tint, sign), pad(name, 11), pad(&present, 17)));
        }
        if let Some(watch) = &self.watch {
            text.push_str(&watch.human(look));
        }
        if !self.plan.kept.is_empty() {
            text.push_str(&format!("  {} kept on purpose\n", count(self.plan.kept.len(), "object")));
        }
        if self.drifted > 0 {
            let verb = if self.drifted == 1 { "was" } else { "were" };
            let drift = command(&self.plan.cloud, &format!("drift --env {}", scope.environment));
            let sentence = format!("{} {verb} changed outside; see `{drift}`", count(self.drifted, "object"));
            text.push_str(&format!("  {} {sentence}\n", look.paint(Tint::Attention, "!")));
        }
        if let Some(mail) = self.mail {
            text.push_str(&format!("\n{}", mail.human(look)));
        }
        text.push('\n');
        match self.holder {
            Some(holder) => text.push_str(&format!("locked by {}\n", harmless_line(&holder.to_string()))),
            None => text.push_str("not locked\n"),
        }
        if let Some(unfinished) = self.unfinished() {
            let calls =
                if unfinished.pending > 0 { format!(", {} without an answer", count(unfinished.pending, "call")) } else { String::new() };
            let sentence = format!(
                "`{}` by {} was cut off (begun {}{calls})",
                harmless_line(&unfinished.command),
                harmless_line(&unfinished.holder),
                minute(unfinished.since)
            );
            text.push_str(&format!("{}\n", look.paint(Tint::Attention, &sentence)));
        }
        if let Some((command, why)) = self.next() {
            text.push_str(&format!("next: {command}  ({why})\n"));
        }
        text
    }

    fn json(&self) -> Vec<String> {
        #[derive(Serialize)]
        struct Body<'a> {
            project: &'a str,
            environment: &'a str,
            cloud: &'a str,
            layers: Vec<LayerCounts>,
            kept: usize,
            drifted: usize,
            monitoring: Option<Watch<'a>>,
            mail: Option<&'a MailDomain>,
            holder: Option<&'a Holder>,
            unfinished: Option<Unfinished>,
            next: Option<String>,
        }
        let body = Body {
            project: &self.plan.scope.project,
            environment: &self.plan.scope.environment,
            cloud: &self.plan.cloud,
            layers: self.layers(),
            kept: self.plan.kept.len(),
            drifted: self.drifted,
            monitoring: self.watch,
            mail: self.mail,
            holder: self.holder,
            unfinished: self.unfinished(),
            next: self.next().map(|(command, _)| command),
        };
        vec![json::line("status", &body)]
    }
}
