use std::path::{Path, PathBuf};

use crate::config::keys::{PROJECT, Shape};
use crate::config::load::walk;
use crate::config::syntax::{Place, SourceFile, parse};
use crate::config::{Blueprint, Class, Environment, Project, StateKind, codes};
use crate::model::Report;

impl Project {
    /// Finds the project: the folder `root` if one is named, or else the nearest of `cwd` and its parents that has
    /// `provision.toml` or `environments/`.
    ///
    /// There is a project only where the report has no errors.
    pub fn find(root: Option<&Path>, cwd: &Path) -> (Option<Self>, Report) {
        let is_project = |folder: &Path| folder.join(Self::FILE).is_file() || folder.join("environments").is_dir();
        let found = match root {
            Some(named) => Some(cwd.join(named)).filter(|folder| is_project(folder)).map(|folder| (folder, named.to_owned())),
            None => cwd.ancestors().find(|folder| is_project(folder)).map(|folder| {
                let shown = if folder == cwd { PathBuf::new() } else { folder.to_owned() };
                (folder.to_owned(), shown)
            }),
        };
        let Some((root, shown_root)) = found else {
            let place = root.map_or_else(|| format!("{} or a folder above it", cwd.display()), |named| named.display().to_string());
            let diagnostic = codes::NO_PROJECT.error().note(format!("no `provision.toml` and no `environments/` in {place}"));
            return (
                None,
                diagnostic
                    .help("a project is a folder with `provision.toml` and `environments/`: cd to it, or name it with `--root DIR`")
                    .into(),
            );
        };
        let project = Self { root, shown_root, name: "provision".to_owned(), state: StateKind::Local };
        project.read_file()
    }

    fn read_file(mut self) -> (Option<Self>, Report) {
        let path = self.root.join(Self::FILE);
        if !path.exists() {
            return (Some(self), Report::default());
        }
        let file = match SourceFile::open(&path, &self.shown(Self::FILE.as_ref())) {
            Ok(file) => file,
            Err(report) => return (None, report),
        };
        let (table, mut report) = parse(&file);
        let (values, problems) = walk(&table, &Shape::of(PROJECT), Class::Production, &Place { file, range: 0..0 });
        report.extend(problems);
        if values.text("state.kind") == Some("s3") {
            let diagnostic = values.mark(codes::NOT_YET.error(), "state.kind", "state in S3 is not supported yet");
            report.push(diagnostic.help("write kind = \"local\""));
        }
        if let Some(name) = values.text("project.name") {
            // With an environment's name of 16 and two hyphens, names of databases still have 63 - 16 - 20 - 2 characters.
            if name.len() > 20 {
                let label = format!("{} characters; at most 20, because it begins every physical name", name.len());
                report.push(values.mark(codes::NAME_TOO_LONG.error(), "project.name", label));
            }
            self.name = name.to_owned();
        }
        if report.has_errors() { (None, report) } else { (Some(self), report) }
    }

    /// Checks everything a person wrote: every environment, and every blueprint that an environment could use.
    ///
    /// A problem in a file that several environments inherit is said once.
    pub fn validate(&self) -> Report {
        let blueprints = self.blueprint_names().into_iter().map(|name| Blueprint::load(self, &name).1);
        let environments = self.environment_names().into_iter().map(|name| Environment::load(self, &name).1);
        let mut report = Report::default();
        for diagnostic in blueprints.chain(environments).flat_map(|part| part.iter().cloned().collect::<Vec<_>>()) {
            if !report.iter().any(|known| *known == diagnostic) {
                report.push(diagnostic);
            }
        }
        report
    }
}
