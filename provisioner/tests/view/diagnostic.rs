use std::path::PathBuf;
use std::sync::Arc;

use provisioner::model::{Diagnostic, Report, SourceSpan};
use provisioner::view::{Look, diagnostic, json};

use super::{check, look};

const SOURCE: &str = "[environment]\nname = \"prod\"\n\n[nodes.worker]\ncount = 2\nintance_type = \"m6i.large\"\n";

fn span(text: &str, marked: &str) -> SourceSpan {
    let start = text.find(marked).expect("it is in the text");
    SourceSpan { path: PathBuf::from("environments/prod.toml"), text: Arc::from(text), range: start..start + marked.len() }
}

fn unknown_key() -> Diagnostic {
    Diagnostic::error("E0101", "unknown key")
        .at(span(SOURCE, "intance_type"), "did you mean `instance_type`?")
        .note("a node has the keys count, instance_type and root_volume_gib")
        .help("write it so:\n    instance_type = \"m6i.large\"")
}

fn denied() -> Diagnostic {
    Diagnostic::error("E0301", "the cloud denies the call")
        .note("User: arn:aws:iam::123456789012:user/ops is not authorized to perform: ec2:CreateVpc on resource: arn:aws:ec2:eu-west-1:123456789012:vpc/*")
        .fact("operation", "CreateVpc")
        .fact("error code", "UnauthorizedOperation")
        .fact("request id", "7a62c49f-347e-4fc4-9331-6e8eEXAMPLE")
        .fact("address", "vpc.main")
        .help("see what this environment needs:\n    provision permissions --env prod")
}

fn report() -> Report {
    let mut report = Report::from(unknown_key());
    report.push(denied());
    report.push(Diagnostic::warning("E0199", "the engine is out of standard support").note("MySQL 8.0 left it on 2026-07-31"));
    report
}

#[test]
fn a_report_shows_each_problem_and_their_number() {
    check("cli", "report", &diagnostic::report(&report(), &look(100, false)));
    check("cli", "report-80", &diagnostic::report(&report(), &look(80, false)));
    assert_eq!(diagnostic::report(&Report::default(), &look(100, false)), "");
}

#[test]
fn a_coloured_report_says_the_same() {
    let coloured = diagnostic::report(&report(), &Look { colour: true, width: 100, is_verbose: false });
    check("cli", "report-colour", &coloured.replace('\u{1b}', "ESC"));
}

#[test]
fn what_is_harmful_in_a_source_line_is_shown_and_the_mark_stays_in_its_place() {
    let text = "note = \"a\u{1b}[2J\u{202e}b\"\t\u{200b}kee = 1\r\nnext = 2\r\n";
    let found = Diagnostic::error("E0101", "unknown key\u{1b}[1m").at(span(text, "kee"), "did you mean `key`?\u{7}").note("a\rb\u{9b}c");
    let shown = diagnostic::one(&found, &look(100, false));
    assert!(!shown.contains(|character: char| character.is_control() && character != '\n'), "{shown:?}");
    check("cli", "diagnostic-harmless", &shown);
}

#[test]
fn a_place_at_the_end_or_outside_of_the_text_is_no_panic() {
    for range in [SOURCE.len()..SOURCE.len(), 0..0, 5..9_999, 9_998..9_999] {
        let span = SourceSpan { range, ..span(SOURCE, "name") };
        let shown = diagnostic::one(&Diagnostic::error("E0102", "a key is missing").at(span, "`class` is missing"), &look(100, false));
        assert!(shown.contains("environments/prod.toml"), "{shown}");
    }
}

#[test]
fn programs_read_place_notes_help_and_facts() {
    check("cli", "report-json", &report().iter().map(json::diagnostic).collect::<String>());
}
