use std::collections::BTreeSet;

use crate::cli::args::ValidateArgs;
use crate::cli::exit::{Exit, Stop};
use crate::cli::tell_or_stop;
use crate::cli::workspace::Workspace;
use crate::config::{Blueprint, Environment};
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
    let mut report = Report::default();
    let mut add = |found: Report| {
        // What several environments inherit is told once.
        for diagnostic in found.iter() {
            if !report.iter().any(|known| known == diagnostic) {
                report.push(diagnostic.clone());
            }
        }
    };
    let mut blueprint_names = BTreeSet::from([Blueprint::BASE.to_owned()]);
    for name in &names {
        let (environment, found) = Environment::load(&workspace.project, name);
        let is_read = !found.has_errors();
        add(found);
        let Some(environment) = environment.filter(|_| is_read) else { continue };
        blueprint_names.extend(environment.blueprints.iter().cloned());
        let loaded = std::iter::once(Blueprint::BASE).chain(environment.blueprints.iter().map(String::as_str));
        let (blueprints, reports): (Vec<_>, Vec<_>) = loaded.map(|name| Blueprint::load(&workspace.project, name)).unzip();
        let is_whole = reports.iter().all(|found| !found.has_errors());
        reports.into_iter().for_each(&mut add);
        if is_whole {
            let blueprints: Vec<Blueprint> = blueprints.into_iter().flatten().collect();
            add(compile(&workspace.project.name, &environment, &blueprints).1);
        }
    }
    tell_or_stop(workspace.output, report)?;
    let list = |names: &BTreeSet<String>| names.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    workspace.output.message(&format!("valid: {} (blueprints {})", list(&names), list(&blueprint_names)));
    Ok(Exit::Done)
}
