use crate::config::check::Subject;
use crate::config::codes;
use crate::config::syntax::nearest;
use crate::model::Report;

/// MySQL versions that RDS creates today ("RDS for MySQL LTS 9.7 is generally available", release calendar of RDS for MySQL).
const SUPPORTED: [&str; 2] = ["8.4", "9.7"];
/// Past standard support since 2026-07-31; created with paid extended support.
const EXTENDED: [&str; 1] = ["8.0"];

pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    let values = subject.values;
    let known: Vec<_> =
        subject.blueprints.iter().flat_map(|blueprint| &blueprint.databases).map(|database| database.name.as_str()).collect();
    for name in values.names("databases") {
        if !known.contains(&name.as_str()) && is_judged(subject) {
            let path = format!("databases.{name}");
            let diagnostic = values.mark(codes::UNKNOWN_DATABASE.error(), &path, "the blueprint does not ask for it");
            report.push(match nearest(name, known.iter().copied()) {
                Some(meant) => diagnostic.help(format!("did you mean [databases.{meant}]?")),
                None => diagnostic.help(format!("its databases: {}", known.join(", "))),
            });
        }
    }
    let tables = std::iter::once("databases".to_owned()).chain(values.names("databases").iter().map(|name| format!("databases.{name}")));
    for table in tables {
        check_version(subject, &table, report);
    }
}

/// Whether the environment's blueprints could be read: only then is it known what they ask for.
pub(super) fn is_judged(subject: &Subject<'_>) -> bool {
    let wanted = subject.values.texts("environment.blueprints");
    !wanted.is_empty() && wanted.iter().all(|item| subject.blueprints.iter().any(|blueprint| blueprint.name == item.value))
}

fn check_version(subject: &Subject<'_>, table: &str, report: &mut Report) {
    let values = subject.values;
    let path = format!("{table}.version");
    let Some(version) = values.text(&path) else { return };
    let major = version.splitn(3, '.').take(2).collect::<Vec<_>>().join(".");
    let has_extended_support =
        values.boolean(&format!("{table}.extended_support")).or_else(|| values.boolean("databases.extended_support")).unwrap_or(false);
    if EXTENDED.contains(&major.as_str()) {
        let diagnostic =
            values.mark(codes::ENGINE_VERSION.warning(), &path, format!("MySQL {major} left RDS standard support on 2026-07-31"));
        report.push(if has_extended_support {
            diagnostic.note("extended support is paid for by the hour and processor").help("plan the upgrade to \"8.4\"")
        } else {
            diagnostic.note("without `extended_support = true` RDS refuses to create it").help("write version = \"8.4\"")
        });
    } else if !SUPPORTED.contains(&major.as_str()) {
        let diagnostic = values.mark(codes::ENGINE_VERSION.error(), &path, format!("supported: {}", SUPPORTED.join(", ")));
        report.push(diagnostic.help("write version = \"8.4\""));
    } else if major != version {
        let diagnostic = values.mark(codes::ENGINE_VERSION.error(), &path, "the minor version is RDS's to choose");
        report.push(
            diagnostic
                .note("minor upgrades are automatic: a pinned one would differ from what runs")
                .help(format!("write version = \"{major}\"")),
        );
    }
}
