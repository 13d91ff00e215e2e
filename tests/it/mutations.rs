//! Hostile and broken input: pieces of the sample corpus, changed at random until they mean nothing. No input may panic,
//! hang, or give a row that breaks its contract; what once did is kept in [`FOUND`]. Each of [`TARGETS`] takes one kind
//! of input through one part of the program.

use crate::mutants::{MARKUP, PERSONAL, mutant, roster, rule_file, strewn};
use crate::nights::{ENGINE, Random};
use huizong::acquire::decode::decode;
use huizong::acquire::personal::{COVER, Personal};
use huizong::document::{DecodedFile, Format, SourceFile, Stamp};
use huizong::extract::Extractors;
use huizong::extract::quantities::Quantities;
use huizong::gather::roster::Roster;
use huizong::gather::roster::matching::{Evidence, Matcher};
use huizong::gather::rows::of_file;
use huizong::pipeline::{self, Reading};
use huizong::review::check::written::Gate;
use huizong::rules::RuleFiles;
use huizong::span::Span;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// Inputs of a target in `cargo test`; the soak has more.
const INPUTS: u64 = 40;

/// Rule files in `cargo test`: building an engine takes longer.
const RULE_FILES: u64 = 6;

/// Inputs that once failed, and what they did.
const FOUND: &[(&str, &[u8])] = &[
    // Text, and nothing of it left when cleaned, or nothing but what a site adds: it was neither a report nor a reject.
    ("site.txt", "如有侵权请联系本站删除。\n上一篇:没有了\n下一篇:返回列表\n".as_bytes()),
    ("invisible.txt", "\u{feff}\u{200d}\u{feff}\n\u{200d}".as_bytes()),
    ("direction.html", "<p>\u{202e}\u{200d}</p>".as_bytes()),
    // A problem of no words: its place was empty, which no contract allows, and the whole night was not published.
    ("nothing.txt", "双减自查报告\n一、存在的问题\n教师不足。\n1.问题：。\n困难：。。\n".as_bytes()),
    // Two figures of one damaged stretch, which is repaired by what is told again below it, had one id.
    ("shifted.md", b"\xa3\xac\xcb\xb5\xd1\xd3\xca\xb1\xb7\xfe\xce\xf1\xd2\xd4\xba\xf3\xc3\xbf\xcc\xec\xd2\xaa\xc1\xf9\xb5\xe3\xb6\xe0\xb2\xc5\xc4\xdc\xb5\xbd\xbc\xd2\xa3\xac\xba\xa2\xd7\xd3\xc3\xbb\xc8\xcb\xb9\xdc\xa3\xac\xbc\xd2\xc0\xef\xd3\xd0\xd2\xe2\xbc\xfb\xa3\xac\xd5\xe2\xb8\xf6\xc0\xa7\xc4\xd1\xd1\xa7\xd0\xa3\xca\xc7\xd6\xaa\xb5\xc0\xb5\xc4\xa1\xa3\xd1\xa7\xd0\xa3\xd2\xd1\xbe\xad\xd1\xd0\xbe\xbf\xb9\xfd\xc1\xcb\xa3\xac\xb4\xd3\xca\xae\xd2\xbb\xd4\xc2\xc6\xf0\xa3\xac\xbf\xce\xba\xf3\xb7\xfe\xce\xf1\xca\xb5\xd0\xd0AB\xb8\xda\xc2\xd6\xbb\xbb\xa3\xac\xc3\xbf\xce\xbb\xc0\xcf\xca\xa6\xc3\xbf\xd6\xdc\xd7\xee\xb6\xe0\xd6&#0;\xb5\xc8\xfd\xcc\xec\xb0\xe0\xa3\xac\xbc\xd2\xc0\xef\xd3\xd0\xc8\xfd\xcb\xea\xd2\xd4\xcf\xc2\xba\xa2\xd7\xd3\xb5\xc4\xbf\xc9\xd2\xd4\xc9\xea\xc7\xeb\xd4\xd9\xbc\xf5\xd2\xbb\xcc\xec\xa1\xa3\x0a\xa1\xa1\xa1\xa1\xcd\xac\xd6\xbe\xc3\xc7\xa3\xac\xc2\xb7\xd2\xaa\xd2\xbb\xb2\xbd\xd2\xbb\xb2\xbd\x841\xa47\xd7\xee\xb6\xe0\xd6\xb5\xc8\xfd\xcc\xec\xb0\xe0\xa3\xac\xbc\xd2\xc0\xef\xd3\xd0\xc8\xfd\xcb\xea\xd2\xd4\xcf\xc2\xba\xa2\xd7\xd3\xb5\xc4\xbf\xc9\xd2\xd4\xc9\xea\xc7\xeb\xd4\xd9\xbc\xf5\xd2\xbb\xcc\xec\xa1\xa3\x0a\xa1\xa1\xa1\xa1\xcd\xac\xd6\xbe\xc3\xc7\xa3\xac\xc2\xb7\xd2\xaa\xd2\xbb\xb2\xbd\xd2\xbb\xb2\xbd"),
    // The unit of a range was looked for behind its first number.
    ("range.txt", "双减自查报告\n学校有1-3多个班。\n".as_bytes()),
];

static QUANTITIES: LazyLock<Quantities> = LazyLock::new(|| Quantities::new().unwrap());

static GATE: LazyLock<Gate> = LazyLock::new(|| Gate::new().unwrap());

/// Reads as those who mask do.
static COVERING: LazyLock<Reading> =
    LazyLock::new(|| Reading { personal: Some(Personal::new(&RuleFiles::built_in()).unwrap()), limit: None });

fn source(name: &str, bytes: &[u8]) -> SourceFile {
    let (source_path, disk_path, bytes) = (name.to_owned(), name.into(), bytes.len() as u64);
    SourceFile { source_path, disk_path, bytes, stamp: Stamp::default() }
}

/// Cleaning loses no way back: every piece of the clean text stands for a slice of the source, in order.
fn check_clean(file: &DecodedFile) {
    let clean = ENGINE.cleaner.clean(file.text.as_str());
    let ends: Vec<usize> = clean.text.char_indices().map(|(at, _)| at).chain([clean.text.len()]).collect();
    let mut before = (0, 0);
    for pair in ends.windows(2) {
        let place = clean.source_span(Span::new(pair[0], pair[1]));
        assert!(place.start <= place.end && place.end <= file.text.points(), "{place:?}");
        assert!(before.0 <= place.start && before.1 <= place.end, "{before:?} stands before {place:?}");
        assert_eq!(file.text.slice(place).chars().count(), place.end - place.start);
        before = (place.start, place.end);
    }
    for repair in &clean.repairs {
        assert_eq!(file.text.slice(repair.source).chars().count(), repair.source.end - repair.source.start);
    }
    assert!(clean.damaged.iter().all(|place| clean.text.get(place.range()).is_some()));
}

/// Covering keeps every code point in its place, says where it covered, and finds nothing more the second time.
fn check_mask(personal: &Personal, text: &str) {
    let masked = personal.mask(text);
    let mut covered = vec![false; text.chars().count()];
    for place in &masked.places {
        assert!(place.span.start < place.span.end, "{place:?}");
        covered[place.span.start..place.span.end].fill(true);
    }
    let expected: String = text.chars().zip(covered).map(|(c, covered)| if covered { COVER } else { c }).collect();
    assert_eq!(masked.text, expected);
    let again = personal.mask(&masked.text);
    assert_eq!(again.places, [], "{text:?} became {:?}, then {:?}", masked.text, again.text);
}

/// Text as it is decoded: what could not be is seen in it, and what could be is all there.
fn check_decode(name: &str, bytes: &[u8]) {
    let Ok(file) = decode(&source(name, bytes), bytes) else { return };
    let text = file.text.as_str();
    assert_eq!(file.text.points(), text.chars().count());
    if file.format == Format::Text {
        assert!(file.n_undecodable <= text.matches('\u{fffd}').count(), "{} unseen", file.n_undecodable);
    }
    if let (Ok(written), "UTF-8", Format::Text) = (std::str::from_utf8(bytes), file.encoding, file.format) {
        assert_eq!(text, written.strip_prefix('\u{feff}').unwrap_or(written));
    }
}

/// Reports stand one behind the other, and so do the units in each.
fn check_split(file: &DecodedFile) {
    let clean = ENGINE.cleaner.clean(file.text.as_str());
    let mut end = 0;
    for report in ENGINE.splitter.split(&clean, file) {
        assert!(end <= report.span.start && report.span.start < report.span.end, "{end}, then {:?}", report.span);
        let mut at = report.span.start;
        for unit in &report.units {
            assert!(at <= unit.span.start && unit.span.start < unit.span.end, "{at}, then {:?}", unit.span);
            assert!(unit.enumerator <= unit.span.len() && unit.section < report.sections.len(), "{unit:?}");
            assert_eq!(unit.span.of(&clean.text).trim(), unit.span.of(&clean.text));
            at = unit.span.end;
        }
        assert!(at <= report.span.end, "{at} is behind {:?}", report.span);
        end = report.span.end;
    }
    assert!(end <= clean.text.len());
}

/// A roster is refused with a sentence, or finds schools that it has.
fn check_roster(bytes: &[u8]) {
    let Ok(roster) = Roster::read("mutant.csv", bytes) else { return };
    let matcher = Matcher::new(&roster).unwrap();
    for school in &roster.schools {
        let title = format!("{}双减工作汇报", school.name);
        let found = matcher.school(&Evidence { title: Some(&title), ..Evidence::default() });
        assert!(found.school.iter().chain(&found.candidates).all(|i| *i < roster.schools.len()));
    }
}

/// One input through the whole way of a file: no panic, and rows that keep their contract.
pub fn check_file(gate: &Gate, reading: &Reading, name: &str, bytes: &[u8]) {
    let Ok(processed) = pipeline::process_as(reading, &ENGINE, &source(name, bytes), bytes) else { return };
    let rows = of_file(&processed, &ENGINE.segmenter, &ENGINE.yardstick.norms, "r");
    let found = gate.wrong_with("part", &rows, &rows.batches());
    assert!(found.is_empty(), "{found:?}");
}

/// What input number `n` of a target is, and what must hold for it.
struct Target {
    name: &'static str,
    input: fn(&mut Random) -> Vec<u8>,
    check: fn(&str, &[u8]),
}

/// All targets.
const TARGETS: &[Target] = &[
    Target { name: "files", input: mutant, check: |name, bytes| check_file(&GATE, &Reading::default(), name, bytes) },
    Target {
        name: "personal",
        input: |random| strewn(random, PERSONAL).into_bytes(),
        check: |name, bytes| {
            let text = std::str::from_utf8(bytes).unwrap();
            COVERING.personal.iter().for_each(|personal| check_mask(personal, text));
            check_file(&GATE, &COVERING, name, bytes);
        },
    },
    Target { name: "decode", input: mutant, check: check_decode },
    Target {
        name: "html",
        input: |random| strewn(random, MARKUP).into_bytes(),
        check: |_, bytes| decoded("mutant.html", bytes, check_clean),
    },
    Target { name: "clean", input: mutant, check: |name, bytes| decoded(name, bytes, check_clean) },
    Target { name: "split", input: mutant, check: |name, bytes| decoded(name, bytes, check_split) },
    Target {
        name: "quantities",
        input: mutant,
        check: |_, bytes| {
            let line = String::from_utf8_lossy(bytes);
            let length = line.chars().count();
            assert!(QUANTITIES.of(&line).iter().all(|found| found.start < found.end && found.end <= length));
        },
    },
    Target { name: "roster", input: roster, check: |_, bytes| check_roster(bytes) },
    Target {
        name: "rules",
        input: |random| {
            let (name, text) = rule_file(random);
            format!("{name}\n{text}").into_bytes()
        },
        // Refused or taken, both are right.
        check: |_, bytes| {
            let (name, text) = std::str::from_utf8(bytes).unwrap().split_once('\n').unwrap();
            let _ = Extractors::new(&RuleFiles::with_texts(&[(name, text)]));
        },
    },
];

fn decoded(name: &str, bytes: &[u8], check: fn(&DecodedFile)) {
    if let Ok(file) = decode(&source(name, bytes), bytes) {
        check(&file);
    }
}

/// The names of all targets.
pub fn targets() -> impl Iterator<Item = &'static str> {
    TARGETS.iter().map(|target| target.name)
}

/// How long this thread has worked: on a busy machine a clock on the wall runs on while it waits. Linux tells it as the
/// first number of the thread's `schedstat`, see proc_pid_schedstat(5); elsewhere the clock on the wall has to do.
fn busy() -> Duration {
    static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = told.and_then(|told| told.split(' ').next()?.parse().ok());
    nanos.map_or_else(|| BEGAN.elapsed(), Duration::from_nanos)
}

/// Sends a target the inputs number `from..from + count`; gives the longest time that one took, and which.
pub fn mutate(target: &str, from: u64, count: u64, most: Duration) -> (Duration, u64) {
    let target = TARGETS.iter().find(|known| known.name == target).unwrap();
    LazyLock::force(&ENGINE);
    let mut slowest = (Duration::ZERO, 0);
    for number in from..from + count {
        let mut random = Random::new(number);
        let bytes = (target.input)(&mut random);
        let name = format!("{}-{number}.{}", target.name, ["txt", "txt", "md", "html"][random.below(4)]);
        let clock = busy();
        if let Err(panic) = std::panic::catch_unwind(|| (target.check)(&name, &bytes)) {
            let kept = std::env::temp_dir().join(format!("huizong-{name}"));
            std::fs::write(&kept, &bytes).unwrap();
            eprintln!("input {number} of {}, kept as {}", target.name, kept.display());
            std::panic::resume_unwind(panic);
        }
        let took = busy() - clock;
        assert!(took < most, "input {number} of {} took {took:?}", target.name);
        slowest = slowest.max((took, number));
    }
    slowest
}

#[test]
fn no_input_panics_or_breaks_a_contract() {
    for target in targets() {
        // Unoptimised and beside other tests: only a hang takes as long.
        mutate(target, 0, if target == "rules" { RULE_FILES } else { INPUTS }, Duration::from_secs(60));
    }
    for (name, bytes) in FOUND {
        check_file(&GATE, &Reading::default(), name, bytes);
    }
}
