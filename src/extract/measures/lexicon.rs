//! Which cue words a sentence holds: the classes of `lexicon.toml`, found in one pass, clause by clause.
//!
//! A [`Marks`] value is the set of all that rules may ask of a clause or sentence: the classes of its words, the class
//! that it begins with (`^hold`), and where it stands (`role:problems`, `doc:plan`, `shape:short`). What follows from a
//! set of marks is told by the rules.

use crate::document::{DocKind, Report, Role, Unit, UnitKind};
use crate::rules::{Named, RuleFiles, merge};
use crate::span::Span;
use anyhow::{Result, bail};
use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder, MatchKind};
use serde::Deserialize;
use std::collections::BTreeMap;

pub(super) const FILE: &str = "measures_lexicon.toml";
const BUILT_IN: &str = include_str!("lexicon.toml");

/// How many classes a lexicon may have: half of the bits go to words, half of the rest to words at the beginning.
const CLASSES: usize = 48;

/// Name of the class whose words only hide others.
const SILENT: &str = "silent";

/// Marks that do not come from words, in the order of their bits. They are named in rules as here.
const CONTEXT: [&str; 30] = [
    "kind:title",
    "kind:heading",
    "kind:sentence",
    "kind:row",
    "role:background",
    "role:measures",
    "role:results",
    "role:problems",
    "role:remedies",
    "role:next_steps",
    "role:other",
    "doc:report",
    "doc:plan",
    "doc:summary",
    "doc:speech",
    "doc:essay",
    "doc:notice",
    "doc:other",
    "shape:short",
    "shape:middling",
    "shape:long",
    "shape:figure",
    "shape:percent",
    "shape:open",
    "shape:colon",
    "shape:enumerated",
    "shape:date",
    "shape:listing",
    "shape:clock",
    "clause:after_stop",
];

/// A set of marks: bits `0..48` word classes, `48..96` classes of the first word, `96..` context.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks(u128);

impl Marks {
    /// Both sets together.
    pub fn with(self, other: Marks) -> Marks {
        Marks(self.0 | other.0)
    }

    /// True where all of `other` is here.
    pub fn has_all(self, other: Marks) -> bool {
        self.0 & other.0 == other.0
    }

    /// True where at least one of `other` is here.
    pub fn has_any(self, other: Marks) -> bool {
        self.0 & other.0 != 0
    }

    /// These without `other`.
    pub fn without(self, other: Marks) -> Marks {
        Marks(self.0 & !other.0)
    }

    /// Those of them that do not come from words.
    pub fn context_only(self) -> Marks {
        Marks(self.0 >> (2 * CLASSES) << (2 * CLASSES))
    }

    /// True where it is empty.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    fn context(name: &str) -> Option<Marks> {
        CONTEXT.iter().position(|c| *c == name).map(|i| Marks(1 << (2 * CLASSES + i)))
    }
}

/// A word of the lexicon in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cue {
    /// Where.
    pub span: Span,
    /// Its classes.
    pub marks: Marks,
}

/// A stretch between two punctuation marks.
#[derive(Clone, Debug, Default)]
pub struct Clause {
    /// With the punctuation mark that closes it.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Its words' classes and the class that it begins with.
    pub marks: Marks,
    /// Its cue words: a range of [`Reading::cues`].
    pub cues: std::ops::Range<usize>,
    /// The punctuation mark that closes it; none at the end of the text.
    pub closed_by: Option<char>,
}

impl Clause {
    /// Its place.
    pub fn span(&self) -> Span {
        Span::new(self.start, self.end)
    }
}

/// A sentence as the rules see it.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// Its clauses in order; at least one where the sentence is not empty.
    pub clauses: Vec<Clause>,
    /// Its cue words in order.
    pub cues: Vec<Cue>,
    /// Where it stands and what it looks like.
    pub context: Marks,
}

impl Reading {
    /// All marks of the sentence.
    pub fn marks(&self) -> Marks {
        self.clauses.iter().fold(self.context, |all, clause| all.with(clause.marks))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LexiconFile {
    #[serde(default)]
    class: Vec<Class>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Class {
    id: String,
    /// Chinese name, for people who read the file.
    #[allow(dead_code, reason = "part of the file's form")]
    zh: Option<String>,
    words: Vec<String>,
}

impl Named for Class {
    fn id(&self) -> &str {
        &self.id
    }
}

/// The cue words of all classes, ready to be looked for.
pub struct Lexicon {
    automaton: CharwiseDoubleArrayAhoCorasick<u32>,
    /// The classes of each word, by the automaton's value.
    words: Vec<Marks>,
    classes: Vec<String>,
}

impl Lexicon {
    /// Builds it from `lexicon.toml`; a district's class replaces the built-in one of the same name.
    pub fn new(rules: &RuleFiles) -> Result<Self> {
        let files: Vec<LexiconFile> = rules.load(FILE, BUILT_IN)?;
        let classes = merge(FILE, files.into_iter().map(|f| f.class))?;
        let mut words: BTreeMap<&str, Marks> = BTreeMap::new();
        let mut names = Vec::new();
        for class in &classes {
            let mark = if class.id == SILENT {
                Marks::default()
            } else {
                names.push(class.id.clone());
                Marks(1 << (names.len() - 1))
            };
            for word in &class.words {
                if word.is_empty() {
                    bail!("规则文件 {FILE}：词类 {} 里有空词，请删去", class.id);
                }
                let marks = words.entry(word).or_default();
                *marks = marks.with(mark);
            }
        }
        if names.len() > CLASSES {
            bail!("规则文件 {FILE}：词类有 {} 个，最多 {CLASSES} 个，请合并", names.len());
        }
        let automaton = CharwiseDoubleArrayAhoCorasickBuilder::new()
            .match_kind(MatchKind::LeftmostLongest)
            .build(words.keys())
            .map_err(|e| anyhow::anyhow!("规则文件 {FILE} 的词表建不起来：{e}"))?;
        Ok(Lexicon { automaton, words: words.into_values().collect(), classes: names })
    }

    /// The mark that a rule means by `name`: `hold`, `^hold`, `role:problems`.
    pub fn mark(&self, name: &str) -> Option<Marks> {
        let class = |name: &str| self.classes.iter().position(|c| c == name);
        match name.strip_prefix('^') {
            Some(first) => class(first).map(|i| Marks(1 << (CLASSES + i))),
            None => class(name).map(|i| Marks(1 << i)).or_else(|| Marks::context(name)),
        }
    }

    /// All marks by name.
    pub fn names(&self) -> Vec<(String, Marks)> {
        let first = self.classes.iter().map(|c| format!("^{c}"));
        let all = self.classes.iter().cloned().chain(first).chain(CONTEXT.iter().map(|c| (*c).to_owned()));
        all.filter_map(|name| self.mark(&name).map(|mark| (name, mark))).collect()
    }

    /// Reads unit `unit` of `report`, whose cleaned text is `text`.
    pub fn read(&self, report: &Report, unit: &Unit, text: &str) -> Reading {
        let body = Span::new(unit.span.start + unit.enumerator.min(unit.span.len()), unit.span.end);
        let mut reading = self.find(body.of(text), body);
        reading.context = shape_of(body.of(text)).with(place_of(report, unit));
        reading
    }

    /// Reads a text that stands in no report.
    pub fn read_alone(&self, text: &str) -> Reading {
        let mut reading = self.find(text, Span::new(0, text.len()));
        reading.context = shape_of(text);
        reading
    }

    /// The clauses and cues of `said`, which stands at `body` in the file.
    fn find(&self, said: &str, body: Span) -> Reading {
        let mut reading = Reading::default();
        for found in self.automaton.leftmost_find_iter(said) {
            let marks = self.words[found.value() as usize];
            if !marks.is_empty() {
                reading.cues.push(Cue { span: Span::new(found.start(), found.end()).shift(body.start), marks });
            }
        }
        split_clauses(said, body.start, &mut reading);
        reading
    }
}

/// Cuts `said` at its punctuation and deals the cues out to the clauses.
fn split_clauses(said: &str, offset: usize, reading: &mut Reading) {
    let mut start = 0;
    let mut cue = 0;
    let mut before = ' ';
    let mut chars = said.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|&(_, n)| n);
        let in_number = before.is_ascii_digit() && next.is_some_and(|n| n.is_ascii_digit());
        let closes = match c {
            ',' | ':' => !in_number,
            '.' => !before.is_ascii_alphanumeric(),
            '，' | '；' | ';' | '。' | '：' | '！' | '!' | '？' | '?' | '\n' => true,
            _ => false,
        };
        let end = at + c.len_utf8();
        if closes || next.is_none() {
            let first = cue;
            let mut marks = Marks::default();
            if reading.clauses.last().is_some_and(|c| matches!(c.closed_by, Some('。' | ';' | '；' | '.'))) {
                marks = marks.with(Marks::context("clause:after_stop").unwrap_or_default());
            }
            while cue < reading.cues.len() && reading.cues[cue].span.start < offset + end {
                marks = marks.with(reading.cues[cue].marks);
                cue += 1;
            }
            if let Some(head) = reading.cues[first..cue].first()
                && is_lead(&said[start..head.span.start - offset])
            {
                marks = marks.with(Marks((head.marks.0 & ((1 << CLASSES) - 1)) << CLASSES));
            }
            let closed_by = closes.then_some(c);
            reading.clauses.push(Clause {
                start: offset + start,
                end: offset + end,
                marks,
                cues: first..cue,
                closed_by,
            });
            start = end;
        }
        before = c;
    }
}

/// True where `text` may stand before the word that a clause begins with: nothing, or a short adverb.
fn is_lead(text: &str) -> bool {
    const ADVERBS: [&str; 22] = [
        "认真",
        "积极",
        "严格",
        "切实",
        "及时",
        "进一步",
        "全面",
        "大力",
        "扎实",
        "深入",
        "同时",
        "并",
        "并且",
        "还",
        "也",
        "坚决",
        "依法依规",
        "主动",
        "逐一",
        "重点",
        "联合",
        "重新",
    ];
    let text = text.trim();
    text.is_empty() || ADVERBS.contains(&text)
}

/// Collects marks by name.
#[derive(Default)]
struct Marking(Marks);

impl Marking {
    /// Adds mark `name` where `is`. Every name that is set stands in [`CONTEXT`].
    fn set(&mut self, name: &str, is: bool) {
        if is {
            let mark = Marks::context(name);
            debug_assert!(mark.is_some(), "{name} is no mark");
            self.0 = self.0.with(mark.unwrap_or_default());
        }
    }
}

/// Marks for the place of a unit.
fn place_of(report: &Report, unit: &Unit) -> Marks {
    let mut marks = Marking::default();
    let kind = match unit.kind {
        UnitKind::Title => "kind:title",
        UnitKind::Heading => "kind:heading",
        UnitKind::Sentence => "kind:sentence",
        UnitKind::Row | UnitKind::Boilerplate => "kind:row",
    };
    let role = match report.role(unit) {
        Role::Background => "role:background",
        Role::Measures => "role:measures",
        Role::Results => "role:results",
        Role::Problems => "role:problems",
        Role::Remedies => "role:remedies",
        Role::NextSteps => "role:next_steps",
        Role::Other => "role:other",
    };
    let doc = match report.kind {
        DocKind::Report => "doc:report",
        DocKind::Plan => "doc:plan",
        DocKind::Summary => "doc:summary",
        DocKind::Speech => "doc:speech",
        DocKind::Essay => "doc:essay",
        DocKind::Notice => "doc:notice",
        DocKind::Other => "doc:other",
    };
    for name in [kind, role, doc] {
        marks.set(name, true);
    }
    marks.set("shape:enumerated", unit.enumerator > 0);
    marks.0
}

/// True where a time such as 8:30 stands in `said`.
fn has_clock(said: &str) -> bool {
    said.as_bytes().windows(3).any(|w| w[0].is_ascii_digit() && w[1] == b':' && w[2].is_ascii_digit())
}

/// Marks for the look of a sentence, given without its enumerator.
fn shape_of(said: &str) -> Marks {
    let mut marks = Marking::default();
    let length = said.chars().take(61).count();
    marks.set("shape:short", length <= 8);
    marks.set("shape:middling", (9..=20).contains(&length));
    marks.set("shape:long", length > 60);
    // An unfilled XX or ____ stands for a number.
    marks.set("shape:figure", said.bytes().any(|b| b.is_ascii_digit()) || said.contains("XX") || said.contains("__"));
    marks.set("shape:percent", said.contains('%'));
    let last = said.trim_end().chars().next_back();
    marks.set("shape:open", !matches!(last, Some('。' | '；' | ';' | '！' | '!' | '？' | '?' | '.')));
    marks.set("shape:colon", matches!(last, Some(':' | '：')));
    marks.set("shape:clock", has_clock(said));
    marks.set("shape:date", said.contains('月') && said.contains('日'));
    marks.set("shape:listing", said.matches('、').nth(1).is_some());
    marks.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_end_at_punctuation_but_not_inside_numbers() {
        let lexicon = Lexicon::new(&RuleFiles::built_in()).expect("valid");
        let mut reading = Reading::default();
        split_clauses("退还83,400元,8:30上课;完", 0, &mut reading);
        let ends: Vec<usize> = reading.clauses.iter().map(|c| c.end).collect();
        assert_eq!(ends.len(), 3, "{ends:?}");
        assert!(lexicon.mark("^hold").is_some() && lexicon.mark("role:problems").is_some());
        assert!(lexicon.mark("nonsense").is_none());
    }

    #[test]
    fn no_word_stands_twice_in_a_class() {
        let file: LexiconFile = toml::from_str(BUILT_IN).expect("valid");
        for class in file.class {
            let mut seen = std::collections::BTreeSet::new();
            for word in &class.words {
                assert!(seen.insert(word), "{word} stands twice in {}", class.id);
            }
        }
    }
}
