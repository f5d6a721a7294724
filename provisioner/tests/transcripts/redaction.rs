use std::path::Path;

/// Holds `text` against `snapshots/FOLDER/NAME.snap`, without what differs from run to run.
pub fn check(folder: &str, name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots").join(folder));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for (pattern, words) in REDACTED {
        settings.add_filter(pattern, *words);
    }
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// What the rehearsal cloud, the clock and this machine put into an output.
const REDACTED: &[(&str, &str)] = &[
    // Ids keep their width, so that columns stay where they are.
    (r"-[0-9a-f]{17}\b", "-00000000000000000"),
    (r"-[0-9a-f]{26}\b", "-00000000000000000000000000"),
    (r"p-[0-9a-f]{32}", "p-<token>"),
    (r"\d{8}T\d{6}Z", "<time>"),
    (r"ssh-ed25519 [A-Za-z0-9+/=]+", "ssh-ed25519 <key>"),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", "<time>"),
    (r"\d{4}-\d\d-\d\dT[0-9:.]+Z", "<time>"),
    (r"until up to \d{4}-\d\d-\d\d", "until up to <date>"),
    (r#""until":"\d{4}-\d\d-\d\d""#, r#""until":"<date>""#),
    (r"operator@\S+ \(pid \d+", "operator@<host> (pid <pid>"),
    (r#""elapsed_milliseconds":\d+"#, r#""elapsed_milliseconds":0"#),
    (r", (less than 1|\d+) s\.", ", <time>."),
    (r" in \d+ s \(", " ("),
    (r"(?m) (created|updated|deleted|replaced) in \d+ s$", " $1"),
    (r"/tmp/project-[A-Za-z0-9]{6}", "<project>"),
];
