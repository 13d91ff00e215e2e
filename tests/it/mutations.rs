//! Hostile and broken input: pieces of the sample corpus, changed at random until they mean nothing. No input may panic,
//! hang, or give a row that breaks its contract; what once did is kept in [`FOUND`].

use crate::nights::{ENGINE, Random};
use huizong::acquire::decode::decode;
use huizong::acquire::personal::{COVER, Personal};
use huizong::acquire::read;
use huizong::document::{DecodedFile, SourceFile, Stamp};
use huizong::extract::Extractors;
use huizong::extract::quantities::Quantities;
use huizong::gather::{roster::Roster, rows::of_file};
use huizong::pipeline::{self, Reading};
use huizong::review::check::written::Gate;
use huizong::rules::RuleFiles;
use huizong::span::Span;
use std::path::Path;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// Inputs in `cargo test`; the soak has more.
const INPUTS: u64 = 120;

/// Rule files in `cargo test`: building an engine takes longer.
const RULE_FILES: u64 = 6;

/// Longest piece that is taken from the corpus, in bytes.
const PIECE: usize = 900;

/// What is put in anywhere.
const TOKENS: &[&str] = &[
    "XX",
    "××",
    "＿＿",
    "不超过",
    "以上",
    "≥",
    "百分之",
    "％",
    "‰",
    "1/3",
    "二分之一",
    "三至六年级",
    "99999999999999999999999",
    "-0.0",
    "１２３",
    "〇",
    "两百零五",
    "1.2.3.4",
    "18:00",
    "２０２３年９月",
    "①",
    "一是",
    "（一）",
    "1、",
    "\n\n\n",
    "\r\n",
    "\r",
    "\u{0}",
    "\u{1b}[31m",
    "\u{202e}",
    "\u{feff}",
    "\u{fffd}",
    "\u{200d}",
    "e\u{301}",
    "👨‍👩‍👧",
    "𠮷",
    "\u{e000}",
    "\t|\t",
    "<table><tr><td>",
    "</p>",
    "<script>",
    "<!--",
    "&#0;",
    "&#xD800;",
    "&amp",
    "<br/>",
    "<style>",
    "|---|---|",
    "```",
    "# ",
    "問題",
    "為",
    "裏",
    "存在的问题",
    "下一步",
    "减少到",
    "由原来的",
    "分别为",
    "、、、、",
    "。。。",
    "(((((((",
    "》》》",
    "~~~",
    "——",
];

/// What personal data is made of, and what stands beside it.
const PERSONAL: &[&str] = &[
    "13800138000",
    "１３９００１３９０００",
    "+86 138-0013-8000",
    "11010519491231002X",
    "110105491231002",
    "身份证号",
    "家长电话",
    "0771-2345678",
    "li.ming@example.com",
    "QQ:123456789",
    "微信号:a_bcdef",
    "三（2）班",
    "学生",
    "優秀學生：",
    "姓名:",
    "李小明",
    "王芳",
    "欧阳思雨",
    "陳偉傑",
    "李学长",
    "同学",
    "同學",
    "的家长",
    "荣获",
    "获奖名单：",
    "教师姓名:",
    "校长",
    "严格",
    "文明",
    "、",
    "，",
    " ",
    "\n",
    "元",
    "1",
    "█",
    "███",
];

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

static CORPUS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_corpus");
    let files = read::walk(&[corpus]).files;
    let readable = ["txt", "md", "html", "htm"];
    let is_text = |file: &&SourceFile| file.disk_path.extension().is_some_and(|e| readable.iter().any(|r| e == *r));
    files.iter().filter(is_text).map(|file| read::read(file).unwrap()).collect()
});

fn range(random: &mut Random, length: usize) -> (usize, usize) {
    let from = random.below(length + 1);
    (from, from + random.below((length - from).min(PIECE) + 1))
}

fn piece(random: &mut Random) -> Vec<u8> {
    let file = &CORPUS[random.below(CORPUS.len())];
    let (from, to) = range(random, file.len());
    // Mostly whole characters: broken ones are one mutation among others.
    let whole = |at: usize| (at..file.len()).find(|&i| file[i] & 0xC0 != 0x80).unwrap_or(file.len());
    file[whole(from)..whole(to)].to_vec()
}

/// An input that nobody would write.
pub fn mutant(random: &mut Random) -> Vec<u8> {
    let mut bytes = piece(random);
    for _ in 0..random.below(7) {
        let (from, to) = range(random, bytes.len());
        match random.below(9) {
            0 if !bytes.is_empty() => {
                let at = random.below(bytes.len());
                bytes[at] ^= 1 << random.below(8);
            }
            1 => drop(bytes.drain(from..to)),
            2 => bytes.extend_from_within(from..to),
            3 => drop(bytes.splice(from..from, piece(random))),
            4 => {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                bytes = match random.below(4) {
                    0 => encoding_rs::GB18030.encode(&text).0.into_owned(),
                    1 => encoding_rs::BIG5.encode(&text).0.into_owned(),
                    2 => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
                    _ => [&[0xFE, 0xFF][..], &text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>()]
                        .concat(),
                };
            }
            5 => {
                let again = TOKENS[random.below(TOKENS.len())].repeat(1 + random.below(40));
                drop(bytes.splice(from..from, again.into_bytes()));
            }
            _ => drop(bytes.splice(from..from, TOKENS[random.below(TOKENS.len())].bytes())),
        }
    }
    bytes
}

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

/// A text full of what looks like personal data.
fn personal_text(random: &mut Random, bytes: &[u8]) -> String {
    let mut text = String::from_utf8_lossy(bytes).into_owned();
    for _ in 0..random.below(40) {
        let at = random.below(text.len() + 1);
        let at = (at..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap();
        let tokens = 1 + random.below(6);
        let piece: String = (0..tokens).map(|_| PERSONAL[random.below(PERSONAL.len())]).collect();
        text.insert_str(at, &piece);
    }
    text
}

/// One input through the whole way of a file: no panic, and rows that keep their contract.
pub fn check_file(gate: &Gate, reading: &Reading, name: &str, bytes: &[u8]) {
    let Ok(processed) = pipeline::process_as(reading, &ENGINE, &source(name, bytes), bytes) else { return };
    let rows = of_file(&processed, &ENGINE.segmenter, &ENGINE.yardstick.norms, "r");
    let found = gate.wrong_with("part", &rows, &rows.batches());
    assert!(found.is_empty(), "{found:?}");
}

/// Runs inputs number `from..from + count`; gives the longest time that one took, and which.
pub fn mutate_files(from: u64, count: u64, most: Duration) -> (Duration, u64) {
    let gate = Gate::new().unwrap();
    LazyLock::force(&ENGINE);
    let covering = Reading { personal: Some(Personal::new(&RuleFiles::built_in()).unwrap()), limit: None };
    let mut slowest = (Duration::ZERO, 0);
    for number in from..from + count {
        let mut random = Random::new(number);
        let bytes = mutant(&mut random);
        let name = format!("{number}.{}", ["txt", "txt", "md", "html"][random.below(4)]);
        let clock = Instant::now();
        let run = |gate: &Gate| match number % 8 {
            4 => {
                let text = personal_text(&mut Random::new(number), &bytes);
                covering.personal.iter().for_each(|personal| check_mask(personal, &text));
                check_file(gate, &covering, &name, text.as_bytes());
            }
            5 => drop(decode(&source(&name, &bytes), &bytes).map(|file| check_clean(&file))),
            6 => drop(Roster::read("mutant.csv", &bytes)),
            7 => drop(QUANTITIES.of(&String::from_utf8_lossy(&bytes))),
            _ => check_file(gate, &Reading::default(), &name, &bytes),
        };
        if let Err(panic) = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run(&gate))) {
            let kept = std::env::temp_dir().join(format!("huizong-mutant-{number}"));
            std::fs::write(&kept, &bytes).unwrap();
            eprintln!("input {number}, {name}, kept as {}", kept.display());
            std::panic::resume_unwind(panic);
        }
        let mut took = clock.elapsed();
        if took >= most {
            // On a busy machine the clock runs on while the program waits: a slow input is slow every time.
            let (gate, clock) = (Gate::new().unwrap(), Instant::now());
            run(&gate);
            took = took.min(clock.elapsed());
        }
        assert!(took < most, "input {number} took {took:?}");
        slowest = slowest.max((took, number));
    }
    slowest
}

/// A district's rule file with mistakes is refused with a sentence, never with a panic.
pub fn mutate_rules(from: u64, count: u64) {
    let built_in = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let texts: Vec<(String, String)> = walkdir::WalkDir::new(built_in)
        .into_iter()
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read_to_string(path).unwrap()))
        .filter(|(name, _)| huizong::rules::FILES.iter().any(|(known, _)| known == name))
        .collect();
    for number in from..from + count {
        let mut random = Random::new(number);
        let (name, text) = &texts[random.below(texts.len())];
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        for _ in 0..1 + random.below(3) {
            let (at, other) = (random.below(lines.len()), random.below(lines.len()));
            match random.below(4) {
                0 => drop(lines.remove(at)),
                1 => lines.swap(at, other),
                2 => {
                    let token = ["(", "\\\\", "[", "\"", "{99999}", "=", "*+", "𠮷", "{d"][random.below(9)];
                    let middle = (0..=lines[at].len() / 2).rev().find(|&i| lines[at].is_char_boundary(i)).unwrap_or(0);
                    lines[at].insert_str(middle, token);
                }
                _ => lines[at] = lines[other].clone(),
            }
        }
        let text = lines.join("\n");
        // Refused or taken, both are right.
        let _ = Extractors::new(&RuleFiles::with_texts(&[(name, &text)]));
    }
}

#[test]
fn no_input_panics_or_breaks_a_contract() {
    // Unoptimised and beside other tests: only a hang takes as long.
    mutate_files(0, INPUTS, Duration::from_secs(60));
    mutate_rules(0, RULE_FILES);
    let gate = Gate::new().unwrap();
    for (name, bytes) in FOUND {
        check_file(&gate, &Reading::default(), name, bytes);
    }
}
