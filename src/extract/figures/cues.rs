//! Cue words (线索词) and the rules that weigh them: which indicator, which kind.
//!
//! A rule names groups of words; how near the best word of each group stands to a figure, times the rule's weight, is its
//! score, and the best rule wins. "Near" is one scale for all: the figure's own phrase, its sentence, the sentence before,
//! the headings. One automaton finds the words of all rules in one pass over a sentence that has a figure.

use super::bind::Mention;
use crate::document::{DocKind, Role};
use crate::finding::RuleId;
use crate::message::Message;
use crate::rules::{Named, RuleFiles, empty_word, merge, mistake};
use anyhow::{Result, bail};
use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// How much a word counts by where it stands: 1 in the figure's own phrase, which no comma and no other figure breaks, …
const CLAUSE: f32 = 0.78;
/// … in the head of its column, in a table, …
const COLUMN: f32 = 0.95;
/// … beyond commas before or behind it in its sentence, …
const BEFORE: f32 = 0.62;
const BEHIND: f32 = 0.42;
/// … beyond a semicolon, …
const BEYOND_STOP: f32 = 0.35;
/// … and around its sentence.
const HEADING: f32 = 0.5;
const HEADING_ABOVE: f32 = 0.35;
const TITLE: f32 = 0.22;
const SENTENCE_BEFORE: f32 = 0.42;
/// A word this near forbids a rule that lists it under `not`; evidence this near is the figure's own.
const NEAR: f32 = 0.66;
/// Bytes around a figure in which words of its sentence are looked for.
const WINDOW: usize = 750;
/// What a topic word counts at least, wherever it stands.
const TOPIC: f32 = 0.75;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// Words that hide the shorter ones in them and tell nothing.
    #[serde(default)]
    silent: Vec<String>,
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
    /// Words of which one must stand anywhere around, in a heading as well as in the sentence.
    #[serde(default)]
    topic: Vec<String>,
    /// Words that forbid it where they stand near.
    #[serde(default)]
    pub not: Vec<String>,
    /// True where its words must stand in the figure's own sentence.
    #[serde(default)]
    sentence: bool,
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
    /// True: words count only behind the figure, or where they begin in it; headings don't.
    #[serde(default)]
    behind: bool,
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
    topic: Vec<u32>,
    comparators: Vec<String>,
    roles: Vec<String>,
    reports: Vec<String>,
    clause: bool,
    before: bool,
    behind: bool,
    sentence: bool,
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
    silent: Vec<bool>,
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
    /// True where its words stand in the figure's own phrase or clause.
    pub own: bool,
    /// True where it has words at all.
    pub told: bool,
    /// Score of the best rule that gives something else.
    pub second: f32,
}

/// Words and how near they are to one figure, by place.
pub(super) struct Nearness {
    /// Anywhere.
    any: Vec<f32>,
    /// In the figure's own sentence, or in the head of its column.
    sentence: Vec<f32>,
    /// In the figure's own clause.
    clause: Vec<f32>,
    /// Before the figure in its sentence.
    before: Vec<f32>,
    /// Behind the figure in its sentence.
    behind: Vec<f32>,
    touched: Vec<u32>,
}

/// Collects the words of several rule files before the automaton is built.
#[derive(Default)]
pub(super) struct Words {
    numbers: BTreeMap<String, u32>,
    silent: BTreeSet<u32>,
}

impl Words {
    fn number(&mut self, word: &str) -> u32 {
        let next = self.numbers.len() as u32;
        *self.numbers.entry(word.to_owned()).or_insert(next)
    }

    pub fn build(self) -> Result<Cues> {
        let n_words = self.numbers.len();
        let silent = (0..n_words as u32).map(|w| self.silent.contains(&w)).collect();
        let automaton = CharwiseDoubleArrayAhoCorasickBuilder::new().build_with_values(self.numbers).map_err(|e| {
            let en = "the words of the rules of figures can't be searched for";
            Message::new(format!("数据规则的词表建不起来：{e}"), format!("{en}: {e}"))
        })?;
        Ok(Cues { automaton, n_words, silent })
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
        let files = rules.load::<File>(file, built_in)?;
        for word in files.iter().flat_map(|f| &f.silent) {
            let number = words.number(word);
            words.silent.insert(number);
        }
        let sources = merge(file, files.into_iter().map(|f| f.rule))?;
        let mut compiled = Vec::with_capacity(sources.len());
        for rule in &sources {
            let Some(gives) = allowed.iter().position(|a| *a == rule.gives) else {
                let (id, gives, zh, en) = (&rule.id, &rule.gives, allowed.join("、"), allowed.join(", "));
                bail!(mistake(
                    file,
                    format!("规则 {id} 给出 {gives}，可用的是 {zh}"),
                    format!("rule {id} gives {gives}, which is not known: use one of {en}"),
                ));
            };
            let mut number = |list: &[String]| -> Result<Vec<u32>> {
                if list.iter().any(String::is_empty) {
                    bail!(empty_word(file, ["规则", "rule"], &rule.id));
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
                topic: number(&rule.topic)?,
                comparators: rule.comparators.clone(),
                roles: rule.roles.clone(),
                reports: rule.reports.clone(),
                clause: rule.clause,
                before: rule.before,
                behind: rule.behind,
                sentence: rule.sentence,
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
            let (score, own) = rule.score(near);
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
                    let told = !rule.groups.is_empty() || !rule.topic.is_empty();
                    Some(Answer { gives: rule.gives, rule: rule.id.clone(), score, own, told, second })
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
            && has(&self.reports, facts.report.rule_code())
    }

    /// The score, and whether the words that make it are the figure's own.
    fn score(&self, near: &Nearness) -> (f32, bool) {
        let by = |w: u32| {
            let w = w as usize;
            let side = match (self.before, self.behind) {
                (true, _) => near.before[w],
                (_, true) => near.behind[w],
                _ if self.sentence => near.sentence[w],
                _ => near.any[w],
            };
            if self.clause { side.min(near.clause[w]) } else { side }
        };
        if self.not.iter().any(|&w| near.any[w as usize] >= NEAR) {
            return (0.0, false);
        }
        let best = |words: &[u32], by: &dyn Fn(u32) -> f32| words.iter().map(|&w| by(w)).fold(0.0, f32::max);
        let weakest = self.groups.iter().map(|group| best(group, &by)).fold(1.0, f32::min);
        let topic = match best(&self.topic, &|w| near.any[w as usize]) {
            _ if self.topic.is_empty() => 1.0,
            0.0 => return (0.0, false),
            found => TOPIC + (1.0 - TOPIC) * found,
        };
        (self.weight * weakest * topic, weakest >= NEAR)
    }
}

impl Cues {
    /// The cue words of a text.
    pub fn find(&self, text: &str) -> Vec<Hit> {
        let hit = |m: daachorse::Match<u32>| Hit { word: m.value(), start: m.start(), end: m.end() };
        let mut hits: Vec<Hit> = self.automaton.find_overlapping_iter(text).map(hit).collect();
        if hits.iter().any(|h| self.silent[h.word as usize]) {
            let hiding: Vec<Hit> = hits.iter().copied().filter(|h| self.silent[h.word as usize]).collect();
            // Hits come by their ends, so what hides one lies among the few whose ends are not before its own.
            hits.retain(|h| {
                let from = hiding.partition_point(|s| s.end < h.end);
                let hides = |s: &Hit| s.start <= h.start && s.word != h.word;
                !hiding[from..].iter().take_while(|s| s.start < h.end).any(hides)
            });
        }
        hits
    }

    pub fn nearness(&self) -> Nearness {
        let zero = || vec![0.0; self.n_words];
        Nearness { any: zero(), sentence: zero(), clause: zero(), before: zero(), behind: zero(), touched: Vec::new() }
    }
}

/// Cue words around a sentence, found once for all its figures.
pub(super) struct Surroundings<'a> {
    pub own: &'a [Hit],
    /// The head of the figure's column, in a table.
    pub column: &'a [Hit],
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
    /// The marks of `text`; a 、 counts where it parts a figure from the next item of a list.
    pub fn of(text: &str, figures: &[Mention]) -> Self {
        let (mut commas, mut stops) = (Vec::new(), Vec::new());
        let touches = |i: usize| figures.iter().any(|f| f.span.end == i || f.span.start == i + '、'.len_utf8());
        for (i, c) in text.char_indices() {
            match c {
                ',' | '(' | ')' => commas.push(i),
                '、' if touches(i) => commas.push(i),
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
            for by_place in [&mut self.any, &mut self.sentence, &mut self.clause, &mut self.before, &mut self.behind] {
                by_place[w] = 0.0;
            }
        }
        let span = mention.span;
        // Hits come by their ends.
        let first = around.own.partition_point(|hit| hit.end + WINDOW < span.start);
        for hit in around.own[first..].iter().take_while(|hit| hit.end <= span.end + WINDOW) {
            let (from, to, before) = if hit.end <= span.start {
                (hit.end, span.start, true)
            } else if hit.start >= span.end {
                (span.end, hit.start, false)
            } else {
                self.note(hit.word, 1.0, true, hit.start <= span.start);
                continue;
            };
            let commas = Borders::between(&borders.commas, from, to);
            let stops = Borders::between(&borders.stops, from, to);
            let first = figures.partition_point(|f| f.span.start < from);
            let crossed = figures.partition_point(|f| f.span.end <= to).saturating_sub(first);
            let place = match (stops, commas, crossed) {
                (1.., ..) => BEYOND_STOP,
                (0, 0, 0) => 1.0,
                (0, 0, _) => CLAUSE,
                _ if before => BEFORE,
                _ => BEHIND,
            };
            let chars = (to - from) as f32 / 3.0;
            let slope = if before { 70.0 } else { 30.0 };
            let factor = place / (1.0 + chars / slope + 0.15 * commas.saturating_sub(1) as f32 + 0.1 * crossed as f32);
            self.note(hit.word, factor, commas + stops == 0, before);
        }
        for hit in around.column {
            self.note(hit.word, COLUMN, true, true);
        }
        let outside = [
            (around.sentence_before, SENTENCE_BEFORE),
            (around.heading, HEADING),
            (around.headings_above, HEADING_ABOVE),
            (around.title, TITLE),
        ];
        for (hits, factor) in outside {
            for hit in hits {
                self.note_outside(hit.word, factor);
            }
        }
    }

    fn note_outside(&mut self, word: u32, factor: f32) {
        let w = word as usize;
        if self.any[w] == 0.0 {
            self.touched.push(word);
        }
        self.any[w] = self.any[w].max(factor);
    }

    fn note(&mut self, word: u32, factor: f32, clause: bool, before: bool) {
        self.note_outside(word, factor);
        let w = word as usize;
        self.sentence[w] = self.sentence[w].max(factor);
        if clause {
            self.clause[w] = self.clause[w].max(factor);
        }
        let side = if before { &mut self.before } else { &mut self.behind };
        side[w] = side[w].max(factor);
    }
}
