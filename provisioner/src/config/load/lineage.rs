use std::sync::Arc;

use crate::config::keys::Form;
use crate::config::syntax::{Node, Place, SourceFile, Table, find, merge, nearest, parse};
use crate::config::{Project, codes};
use crate::model::Report;

/// An environment's file laid over the files it inherits.
#[derive(Debug)]
pub(crate) struct Lineage {
    pub(crate) table: Table,
    /// The ancestors, nearest first.
    pub(crate) ancestors: Vec<String>,
    /// The beginning of the environment's own file.
    pub(crate) top: Place,
    /// Whether every file was there and could be parsed, so that what is missing is really missing.
    pub(crate) is_complete: bool,
}

impl Lineage {
    /// Reads an environment's file and those it inherits.
    pub(crate) fn read(project: &Project, name: &str) -> (Option<Self>, Report) {
        let names = project.environment_names();
        if !names.contains(name) {
            let mut diagnostic = codes::UNKNOWN_ENVIRONMENT
                .error()
                .note(format!("`{}` is not there", project.shown(&Project::environment_file(&name.escape_debug().to_string())).display()));
            if let Some(meant) = nearest(name, names.iter().map(String::as_str)) {
                diagnostic = diagnostic.help(format!("did you mean `{meant}`?"));
            }
            if !names.is_empty() {
                diagnostic = diagnostic.help(format!("environments here: {}", names.iter().cloned().collect::<Vec<_>>().join(", ")));
            }
            return (None, diagnostic.into());
        }
        let file = match open(project, name) {
            Ok(file) => file,
            Err(report) => return (None, report),
        };
        let (table, mut report) = parse(&file);
        let mut lineage = Self { table, ancestors: Vec::new(), top: Place { file, range: 0..0 }, is_complete: !report.has_errors() };
        let mut layers = Vec::new();
        let mut next = parent_in(&lineage.table);
        while let Some((parent, place)) = next {
            let refusal = if parent == name || lineage.ancestors.contains(&parent) {
                let chain = std::iter::once(name).chain(lineage.ancestors.iter().map(String::as_str)).chain([parent.as_str()]);
                Some(codes::BAD_PARENT.error().at(place.span(), format!("a circle: {}", chain.collect::<Vec<_>>().join(" -> "))))
            } else if !names.contains(&parent) {
                let diagnostic = codes::BAD_PARENT.error().at(place.span(), "there is no such environment");
                let others = names.iter().map(String::as_str).filter(|other| *other != name);
                Some(match nearest(&parent, others.clone()) {
                    Some(meant) => diagnostic.help(format!("did you mean \"{meant}\"?")),
                    None => diagnostic.help(format!("environments here: {}", others.collect::<Vec<_>>().join(", "))),
                })
            } else {
                None
            };
            if let Some(diagnostic) = refusal {
                report.push(diagnostic);
                lineage.is_complete = false;
                break;
            }
            let mut table = match open(project, &parent) {
                Ok(file) => {
                    let (table, problems) = parse(&file);
                    lineage.is_complete &= !problems.has_errors();
                    report.extend(problems);
                    table
                }
                Err(problems) => {
                    lineage.is_complete = false;
                    report.extend(problems);
                    break;
                }
            };
            next = parent_in(&table);
            lineage.ancestors.push(parent);
            forget_own(&mut table);
            layers.push(table);
        }
        let own = std::mem::take(&mut lineage.table);
        for layer in layers.into_iter().rev().chain([own]) {
            merge(&mut lineage.table, layer);
        }
        (Some(lineage), report)
    }
}

fn open(project: &Project, name: &str) -> Result<Arc<SourceFile>, Report> {
    let relative = Project::environment_file(name);
    SourceFile::open(&project.root.join(&relative), &project.shown(&relative))
}

fn parent_in(table: &Table) -> Option<(String, Place)> {
    let tree = find(table, "inherits").or_else(|| find(table, "environment.inherits"))?;
    let parent = tree.as_text().filter(|text| Form::Name.fits(text))?;
    Some((parent.to_owned(), tree.place.clone()))
}

/// Takes away what an environment says of itself alone.
fn forget_own(table: &mut Table) {
    table.remove("inherits");
    if let Some(Node::Table(environment)) = table.get_mut("environment").map(|tree| &mut tree.node) {
        environment.remove("name");
        environment.remove("inherits");
    }
}
