//! The example of docs/blueprints.md: a product that is data alone.

use std::path::{Path, PathBuf};

use super::Worked;

/// What the environment has the workers say; every language has to quote it its own way.
pub const GREETING: &str = "It's $5 & \"free\" \\o/ {{host.name}} é%20`id`";

/// The folder of its environment.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("provisioner/tests/fixtures/web")
}

#[test]
fn every_host_of_the_example_gets_what_its_role_says() {
    let web = Worked::changed(&root(), "web", |_| {});
    assert!(web.topology.databases.is_empty());
    let services = |host: &str| web.bundles[host].services().into_iter().map(str::to_owned).collect::<Vec<_>>();
    assert!(services("worker-2").contains(&"example".to_owned()) && !services("worker-2").contains(&"nginx".to_owned()));
    assert!(services("lb-1").contains(&"nginx".to_owned()) && !services("lb-1").contains(&"example".to_owned()));
    let balancer = web.installed("lb-1", "/etc/nginx/nginx.conf");
    for worker in ["worker-1", "worker-2"] {
        assert!(balancer.contains(&format!("server {}:8080", web.topology.hosts[worker].private_address)));
    }
    assert!(web.installed("lb-1", "/etc/nagios/nrpe.d/provision.cfg").contains("command[service-nginx]="));
    assert!(web.installed("worker-1", "/etc/nagios/nrpe.d/provision.cfg").contains("command[service-example]="));
}

#[test]
fn the_greeting_arrives_as_it_was_written() {
    let web = Worked::changed(&root(), "web", |_| {});
    for host in ["worker-1", "worker-2"] {
        let settings: serde_json::Value = serde_json::from_str(&web.installed(host, "/etc/example/settings.json")).unwrap();
        assert_eq!(settings["greeting"], GREETING);
        assert_eq!(settings["host"], host);
    }
}
