use crate::config::{Blueprint, Environment, Project, SoftwareCatalogue};
use crate::model::Report;

/// An environment with the blueprints it is made of: everything that a topology is compiled from.
#[derive(Clone, Debug, PartialEq)]
pub struct Configuration {
    /// The environment.
    pub environment: Environment,
    /// Its blueprints: [`Blueprint::BASE`] first, then in the order of the environment's file.
    pub blueprints: Vec<Blueprint>,
    /// What they and the monitoring install.
    pub software: SoftwareCatalogue,
}

impl Configuration {
    /// Reads an environment and its blueprints. Says every problem at once.
    ///
    /// There is a configuration only where the report has no errors.
    pub fn load(project: &Project, name: &str) -> (Option<Self>, Report) {
        let (environment, mut report) = Environment::load(project, name);
        let Some(environment) = environment else { return (None, report) };
        let names = std::iter::once(Blueprint::BASE).chain(environment.blueprints.iter().map(String::as_str));
        let blueprints: Option<Vec<_>> = names.map(|name| Blueprint::load(project, name).0).collect();
        let Some(blueprints) = blueprints else { return (None, report) };
        let (software, problems) = SoftwareCatalogue::load(project, &blueprints);
        report.extend(problems);
        (software.map(|software| Self { environment, blueprints, software }), report)
    }
}
