use crate::model::{Catalogue, Effect, Value};
use crate::plan::{Action, Change, Difference, Plan, Reason};
use crate::view::sentences::{LAYERS, cloud, symbol};
use crate::view::telling::telling;
use crate::view::text::{count, cut, duration, harmless_line, pad, width, wrap};
use crate::view::value::Wording;
use crate::view::why::is_said_by_reason;
use crate::view::{Look, Tint, View};

/// Columns before an address: the symbol and a space.
const SYMBOL: usize = 4;
/// Columns before an attribute.
const INDENT: &str = "      ";
/// Columns before what goes on below `refused: `.
const HANGING: &str = "         ";
/// The widest address column; a longer address moves its own line only.
const WIDEST_ADDRESS: usize = 44;
/// From so many objects on, the same change of tags is told once.
const ALIKE: usize = 3;
/// The widest line of a plan; a wider terminal would only tear address and effect apart.
const WIDEST_LINE: usize = 120;

/// A plan, for the person who approves it.
#[derive(Clone, Copy, Debug)]
pub struct PlanView<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The types, to tell what holds data.
    pub catalogue: &'a Catalogue,
}

impl View for PlanView<'_> {
    fn human(&self, look: &Look) -> String {
        let page = Page {
            view: self,
            look,
            wording: Wording::of(self.plan, look.is_verbose),
            address_columns: self
                .plan
                .changes
                .iter()
                .map(|change| width(&change.address.to_string()))
                .max()
                .unwrap_or(0)
                .min(WIDEST_ADDRESS),
            columns: look.width.min(WIDEST_LINE),
        };
        page.render()
    }

    fn json(&self) -> Vec<String> {
        crate::view::json::plan(self.plan)
    }
}

impl<'a> PlanView<'a> {
    /// The view of a plan.
    pub fn new(plan: &'a Plan, catalogue: &'a Catalogue) -> Self {
        Self { plan, catalogue }
    }

    /// Every change by which stored data is lost.
    pub fn losses(&self) -> impl Iterator<Item = &'a Change> {
        self.plan.changes.iter().filter(|change| self.loses_data(change))
    }

    /// Whether deleting the object loses what is stored on it: it holds data and no last copy of it is made.
    pub fn loses_data(&self, change: &Change) -> bool {
        match change.action {
            Action::Replace => change.effect == Some(Effect::ReplaceDataLost),
            Action::Delete => self.holds_data(change) && !self.has_copy(change),
            Action::Create | Action::Update | Action::NoOp | Action::Forget => false,
        }
    }

    fn holds_data(&self, change: &Change) -> bool {
        self.catalogue.get(change.address.kind()).is_some_and(|schema| schema.holds_data)
    }

    /// Whether a last copy of the object is made before it goes, or was made by an earlier run.
    fn has_copy(&self, change: &Change) -> bool {
        let last_copy = self.catalogue.get(change.address.kind()).and_then(|schema| schema.last_copy);
        let (Some(last_copy), Some(before)) = (last_copy, &change.before) else { return false };
        let copy = last_copy(before).address;
        self.plan.kept.contains(&copy) || self.plan.changes.iter().any(|other| other.reason == Reason::Keep && other.address == copy)
    }

    /// What a last copy is made of.
    pub(super) fn original_of(&self, copy: &Change) -> Option<&Change> {
        self.plan.changes.iter().find(|change| {
            let last_copy = self.catalogue.get(change.address.kind()).and_then(|schema| schema.last_copy);
            last_copy.zip(change.before.as_ref()).is_some_and(|(last_copy, before)| last_copy(before).address == copy.address)
        })
    }
}

/// Whether only tags change.
fn is_tagging(change: &Change) -> bool {
    let is_tag = |difference: &Difference| difference.attribute.starts_with("tags.");
    change.action == Action::Update
        && change.reason == Reason::Differs
        && !change.differences.is_empty()
        && change.differences.iter().all(is_tag)
}

struct Page<'a> {
    view: &'a PlanView<'a>,
    look: &'a Look,
    wording: Wording<'a>,
    address_columns: usize,
    columns: usize,
}

impl Page<'_> {
    fn render(&self) -> String {
        let plan = self.view.plan;
        let recorded_only = |change: &&Change| matches!(change.action, Action::NoOp | Action::Forget);
        let mut sections = Vec::new();
        for (layer, name) in LAYERS {
            let changes: Vec<&Change> = plan.changes.iter().filter(|change| change.layer == layer && !recorded_only(change)).collect();
            if !changes.is_empty() {
                let lines = self.layer(&changes);
                sections.push(format!("{}\n{lines}", self.look.paint(Tint::Heading, name)));
            }
        }
        let recorded: Vec<&Change> = plan.changes.iter().filter(recorded_only).collect();
        if !recorded.is_empty() {
            let lines = recorded.iter().map(|change| self.recorded(change)).collect::<String>();
            sections.push(format!("{}\n{lines}", self.look.paint(Tint::Heading, "only the record changes")));
        }
        if !plan.kept.is_empty() && (plan.destroy || self.look.is_verbose) {
            let lines = plan.kept.iter().map(|address| format!("    {address}\n")).collect::<String>();
            sections.push(format!("{}\n{lines}", self.look.paint(Tint::Heading, "kept on purpose")));
        }
        sections.push(self.end());
        if !plan.is_empty() {
            let what = if plan.destroy { ": everything goes" } else { "" };
            let heading = format!("{} in {}{what}", harmless_line(&plan.scope.environment), harmless_line(cloud(&plan.cloud)));
            sections.insert(0, format!("{}\n", self.look.paint(Tint::Heading, &heading)));
        }
        sections.join("\n")
    }

    /// One line per object; objects on which only the same tags change share one.
    fn layer(&self, changes: &[&Change]) -> String {
        let mut text = String::new();
        let mut told: Vec<&[Difference]> = Vec::new();
        for change in changes {
            let alike = changes.iter().filter(|other| is_tagging(other) && other.differences == change.differences).count();
            if self.look.is_verbose || !is_tagging(change) || alike < ALIKE {
                text.push_str(&self.change(change));
            } else if !told.contains(&change.differences.as_slice()) {
                told.push(&change.differences);
                let (sign, tint) = symbol(change.action);
                let what = format!("the tags of {}", count(alike, "object"));
                let (effect, effect_tint) = self.effect(change);
                let line = pad(&what, self.columns.saturating_sub(SYMBOL + width(&effect)));
                text.push_str(&format!(
                    "{} {line}{}\n",
                    self.look.paint(tint, &format!("{sign:>3}")),
                    self.look.paint(effect_tint, &effect)
                ));
                self.details(change).iter().for_each(|line| text.push_str(&format!("{INDENT}{line}\n")));
            }
        }
        text
    }

    fn change(&self, change: &Change) -> String {
        let (mut sign, mut tint) = symbol(change.action);
        if change.refusal.is_some() {
            (sign, tint) = ("!", Tint::Bad);
        }
        let sign = self.look.paint(tint, &format!("{sign:>3}"));
        let why = self.view.why(change).unwrap_or_default();
        let fits = width(&why) <= self.room(change);
        let mut text = format!("{sign} {}\n", self.first_line(change, if fits { &why } else { "" }));
        let above = (!fits).then(|| self.look.paint(Tint::Attention, &why));
        for line in above.into_iter().chain(self.details(change)) {
            text.push_str(&format!("{INDENT}{line}\n"));
        }
        if let Some(refusal) = &change.refusal {
            let columns = self.columns.saturating_sub(INDENT.len() + HANGING.len()).max(30);
            for (label, sentence) in [("refused", &refusal.why), ("instead", &refusal.instead)] {
                // A command stands on a line of its own, so that it can be copied.
                let sentence = harmless_line(sentence).replace(": provision ", ":\n    provision ");
                let sentence = wrap(&sentence, columns).replace('\n', &format!("\n{INDENT}{HANGING}"));
                text.push_str(&format!("{INDENT}{}: {sentence}\n", self.look.paint(Tint::Bad, label)));
            }
        }
        text
    }

    /// The columns between the address and the effect.
    fn room(&self, change: &Change) -> usize {
        let effect = self.effect(change).0;
        let address = self.address_columns.max(width(&change.address.to_string()));
        let taken = SYMBOL + address + 2 + if effect.is_empty() { 0 } else { width(&effect) + 2 };
        self.columns.saturating_sub(taken)
    }

    /// Address, why or what, and at the right the effect.
    fn first_line(&self, change: &Change, why: &str) -> String {
        let address = pad(&change.address.to_string(), self.address_columns);
        let what = match change.action {
            Action::Create if !self.look.is_verbose && change.reason != Reason::Keep => self.telling(change),
            Action::Delete => change.before.as_ref().map(|before| harmless_line(before.id.as_str())).unwrap_or_default(),
            _ => String::new(),
        };
        let separator = if why.is_empty() || what.is_empty() { "" } else { "; " };
        let room = self.room(change).saturating_sub(width(why) + separator.len());
        let what = match change.action {
            // Half an id says nothing.
            Action::Delete if width(&what) > room => String::new(),
            _ => cut(&what, room),
        };
        let separator = if what.is_empty() { "" } else { separator };
        let line = format!("{address}  {}{separator}{what}", self.look.paint(Tint::Attention, why));
        let (effect, tint) = self.effect(change);
        if effect.is_empty() {
            return line.trim_end().to_owned();
        }
        let line = pad(line.trim_end(), self.columns.saturating_sub(SYMBOL + width(&effect)));
        format!("{line}{}", self.look.paint(tint, &effect))
    }

    fn telling(&self, change: &Change) -> String {
        let Some(after) = &change.after else { return String::new() };
        telling(change.address.kind(), &after.attributes, &self.wording).join(", ")
    }

    fn effect(&self, change: &Change) -> (String, Tint) {
        if change.action == Action::Delete && self.view.holds_data(change) {
            return match self.view.has_copy(change) {
                true => ("data kept".to_owned(), Tint::Attention),
                false => ("DATA LOST".to_owned(), Tint::Bad),
            };
        }
        match change.effect {
            None => (String::new(), Tint::Faint),
            Some(Effect::InPlace | Effect::Reboot) if change.refusal.is_some() => (String::new(), Tint::Faint),
            Some(effect @ Effect::InPlace) => (effect.words().to_owned(), Tint::Faint),
            Some(effect @ (Effect::Reboot | Effect::ReplaceDataKept)) => (effect.words().to_owned(), Tint::Attention),
            Some(effect @ Effect::ReplaceDataLost) => (effect.words().to_owned(), Tint::Bad),
        }
    }

    /// The lines below an object: what differs, or with `-v` all a new object has.
    fn details(&self, change: &Change) -> Vec<String> {
        let simple = |name: &str, value: &Value| if matches!(value, Value::List(_)) { 0 } else { width(name) };
        if change.action == Action::Create {
            let Some(after) = change.after.as_ref().filter(|_| self.look.is_verbose) else { return Vec::new() };
            let columns = after.attributes.iter().map(|(name, value)| simple(name, value)).max().unwrap_or(0);
            let attributes = after.attributes.iter().filter(|(_, value)| **value != Value::Null);
            return attributes.flat_map(|(name, value)| self.attribute(name, value, columns)).collect();
        }
        // What only gets the new ids of replaced objects, or another name, is said by the reason.
        let is_renewal =
            |found: &Difference| change.reason == Reason::DependencyReplaced && self.wording.is_renewal(&found.before, &found.after);
        let is_told = |found: &&Difference| self.look.is_verbose || !is_renewal(found) && !is_said_by_reason(change, found);
        let told: Vec<&Difference> = change.differences.iter().filter(is_told).collect();
        let columns = told.iter().map(|found| simple(&found.attribute, &found.after)).max().unwrap_or(0);
        told.iter().flat_map(|found| self.wording.difference(found, columns, self.look)).collect()
    }

    fn attribute(&self, name: &str, value: &Value, columns: usize) -> Vec<String> {
        match value {
            Value::List(items) if !items.is_empty() => {
                let elements = items.iter().map(|item| format!("  {}", self.wording.element(name, item)));
                std::iter::once(harmless_line(name)).chain(elements).collect()
            }
            value => vec![format!("{}  {}", pad(&harmless_line(name), columns), self.wording.value(value))],
        }
    }

    fn recorded(&self, change: &Change) -> String {
        let (said, id) = self.view.in_the_record(change);
        let room = self.columns.saturating_sub(SYMBOL + self.address_columns + 2);
        // Half an id says nothing.
        let said = if width(&said) > room { said.replace(&id, "") } else { said };
        let said = cut(&said, room);
        format!("    {}  {said}\n", pad(&change.address.to_string(), self.address_columns))
    }

    fn end(&self) -> String {
        let plan = self.view.plan;
        let environment = harmless_line(&plan.scope.environment);
        if plan.is_empty() && plan.refused().next().is_none() {
            let targets: Vec<String> = plan.targets.iter().map(ToString::to_string).collect();
            return match (plan.destroy, targets.as_slice()) {
                (true, _) => format!("No changes. Nothing of {environment} is left to delete.\n"),
                (false, []) => format!("No changes. {environment} is as described.\n"),
                (false, [target]) => format!("No changes. {target} of {environment} is as described.\n"),
                (false, targets) => format!("No changes. {} of {environment} are as described.\n", targets.join(", ")),
            };
        }
        let mut text = String::new();
        if plan.unchanged > 0 {
            let verb = if plan.unchanged == 1 { "stays as it is" } else { "stay as they are" };
            text.push_str(&format!("{} {verb}.\n", count(plan.unchanged, "object")));
        }
        let lost: Vec<String> = self.view.losses().map(|change| change.address.to_string()).collect();
        if !lost.is_empty() {
            text.push_str(&format!("{}: {}\n", self.look.paint(Tint::Bad, "DATA LOST"), lost.join(", ")));
        }
        let refused = plan.refused().count();
        if refused > 0 {
            let (changes, verb) = (count(refused, "change"), if refused == 1 { "is" } else { "are" });
            let sentence = format!("{changes} {verb} refused: nothing is done until what is marked `!` is settled.");
            text.push_str(&format!("{}\n", self.look.paint(Tint::Bad, &sentence)));
        }
        let summary = plan.summary();
        text.push_str(&format!(
            "Plan: {} to create, {} to update, {} to replace, {} to delete.\n",
            summary.create, summary.update, summary.replace, summary.delete
        ));
        text.push_str(&self.longest_path());
        text
    }

    fn longest_path(&self) -> String {
        let nodes: Vec<String> = self.view.plan.longest_path.iter().map(ToString::to_string).collect();
        let (Some(first), Some(last)) = (nodes.first(), nodes.last()) else { return String::new() };
        let line = |path: String| format!("Longest path: {path}, about {}.", duration(self.view.plan.expected()));
        let whole = line(nodes.join(" → "));
        if self.look.is_verbose || nodes.len() < 3 || width(&whole) <= self.columns {
            return format!("{whole}\n");
        }
        // The end of the path is where the time goes on; as much of it as fits is shown.
        let cut = |from: usize| line(format!("{first} → … → {}", nodes[from..].join(" → ")));
        let shown = (2..nodes.len()).map(cut).find(|line| width(line) <= self.columns);
        format!("{}\n", shown.unwrap_or_else(|| line(format!("{first} → … → {last}"))))
    }
}
