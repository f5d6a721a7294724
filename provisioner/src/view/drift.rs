use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::{Layer, ResourceAddress, Scope};
use crate::plan::{Difference, DriftKind, Drifted};
use crate::view::sentences::{LAYERS, cloud, command};
use crate::view::text::{count, harmless_line, wrap};
use crate::view::value::Wording;
use crate::view::{Look, Tint, View, json};

/// `drift`: what was changed outside since it was recorded.
#[derive(Clone, Copy, Debug)]
pub struct DriftView<'a> {
    /// Whose objects.
    pub scope: &'a Scope,
    /// In which cloud.
    pub cloud: &'a str,
    /// What was changed, in address order.
    pub drift: &'a [Drifted],
    /// How many changes the files ask for beside.
    pub asked_by_files: usize,
    /// Whose the ids are that differences name.
    pub names: &'a BTreeMap<String, ResourceAddress>,
    /// Whether the ways to end the drift are told.
    pub offers_ways: bool,
}

impl DriftView<'_> {
    fn object(&self, drifted: &Drifted, look: &Look, wording: &Wording<'_>) -> String {
        let (sign, tint, said) = match drifted.kind {
            DriftKind::Changed => ("~", Tint::Attention, String::new()),
            DriftKind::Gone => ("-", Tint::Bad, format!("deleted outside ({})", harmless_line(&drifted.id))),
            DriftKind::Unknown => ("+", Tint::Attention, format!("not recorded ({})", harmless_line(&drifted.id))),
            DriftKind::Twice => ("+", Tint::Attention, format!("there twice ({})", harmless_line(&drifted.id))),
        };
        let line = format!("{}  {said}", drifted.address);
        let mut text = format!("{} {}\n", look.paint(tint, &format!("{sign:>3}")), line.trim_end());
        let columns = drifted.differences.iter().map(|found| found.attribute.len()).max().unwrap_or(0);
        for line in drifted.differences.iter().flat_map(|found| wording.difference(found, columns, look)) {
            text.push_str(&format!("      {line}\n"));
        }
        text
    }

    fn asked(&self) -> String {
        if self.asked_by_files == 0 {
            return String::new();
        }
        let verb = if self.asked_by_files == 1 { "is" } else { "are" };
        let plan = command(self.cloud, &format!("plan --env {}", self.scope.environment));
        format!("{} in the files {verb} not drift; see `{plan}`.\n", count(self.asked_by_files, "change"))
    }

    fn ways(&self) -> String {
        if !self.offers_ways {
            return String::new();
        }
        let say = |flag: &str| command(self.cloud, &format!("drift --env {} {flag}", self.scope.environment));
        format!("next: {}  (puts it back)\n      {}  (writes it into the file)\n", say("--repair"), say("--adopt"))
    }
}

impl View for DriftView<'_> {
    fn human(&self, look: &Look) -> String {
        let environment = harmless_line(&self.scope.environment);
        if self.drift.is_empty() {
            return format!("No drift. {environment} is as recorded.\n{}", self.asked());
        }
        let wording = Wording::with(self.names, look.is_verbose);
        let heading = format!("{environment} in {}: changed outside, from what is recorded to what is there", cloud(self.cloud));
        let mut sections = vec![format!("{}\n", look.paint(Tint::Heading, &heading))];
        for (layer, name) in LAYERS {
            let of_layer = self.drift.iter().filter(|drifted| drifted.layer == layer);
            let lines: String = of_layer.map(|drifted| self.object(drifted, look, &wording)).collect();
            if !lines.is_empty() {
                sections.push(format!("{}\n{lines}", look.paint(Tint::Heading, name)));
            }
        }
        sections.push(format!("Drift: {}.\n{}{}", count(self.drift.len(), "object"), self.asked(), self.ways()));
        sections.join("\n")
    }

    fn json(&self) -> Vec<String> {
        #[derive(Serialize)]
        struct Body<'a> {
            project: &'a str,
            environment: &'a str,
            cloud: &'a str,
            drifted: usize,
            asked_by_files: usize,
        }
        #[derive(Serialize)]
        struct Object<'a> {
            address: &'a ResourceAddress,
            kind: DriftKind,
            layer: Layer,
            id: &'a str,
            differences: &'a [Difference],
        }
        let body = Body {
            project: &self.scope.project,
            environment: &self.scope.environment,
            cloud: self.cloud,
            drifted: self.drift.len(),
            asked_by_files: self.asked_by_files,
        };
        let object = |drifted: &Drifted| {
            let Drifted { address, layer, kind, id, differences } = drifted;
            json::line("drifted", &Object { address, kind: *kind, layer: *layer, id, differences })
        };
        std::iter::once(json::line("drift", &body)).chain(self.drift.iter().map(object)).collect()
    }
}

/// A value that was written into the environment file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AdoptedValue {
    /// Its place: `nodes.worker.instance_type`.
    pub key: String,
    /// What stands there now, as TOML.
    pub value: String,
    /// What has the value.
    pub addresses: Vec<ResourceAddress>,
}

/// What was changed outside and has no place in the environment file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NotAdopted {
    /// The object.
    pub address: ResourceAddress,
    /// The attribute; absent for the object as a whole.
    pub attribute: Option<String>,
    /// Why not.
    pub why: String,
}

/// `drift --adopt`: what the environment file says now, and what it cannot say.
#[derive(Clone, Copy, Debug)]
pub struct AdoptedView<'a> {
    /// The environment.
    pub environment: &'a str,
    /// The cloud, as the plan names it.
    pub cloud: &'a str,
    /// The file.
    pub file: &'a str,
    /// What was written.
    pub written: &'a [AdoptedValue],
    /// What was not.
    pub others: &'a [NotAdopted],
}

impl View for AdoptedView<'_> {
    fn human(&self, look: &Look) -> String {
        let mut text = String::from("\n");
        if !self.written.is_empty() {
            text.push_str(&format!("{}\n", look.paint(Tint::Heading, &format!("written in {}", harmless_line(self.file)))));
            for value in self.written {
                text.push_str(&format!("    {} = {}\n", harmless_line(&value.key), harmless_line(&value.value)));
            }
        }
        if !self.others.is_empty() {
            text.push_str(&format!("{}\n", look.paint(Tint::Heading, "not written")));
        }
        for other in self.others {
            let attribute = other.attribute.as_ref().map(|name| format!("  {}", harmless_line(name))).unwrap_or_default();
            let why = wrap(&harmless_line(&other.why), look.width.saturating_sub(8)).replace('\n', "\n        ");
            text.push_str(&format!("    {}{attribute}\n        {why}\n", other.address));
        }
        if !self.written.is_empty() {
            let (word, why) = match self.others {
                [] => ("up", "changes nothing there, and brings the record in line"),
                _ => ("plan", "shows what `up` makes of the rest"),
            };
            let next = command(self.cloud, &format!("{word} --env {}", self.environment));
            text.push_str(&format!("next: {next}  ({why})\n"));
        }
        text
    }

    fn json(&self) -> Vec<String> {
        #[derive(Serialize)]
        struct Body<'a> {
            environment: &'a str,
            file: &'a str,
            written: &'a [AdoptedValue],
            not_written: &'a [NotAdopted],
        }
        vec![json::line(
            "adopted",
            &Body { environment: self.environment, file: self.file, written: self.written, not_written: self.others },
        )]
    }
}
