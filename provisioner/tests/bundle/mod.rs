//! What is rendered for hosts: read as a whole, judged by the programs it is for, and quoted so that any value stays a value.

mod data_volume;
mod example;
mod judges;
mod quoting;
mod rendered;
mod strict;
mod tools;

use std::collections::BTreeMap;
use std::path::Path;

use provisioner::bundle::{self, Bundle, Content};
use provisioner::config::{Configuration, Environment, Project};
use provisioner::topology::{self, Topology};

/// An environment, worked out, with what its hosts shall have.
pub struct Worked {
    pub topology: Topology,
    pub bundles: BTreeMap<String, Bundle>,
}

impl Worked {
    /// A shipped environment.
    pub fn shipped(name: &str) -> Self {
        Self::changed(Path::new(env!("CARGO_MANIFEST_DIR")), name, |_| {})
    }

    /// An environment of the project in `root`, changed before it is worked out.
    pub fn changed(root: &Path, name: &str, change: impl FnOnce(&mut Environment)) -> Self {
        let (project, report) = Project::find(Some(root), root);
        let project = project.unwrap_or_else(|| panic!("{report:#?}"));
        let (configuration, report) = Configuration::load(&project, name);
        let Configuration { mut environment, blueprints, software } = configuration.unwrap_or_else(|| panic!("{report:#?}"));
        change(&mut environment);
        let (topology, report) = topology::compile(&project.name, &environment, &blueprints);
        let topology = topology.unwrap_or_else(|| panic!("{report:#?}"));
        let (bundles, report) = bundle::compile(&topology, &environment, &software);
        let bundles = bundles.unwrap_or_else(|| panic!("{report:#?}"));
        Self { topology, bundles }
    }

    /// A file of a host as it is installed; every secret is the same.
    pub fn installed(&self, host: &str, path: &str) -> String {
        self.file(host, path).filled(&|_| Some("abcDEF0123456789".to_owned())).unwrap_or_else(|why| panic!("{path}: {why}"))
    }

    fn file(&self, host: &str, path: &str) -> &Content {
        let found = self.bundles[host].files().find(|(found, _)| *found == path);
        &found.unwrap_or_else(|| panic!("{host} has no {path}")).1.content
    }
}

/// The hosts of a role, by number: `worker-1`, `worker-2`.
pub fn role(host: &str) -> &str {
    host.rsplit_once('-').map_or(host, |(role, _)| role)
}
