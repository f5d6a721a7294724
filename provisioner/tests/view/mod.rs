//! What operators and programs read, held by snapshots.

mod diagnostic;
mod drift;
mod ending;
mod fixture;
mod hosts;
mod keeping;
mod output;
mod plan;
mod progress;
mod question;
mod state;

use std::path::Path;

use provisioner::view::{Look, View};

/// The look of the tests: no colour.
fn look(width: usize, is_verbose: bool) -> Look {
    Look { colour: false, width, is_verbose }
}

/// Holds `text` against `snapshots/FOLDER/NAME.snap`.
fn check(folder: &str, name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots").join(folder));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// Holds the human face at 100 columns.
fn check_human(folder: &str, name: &str, view: &dyn View) {
    check(folder, name, &view.human(&look(100, false)));
}

/// Holds the lines for programs; each must be one JSON object with type and version.
fn check_json(folder: &str, name: &str, view: &dyn View) {
    let lines = view.json();
    for line in &lines {
        let object: serde_json::Value = serde_json::from_str(line).expect("a line is JSON");
        assert!(object["type"].is_string() && object["version"] == 1, "{line}");
        assert!(line.ends_with('\n') && !line.trim_end().contains('\n'), "{line}");
    }
    check(folder, name, &lines.concat());
}
