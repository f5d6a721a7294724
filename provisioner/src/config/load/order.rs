use crate::model::{Diagnostic, Report};

/// The diagnostics in the order of their places; what has no place comes last.
pub(crate) fn in_order(report: &Report) -> Report {
    let mut diagnostics: Vec<Diagnostic> = report.iter().cloned().collect();
    diagnostics.sort_by(|one, other| {
        let key = |diagnostic: &Diagnostic| diagnostic.span.as_ref().map(|span| (span.path.clone(), span.range.start));
        match (key(one), key(other)) {
            (None, None) => std::cmp::Ordering::Equal,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (Some(_), None) => std::cmp::Ordering::Less,
            (Some(one), Some(other)) => one.cmp(&other),
        }
    });
    let mut ordered = Report::default();
    diagnostics.into_iter().for_each(|diagnostic| ordered.push(diagnostic));
    ordered
}
