//! What is made from the table of keys is held equal to it. `UPDATE_GENERATED=1` writes it anew.

use std::path::Path;

use provisioner::config::{CODES, Document, json_schema, key_reference};

fn assert_generated(path: &str, wanted: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        std::fs::write(&path, wanted).expect("a writable repository");
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == wanted, "{} is not what the keys say; run the tests with UPDATE_GENERATED=1", path.display());
}

fn assert_reference(path: &str, document: Document) {
    const BEGIN: &str = "<!-- keys: begin -->\n";
    const END: &str = "<!-- keys: end -->";
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("the page is there");
    let (before, rest) = page.split_once(BEGIN).expect("the page has a place for the keys");
    let (_, after) = rest.split_once(END).expect("the place has an end");
    assert_generated(path, &format!("{before}{BEGIN}\n{}\n{END}{after}", key_reference(document)));
}

fn schema_text(document: Document) -> String {
    format!("{}\n", serde_json::to_string_pretty(&json_schema(document)).expect("plain data"))
}

#[test]
fn the_schema_of_environments_is_what_the_keys_say() {
    assert_generated("docs/schema/environment.schema.json", &schema_text(Document::Environment));
}

#[test]
fn the_schema_of_blueprints_is_what_the_keys_say() {
    assert_generated("docs/schema/blueprint.schema.json", &schema_text(Document::Blueprint));
}

#[test]
fn the_schema_of_the_project_file_is_what_the_keys_say() {
    assert_generated("docs/schema/project.schema.json", &schema_text(Document::Project));
}

#[test]
fn the_schema_of_software_is_what_the_keys_say() {
    assert_generated("docs/schema/software.schema.json", &schema_text(Document::Software));
}

#[test]
fn the_pages_list_every_key() {
    assert_reference("docs/environments.md", Document::Environment);
    assert_reference("docs/blueprints.md", Document::Blueprint);
    assert_reference("docs/software.md", Document::Software);
}

#[test]
fn every_code_is_unique_and_explained() {
    let numbers: Vec<_> = CODES.iter().map(|code| code.code).collect();
    assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]), "in order and without repetition");
    for code in CODES {
        let is_full = [code.summary, code.explanation, code.example, code.fix].iter().all(|text| !text.is_empty());
        assert!(is_full, "{}", code.code);
    }
}
