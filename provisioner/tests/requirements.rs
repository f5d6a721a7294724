//! `docs/requirements.toml` tells the truth: what is done names files and tests that exist.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    version: u32,
    requirement: Vec<Requirement>,
    acceptance: Vec<Acceptance>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Requirement {
    id: String,
    text: String,
    state: State,
    reason: Option<String>,
    enforced: Vec<String>,
    tests: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Acceptance {
    id: String,
    text: String,
    state: State,
    reason: Option<String>,
    tests: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum State {
    Done,
    Planned,
    Declined,
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn document() -> Document {
    let text = std::fs::read_to_string(repository().join("docs/requirements.toml")).unwrap();
    toml::from_str(&text).unwrap()
}

/// The names of all tests in the sources: functions that follow a test attribute.
fn tests_in(folder: &Path, names: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            tests_in(&path, names);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let mut is_test = false;
            for line in text.lines().map(str::trim) {
                let line = line.strip_prefix("pub ").unwrap_or(line);
                let declared = line.strip_prefix("async fn ").or_else(|| line.strip_prefix("fn "));
                if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
                    is_test = true;
                } else if let (Some(declared), true) = (declared, is_test) {
                    names.insert(declared.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect());
                    is_test = false;
                }
            }
        }
    }
}

/// Those of the sources, and those of this binary, of which some are made by macros.
fn existing_tests() -> BTreeSet<String> {
    let listed = std::process::Command::new(std::env::current_exe().unwrap()).arg("--list").output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let paths = listed.lines().filter_map(|line| line.strip_suffix(": test"));
    let mut names: BTreeSet<String> = paths.filter_map(|path| path.rsplit("::").next()).map(str::to_owned).collect();
    for folder in ["provisioner/src", "provisioner/tests"] {
        tests_in(&repository().join(folder), &mut names);
    }
    names
}

#[test]
fn what_is_done_names_files_and_tests_that_exist() {
    let existing = existing_tests();
    let document = document();
    let mut wrong = Vec::new();
    for requirement in document.requirement.iter().filter(|requirement| requirement.state == State::Done) {
        if requirement.tests.is_empty() || requirement.enforced.is_empty() {
            wrong.push(format!("{} is done, but names no test or no file", requirement.id));
        }
        let files = requirement.enforced.iter().filter(|file| !repository().join(file).exists());
        wrong.extend(files.map(|file| format!("{}: there is no {file}", requirement.id)));
    }
    let named = document
        .requirement
        .iter()
        .map(|entry| (&entry.id, &entry.tests))
        .chain(document.acceptance.iter().map(|entry| (&entry.id, &entry.tests)));
    for (id, tests) in named {
        wrong.extend(tests.iter().filter(|test| !existing.contains(*test)).map(|test| format!("{id}: there is no test {test}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_requirement_is_there_once_and_a_declined_one_says_why() {
    let document = document();
    assert_eq!(document.version, 1);
    let entries: Vec<(&String, &String, State, &Option<String>)> = document
        .requirement
        .iter()
        .map(|entry| (&entry.id, &entry.text, entry.state, &entry.reason))
        .chain(document.acceptance.iter().map(|entry| (&entry.id, &entry.text, entry.state, &entry.reason)))
        .collect();
    let ids: BTreeSet<&String> = entries.iter().map(|(id, ..)| *id).collect();
    assert_eq!(ids.len(), entries.len(), "no id twice");
    for prefix in ["MCS-", "EMM-", "GLU-", "AML-", "CRT-", "T-"] {
        assert!(ids.iter().any(|id| id.starts_with(prefix)), "{prefix}");
    }
    for (id, text, state, reason) in entries {
        assert!(text.ends_with('.') && text.len() > 20, "{id} has one whole sentence");
        assert_eq!(reason.is_some(), state == State::Declined, "{id}: a reason goes with `declined` and only with it");
    }
}

#[test]
fn every_id_in_blueprints_and_pages_is_a_requirement() {
    let document = document();
    let ids: BTreeSet<String> = document.requirement.into_iter().map(|entry| entry.id).collect();
    for file in ["docs/security-matrix.md", "blueprints/wso2-emm/blueprint.toml", "blueprints/managed-cloud/blueprint.toml"] {
        let text = std::fs::read_to_string(repository().join(file)).unwrap();
        for prefix in ["MCS-", "EMM-"] {
            for (position, _) in text.match_indices(prefix) {
                let number: String = text[position + prefix.len()..].chars().take_while(char::is_ascii_alphanumeric).collect();
                let id = format!("{prefix}{number}");
                assert!(ids.contains(&id), "{file} names {id}, which is no requirement");
            }
        }
    }
}
