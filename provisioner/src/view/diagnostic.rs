//! Problems as an operator reads them: what, where with the source line, why, and what to do.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::model::{Diagnostic, Report, Severity, SourceSpan};
use crate::view::text::{count, harmless, harmless_line, wrap};
use crate::view::{Look, Tint};

/// Columns before the text of a note: `  = note: ` with a line number of up to three digits.
const NOTE_INDENT: usize = 12;

/// One problem, with a line end.
pub fn one(diagnostic: &Diagnostic, look: &Look) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let summary = harmless_line(&diagnostic.summary);
    let mut group = Group::with_title(level.primary_title(summary).id(diagnostic.code));
    if let Some(span) = &diagnostic.span {
        group = group.element(snippet(span, diagnostic.label.as_deref()));
    }
    let columns = look.width.saturating_sub(NOTE_INDENT).max(30);
    let prose = |text: &str| wrap(&harmless(text), columns);
    group = group.elements(diagnostic.notes.iter().map(|note| Level::NOTE.message(prose(note))));
    group = group.elements(diagnostic.help.iter().map(|help| Level::HELP.message(prose(help))));
    group = group.elements(diagnostic.facts.iter().map(|(label, value)| Level::INFO.with_name(*label).message(harmless_line(value))));
    let renderer = if look.colour { Renderer::styled().hyperlink(false) } else { Renderer::plain() };
    format!("{}\n", renderer.term_width(look.width).render(&[group]))
}

/// The source line; what is harmful in it is replaced, and the place moves with it.
fn snippet(span: &SourceSpan, label: Option<&str>) -> Snippet<'static, annotate_snippets::Annotation<'static>> {
    let cut = |offset: usize| (0..=offset.min(span.text.len())).rev().find(|at| span.text.is_char_boundary(*at)).unwrap_or(0);
    let (start, end) = (cut(span.range.start), cut(span.range.end.max(span.range.start)));
    let before = harmless(&span.text[..start]);
    let marked = harmless(&span.text[start..end]);
    let range = before.len()..before.len() + marked.len();
    let source = before + &marked + &harmless(&span.text[end..]);
    let annotation = AnnotationKind::Primary.span(range).label(label.map(harmless_line));
    Snippet::source(source).path(harmless_line(&span.path.display().to_string())).annotation(annotation)
}

/// Every problem, separated by blank lines, and below several of them their number; nothing for an empty report.
pub fn report(report: &Report, look: &Look) -> String {
    if report.is_empty() {
        return String::new();
    }
    let shown: Vec<String> = report.iter().map(|diagnostic| one(diagnostic, look)).collect();
    let numbers = if shown.len() > 1 { format!("\n{}\n", numbers(report, look)) } else { String::new() };
    shown.join("\n") + &numbers
}

fn numbers(report: &Report, look: &Look) -> String {
    let of = |severity| report.iter().filter(|diagnostic| diagnostic.severity == severity).count();
    let (errors, warnings) = (of(Severity::Error), of(Severity::Warning));
    let mut parts = Vec::new();
    if errors > 0 {
        parts.push(look.paint(Tint::Bad, &count(errors, "error")));
    }
    if warnings > 0 {
        parts.push(look.paint(Tint::Attention, &count(warnings, "warning")));
    }
    parts.join(", ")
}
