//! Every file of every shipped environment, to be read.

use std::collections::BTreeMap;
use std::fmt::Write;

use provisioner::bundle::BundleFile;
use similar::TextDiff;

use super::{Worked, role};

fn check(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/render"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// The first host of each role.
fn one_of_each(worked: &Worked) -> BTreeMap<&str, &str> {
    let mut hosts = BTreeMap::new();
    for host in worked.bundles.keys() {
        hosts.entry(role(host)).or_insert(host.as_str());
    }
    hosts
}

fn heading(path: &str, file: &BundleFile) -> String {
    format!("{path} {} {}:{}", file.mode, file.owner, file.group)
}

/// The files by path and text, with the hosts that have them so.
fn by_text(worked: &Worked) -> BTreeMap<(String, String), Vec<&str>> {
    let mut files: BTreeMap<(String, String), Vec<&str>> = BTreeMap::new();
    for host in one_of_each(worked).into_values() {
        for (path, file) in worked.bundles[host].files() {
            files.entry((heading(path, file), file.content.shown(&|_| None))).or_default().push(host);
        }
    }
    files
}

#[test]
fn every_file_of_production() {
    let prod = Worked::shipped("prod");
    let mut pages: BTreeMap<String, String> = BTreeMap::new();
    for ((heading, text), hosts) in by_text(&prod) {
        let path = heading.split(' ').next().unwrap_or_default();
        let page = path.trim_start_matches('/').replace('/', "_");
        write!(pages.entry(page).or_default(), "=== {heading}\n=== {}\n{text}\n", hosts.join(", ")).unwrap();
    }
    assert!(pages.len() > 12);
    for (page, text) in pages {
        check(&format!("prod/{page}"), &text);
    }
}

#[test]
fn the_other_environments_differ_from_production_in_this() {
    let prod = Worked::shipped("prod");
    for name in ["pre-prod", "test", "dev"] {
        let other = Worked::shipped(name);
        let mut page = String::new();
        for host in one_of_each(&other).into_values() {
            writeln!(page, "=== {host}").unwrap();
            for (path, file) in other.bundles[host].files() {
                let text = file.content.shown(&|_| None);
                let in_prod = prod.bundles[host].files().find(|(known, _)| *known == path).map(|(_, file)| file.content.shown(&|_| None));
                writeln!(page, "{} {}", heading(path, file), file.content.digest()).unwrap();
                let in_prod = in_prod.unwrap_or_default();
                // What Icinga knows of every host is told by what the hosts have.
                if in_prod != text && !path.ends_with("objects.conf") && path != "/etc/hosts" {
                    write!(page, "{}", TextDiff::from_lines(&in_prod, &text).unified_diff().context_radius(0)).unwrap();
                }
            }
        }
        check(&format!("{name}/differences"), &page);
    }
}

#[test]
fn what_every_kind_of_host_gets_in_order() {
    let prod = Worked::shipped("prod");
    let mut page = String::new();
    for host in one_of_each(&prod).into_values() {
        let units: Vec<&str> = prod.bundles[host].units.iter().map(|unit| unit.id.as_str()).collect();
        writeln!(page, "{host}: {}", units.join(", ")).unwrap();
    }
    check("prod/units", &page);
}
