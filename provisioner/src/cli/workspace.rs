use std::path::PathBuf;

use crate::cli::args::Global;
use crate::cli::cloud::cloud_name;
use crate::cli::exit::{Exit, Stop};
use crate::config::{Configuration, Project};
use crate::model::{CloudName, Diagnostic, Scope};
use crate::state::{Holder, Lock, StateStore};
use crate::view::Output;

/// What every command works with: the project, the flags, and where to write.
pub struct Workspace<'o> {
    /// The project.
    pub project: Project,
    /// The flags.
    pub global: Global,
    /// Where to write.
    pub output: &'o Output,
}

impl<'o> Workspace<'o> {
    /// Finds the project the flags or the current folder point at.
    ///
    /// # Errors
    /// When there is none, or `provision.toml` is wrong.
    pub fn open(global: &Global, output: &'o Output) -> Result<Self, Stop> {
        let here = std::env::current_dir().map_err(|error| {
            Stop::new(Exit::Usage, Diagnostic::error("E0201", "the current folder cannot be read").note(error.to_string()))
        })?;
        let (project, report) = Project::find(global.root.as_deref(), &here);
        match project {
            Some(project) if !report.has_errors() => {
                output.report(&report);
                Ok(Self { project, global: global.clone(), output })
            }
            _ => Err(Stop::usage(report)),
        }
    }

    /// Reads an environment and its blueprints; warnings are told.
    ///
    /// # Errors
    /// With every problem, if there is an error among them.
    pub fn load(&self, name: &str) -> Result<Configuration, Stop> {
        let (configuration, report) = Configuration::load(&self.project, name);
        match configuration {
            Some(configuration) => {
                self.output.report(&report);
                Ok(configuration)
            }
            None => Err(Stop::usage(report)),
        }
    }

    /// Whose objects an environment's are.
    pub fn scope(&self, environment: &str) -> Scope {
        Scope { project: self.project.name.clone(), environment: environment.to_owned() }
    }

    /// The folder of what is this machine's own.
    pub fn private_folder(&self) -> PathBuf {
        self.project.root.join(".provision")
    }

    /// The state of an environment in a cloud.
    pub fn store(&self, cloud: &CloudName, environment: &str) -> StateStore {
        StateStore::new(self.private_folder().join("state").join(cloud.to_string()).join(environment), environment)
    }

    /// Takes the right to change an environment in the cloud the flags name.
    ///
    /// # Errors
    /// When another process has it.
    pub fn lock(&self, environment: &str, command: &str) -> Result<Lock, Stop> {
        // The file's name is checked before a folder is made for it.
        if !self.project.environment_names().contains(environment) {
            self.load(environment)?;
        }
        Ok(self.store(&cloud_name(self), environment).lock(&Holder::this_process(command), self.global.lock_timeout)?)
    }
}
