//! Whatever stands in a file, the answer is a diagnostic and never a panic.

use proptest::prelude::*;
use provisioner::model::Report;

use super::support::{MINIMAL, Scratch, codes, plain};

/// Loads the bytes as an environment and renders what is said: rendering slices the text by the spans.
fn load(bytes: &[u8]) -> (bool, Report) {
    let scratch = Scratch::new(&[]);
    scratch.write("environments/prod.toml", bytes);
    let (environment, report) = scratch.environment("prod");
    plain(&report);
    assert_eq!(environment.is_some(), !report.has_errors());
    (environment.is_some(), report)
}

#[test]
fn a_file_of_ten_megabytes_is_refused_unread() {
    let (_, report) = load(&vec![b'#'; 10 * 1024 * 1024]);
    assert_eq!(codes(&report), ["E0109"]);
}

#[test]
fn a_picture_is_refused() {
    let (_, report) = load(b"name = 1\n\x89PNG\r\n\x1a\n\xff\xfe");
    assert_eq!(codes(&report), ["E0109"]);
}

#[test]
fn nul_and_characters_that_reorder_text_are_refused_where_they_stand() {
    for (character, place) in [('\0', 2), ('\u{202e}', 2), ('\u{2066}', 2), ('\u{200b}', 2), ('\u{1b}', 2)] {
        let text = MINIMAL.replacen("\"prod\"", &format!("\"pr{character}od\""), 1);
        let (_, report) = load(text.as_bytes());
        assert_eq!(codes(&report), ["E0110"], "{character:?}");
        let span = report.iter().next().and_then(|diagnostic| diagnostic.span.clone()).expect("a place");
        assert_eq!(span.line_and_column().0, place);
    }
}

#[test]
fn deep_nesting_is_refused() {
    let brackets = format!("a = {}{}", "[".repeat(50_000), "]".repeat(50_000));
    let dotted = format!("{}a = 1", "a.".repeat(50_000));
    let header = format!("[{}a]", "a.".repeat(60));
    let inline = format!("a = {}1{}", "{ a = ".repeat(5_000), " }".repeat(5_000));
    for text in [brackets, dotted, header, inline] {
        let (is_environment, report) = load(text.as_bytes());
        assert!(!is_environment && report.has_errors());
    }
}

#[test]
fn a_thousand_broken_lines_give_a_readable_number_of_diagnostics() {
    let (_, report) = load("= broken\n".repeat(1000).as_bytes());
    assert!(report.iter().count() <= 40, "{}", report.iter().count());
}

#[test]
fn keys_with_dots_and_empty_keys_do_not_confuse_paths() {
    for text in [
        "\"environment.name\" = \"prod\"",
        "\"\" = 1",
        "[nodes.\"worker.count\"]\ncount = 1",
        "[nodes.\"\"]",
        "[tags]\n\"\" = \"x\"\n\"a.b\" = \"c\"",
    ] {
        let (is_environment, _) = load(format!("{text}\n{MINIMAL}").as_bytes());
        assert!(!is_environment || text.contains("tags"), "{text}");
    }
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_are_accepted() {
    let text = format!("\u{feff}{}", MINIMAL.replace('\n', "\r\n"));
    let (is_environment, report) = load(text.as_bytes());
    assert!(is_environment, "{}", plain(&report));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        load(&bytes);
    }

    #[test]
    fn arbitrary_text_never_panics(text in "\\PC{0,200}") {
        load(text.as_bytes());
    }

    #[test]
    fn a_valid_file_with_bytes_changed_never_panics(edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut bytes = MINIMAL.as_bytes().to_vec();
        for (index, byte) in edits {
            let at = index.index(bytes.len());
            bytes[at] = byte;
        }
        load(&bytes);
    }

    #[test]
    fn a_valid_file_with_a_piece_cut_out_or_doubled_never_panics(start in any::<prop::sample::Index>(), length in 0_usize..80, is_doubled in any::<bool>()) {
        let start = start.index(MINIMAL.len());
        let end = (start + length).min(MINIMAL.len());
        let piece = if is_doubled { MINIMAL[start..end].repeat(2) } else { String::new() };
        load(format!("{}{piece}{}", &MINIMAL[..start], &MINIMAL[end..]).as_bytes());
    }

    #[test]
    fn values_of_other_types_never_panic(line in 0_usize..14, value in prop_oneof![
        Just("{}"), Just("[]"), Just("[[1]]"), Just("1979-05-27"), Just("-9223372036854775808"), Just("99999999999999999999"),
        Just("nan"), Just("\"\""), Just("{ a = { b = [1, {}] } }"), Just("[\"0.0.0.0/0\", 1, {}]"), Just("\"\\u0000\""),
    ]) {
        let lines = MINIMAL.lines().enumerate().map(|(index, text)| match text.split_once('=') {
            Some((key, _)) if index == line => format!("{key}= {value}"),
            _ => text.to_owned(),
        });
        load(lines.collect::<Vec<_>>().join("\n").as_bytes());
    }

    #[test]
    fn a_valid_blueprint_with_bytes_changed_never_panics(edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let mut bytes = include_bytes!("../../../blueprints/wso2-emm/blueprint.toml").to_vec();
        for (index, byte) in edits {
            let at = index.index(bytes.len());
            bytes[at] = byte;
        }
        let scratch = Scratch::new(&[]);
        scratch.write("blueprints/wso2-emm/blueprint.toml", &bytes);
        let (blueprint, report) = scratch.blueprint("wso2-emm");
        plain(&report);
        prop_assert_eq!(blueprint.is_some(), !report.has_errors());
    }

    #[test]
    fn a_valid_project_file_with_bytes_changed_never_panics(edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4)) {
        let mut bytes = include_bytes!("../../../provision.toml").to_vec();
        for (index, byte) in edits {
            let at = index.index(bytes.len());
            bytes[at] = byte;
        }
        let scratch = Scratch::new(&[]);
        scratch.write("provision.toml", &bytes);
        plain(&scratch.find().1);
    }
}
