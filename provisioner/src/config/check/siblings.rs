use std::collections::BTreeSet;

use ipnet::Ipv4Net;

use crate::config::check::{Subject, network};
use crate::config::load::Lineage;
use crate::config::syntax::{Node, find};
use crate::config::{Blueprint, Project, codes};
use crate::model::Report;

/// What is compared of another environment; problems in its file are reported when it is loaded itself.
struct Sibling {
    name: String,
    ancestors: Vec<String>,
    cidr: Option<Ipv4Net>,
    domain: Option<String>,
    blueprints: Vec<String>,
}

/// Compares the environment with the others of its project.
///
/// Where one inherits from the other, the heir alone is spoken of: it is the one to change.
pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    let names = subject.project.environment_names();
    let siblings = names.iter().filter(|name| *name != subject.name).filter_map(|name| read(subject.project, name));
    for sibling in siblings.filter(|sibling| !sibling.ancestors.iter().any(|ancestor| ancestor == subject.name)) {
        compare(subject, &sibling, report);
    }
}

fn read(project: &Project, name: &str) -> Option<Sibling> {
    let Lineage { table, ancestors, .. } = Lineage::read(project, name).0?;
    let text = |path: &str| find(&table, path)?.as_text().map(str::to_owned);
    let blueprints = match find(&table, "environment.blueprints").map(|tree| &tree.node) {
        Some(Node::List(items)) => items.iter().filter_map(|item| item.as_text().map(str::to_owned)).collect(),
        _ => Vec::new(),
    };
    let cidr = text("network.cidr").and_then(|text| text.parse().ok());
    Some(Sibling { name: name.to_owned(), ancestors, cidr, domain: text("environment.domain"), blueprints })
}

fn compare(subject: &Subject<'_>, sibling: &Sibling, report: &mut Report) {
    let values = subject.values;
    let other = &sibling.name;
    if let (Some(own), Some(theirs)) = (values.network("network.cidr"), sibling.cidr)
        && network::overlap(own, theirs)
    {
        let diagnostic = values.mark(codes::OVERLAP.warning(), "network.cidr", format!("`{other}` has {theirs}"));
        report.push(
            diagnostic
                .note("the two could never be connected")
                .help(format!("give `{0}` a network of its own: [network] cidr in environments/{0}.toml", subject.name)),
        );
    }
    if values.text("environment.domain").is_some() && values.text("environment.domain") == sibling.domain.as_deref() {
        let is_mail = values.text("alerting.mode") == Some("ses");
        let diagnostic = if is_mail { codes::SHARED_DOMAIN.error() } else { codes::SHARED_DOMAIN.warning() };
        let domain = sibling.domain.as_deref().unwrap_or_default();
        let diagnostic = values.mark(diagnostic, "environment.domain", format!("`{other}` has it too"));
        report.push(diagnostic.help(format!("write domain = \"{}.{domain}\" in environments/{}.toml", subject.name, subject.name)));
    }
    let wanted: Vec<_> = values.texts("environment.blueprints").iter().map(|item| item.value.clone()).collect();
    if !wanted.is_empty() && !sibling.blueprints.is_empty() && wanted != sibling.blueprints {
        let (own, theirs) = (databases(subject.project, &wanted), databases(subject.project, &sibling.blueprints));
        if let (Some(own), Some(theirs)) = (own, theirs)
            && own != theirs
        {
            let diagnostic = values.mark(codes::DATABASE_SETS.error(), "environment.blueprints", format!("`{other}` has other databases"));
            let list = |set: &BTreeSet<String>| set.iter().cloned().collect::<Vec<_>>().join(", ");
            report.push(diagnostic.note(format!("here: {}; there: {}", list(&own), list(&theirs))));
        }
    }
}

fn databases(project: &Project, blueprints: &[String]) -> Option<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for blueprint in blueprints {
        names.extend(Blueprint::load(project, blueprint).0?.databases.into_iter().map(|database| database.name));
    }
    Some(names)
}
