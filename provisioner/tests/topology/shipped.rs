use std::collections::{BTreeMap, BTreeSet};

use provisioner::config::{AlertingMode, Configuration, Gateway, InputValue, Placement, Project, Smtp};
use provisioner::topology::{Topology, structure};

use crate::topology::document::{Permission, compiled_permissions, rows};
use crate::topology::fixture::{compiled, net};
use crate::topology::readable;

const ENVIRONMENTS: [&str; 4] = ["prod", "pre-prod", "test", "dev"];

/// The configuration of an environment that is part of the repository.
fn shipped(name: &str) -> Configuration {
    let (project, report) = Project::find(None, env!("CARGO_MANIFEST_DIR").as_ref());
    let project = project.unwrap_or_else(|| panic!("{report:?}"));
    let (configuration, report) = Configuration::load(&project, name);
    configuration.unwrap_or_else(|| panic!("{name}: {report:?}"))
}

fn topology_of(configuration: &Configuration) -> Topology {
    compiled(&configuration.environment, &configuration.blueprints)
}

/// Every environment that the page is held against, by what is particular about it.
fn variants() -> BTreeMap<String, Configuration> {
    let mut variants: BTreeMap<_, _> = ENVIRONMENTS.map(|name| (name.to_owned(), shipped(name))).into();
    let mut vary = |name: &str, change: &dyn Fn(&mut Configuration)| {
        let mut configuration = shipped("prod");
        change(&mut configuration);
        variants.insert(name.to_owned(), configuration);
    };
    let set = |configuration: &mut Configuration, input: &str, value: InputValue| {
        assert!(configuration.environment.inputs.insert(input.to_owned(), value).is_some(), "the blueprint has no input `{input}`");
    };
    vary("manager exposed", &|prod| set(prod, "manager_exposure", InputValue::Text("public".to_owned())));
    vary("legacy http", &|prod| set(prod, "legacy_http", InputValue::Boolean(true)));
    vary("legacy http, manager exposed", &|prod| {
        set(prod, "legacy_http", InputValue::Boolean(true));
        set(prod, "manager_exposure", InputValue::Text("public".to_owned()));
    });
    for is_allowed in [false, true] {
        vary(&format!("push allowed: {is_allowed}"), &|prod| set(prod, "push_allowed", InputValue::Boolean(is_allowed)));
    }
    vary("data centre", &|prod| {
        let gateway = Gateway::Vpn("vgw-0abc".to_owned());
        prod.environment.bastion.placement =
            Placement::Datacenter { cidr: net("172.16.0.0/12"), host: "jump.example.com".to_owned(), gateway };
    });
    vary("smtp", &|prod| {
        let smtp = Smtp { host: "mail.example.com".to_owned(), port: 2587, user: "alerts".to_owned(), secret: "smtp".to_owned() };
        prod.environment.alerting.mode = AlertingMode::Smtp(smtp);
    });
    vary("unwatched", &|prod| prod.environment.monitoring.is_enabled = false);
    vary("dashboards", &|prod| prod.environment.monitoring.dashboard_cidrs = vec![net("203.0.113.0/24")]);
    variants
}

#[test]
fn compiled_matrix_and_its_document_agree_row_by_row() {
    let rows = rows();
    assert!(rows.len() >= 57, "only {} rows were found in the page", rows.len());
    for (variant, Configuration { environment, blueprints, .. }) in variants() {
        let topology = compiled(&environment, &blueprints);
        let compiled: BTreeMap<Permission, String> =
            compiled_permissions(&topology).into_iter().map(|(id, permission)| (permission, id)).collect();
        let mut documented: BTreeSet<Permission> = BTreeSet::new();
        for row in rows.iter().filter(|row| row.holds(&environment)) {
            for permission in row.permissions(&environment, &topology) {
                assert!(compiled.contains_key(&permission), "{variant}: {} is in the page only: {permission:?}", row.id);
                documented.insert(permission);
            }
        }
        for (permission, id) in &compiled {
            assert!(documented.contains(permission), "{variant}: {id} is compiled only: {permission:?}");
        }
    }
}

#[test]
fn every_row_of_the_document_counts_in_some_environment() {
    let variants = variants();
    for row in rows() {
        assert!(variants.values().any(|configuration| row.holds(&configuration.environment)), "{}", row.id);
    }
}

#[test]
fn shipped_environments_have_one_architecture() {
    let production = structure(&topology_of(&shipped("prod")));
    for name in ENVIRONMENTS {
        assert_eq!(structure(&topology_of(&shipped(name))), production, "{name}");
    }
}

#[test]
fn topologies_of_the_shipped_environments() {
    for name in ENVIRONMENTS {
        let topology = topology_of(&shipped(name));
        let mut value = serde_json::to_value(&topology).expect("plain data");
        // The matrix has a snapshot of its own.
        value.as_object_mut().map(|fields| fields.remove("matrix"));
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/topology"));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| {
            insta::assert_snapshot!(name, readable::json(&value));
            insta::assert_snapshot!(format!("{name}-matrix"), readable::matrix(&topology));
        });
    }
}
