use crate::config::check::Subject;
use crate::config::check::databases::is_judged;
use crate::config::codes;
use crate::config::syntax::nearest;
use crate::config::{InputType, InputValue};
use crate::model::Report;

pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    if !is_judged(subject) {
        return;
    }
    let values = subject.values;
    let inputs: Vec<_> = subject.blueprints.iter().flat_map(|blueprint| &blueprint.inputs).collect();
    for name in values.names("inputs") {
        let path = format!("inputs.{name}");
        let Some(input) = inputs.iter().find(|input| input.name == *name) else {
            let diagnostic = values.mark_name(codes::UNKNOWN_INPUT.error(), &path, "the blueprint does not ask for it");
            report.push(match nearest(name, inputs.iter().map(|input| input.name.as_str())) {
                Some(meant) => diagnostic.help(format!("did you mean `{meant}`?")),
                None => diagnostic
                    .help(format!("its inputs: {}", inputs.iter().map(|input| input.name.as_str()).collect::<Vec<_>>().join(", "))),
            });
            continue;
        };
        let Some(value) = values.input(&path) else { continue };
        if let Some(reason) = input.kind.refuses(&value) {
            let diagnostic = values.mark(codes::BAD_INPUT.error(), &path, reason).note(input.doc.clone());
            report.push(match (&input.kind, &value) {
                (InputType::Choice { choices }, InputValue::Text(text)) => match nearest(text, choices.iter().map(String::as_str)) {
                    Some(meant) => diagnostic.help(format!("did you mean \"{meant}\"?")),
                    None => diagnostic,
                },
                _ => diagnostic,
            });
        }
    }
    for input in inputs {
        if input.default.is_none() && !values.names("inputs").contains(&input.name) {
            let diagnostic =
                values.mark(codes::MISSING_INPUT.error(), &format!("inputs.{}", input.name), format!("`{}` is not there", input.name));
            report.push(diagnostic.note(input.doc.clone()).help(format!("write `{} = …` in [inputs], {}", input.name, input.kind)));
        }
    }
}
