//! What a host answers: believed only when it is exactly a report.

use proptest::prelude::*;
use provisioner::hosts::{FailedPart, HostReport, ReportError, parse_progress};

fn parse(body: &str) -> Result<HostReport, ReportError> {
    HostReport::parse(format!("provision-report 1\n{body}end\n").as_bytes())
}

fn why(body: &str) -> &'static str {
    match parse(body) {
        Err(ReportError::Line { why, .. }) => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_no_report_or_only_a_part_of_one_is_refused() {
    let whole = "provision-report 1\nstate\tnone\nend\n";
    assert_eq!(HostReport::parse(whole.as_bytes()), Ok(HostReport::default()));
    for length in 0..whole.len() {
        assert!(HostReport::parse(&whole.as_bytes()[..length]).is_err(), "{length}");
    }
    assert_eq!(parse(""), Err(ReportError::Cut));
    assert_eq!(HostReport::parse(b"\xff"), Err(ReportError::NoReport));
    assert_eq!(HostReport::parse(b"provision-report 2\nend\n"), Err(ReportError::NoReport));
    assert_eq!(HostReport::parse(&vec![b'x'; (16 << 20) + 1]), Err(ReportError::TooLong));
}

#[test]
fn every_line_is_a_record_and_says_a_thing_once() {
    assert_eq!(why("surprise\n"), "no record of a report");
    assert_eq!(why("package\tinstalled\n"), "no record of a report");
    assert_eq!(why("package\tperhaps\tnginx\n"), "no state");
    assert_eq!(why("package\tinstalled\tnginx\npackage\tabsent\tnginx\n"), "said twice");
    assert_eq!(why("file\tfine\t/x\td\t-\n"), "no state of a file");
    assert_eq!(why("content\t/x\teHg=\n"), "text of a file that was not named");
    assert_eq!(why("secret\tx\tmany\n"), "no generation");
    for encoded in ["e", "eHg", "eHh=", "e===", "e!==", "eHg=eHg=", "é==="] {
        assert_eq!(why(&format!("file\tsame\t/x\td\t-\ncontent\t/x\t{encoded}\n")), "no base64", "{encoded}");
    }
    let long = "AAAA".repeat((64 << 10) / 3 + 2);
    assert_eq!(why(&format!("file\tsame\t/x\td\t-\ncontent\t/x\t{long}\n")), "no base64");
}

#[test]
fn texts_are_read_back() {
    for (encoded, text) in [("", ""), ("eA==", "x"), ("eHk=", "xy"), ("eHl6", "xyz"), ("w6k=", "é")] {
        let report = parse(&format!("state\tcomplete\nfile\tsame\t/x\td\t-\ncontent\t/x\t{encoded}\n")).unwrap();
        assert_eq!(report.files["/x"].content.as_deref(), Some(text.as_bytes()));
    }
}

#[test]
fn what_a_program_printed_does_nothing_to_a_terminal_and_hides_secrets() {
    let report = parse("state\tpartial\nfailure\tapp\tstep\tapp.db\tfailed\tZ290G1sySiBodW50ZXIyCg==\n").unwrap();
    let failure = report.failure.unwrap();
    assert_eq!(failure.output_tail, "got\u{FFFD}[2J hunter2\n");
    assert_eq!(failure.what, FailedPart::Step("app.db".to_owned()));
    assert_eq!(failure.words(), "step app.db failed");
    assert_eq!(failure.without(["hunter2", ""].into_iter()).output_tail, "got\u{FFFD}[2J <secret>\n");
}

#[test]
fn progress_is_words_and_nothing_else() {
    assert_eq!(parse_progress("progress\tinstalling 3 packages\n").as_deref(), Some("installing 3 packages"));
    assert_eq!(parse_progress("progress\ta\u{1b}[2J\u{202e}b").as_deref(), Some("a[2Jb"));
    assert_eq!(parse_progress("state\tnone"), None);
    assert_eq!(parse_progress(&format!("progress\t{}", "x".repeat(10_000))).unwrap().len(), 400);
}

proptest! {
    #[test]
    fn no_answer_makes_the_program_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), lines in "((file|content|step|failure|value)(\t[a-z/=\\n]{0,4}){0,6}\n){0,8}") {
        let _ = HostReport::parse(&bytes);
        let _ = parse(&lines);
    }
}
