use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::bundle::checks::checks_of;
use crate::bundle::codes::{QUOTING, TEMPLATE, TWICE};
use crate::bundle::context::{Placing, common, for_host, text};
use crate::bundle::data_volume::needs_mount;
use crate::bundle::render::{Purpose, Unrendered, render};
use crate::bundle::{Bundle, BundleFile, BundleStep, BundleWait, Content, Unit};
use crate::config::{Environment, Software, SoftwareCatalogue, Syntax, Wait};
use crate::model::Report;
use crate::topology::Topology;

/// Renders what every host shall have, by host.
///
/// Pure. There are bundles only where the report has no errors; it names every template that is wrong, with its line.
pub fn compile(
    topology: &Topology,
    environment: &Environment,
    catalogue: &SoftwareCatalogue,
) -> (Option<BTreeMap<String, Bundle>>, Report) {
    let placing = Placing { topology, environment };
    let mut report = Report::default();
    let mut context = common(&placing);
    let checks = every_check(catalogue, &placing, &context, &mut report);
    context.insert("checked".to_owned(), checked(topology, &checks));
    let mut bundles = BTreeMap::new();
    for host in topology.hosts.keys() {
        let Some(mut context) = for_host(&context, host, &placing) else { continue };
        context.insert("checks".to_owned(), checks.get(host).cloned().unwrap_or_else(|| json!([])));
        let rendering = Rendering { catalogue, context: &Value::Object(context), host };
        let mut bundle = Bundle::default();
        for id in catalogue.in_order() {
            let software = &catalogue.software[id];
            if placing.is_on(host, &software.on, software.when.as_ref()) {
                let mut unit = rendering.unit(id, software, &mut report);
                if let Some(mount) = topology.hosts[host].data_volume_mount.as_ref().filter(|_| software.keeps_data) {
                    unit.files.extend(needs_mount(&software.services, mount));
                }
                bundle.units.push(unit);
            }
        }
        refuse_twice(host, &bundle, &mut report);
        bundles.insert(host.clone(), bundle);
    }
    if report.has_errors() { (None, report) } else { (Some(bundles), report) }
}

fn every_check(
    catalogue: &SoftwareCatalogue,
    placing: &Placing<'_>,
    context: &Map<String, Value>,
    report: &mut Report,
) -> BTreeMap<String, Value> {
    let mut checks = BTreeMap::new();
    for host in placing.topology.hosts.keys() {
        if let Some(context) = for_host(context, host, placing) {
            checks.insert(host.clone(), checks_of(host, catalogue, placing, &Value::Object(context), report));
        }
    }
    checks
}

/// Every host with its checks, for whoever writes what Icinga knows.
fn checked(topology: &Topology, checks: &BTreeMap<String, Value>) -> Value {
    let hosts = topology.hosts.iter().map(|(name, host)| {
        json!({
            "name": text(name),
            "role": text(&host.role),
            "fqdn": text(&host.fully_qualified_name),
            "address": text(&host.private_address.to_string()),
            "checks": checks.get(name),
        })
    });
    hosts.collect()
}

fn refuse_twice(host: &str, bundle: &Bundle, report: &mut Report) {
    let mut seen = BTreeSet::new();
    for (path, _) in bundle.files() {
        if !seen.insert(path) {
            report.push(TWICE.error().note(format!("{path} on {host}")));
        }
    }
}

struct Rendering<'a> {
    catalogue: &'a SoftwareCatalogue,
    context: &'a Value,
    host: &'a str,
}

impl Rendering<'_> {
    fn unit(&self, id: &str, software: &Software, report: &mut Report) -> Unit {
        let mut files = BTreeMap::new();
        for (path, file) in &software.files {
            let name = format!("{}/{}", software.folder, file.template);
            let Some(template) = self.catalogue.templates.get(&name) else { continue };
            match render(&template.text, Purpose::File(file.syntax), self.context) {
                Ok(content) => {
                    let file = BundleFile { content, mode: file.mode.clone(), owner: file.owner.clone(), group: file.group.clone() };
                    files.insert(path.clone(), file);
                }
                Err(unrendered) => self.refuse(&template.shown.display().to_string(), unrendered, report),
            }
        }
        let mut command = |what: String, text: &str| match render(text, Purpose::File(Syntax::Shell), self.context) {
            Ok(content) => content,
            Err(unrendered) => {
                self.refuse(&format!("{}/software.toml [software.{id}] {what}", software.folder), unrendered, report);
                Content::default()
            }
        };
        Unit {
            folder: software.folder.clone(),
            id: id.to_owned(),
            doc: software.doc.clone(),
            packages: software.packages.clone(),
            users: software.users.iter().map(|(name, user)| (name.clone(), (user.home.clone(), user.groups.clone()))).collect(),
            files,
            validate: software.validate.as_ref().map(|text| command("validate".to_owned(), text)),
            steps: software
                .steps
                .iter()
                .map(|step| BundleStep {
                    id: format!("{id}.{}", step.id),
                    doc: step.doc.clone(),
                    check: step.check.as_ref().map(|text| command(format!("steps.{}.check", step.id), text)),
                    apply: command(format!("steps.{}.apply", step.id), &step.apply),
                    seconds: step.seconds,
                })
                .collect(),
            services: software.services.clone(),
            waits: waits("waits", id, &software.waits, &mut command),
            verify: waits("verify", id, &software.verify, &mut command),
        }
    }

    fn refuse(&self, place: &str, unrendered: Unrendered, report: &mut Report) {
        report.push(match unrendered {
            Unrendered::Template { why, line, column } => {
                let line = line.map(|line| format!(":{line}")).unwrap_or_default();
                let column = column.filter(|_| !line.is_empty()).map(|column| format!(":{column}")).unwrap_or_default();
                TEMPLATE.error().note(format!("{place}{line}{column}: {why}")).note(format!("rendered for {}", self.host))
            }
            Unrendered::Value { why } => QUOTING.error().note(format!("{place}: {why}")).note(format!("rendered for {}", self.host)),
        });
    }
}

fn waits(table: &str, id: &str, waits: &[Wait], command: &mut impl FnMut(String, &str) -> Content) -> Vec<BundleWait> {
    let rendered = |wait: &Wait| BundleWait {
        id: format!("{id}.{}", wait.id),
        doc: wait.doc.clone(),
        check: command(format!("{table}.{}.check", wait.id), &wait.check),
        seconds: wait.seconds,
    };
    waits.iter().map(rendered).collect()
}
