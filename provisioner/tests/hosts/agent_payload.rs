//! What is sent to a host: names that are refused, bytes that arrive.

use std::collections::BTreeMap;
use std::process::Command;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use provisioner::bundle::{Bundle, Content, Piece, Source};
use provisioner::hosts::{REMOTE_COMMAND, apply, compare};
use provisioner::model::{Reference, ResourceAddress};

use super::agent_root::{Root, example, file, secret, text, unit, value, whole};

fn refused(bundle: &Bundle) -> String {
    apply(bundle, &value, &BTreeMap::new(), None).expect_err("it is refused")
}

fn with_file(path: &str) -> Bundle {
    let mut app = unit("app");
    app.files.insert(path.to_owned(), file(text("x"), "0644"));
    Bundle { units: vec![app] }
}

#[test]
fn equal_bundles_are_equal_bytes() {
    assert_eq!(whole(&example()), whole(&example()));
}

#[test]
fn hostile_paths_are_refused() {
    for path in
        ["", "etc/x", "/", "/etc/../x", "/etc/./x", "/etc//x", "/etc/x/", "/etc/x\ny", "/etc/x\ty", "/etc/x\0", "/etc/\\x", "/etc/\u{9b}x"]
    {
        refused(&with_file(path));
        assert!(compare([(path, "d".to_owned())].into_iter()).is_err(), "{path:?}");
    }
    for path in ["/proc/sys/kernel/x", "/sys/x", "/dev/sda", "/run/x", "/var/lib/provision/applied"] {
        assert!(refused(&with_file(path)).contains("no path"));
    }
    refused(&with_file(&format!("/etc/{}", "x".repeat(240))));
}

#[test]
fn hostile_names_are_refused() {
    for name in ["", "-x", "x y", "x;y", "$(x)", "`x`", "../x", ".x", "x/y", "x\ny", "x\ty", "x'", "é", "--install"] {
        let mut units = vec![unit("app"); 6];
        name.clone_into(&mut units[0].id);
        units[1].packages.push(name.to_owned());
        units[2].services.push(name.to_owned());
        units[3].users.insert(name.to_owned(), ("/home/x".to_owned(), Vec::new()));
        units[4].users.insert("x".to_owned(), ("/home/x".to_owned(), vec![name.to_owned()]));
        units[5].steps.push(super::agent_root::step(name, None, "true"));
        for unit in units {
            refused(&Bundle { units: vec![unit] });
        }
        let mut bundle = with_file("/etc/x");
        name.clone_into(&mut bundle.units[0].files.get_mut("/etc/x").unwrap().owner);
        refused(&bundle);
    }
    let mut bundle = with_file("/etc/x");
    bundle.units[0].files.get_mut("/etc/x").unwrap().mode = "u+s".to_owned();
    refused(&bundle);
}

#[test]
fn what_is_not_known_is_named_and_no_value_is_told() {
    let reference = Reference { address: ResourceAddress::new("db-instance", "core"), attribute: "endpoint".to_owned() };
    let mut bundle = with_file("/etc/x");
    bundle.units[0].files.get_mut("/etc/x").unwrap().content =
        Content { pieces: vec![Piece::Place { source: Source::Assigned(reference), quoted: None }] };
    let why = apply(&bundle, &|_: &Source| None, &BTreeMap::new(), None).unwrap_err();
    assert!(why.contains("db-instance.core.endpoint"), "{why}");
    bundle.units[0].files.get_mut("/etc/x").unwrap().content = secret("token");
    assert!(refused(&bundle).contains("the secret token has no generation"));
    let why = apply(&bundle, &|_: &Source| Some("to\nken".to_owned()), &BTreeMap::from([("token".to_owned(), 2)]), None);
    assert!(why.is_ok(), "a secret may have several lines in a file");
}

#[test]
fn the_command_is_one_constant_word_for_sudo() {
    assert!(!REMOTE_COMMAND.contains('\n'));
    assert_eq!(REMOTE_COMMAND.matches('\'').count(), 2);
}

#[test]
fn the_script_passes_shellcheck() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/provisioner/src/hosts/agent.sh");
    let Ok(judged) = Command::new("shellcheck").args(["--shell=dash", script]).output() else {
        println!("skipped: there is no shellcheck here (Debian: apt-get install shellcheck)");
        return;
    };
    assert!(judged.status.success(), "{}", String::from_utf8_lossy(&judged.stdout));
}

#[test]
fn any_text_arrives_as_it_is() {
    let Some(root) = Root::new() else { return };
    let lines = "[\\x00-\\x7f\u{80}-\u{10ffff}]{0,300}";
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let many = proptest::collection::vec((lines, "[ -.0-\\[\\]-~é]{1,40}"), 40).new_tree(&mut runner).unwrap().current();
    let mut hostile = unit("hostile");
    for (number, (content, name)) in many.iter().enumerate() {
        hostile.files.insert(format!("/srv/{number}{name}/{name}-"), file(text(content), "0600"));
    }
    let bundle = Bundle { units: vec![hostile] };
    let report = root.apply(&bundle);
    assert_eq!(report.failure, None);
    for (path, file) in bundle.files() {
        assert_eq!(String::from_utf8(root.bytes(path)).unwrap(), file.content.filled(&value).unwrap(), "{path:?}");
    }
    assert_eq!(report.files.keys().map(String::as_str).collect::<Vec<_>>(), bundle.files().map(|(path, _)| path).collect::<Vec<_>>());
    for (path, _) in bundle.files() {
        std::fs::write(root.path(path), b"\0\xff\n\ttampered\x1b[2J").unwrap();
    }
    let seen = root.compare(&bundle);
    assert!(seen.files.values().all(|file| file.content.as_deref() == Some(b"\0\xff\n\ttampered\x1b[2J")));
}
