//! Cue words (线索词) and the rules that weigh them: which indicator, which kind.
//!
//! A rule names groups of words; how near the best word of each group stands to a figure, times the rule's weight, is its
//! score, and the best rule wins. "Near" is one scale for all: the figure's own phrase, its sentence, the sentence before,
//! the headings. One automaton finds the words of all rules in one pass over a sentence that has a figure.

use super::bind::Mention;
use crate::document::{DocKind, Role};
use crate::finding::RuleId;
use crate::rules::{Named, RuleFiles, merge};
use anyhow::{Result, bail};
use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder};
use serde::Deserialize;
use std::collections::BTreeMap;

/// How much a word counts by where it stands, at distance 0.
const HEADING: f32 = 0.5;
const HEADING_ABOVE: f32 = 0.35;
const TITLE: f32 = 0.22;
const SENTENCE_BEFORE: f32 = 0.42;
/// A word this near forbids a rule that lists it under `not`.
const NEAR: f32 = 0.55;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    rule: Vec<Rule>,
}

/// One entry of a rule file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rule {
    pub id: String,
    /// The indicator or kind that it gives.
    pub gives: String,
    /// How much it counts where its words stand right at the figure.
    pub weight: f32,
    /// Unit classes that it is for; none: all.
    #[serde(default)]
    pub units: Vec<String>,
    /// Groups of words; one of each group must be there.
    #[serde(default)]
    pub words: Vec<Vec<String>>,
    /// Words that forbid it where they stand near.
    #[serde(default)]
    pub not: Vec<String>,
    /// Comparators that it is for (`le`, `ge`, …); none: all.
    #[serde(default)]
    comparators: Vec<String>,
    /// Section roles that it is for; none: all.
    #[serde(default)]
    roles: Vec<String>,
    /// Kinds of report that it is for; none: all.
    #[serde(default)]
    reports: Vec<String>,
    /// True: words count only in the figure's own clause.
    #[serde(default)]
    clause: bool,
    /// True: words count only before the figure; headings don't.
    #[serde(default)]
    before: bool,
    /// Texts with a figure in <> that must get what this rule gives.
    #[serde(default)]
    pub yes: Vec<String>,
    /// Texts with a figure in <> that must not.
    #[serde(default)]
    pub no: Vec<String>,
}

impl Named for Rule {
    fn id(&self) -> &str {
        &self.id
    }
}

/// A rule, its words as numbers.
struct Compiled {
    id: RuleId,
    gives: usize,
    weight: f32,
    units: Vec<String>,
    groups: Vec<Vec<u32>>,
    not: Vec<u32>,
    comparators: Vec<String>,
    roles: Vec<String>,
    reports: Vec<String>,
    clause: bool,
    before: bool,
}

/// Where a word was found in some text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hit {
    word: u32,
    start: usize,
    end: usize,
}

/// The rules of one question: which indicator, or which kind.
pub(super) struct Question {
    pub file: &'static str,
    rules: Vec<Compiled>,
    pub sources: Vec<Rule>,
}

/// The words of all questions in one automaton.
pub(super) struct Cues {
    automaton: CharwiseDoubleArrayAhoCorasick<u32>,
    n_words: usize,
}

/// What a question asks about a figure beside the words.
pub(super) struct Facts<'a> {
    pub mention: &'a Mention,
    pub role: Role,
    pub report: DocKind,
}

/// The best answer to a question.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    /// Index into the codes that the question may give.
    pub gives: usize,
    pub rule: RuleId,
    pub score: f32,
    /// Score of the best rule that gives something else.
    pub second: f32,
}

/// Words and how near they are to one figure, by place.
pub(super) struct Nearness {
    /// Anywhere.
    any: Vec<f32>,
    /// In the figure's own clause.
    clause: Vec<f32>,
    /// Before the figure in its sentence.
    before: Vec<f32>,
    touched: Vec<u32>,
}

/// Collects the words of several rule files before the automaton is built.
#[derive(Default)]
pub(super) struct Words(BTreeMap<String, u32>);

impl Words {
    fn number(&mut self, word: &str) -> u32 {
        let next = self.0.len() as u32;
        *self.0.entry(word.to_owned()).or_insert(next)
    }

    pub fn build(self) -> Result<Cues> {
        let n_words = self.0.len();
        let automaton = CharwiseDoubleArrayAhoCorasickBuilder::new()
            .build_with_values(self.0)
            .map_err(|e| anyhow::anyhow!("数据规则的词表建不起来：{e}"))?;
        Ok(Cues { automaton, n_words })
    }
}

impl Question {
    pub fn new(
        file: &'static str,
        built_in: &str,
        rules: &RuleFiles,
        allowed: &[&str],
        words: &mut Words,
    ) -> Result<Self> {
        let sources = merge(file, rules.load::<File>(file, built_in)?.into_iter().map(|f| f.rule))?;
        let mut compiled = Vec::with_capacity(sources.len());
        for rule in &sources {
            let Some(gives) = allowed.iter().position(|a| *a == rule.gives) else {
                bail!("规则文件 {file}：规则 {} 给出 {}，可用的是 {}", rule.id, rule.gives, allowed.join("、"));
            };
            let mut number = |list: &[String]| -> Result<Vec<u32>> {
                if list.iter().any(String::is_empty) {
                    bail!("规则文件 {file}：规则 {} 里有空词，请删去", rule.id);
                }
                Ok(list.iter().map(|w| words.number(w)).collect())
            };
            compiled.push(Compiled {
                id: RuleId::from(format!("{}.{}", file.trim_end_matches(".toml").replace('_', "."), rule.id)),
                gives,
                weight: rule.weight,
                units: rule.units.clone(),
                groups: rule.words.iter().map(|g| number(g)).collect::<Result<_>>()?,
                not: number(&rule.not)?,
                comparators: rule.comparators.clone(),
                roles: rule.roles.clone(),
                reports: rule.reports.clone(),
                clause: rule.clause,
                before: rule.before,
            });
        }
        Ok(Question { file, rules: compiled, sources })
    }

    /// The best answer for a figure; none where no rule fits.
    pub fn answer(&self, facts: &Facts, near: &Nearness) -> Option<Answer> {
        let mut best: Option<Answer> = None;
        for rule in &self.rules {
            if !rule.fits(facts) {
                continue;
            }
            let score = rule.score(near);
            if score <= 0.0 {
                continue;
            }
            best = match best {
                Some(b) if score <= b.score => {
                    let second = if rule.gives == b.gives { b.second } else { b.second.max(score) };
                    Some(Answer { second, ..b })
                }
                b => {
                    let second = b.map_or(0.0, |b| if b.gives == rule.gives { b.second } else { b.score });
                    Some(Answer { gives: rule.gives, rule: rule.id.clone(), score, second })
                }
            };
        }
        best
    }
}

impl Compiled {
    fn fits(&self, facts: &Facts) -> bool {
        let has = |list: &[String], code: &str| list.is_empty() || list.iter().any(|l| l == code);
        has(&self.units, &facts.mention.class)
            && has(&self.comparators, facts.mention.comparator.code())
            && has(&self.roles, facts.role.code())
            && has(&self.reports, facts.report.code())
    }

    fn score(&self, near: &Nearness) -> f32 {
        let by = match (self.clause, self.before) {
            (_, true) => &near.before,
            (true, false) => &near.clause,
            (false, false) => &near.any,
        };
        if self.not.iter().any(|&w| near.any[w as usize] >= NEAR) {
            return 0.0;
        }
        let weakest = self
            .groups
            .iter()
            .map(|group| group.iter().map(|&w| by[w as usize]).fold(0.0, f32::max))
            .fold(1.2, f32::min);
        self.weight * if self.groups.is_empty() { 1.0 } else { weakest }
    }
}

impl Cues {
    /// The cue words of a text.
    pub fn find(&self, text: &str) -> Vec<Hit> {
        self.automaton
            .find_overlapping_iter(text)
            .map(|m| Hit { word: m.value(), start: m.start(), end: m.end() })
            .collect()
    }

    pub fn nearness(&self) -> Nearness {
        let zero = || vec![0.0; self.n_words];
        Nearness { any: zero(), clause: zero(), before: zero(), touched: Vec::new() }
    }
}

/// Cue words around a sentence, found once for all its figures.
pub(super) struct Surroundings<'a> {
    pub own: &'a [Hit],
    pub sentence_before: &'a [Hit],
    pub heading: &'a [Hit],
    pub headings_above: &'a [Hit],
    pub title: &'a [Hit],
}

/// Places in a sentence that make what is beyond them farther away.
pub(super) struct Borders {
    /// Bytes of commas and of stronger marks.
    commas: Vec<usize>,
    stops: Vec<usize>,
}

impl Borders {
    pub fn of(text: &str) -> Self {
        let (mut commas, mut stops) = (Vec::new(), Vec::new());
        for (i, c) in text.char_indices() {
            match c {
                ',' | '(' | ')' => commas.push(i),
                ';' | '。' | '\n' | '!' | '?' => stops.push(i),
                _ => {}
            }
        }
        Borders { commas, stops }
    }

    fn between(list: &[usize], from: usize, to: usize) -> usize {
        list.partition_point(|&i| i < to).saturating_sub(list.partition_point(|&i| i < from))
    }
}

impl Nearness {
    /// Measures all words anew for one figure of a sentence that has `figures`.
    pub fn measure(&mut self, mention: &Mention, figures: &[Mention], borders: &Borders, around: &Surroundings) {
        for word in self.touched.drain(..) {
            let w = word as usize;
            (self.any[w], self.clause[w], self.before[w]) = (0.0, 0.0, 0.0);
        }
        let span = mention.span;
        for hit in around.own {
            let (from, to, before) = if hit.end <= span.start {
                (hit.end, span.start, true)
            } else if hit.start >= span.end {
                (span.end, hit.start, false)
            } else {
                self.note(hit.word, 1.0, true, hit.start <= span.start);
                continue;
            };
            let commas = Borders::between(&borders.commas, from, to) as f32;
            let stops = Borders::between(&borders.stops, from, to) as f32;
            let crossed = figures.iter().filter(|f| f.span.start >= from && f.span.end <= to).count() as f32;
            let chars = (to - from) as f32 / 3.0;
            let factor = if before {
                1.0 / (1.0 + chars / 45.0 + 0.2 * commas + 0.7 * stops + 0.1 * crossed)
            } else {
                0.95 / (1.0 + chars / 25.0 + 0.5 * commas + 1.5 * stops + 0.35 * crossed)
            };
            self.note(hit.word, factor, commas + stops == 0.0, before);
        }
        let outside = [
            (around.sentence_before, SENTENCE_BEFORE),
            (around.heading, HEADING),
            (around.headings_above, HEADING_ABOVE),
            (around.title, TITLE),
        ];
        for (hits, factor) in outside {
            for hit in hits {
                self.note(hit.word, factor, false, false);
            }
        }
    }

    fn note(&mut self, word: u32, factor: f32, clause: bool, before: bool) {
        let w = word as usize;
        if self.any[w] == 0.0 {
            self.touched.push(word);
        }
        self.any[w] = self.any[w].max(factor);
        if clause {
            self.clause[w] = self.clause[w].max(factor);
        }
        if before {
            self.before[w] = self.before[w].max(factor);
        }
    }
}
