//! A project in a temporary folder, and diagnostics as plain text.

use std::fmt::Write;
use std::path::Path;

use provisioner::config::{Blueprint, Environment, Project};
use provisioner::model::{Report, Severity};
use tempfile::TempDir;

/// The smallest valid environment.
pub const MINIMAL: &str = r#"[environment]
name = "prod"
class = "production"
blueprints = ["wso2-emm"]
domain = "emm.example.com"

[cloud]
region = "eu-west-1"
account = "123456789012"

[network]
cidr = "10.20.0.0/16"
operator_cidrs = ["198.51.100.0/28"]

[alerting]
recipients = ["oncall@example.com"]
"#;

/// The repository itself.
pub fn repository() -> Project {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    Project::find(None, root).0.expect("the repository is a project")
}

/// A project made for one test.
pub struct Scratch {
    folder: TempDir,
}

impl Scratch {
    /// A project with these files, by relative path.
    pub fn new(files: &[(&str, &str)]) -> Self {
        let scratch = Self { folder: TempDir::new().expect("a temporary folder") };
        std::fs::create_dir(scratch.folder.path().join("environments")).expect("a new folder");
        files.iter().for_each(|(path, text)| scratch.write(path, text.as_bytes()));
        scratch
    }

    /// A project with `environments/prod.toml` alone.
    pub fn prod(text: &str) -> Self {
        Self::new(&[("environments/prod.toml", text)])
    }

    pub fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a new folder");
        std::fs::write(path, bytes).expect("a writable folder");
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn find(&self) -> (Option<Project>, Report) {
        Project::find(None, self.folder.path())
    }

    pub fn project(&self) -> Project {
        self.find().0.expect("a project")
    }

    pub fn environment(&self, name: &str) -> (Option<Environment>, Report) {
        Environment::load(&self.project(), name)
    }

    pub fn blueprint(&self, name: &str) -> (Option<Blueprint>, Report) {
        Blueprint::load(&self.project(), name)
    }
}

/// The valid environment with one text put in another's place, or appended where `from` is empty.
pub fn changed(from: &str, to: &str) -> String {
    if from.is_empty() {
        return format!("{MINIMAL}\n{to}\n");
    }
    assert!(MINIMAL.contains(from), "{from} is not in the environment");
    MINIMAL.replacen(from, to, 1)
}

/// The codes, in the order found.
pub fn codes(report: &Report) -> Vec<&'static str> {
    report.iter().map(|diagnostic| diagnostic.code).collect()
}

/// The diagnostics as a reader without a terminal sees them.
pub fn plain(report: &Report) -> String {
    let mut page = String::new();
    for diagnostic in report {
        let severity = if diagnostic.severity == Severity::Error { "error" } else { "warning" };
        writeln!(page, "{severity}[{}]: {}", diagnostic.code, diagnostic.summary).expect("a String takes every text");
        if let Some(span) = &diagnostic.span {
            let (line, column) = span.line_and_column();
            let text = span.text.lines().nth(line - 1).unwrap_or_default();
            let width = span.text[span.range.clone()].lines().next().unwrap_or_default().chars().count().max(1);
            let label = diagnostic.label.as_deref().unwrap_or_default();
            let path = span.path.display();
            let marks = format!("{}{} {label}", " ".repeat(column - 1), "^".repeat(width));
            writeln!(page, "  --> {path}:{line}:{column}\n   | {text}\n   | {marks}").expect("a String takes every text");
        }
        diagnostic.notes.iter().for_each(|note| writeln!(page, "  note: {note}").expect("a String takes every text"));
        diagnostic.help.iter().for_each(|help| writeln!(page, "  help: {help}").expect("a String takes every text"));
    }
    page
}

/// Holds a text to the snapshot of this name.
pub fn assert_snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/config"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}
