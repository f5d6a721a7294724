use std::collections::BTreeMap;

use crate::config::check::{Subject, check};
use crate::config::keys::{ENVIRONMENT, Shape};
use crate::config::load::{Lineage, Values, in_order, settings, walk};
use crate::config::syntax::{find, nearest};
use crate::config::{Blueprint, Class, Environment, Project, codes};
use crate::model::{Report, Severity};

impl Environment {
    /// Reads an environment with what it inherits. Says every problem at once, those of its blueprints included.
    ///
    /// There is an environment only where the report has no errors.
    pub fn load(project: &Project, name: &str) -> (Option<Self>, Report) {
        let (lineage, mut report) = Lineage::read(project, name);
        let Some(lineage) = lineage else { return (None, report) };
        let written_class = find(&lineage.table, "environment.class").and_then(|tree| tree.as_text()).and_then(Class::from_word);
        let class = written_class.unwrap_or(Class::Production);
        let (values, problems) = walk(&lineage.table, &Shape::of(ENVIRONMENT), class, &lineage.top);
        for problem in &problems {
            // Where a file could not be read to its end, what seems to be missing may only not have been seen.
            if lineage.is_complete || problem.code != codes::MISSING_KEY.code {
                report.push(problem.clone());
            }
        }
        if let (Some(top), Some(below)) = (values.text("inherits"), values.text("environment.inherits"))
            && top != below
        {
            report.push(values.mark(
                codes::CONTRADICTION.error(),
                "environment.inherits",
                format!("at the top of the file stands \"{top}\""),
            ));
        }
        let blueprints = blueprints(project, &values, &mut report);
        let found = check(&Subject { project, name, values: &values, blueprints: &blueprints });
        for diagnostic in &found {
            if lineage.is_complete || diagnostic.severity == Severity::Error {
                report.push(diagnostic.clone());
            }
        }
        report = in_order(&report);
        if report.has_errors() {
            return (None, report);
        }
        let environment = build(name, class, &values, lineage, &blueprints);
        if environment.is_none() {
            report.push(codes::MALFORMED.error().note(format!("environment `{name}` has a value that no check has seen")));
        }
        (environment, report)
    }
}

/// The base and the environment's own blueprints, as far as they can be read.
fn blueprints(project: &Project, values: &Values, report: &mut Report) -> Vec<Blueprint> {
    let known = project.blueprint_names();
    let mut blueprints = Vec::new();
    let mut take = |name: &str, report: &mut Report| {
        let (blueprint, problems) = Blueprint::load(project, name);
        report.extend(problems);
        blueprints.extend(blueprint);
    };
    take(Blueprint::BASE, report);
    for item in values.texts("environment.blueprints") {
        if known.contains(&item.value) && item.value != Blueprint::BASE {
            take(&item.value, report);
        } else if item.value != Blueprint::BASE {
            let span = item.place.as_ref().map(|place| place.span());
            let diagnostic = codes::UNKNOWN_BLUEPRINT.error();
            let diagnostic = match span {
                Some(span) => diagnostic.at(span, "neither built in nor a folder below `blueprints/`"),
                None => diagnostic,
            };
            report.push(match nearest(&item.value, known.iter().map(String::as_str)) {
                Some(meant) => diagnostic.help(format!("did you mean \"{meant}\"?")),
                None => diagnostic.help(format!("known blueprints: {}", known.iter().cloned().collect::<Vec<_>>().join(", "))),
            });
        }
    }
    blueprints
}

fn build(name: &str, class: Class, values: &Values, lineage: Lineage, blueprints: &[Blueprint]) -> Option<Environment> {
    let databases = blueprints.iter().flat_map(|blueprint| &blueprint.databases);
    let databases: BTreeMap<_, _> =
        databases.map(|database| Some((database.name.clone(), settings::database(values, &database.name)?))).collect::<Option<_>>()?;
    let inputs = blueprints.iter().flat_map(|blueprint| &blueprint.inputs).filter_map(|input| {
        let value = values.input(&format!("inputs.{}", input.name)).or_else(|| input.default.clone())?;
        Some((input.name.clone(), value))
    });
    let tags = values.names("tags").iter().filter_map(|tag| Some((tag.clone(), values.owned(&format!("tags.{tag}"))?)));
    let domain = values.owned("environment.domain")?;
    let mut spans = values.spans();
    for database in databases.keys() {
        settings::database_spans(database, &mut spans);
    }
    Some(Environment {
        name: name.to_owned(),
        class,
        inherits: lineage.ancestors,
        blueprints: values.owned_texts("environment.blueprints"),
        cloud: settings::cloud(values)?,
        network: settings::network(values)?,
        bastion: settings::bastion(values)?,
        databases,
        inputs: inputs.collect(),
        nodes: settings::nodes(values),
        monitoring: settings::monitoring(values)?,
        alerting: settings::alerting(values, &domain)?,
        security: settings::security(values)?,
        backup: settings::backup(values)?,
        tags: tags.collect(),
        secret_recipients: values.owned_texts("secrets.recipients"),
        spans,
        domain,
    })
}
