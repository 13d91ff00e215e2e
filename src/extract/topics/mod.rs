//! Topics: which of the nineteen fields of the work a sentence touches (作业管理, 课后服务, …).
//!
//! Every topic lists its words with four grades (`topics.toml`); one pass finds them all and adds them up. The sentence
//! itself counts most; its headings, the sentence before it and the title of the report tip the balance where it says
//! little (`三年级不超过30分钟` under 作业管理). Nothing here decides whether a sentence is a measure or a problem.

use crate::document::{CleanText, Report};
use crate::rules::{self, Failure, RuleFiles};
use crate::span::Span;
use anyhow::{Result, bail};
use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder, MatchKind};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;

const FILE: &str = "topics.toml";
const BUILT_IN: &str = include_str!("topics.toml");

/// The codes of column `topic`, in the order of the guidelines.
pub const CODES: [&str; 19] = [
    "homework",
    "after_school",
    "off_campus",
    "classroom",
    "exam",
    "sleep",
    "phone",
    "reading",
    "fitness",
    "curriculum",
    "teacher",
    "home_school",
    "organization",
    "supervision",
    "admission",
    "funding",
    "paperwork",
    "safety",
    "other",
];

/// The topic of what no word gives away.
const OTHER: usize = CODES.len() - 1;

/// What a word of each grade counts: `names`, `strong`, `fair`, `weak`.
const GRADES: [f32; 4] = [4.0, 3.0, 2.0, 1.0];

/// What the surroundings count beside the sentence: its own heading, …
const HEADING: f32 = 0.4;
/// … each heading above it, …
const HEADING_ABOVE: f32 = 0.25;
/// … the title of the report, …
const TITLE: f32 = 0.15;
/// … the sentence before it, …
const BEFORE: f32 = 0.25;
/// … and, for a clause, the sentence that it is part of.
const WHOLE_UNIT: f32 = 0.3;

/// A sentence whose best topic has less than this is weak: its surroundings count [`WEAK_FACTOR`] times.
const WEAK: f32 = 3.0;
const WEAK_FACTOR: f32 = 2.0;

/// A second topic is named from this share of the best one's weight on, a third from [`THIRD`] on.
const SECOND: f32 = 0.5;
const THIRD: f32 = 0.75;

/// `topics.toml` as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TopicsFile {
    /// Words that hide shorter ones and tell nothing.
    #[serde(default)]
    silent: Vec<String>,
    #[serde(default)]
    topic: Vec<TopicEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TopicEntry {
    code: String,
    /// Chinese name, for people who read the file.
    #[allow(dead_code, reason = "part of the file's form")]
    zh: Option<String>,
    #[serde(default)]
    names: Vec<String>,
    #[serde(default)]
    strong: Vec<String>,
    #[serde(default)]
    fair: Vec<String>,
    #[serde(default)]
    weak: Vec<String>,
    /// Sentences whose first topic this is.
    #[serde(default)]
    examples: Vec<String>,
    /// Sentences that have this topic among others.
    #[serde(default)]
    also: Vec<String>,
}

/// How much of each topic some text holds, by index into [`CODES`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tally([f32; CODES.len()]);

impl Tally {
    fn add(&mut self, other: &Tally, times: f32) {
        for (mine, theirs) in self.0.iter_mut().zip(other.0) {
            *mine += times * theirs;
        }
    }

    fn max(&self) -> f32 {
        self.0.iter().copied().fold(0.0, f32::max)
    }
}

/// The words of all topics, ready to be looked for.
pub struct Topics {
    automaton: CharwiseDoubleArrayAhoCorasick<u32>,
    /// For each word, by the automaton's value: the topics that list it with their weights.
    words: Vec<Vec<(usize, f32)>>,
    codes: [Arc<str>; CODES.len()],
    examples: Vec<Example>,
}

/// A sentence that a rule file gives for a topic.
struct Example {
    topic: usize,
    /// True where the topic must be the first.
    first: bool,
    text: String,
}

impl Topics {
    /// Builds them from `topics.toml` and the district's file of that name, whose words are added; where it grades a
    /// word anew, its grade counts.
    pub fn new(rules: &RuleFiles) -> Result<Self> {
        let mut words: BTreeMap<String, BTreeMap<usize, f32>> = BTreeMap::new();
        let mut examples = Vec::new();
        for file in rules.load::<TopicsFile>(FILE, BUILT_IN)? {
            for word in file.silent {
                words.insert(word, BTreeMap::new());
            }
            for entry in file.topic {
                let Some(topic) = CODES.iter().position(|c| *c == entry.code) else {
                    let (code, zh, en) = (&entry.code, CODES.join("、"), CODES.join(", "));
                    bail!(rules::mistake(
                        FILE,
                        format!("没有主题 {code}，可用的是 {zh}"),
                        format!("there is no topic {code}: use one of {en}"),
                    ));
                };
                let graded = [entry.names, entry.strong, entry.fair, entry.weak];
                for (list, weight) in graded.into_iter().zip(GRADES) {
                    for word in list {
                        if word.is_empty() {
                            bail!(rules::empty_word(FILE, ["主题", "topic"], &entry.code));
                        }
                        words.entry(word).or_default().insert(topic, weight);
                    }
                }
                examples.extend(entry.examples.into_iter().map(|text| Example { topic, first: true, text }));
                examples.extend(entry.also.into_iter().map(|text| Example { topic, first: false, text }));
            }
        }
        let automaton = CharwiseDoubleArrayAhoCorasickBuilder::new()
            .match_kind(MatchKind::LeftmostLongest)
            .build(words.keys())
            .map_err(|e| rules::no_automaton(FILE, e))?;
        let words = words.into_values().map(|topics| topics.into_iter().collect()).collect();
        Ok(Topics { automaton, words, codes: CODES.map(Arc::from), examples })
    }

    /// The examples of the rule files that do not come out as their authors meant.
    pub fn failures(&self) -> Vec<Failure> {
        let mut failures = Vec::new();
        for example in &self.examples {
            let got = self.of(&example.text);
            let code = CODES[example.topic];
            let right = if example.first { &*got[0] == code } else { got.iter().any(|t| &**t == code) };
            if !right {
                failures.push(Failure {
                    file: FILE.to_owned(),
                    rule: code.to_owned(),
                    example: example.text.clone(),
                    expected: if example.first {
                        format!("{code} 为第一主题")
                    } else {
                        format!("主题中有 {code}")
                    },
                    got: got.join(" "),
                });
            }
        }
        failures
    }

    /// What `text` itself says.
    pub fn tally(&self, text: &str) -> Tally {
        let mut tally = Tally::default();
        for found in self.automaton.leftmost_find_iter(text) {
            for &(topic, weight) in &self.words[found.value() as usize] {
                tally.0[topic] += weight;
            }
        }
        tally
    }

    /// The topics of a text that has nothing around it.
    pub fn of(&self, text: &str) -> Vec<Arc<str>> {
        self.name(&self.tally(text))
    }

    /// Prepares a report, so that its findings can be asked for one after the other.
    pub fn in_report<'r>(&'r self, report: &'r Report, clean: &'r CleanText) -> ReportTopics<'r> {
        let title = report.title.as_deref().map_or_else(Tally::default, |t| self.tally(t));
        // A parent stands before its parts, so what it passes on is known when they need it.
        let mut frames: Vec<Tally> = Vec::with_capacity(report.sections.len());
        let mut passed_on: Vec<Tally> = Vec::with_capacity(report.sections.len());
        for section in &report.sections {
            let own = if section.level == 0 { Tally::default() } else { self.tally(&section.title) };
            let above = match section.parent {
                Some(parent) if parent < passed_on.len() => passed_on[parent],
                _ => {
                    let mut above = Tally::default();
                    above.add(&title, TITLE);
                    above
                }
            };
            let mut frame = above;
            frame.add(&own, HEADING);
            frames.push(frame);
            let mut passing = above;
            passing.add(&own, HEADING_ABOVE);
            passed_on.push(passing);
        }
        ReportTopics { topics: self, report, clean, frames, last: None }
    }

    /// The codes of the one, two or three topics that weigh most.
    fn name(&self, tally: &Tally) -> Vec<Arc<str>> {
        let mut ranked: Vec<usize> = (0..CODES.len()).filter(|&t| tally.0[t] > 0.0).collect();
        ranked.sort_by(|&a, &b| tally.0[b].total_cmp(&tally.0[a]));
        let Some(&best) = ranked.first() else {
            return vec![self.codes[OTHER].clone()];
        };
        let mut named = vec![self.codes[best].clone()];
        for (&topic, share) in ranked[1..].iter().zip([SECOND, THIRD]) {
            if tally.0[topic] < share * tally.0[best] {
                break;
            }
            named.push(self.codes[topic].clone());
        }
        named
    }
}

/// The topics in one report: what its title and headings say is counted once.
pub struct ReportTopics<'r> {
    topics: &'r Topics,
    report: &'r Report,
    clean: &'r CleanText,
    /// For each section: its heading, those above it and the title, weighted.
    frames: Vec<Tally>,
    /// The unit asked for last: its own tally and what is around it. A unit may hold many findings.
    last: Option<(usize, Tally, Tally)>,
}

impl ReportTopics<'_> {
    /// The topics of `span`, which lies in unit `unit_index`: the main one first, never empty.
    pub fn of(&mut self, unit_index: usize, span: Span) -> Vec<Arc<str>> {
        let unit = &self.report.units[unit_index];
        let (whole, around) = match self.last {
            Some((index, whole, around)) if index == unit_index => (whole, around),
            _ => {
                let whole = self.topics.tally(unit.span.of(&self.clean.text));
                let mut around = self.frames[unit.section];
                if let Some(before) = unit_index.checked_sub(1).map(|i| &self.report.units[i])
                    && before.section == unit.section
                {
                    let said = match self.last {
                        Some((index, said, _)) if index + 1 == unit_index => said,
                        _ => self.topics.tally(before.span.of(&self.clean.text)),
                    };
                    around.add(&said, BEFORE);
                }
                self.last = Some((unit_index, whole, around));
                (whole, around)
            }
        };
        let mut tally = whole;
        // A span that lacks no more than the closing mark says what the unit says.
        if span.len() + '。'.len_utf8() < unit.span.len() {
            tally = self.topics.tally(span.of(&self.clean.text));
            tally.add(&whole, WHOLE_UNIT);
        }
        let times = if tally.max() < WEAK { WEAK_FACTOR } else { 1.0 };
        tally.add(&around, times);
        self.topics.name(&tally)
    }
}

#[cfg(test)]
mod tests;
