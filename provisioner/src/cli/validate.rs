use std::collections::BTreeSet;

use crate::bundle;
use crate::cli::args::ValidateArgs;
use crate::cli::exit::{Exit, Stop};
use crate::cli::workspace::Workspace;
use crate::config::Configuration;
use crate::model::{Diagnostic, Report};
use crate::topology::compile;

/// Reads every environment, or one, with its blueprints, and works it out; all problems at once.
pub fn run(workspace: &Workspace<'_>, args: &ValidateArgs) -> Result<Exit, Stop> {
    let names = match &args.env {
        Some(name) => BTreeSet::from([name.clone()]),
        None => workspace.project.environment_names(),
    };
    if names.is_empty() {
        let diagnostic = Diagnostic::error("E0204", "there is no environment")
            .help("write one as environments/NAME.toml; docs/environments.md has every key");
        return Err(Stop::new(Exit::Usage, diagnostic));
    }
    let mut report = if args.env.is_none() { workspace.project.validate() } else { Report::default() };
    let mut blueprint_names = BTreeSet::new();
    for name in &names {
        let (configuration, mut found) = Configuration::load(&workspace.project, name);
        if let Some(Configuration { environment, blueprints, software }) = &configuration {
            blueprint_names.extend(blueprints.iter().map(|blueprint| blueprint.name.clone()));
            let (topology, problems) = compile(&workspace.project.name, environment, blueprints);
            found.extend(problems);
            if let Some(topology) = topology {
                found.extend(bundle::compile(&topology, environment, software).1);
            }
        }
        // What several environments inherit is told once.
        for diagnostic in found.iter().filter(|diagnostic| !report.iter().any(|known| known == *diagnostic)).cloned().collect::<Vec<_>>() {
            report.push(diagnostic);
        }
    }
    if report.has_errors() {
        return Err(Stop::usage(report));
    }
    workspace.output.report(&report);
    let list = |names: &BTreeSet<String>| names.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    workspace.output.message(&format!("valid: {} (blueprints {})", list(&names), list(&blueprint_names)));
    Ok(Exit::Done)
}
