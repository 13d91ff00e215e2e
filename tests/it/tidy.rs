//! What a machine can check of the repository itself.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn files(below: &str, extension: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(below);
    walkdir::WalkDir::new(root)
        .into_iter()
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| path.extension().is_some_and(|e| e == extension))
        .collect()
}

/// A file that nobody would like to open is not finished.
const MOST_LINES: usize = 450;

#[test]
fn source_files_are_short_and_begin_with_what_they_are() {
    for path in files("src", "rs").into_iter().chain(files("tests", "rs")) {
        let text = std::fs::read_to_string(&path).unwrap();
        let lines = text.lines().count();
        assert!(lines <= MOST_LINES, "{} has {lines} lines", path.display());
        assert!(text.starts_with("//! "), "{} does not begin by saying what it is", path.display());
    }
}

/// What stands between the quotes after each `before` in the files.
fn quoted(files: &[&str], before: &str, after: &str) -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text: String = files.iter().map(|file| std::fs::read_to_string(root.join(file)).unwrap()).collect();
    let codes = text.split(before).skip(1).filter_map(|rest| rest.split_once(after)).map(|(code, _)| code.to_owned());
    codes.filter(|code| code.chars().all(|c| c.is_ascii_lowercase() || c == '_')).collect()
}

/// The codes that have a name in a contract.
fn named(table: &str, column: &str) -> BTreeSet<String> {
    let contracts = huizong::publish::contract::all().unwrap();
    let table = contracts.into_iter().find(|t| t.name == table).unwrap();
    table.column(column).unwrap().names().unwrap().keys().cloned().collect()
}

#[test]
fn every_code_of_what_was_left_out_or_repaired_has_a_name_and_no_other() {
    let figures = "src/extract/figures";
    let [bind, refusals, rules] =
        ["bind.rs", "refusals.rs", "figures_refusals.toml"].map(|file| format!("{figures}/{file}"));
    let mut reasons = quoted(&[&bind, &refusals], ": \"", "\".into()");
    reasons.extend(quoted(&[&rules], "reason = \"", "\""));
    // What stands in a title or in what a site adds, and sentences taken as the one or the other.
    reasons.extend(["title", "boilerplate", "problem", "measure"].map(str::to_owned));
    assert_eq!(reasons, named("refusals", "reason"));

    let clean = files("src/acquire/clean", "rs");
    let clean: Vec<&str> = clean.iter().filter(|p| !p.ends_with("tests.rs")).map(|p| p.to_str().unwrap()).collect();
    let mut kinds = quoted(&clean, ", \"", "\")");
    kinds.extend(quoted(&clean, "then_some(\"", "\")"));
    assert_eq!(kinds, named("repairs", "kind"));
}
