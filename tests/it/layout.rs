//! How a copy is set changes nothing that it says: the same reports with spaces beside digits, lines of fixed width,
//! numbers of pages, bullets, blank lines, ASCII marks, on one line. The reports are a stranger's.

use crate::text::processed;
use huizong::hanzi::is_hanzi;
use huizong::pipeline::Engine;
use huizong::rules::RuleFiles;
use std::collections::BTreeMap;

/// A way to set a text, and the share of findings that must stay as they are.
type Layout = (&'static str, fn(&str) -> String, f64);

const LAYOUTS: &[Layout] = &[
    (
        "spaces beside digits",
        |text| between(text, |a, b| is_hanzi(a) && is_digit(b) || is_digit(a) && is_hanzi(b)),
        0.995,
    ),
    ("spaces behind marks", |text| between(text, |a, b| "，、；”》".contains(a) && is_hanzi(b)), 0.995),
    ("pages of 26 hanzi", |text| wrapped(text, 26), 0.98),
    ("pages of 38 hanzi", |text| wrapped(text, 38), 0.98),
    ("numbered pages", numbered, 0.99),
    ("blank lines", |text| text.replace('\n', "\n\n"), 0.99),
    ("indents", |text| text.replace('\n', "\n\u{3000}\u{3000}"), 0.99),
    ("Windows line ends", |text| text.replace('\n', "\r\n"), 1.0),
    ("bullets", bullets, 0.98),
    ("full-width digits", |text| text.chars().map(full_width).collect(), 0.99),
    ("ASCII marks", |text| text.replace('，', ",").replace('。', ".").replace('：', ":").replace('；', ";"), 0.97),
    ("one line, spaces for line ends", on_one_line, 0.93),
];

fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || c == '%'
}

fn full_width(c: char) -> char {
    if c.is_ascii_digit() { char::from_u32(u32::from(c) + 0xFEE0).unwrap() } else { c }
}

/// `text` with a space between the characters that `parts` names.
fn between(text: &str, parts: fn(char, char) -> bool) -> String {
    let mut set = String::new();
    for c in text.chars() {
        if set.chars().next_back().is_some_and(|last| parts(last, c)) {
            set.push(' ');
        }
        set.push(c);
    }
    set
}

/// Lines of at most so many hanzi, none of which begins with a mark.
fn wrapped(text: &str, hanzi: usize) -> String {
    let (mut set, mut width) = (String::new(), 0);
    for c in text.chars() {
        let columns = if c.is_ascii() { 1 } else { 2 };
        if c != '\n' && width + columns > 2 * hanzi && !"，。、；：！？”》）%".contains(c) {
            set.push('\n');
            width = 0;
        }
        width = if c == '\n' { 0 } else { width + columns };
        set.push(c);
    }
    set
}

/// With a bullet of another font before each line without number.
fn bullets(text: &str) -> String {
    let line = |line: &str| if line.starts_with(is_hanzi) { format!("l {line}\n") } else { format!("{line}\n") };
    text.lines().map(line).collect()
}

/// With the number of a page every eight lines.
fn numbered(text: &str) -> String {
    let lines = text.lines().enumerate();
    lines
        .map(
            |(i, line)| {
                if i % 8 == 7 { format!("{line}\n第 {} 页 共 9 页\n", i / 8 + 1) } else { format!("{line}\n") }
            },
        )
        .collect()
}

/// The title on a line of its own, all else behind it.
fn on_one_line(text: &str) -> String {
    let (title, body) = text.trim_start().split_once('\n').unwrap_or((text, ""));
    format!("{title}\n{}", body.replace('\n', " "))
}

/// What is found in a text, and how often; without the places.
fn findings(engine: &Engine, text: &str) -> BTreeMap<String, usize> {
    let processed = processed(engine, text);
    let mut found = BTreeMap::new();
    let mut add = |what: String| *found.entry(what).or_default() += 1;
    for (_, of_report) in &processed.reports {
        for f in &of_report.figures {
            add(format!("{:?} {:?} {} {:?} {:?} {}", f.value, f.value_hi, f.unit, f.comparator, f.kind, f.indicator));
        }
        of_report.measures.iter().for_each(|m| add(format!("measure {:?} {:?}", m.status, m.topics)));
        of_report.problems.iter().for_each(|p| add(format!("problem {:?} {:?}", p.status, p.topics)));
    }
    found
}

#[test]
fn layout_changes_nothing_that_is_found() {
    let engine = Engine::new(&RuleFiles::built_in()).unwrap();
    let mut texts: Vec<_> = std::fs::read_dir("sample_corpus/25_unseen").unwrap().map(|e| e.unwrap().path()).collect();
    texts.sort();
    let texts: Vec<String> = texts.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let plain: Vec<_> = texts.iter().map(|text| findings(&engine, text)).collect();
    let count = |found: &BTreeMap<String, usize>| found.values().sum::<usize>();
    let total: usize = plain.iter().map(count).sum();
    assert!(total > 400, "{total} findings");
    let mut wrong = Vec::new();
    for (name, set, least) in LAYOUTS {
        let (mut same, mut all) = (0, 0);
        for (text, plain) in texts.iter().zip(&plain) {
            let found = findings(&engine, &set(text));
            same += plain.iter().map(|(what, n)| n.min(found.get(what).unwrap_or(&0))).sum::<usize>();
            all += count(&found).max(count(plain));
        }
        let share = same as f64 / all as f64;
        if share < *least {
            wrong.push(format!("{name}: {share:.3}, at least {least}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}
