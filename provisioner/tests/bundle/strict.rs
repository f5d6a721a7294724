//! What is wrong in templates is told with its place, and never rendered.

use std::fs;

use provisioner::bundle;
use provisioner::config::{Configuration, Project};
use provisioner::model::Report;
use provisioner::topology;

use super::example;
use super::tools::{scratch, write};

/// What is said of the example with one more piece of software on its workers.
fn said_of(software: &str, template: &str) -> String {
    let folder = scratch();
    let environment = fs::read_to_string(example::root().join("environments/web.toml")).unwrap();
    write(folder.path(), "environments/web.toml", &environment);
    write(folder.path(), "monitoring/more/software.toml", &format!("[software.more]\ndoc = \"More.\"\non = [\"worker\"]\n{software}"));
    write(folder.path(), "monitoring/more/files/more.hbs", template);
    let (project, _) = Project::find(Some(folder.path()), folder.path());
    let project = project.unwrap();
    let (configuration, report) = Configuration::load(&project, "web");
    let Some(configuration) = configuration else { return words(&report) };
    let (topology, _) = topology::compile(&project.name, &configuration.environment, &configuration.blueprints);
    let (bundles, report) = bundle::compile(&topology.unwrap(), &configuration.environment, &configuration.software);
    assert_eq!(bundles.is_none(), report.has_errors());
    words(&report)
}

fn words(report: &Report) -> String {
    let lines = report.iter().map(|found| format!("{} {} {:?} {}\n", found.code, found.summary, found.label, found.notes.join(" | ")));
    lines.collect()
}

const FILE: &str = "[software.more.files.\"/etc/more\"]\ntemplate = \"more.hbs\"\n";

#[test]
fn a_right_template_is_taken() {
    assert_eq!(said_of(FILE, "{{host.name}} {{{inputs.greeting}}}".replace("{{{inputs.greeting}}}", "").as_str()), "");
}

#[test]
fn a_missing_value_is_told_with_file_and_line() {
    let said = said_of(FILE, "one\ntwo {{roles.wroker.0.address}}\n");
    assert!(said.contains("E0370") && said.contains("monitoring/more/files/more.hbs:2:"), "{said}");
}

#[test]
fn a_raw_value_with_metacharacters_is_refused() {
    let said = said_of(FILE, "{{{inputs.greeting}}}\n");
    assert!(said.contains("E0371") && said.contains("two braces"), "{said}");
}

#[test]
fn a_file_without_a_syntax_takes_plain_words_only() {
    let said = said_of(FILE, "{{inputs.greeting}}\n");
    assert!(said.contains("E0371") && said.contains("name its syntax"), "{said}");
}

#[test]
fn a_secret_in_a_check_is_refused() {
    let check = "[checks.more]\ndoc = \"More.\"\non = [\"worker\"]\ncommand = [\"/bin/true\", \"{{secrets.icinga_api}}\"]\n";
    let said = said_of(check, "");
    assert!(said.contains("E0371") && said.contains("neither secrets"), "{said}");
}

#[test]
fn a_file_that_two_pieces_of_software_write_is_refused() {
    let said = said_of("[software.more.files.\"/etc/hosts\"]\ntemplate = \"more.hbs\"\n", "one\n");
    assert!(said.contains("E0372") && said.contains("/etc/hosts on worker-1"), "{said}");
}

#[test]
fn a_template_that_is_not_there_is_refused_with_the_one_that_was_meant() {
    let said = said_of(&FILE.replace("more.hbs", "mroe.hbs"), "one\n");
    assert!(said.contains("there is no monitoring/more/files/mroe.hbs"), "{said}");
}
