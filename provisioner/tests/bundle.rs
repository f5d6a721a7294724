//! What is rendered for hosts.

use std::collections::BTreeMap;
use std::path::Path;

use provisioner::bundle::{self, Bundle};
use provisioner::config::{Configuration, Project};
use provisioner::topology;

pub fn shipped(name: &str) -> BTreeMap<String, Bundle> {
    let (project, report) = Project::find(None, Path::new(env!("CARGO_MANIFEST_DIR")));
    let project = project.unwrap_or_else(|| panic!("{report:#?}"));
    let (configuration, report) = Configuration::load(&project, name);
    let configuration = configuration.unwrap_or_else(|| panic!("{report:#?}"));
    let (topology, report) = topology::compile(&project.name, &configuration.environment, &configuration.blueprints);
    let topology = topology.unwrap_or_else(|| panic!("{report:#?}"));
    let (bundles, report) = bundle::compile(&topology, &configuration.environment, &configuration.software);
    bundles.unwrap_or_else(|| panic!("{report:#?}"))
}

#[test]
fn every_host_of_production_answers_icinga() {
    for (host, bundle) in shipped("prod") {
        let file =
            bundle.files().find(|(path, _)| *path == "/etc/nagios/nrpe.d/provision.cfg").map(|(_, file)| file.content.shown(&|_| None));
        let text = file.unwrap_or_else(|| panic!("{host} has no NRPE"));
        assert!(text.contains("command[disk]='/usr/lib/nagios/plugins/check_disk' '-w' '20%' '-c' '10%'"), "{host}: {text}");
    }
}
