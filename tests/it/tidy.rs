//! What a machine can check of the repository itself.

use huizong::hanzi::is_any_hanzi;
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

/// Beside hanzi a word boundary can only be told by the slowest of the engines for patterns: one `\b` doubled the time of
/// an ingest.
#[test]
fn patterns_ask_for_no_word_boundaries() {
    for path in files("src", "toml") {
        let text = std::fs::read_to_string(&path).unwrap();
        let asks = text.lines().find(|line| line.starts_with("pattern") && line.contains(r"\b"));
        assert!(asks.is_none(), "{}: {asks:?}", path.display());
    }
}

/// The arguments of the call whose opening parenthesis is the first byte of `text`. Brackets in characters and raw
/// strings are not seen as such: no call that makes an error has them.
fn arguments(text: &str) -> Vec<&str> {
    let (mut depth, mut from, mut in_string, mut escaped) = (0, 1, false, false);
    let mut arguments = Vec::new();
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if in_string => escaped = true,
            '"' => in_string = !in_string,
            _ if in_string => {}
            '(' | '[' | '{' => depth += 1,
            ',' if depth == 1 => {
                arguments.push(text[from..at].trim());
                from = at + 1;
            }
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            arguments.push(text[from..at].trim());
            return arguments;
        }
    }
    panic!("no end: {}", text.lines().next().unwrap_or_default());
}

/// True where a call that makes an error leaves its words in one language.
fn one_language(call: &str, arguments: &[&str]) -> bool {
    // A condition comes first in `ensure!`; what is told by a `Message` is told in both languages.
    let told = arguments.get(usize::from(call == "ensure!(")).copied().unwrap_or_default();
    let text = told.starts_with('"') || told.starts_with("format!");
    match call {
        // The English of a message.
        "Message::new(" | "Message::usage(" => arguments[1].contains(is_any_hanzi),
        // What anyhow puts around an error can't be found again: `Tell::tell` can.
        ".context(" | ".with_context(" => !text || told.contains(is_any_hanzi),
        _ => text && told.contains(is_any_hanzi),
    }
}

/// The first lines of such calls.
fn told_in_one_language(text: &str) -> Vec<&str> {
    const CALLS: [&str; 7] =
        ["anyhow!(", "bail!(", "ensure!(", ".context(", ".with_context(", "Message::new(", "Message::usage("];
    let calls = CALLS.iter().flat_map(|call| text.match_indices(call));
    let wrong = calls.filter(|(at, call)| one_language(call, &arguments(&text[at + call.len() - 1..])));
    wrong.map(|(at, _)| text[at..].lines().next().unwrap_or_default()).collect()
}

#[test]
fn errors_are_told_in_both_languages() {
    for (text, wrong) in [
        ("bail!(\"没有 {x}，{}\", f(x))", true),
        ("bail!(\n    \"没有\"\n)", true),
        ("anyhow::anyhow!(format!(\"没有\"))", true),
        ("ensure!(f(\"(没\", x), \"没有\")", true),
        ("file.with_context(|| Message::new(\"没有\", \"none\"))", true),
        ("file.with_context(place)?", true),
        ("file.context(\"没有\")?", true),
        ("Message::new(\"没有\", format!(\"无\"))", true),
        ("file.context(\"none\")?", false),
        ("bail!(Message::usage(\"没有\", \"none\"))", false),
        ("ensure!(is(\"没\"), mistake(\"没有\", \"none\"))", false),
    ] {
        assert_eq!(!told_in_one_language(text).is_empty(), wrong, "{text}");
    }
    for path in files("src", "rs").iter().filter(|path| !path.ends_with("tests.rs")) {
        let text = std::fs::read_to_string(path).unwrap();
        let own = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
        let wrong = told_in_one_language(own);
        assert!(wrong.is_empty(), "{}: tell it with Message in both languages: {wrong:?}", path.display());
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
