//! The arrows between the layers: `ARCHITECTURE.md` has the same table.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Each layer and those it may name.
const LAYERS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("config", &["model"]),
    ("topology", &["model", "config"]),
    ("bundle", &["model", "config", "topology"]),
    ("desired", &["model", "topology", "bundle"]),
    ("graph", &["model"]),
    ("secrets", &["model"]),
    ("provider", &["model", "desired"]),
    ("hosts", &["model", "topology", "bundle", "desired", "provider", "secrets"]),
    ("state", &["model", "provider"]),
    ("plan", &["model", "graph", "provider", "state"]),
    ("engine", &["model", "graph", "provider", "state", "plan"]),
    ("aws", &["model", "desired", "provider"]),
    ("sandbox", &["model"]),
    ("lab", &["model", "topology", "sandbox"]),
    ("view", &["model", "graph", "state", "plan", "engine"]),
    (
        "cli",
        &[
            "model", "config", "topology", "bundle", "desired", "graph", "secrets", "provider", "hosts", "state", "plan", "engine", "aws",
            "sandbox", "lab", "view",
        ],
    ),
];

/// The longest a source file may be, in lines.
const LONGEST: usize = 600;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("provisioner")
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder of ours").flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The layers a source text names in `crate::…` paths, grouped imports included.
fn named_layers(text: &str) -> BTreeSet<String> {
    let word = |text: &str| text.chars().take_while(|letter| letter.is_ascii_lowercase() || *letter == '_').collect::<String>();
    let mut named = BTreeSet::new();
    for (position, _) in text.match_indices("crate::") {
        let is_ours = text[..position].chars().next_back().is_none_or(|before| !before.is_alphanumeric() && before != '_' && before != '$');
        let rest = &text[position + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(group) if is_ours => {
                let group = &group[..group.find(';').unwrap_or(group.len())];
                let mut depth = 0;
                let mut at_start = true;
                for (offset, letter) in group.char_indices() {
                    if depth == 0 && at_start && letter.is_ascii_lowercase() {
                        named.insert(word(&group[offset..]));
                    }
                    at_start = letter == ',' || (at_start && letter.is_whitespace());
                    depth += i32::from(letter == '{') - i32::from(letter == '}');
                }
            }
            None if is_ours => {
                named.insert(word(rest));
            }
            _ => {}
        }
    }
    named
}

#[test]
fn every_arrow_between_layers_is_in_the_table() {
    let table: BTreeMap<&str, &[&str]> = LAYERS.iter().copied().collect();
    let source = root().join("src");
    let mut wrong = Vec::new();
    for file in rust_files(&source) {
        let relative = file.strip_prefix(&source).expect("below the source folder");
        let layer = relative.components().next().expect("a first part").as_os_str().to_string_lossy().into_owned();
        if layer == "lib.rs" || layer == "main.rs" {
            continue;
        }
        let Some(allowed) = table.get(layer.as_str()) else {
            wrong.push(format!("{layer} is no layer of the table"));
            continue;
        };
        let text = std::fs::read_to_string(&file).expect("readable");
        for named in named_layers(&text).into_iter().filter(|named| table.contains_key(named.as_str()) && *named != layer) {
            if !allowed.contains(&named.as_str()) {
                wrong.push(format!("{}: {layer} → {named}", relative.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "arrows that are not in the table:\n{}", wrong.join("\n"));
}

#[test]
fn the_table_has_no_ring_and_stands_in_the_architecture_document() {
    let mut seen = BTreeSet::new();
    let mut open: Vec<_> = LAYERS.to_vec();
    while !open.is_empty() {
        let before = open.len();
        open.retain(|(layer, allowed)| {
            let is_ready = allowed.iter().all(|other| seen.contains(other));
            if is_ready {
                seen.insert(*layer);
            }
            !is_ready
        });
        assert!(open.len() < before, "these layers need each other: {open:?}");
    }
    let document = std::fs::read_to_string(root().parent().expect("the repository").join("ARCHITECTURE.md")).expect("readable");
    for (layer, allowed) in LAYERS {
        let row =
            if allowed.is_empty() { format!("| `{layer}` | nothing of ours |") } else { format!("| `{layer}` | {} |", allowed.join(", ")) };
        assert!(document.contains(&row), "ARCHITECTURE.md has no row: {row}");
    }
}

#[test]
fn no_source_file_is_too_long() {
    let files = rust_files(&root());
    let long: Vec<String> = files
        .iter()
        .map(|file| (file, std::fs::read_to_string(file).expect("readable").lines().count()))
        .filter(|(_, lines)| *lines > LONGEST)
        .map(|(file, lines)| format!("{}: {lines} lines", file.display()))
        .collect();
    assert!(long.is_empty(), "longer than {LONGEST} lines:\n{}", long.join("\n"));
}

#[test]
fn grouped_and_nested_imports_are_read() {
    let text = "use crate::{model::{A, B}, plan};\nfn f() { crate::engine::g(); some_crate::aws::h(); }";
    assert_eq!(named_layers(text).into_iter().collect::<Vec<_>>(), ["engine", "model", "plan"]);
}

#[test]
fn every_test_file_belongs_to_the_suite() {
    let folder = root().join("tests");
    let suite = std::fs::read_to_string(folder.join("suite.rs")).expect("readable");
    for entry in std::fs::read_dir(&folder).expect("the tests").flatten() {
        let path = entry.path();
        let is_module = path.extension().is_some_and(|extension| extension == "rs") || path.join("mod.rs").exists();
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        if is_module && name != "suite" {
            assert!(suite.contains(&format!("mod {name};")), "tests/{name} is in no test binary: add `mod {name};` to suite.rs");
        }
    }
}
