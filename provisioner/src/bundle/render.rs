use std::sync::{Arc, Mutex, PoisonError};

use handlebars::{Context, Handlebars, Helper, HelperResult, Output, RenderContext, RenderErrorReason};
use serde_json::Value;

use crate::bundle::quote::is_plain;
use crate::bundle::{Content, Piece, Source, quote};
use crate::config::Syntax;
use crate::model::{Reference, ResourceAddress};

// What a template cannot know or must not write bare stands between these marks of Unicode's private use; no value that a person
// writes holds them, because control and private characters are refused where it is read.
const BEGIN_RISKY: char = '\u{E000}';
const END_RISKY: char = '\u{E001}';
const BEGIN_PLACE: char = '\u{E002}';
const END_PLACE: char = '\u{E003}';
const QUOTED: char = '\u{E004}';

/// Why a text could not be rendered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unrendered {
    /// The template is wrong, at this line and column where they are known.
    Template { why: String, line: Option<usize>, column: Option<usize> },
    /// A value does not fit where it stands.
    Value { why: String },
}

/// What a text becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A file or a command of this syntax.
    File(Syntax),
    /// One argument of a command: whatever it holds, it is quoted later as a whole.
    Argument,
}

/// A text as a value of the context: marked where it must be quoted.
pub(super) fn text(value: &str) -> Value {
    let value: String = value.chars().filter(|letter| !(BEGIN_RISKY..=QUOTED).contains(letter)).collect();
    if is_plain(&value) { value.into() } else { format!("{BEGIN_RISKY}{value}{END_RISKY}").into() }
}

/// A place as a value of the context.
pub(super) fn place(source: &Source) -> Value {
    let inside = match source {
        Source::Assigned(reference) => format!("a{} {}", reference.address, reference.attribute),
        Source::Secret(name) => format!("s{name}"),
    };
    format!("{BEGIN_PLACE}{inside}{END_PLACE}").into()
}

/// Renders a template strictly.
pub(super) fn render(template: &str, purpose: Purpose, context: &Value) -> Result<Content, Unrendered> {
    let problem: Arc<Mutex<Option<String>>> = Arc::default();
    let noted = problem.clone();
    let mut engine = Handlebars::new();
    engine.set_strict_mode(true);
    engine.register_escape_fn(move |value| {
        written(value, purpose).unwrap_or_else(|why| {
            *noted.lock().unwrap_or_else(PoisonError::into_inner) = Some(why);
            String::new()
        })
    });
    engine.register_helper("fraction", Box::new(fraction));
    engine.register_helper("remaining", Box::new(remaining));
    engine.register_template_string("it", template).map_err(|error| Unrendered::Template {
        why: error.reason().to_string(),
        line: error.pos().map(|(line, _)| line),
        column: error.pos().map(|(_, column)| column),
    })?;
    let rendered = engine.render("it", context).map_err(|error| Unrendered::Template {
        why: match error.reason() {
            RenderErrorReason::MissingVariable(Some(path)) => format!("there is no value `{path}`"),
            other => other.to_string(),
        },
        line: error.line_no,
        column: error.column_no,
    })?;
    let problem = problem.lock().unwrap_or_else(PoisonError::into_inner).take();
    match problem {
        Some(why) => Err(Unrendered::Value { why }),
        None => pieces(&rendered, purpose),
    }
}

/// What `{{value}}` writes.
fn written(value: &str, purpose: Purpose) -> Result<String, String> {
    if let Some(inside) = value.strip_prefix(BEGIN_PLACE).and_then(|rest| rest.strip_suffix(END_PLACE)) {
        return Ok(format!("{BEGIN_PLACE}{QUOTED}{inside}{END_PLACE}"));
    }
    if value.contains(BEGIN_PLACE) {
        return Err("a value that is known later stands alone, not inside another".to_owned());
    }
    let bare: String = value.chars().filter(|letter| ![BEGIN_RISKY, END_RISKY].contains(letter)).collect();
    match purpose {
        Purpose::Argument => Ok(bare),
        Purpose::File(syntax) => quote(syntax, &bare).map_err(|why| format!("{bare:?}: {why}")),
    }
}

fn pieces(rendered: &str, purpose: Purpose) -> Result<Content, Unrendered> {
    let bare = |text: &str| match text.split_once(BEGIN_RISKY) {
        Some((_, rest)) if purpose != Purpose::Argument => {
            let value = rest.split(END_RISKY).next().unwrap_or_default();
            Err(Unrendered::Value { why: format!("{value:?} has characters that mean something here: write it with two braces") })
        }
        _ => Ok(text.chars().filter(|letter| ![BEGIN_RISKY, END_RISKY].contains(letter)).collect::<String>()),
    };
    let mut content = Content::default();
    let mut parts = rendered.split(BEGIN_PLACE);
    let mut push = |text: String| {
        if !text.is_empty() {
            content.pieces.push(Piece::Text(text));
        }
    };
    push(bare(parts.next().unwrap_or_default())?);
    for part in parts {
        let (inside, rest) = part.split_once(END_PLACE).unwrap_or((part, ""));
        let (inside, is_quoted) = inside.strip_prefix(QUOTED).map_or((inside, false), |inside| (inside, true));
        let quoted = match purpose {
            Purpose::File(syntax) if is_quoted => Some(syntax),
            _ => None,
        };
        let source = source(inside).ok_or_else(|| Unrendered::Value { why: "a value that is known later was taken apart".to_owned() })?;
        content.pieces.push(Piece::Place { source, quoted });
        let rest = bare(rest)?;
        if !rest.is_empty() {
            content.pieces.push(Piece::Text(rest));
        }
    }
    Ok(content)
}

fn source(inside: &str) -> Option<Source> {
    if let Some(name) = inside.strip_prefix('s') {
        return Some(Source::Secret(name.to_owned()));
    }
    let (address, attribute) = inside.strip_prefix('a')?.split_once(' ')?;
    let address: ResourceAddress = address.parse().ok()?;
    Some(Source::Assigned(Reference { address, attribute: attribute.to_owned() }))
}

fn percent(helper: &Helper<'_>) -> Result<i64, RenderErrorReason> {
    let value = helper.param(0).and_then(|parameter| parameter.value().as_i64());
    value.ok_or_else(|| RenderErrorReason::ParamTypeMismatchForName("percent", "0".to_owned(), "whole number".to_owned()))
}

/// `{{fraction 90}}` is `0.90`.
fn fraction(helper: &Helper<'_>, _: &Handlebars<'_>, _: &Context, _: &mut RenderContext<'_, '_>, out: &mut dyn Output) -> HelperResult {
    let percent = percent(helper)?;
    out.write(&format!("{}.{:02}", percent / 100, percent % 100))?;
    Ok(())
}

/// `{{remaining 90}}` is `10`: what is left of a hundred.
fn remaining(helper: &Helper<'_>, _: &Handlebars<'_>, _: &Context, _: &mut RenderContext<'_, '_>, out: &mut dyn Output) -> HelperResult {
    out.write(&(100 - percent(helper)?).max(0).to_string())?;
    Ok(())
}
