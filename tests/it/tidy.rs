//! What a machine can check of the repository itself.

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
