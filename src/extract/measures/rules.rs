//! The rules of measures: which marks speak for and against a measure, how far it has come, where the next one begins.
//!
//! A rule is a condition on marks with weights. What a sentence scores is the sum of the rules that fire, so the way to
//! a decision can be read off; the weights were fitted on marked reports, each of them left out in turn, and rounded.

use super::clauses::Reading;
use super::lexicon::Lexicon;
use super::marks::Marks;
use crate::finding::{MeasureStatus, RuleId};
use crate::message::{Message, Tell};
use crate::rules::{Failure, Named, RuleFiles, merge, mistake};
use anyhow::{Result, bail};
use serde::Deserialize;
use std::ops::Range;
use std::sync::Arc;

const FILE: &str = "measures.toml";
const BUILT_IN: &str = include_str!("rules.toml");

/// The order in which a status rule's weights are kept.
pub const STATUSES: [MeasureStatus; 4] =
    [MeasureStatus::Done, MeasureStatus::Ongoing, MeasureStatus::Required, MeasureStatus::Planned];

/// Where the marks of a condition must stand together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Scope {
    /// In one clause.
    Clause,
    /// Anywhere in the sentence.
    #[default]
    Unit,
}

/// `rules.toml` as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RulesFile {
    decision: Option<DecisionEntry>,
    #[serde(default)]
    rule: Vec<RuleEntry>,
    #[serde(default)]
    status: Vec<RuleEntry>,
    #[serde(default)]
    split: Vec<RuleEntry>,
}

/// How sums become decisions.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct DecisionEntry {
    /// What a sentence has before any rule fires.
    base: f64,
    /// What it must reach.
    threshold: f64,
    /// Pairs of a score and the share of sentences with it that are measures, as counted; in rising order.
    confidence: Vec<[f64; 2]>,
    /// What each status has before any rule fires: done, ongoing, required, planned.
    status_base: [f64; 4],
    /// How much the measures around count in the status.
    status_around: f64,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleEntry {
    id: String,
    /// What it says, for people who read the file.
    #[allow(dead_code, reason = "part of the file's form")]
    zh: Option<String>,
    #[serde(default)]
    scope: Scope,
    #[serde(default)]
    all: Vec<String>,
    #[serde(default)]
    any: Vec<String>,
    #[serde(default)]
    none: Vec<String>,
    weight: Option<f64>,
    weights: Option<StatusWeights>,
    /// Texts on which it fires.
    #[serde(default)]
    fires: Vec<String>,
    /// Texts on which it does not.
    #[serde(default)]
    silent: Vec<String>,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct StatusWeights {
    done: f64,
    ongoing: f64,
    required: f64,
    planned: f64,
}

impl Named for RuleEntry {
    fn id(&self) -> &str {
        &self.id
    }
}

/// A condition with its weights: one for a measure, four for a status.
struct Rule<W> {
    id: RuleId,
    scope: Scope,
    all: Marks,
    any: Marks,
    none: Marks,
    weight: W,
    fires: Vec<String>,
    silent: Vec<String>,
}

impl<W> Rule<W> {
    fn new(entry: RuleEntry, weight: W, lexicon: &Lexicon) -> Result<Self> {
        let marks = |names: &[String]| -> Result<Marks> {
            names.iter().try_fold(Marks::default(), |all, name| {
                let mark = lexicon.mark(name).tell(|| {
                    let known: Vec<String> = lexicon.names().into_iter().map(|(name, _)| name).collect();
                    let (id, zh, en) = (&entry.id, known.join("、"), known.join(", "));
                    mistake(
                        FILE,
                        format!("规则 {id} 用了没有的标记 {name}，可用的是 {zh}"),
                        format!("rule {id} uses mark {name}, which is not known: use one of {en}"),
                    )
                })?;
                Ok(all.with(mark))
            })
        };
        Ok(Rule {
            scope: entry.scope,
            all: marks(&entry.all)?,
            any: marks(&entry.any)?,
            none: marks(&entry.none)?,
            id: Arc::from(entry.id.as_str()),
            weight,
            fires: entry.fires,
            silent: entry.silent,
        })
    }

    /// True where nothing that it asks for is missing.
    fn asks_no_more(&self, marks: Marks) -> bool {
        marks.has_all(self.all) && (self.any.is_empty() || marks.has_any(self.any))
    }

    fn suits(&self, marks: Marks) -> bool {
        self.asks_no_more(marks) && !marks.has_any(self.none)
    }

    fn asks_for_words(&self) -> bool {
        let asked = self.all.with(self.any);
        asked != asked.context_only()
    }

    /// The clauses that it fires on, `whole` being the marks of all of them.
    fn fires_on(&self, reading: &Reading, clauses: &Range<usize>, whole: Marks) -> Option<Range<usize>> {
        // What the whole lacks no clause has: most rules end here.
        if !self.asks_no_more(whole) {
            return None;
        }
        match self.scope {
            Scope::Unit => self.suits(whole).then(|| clauses.clone()),
            Scope::Clause => {
                clauses.clone().find(|&i| self.suits(reading.clauses[i].marks.with(reading.context))).map(|i| i..i + 1)
            }
        }
    }

    /// Its examples that come out otherwise. Context that it asks for is taken as given.
    fn failures(&self, lexicon: &Lexicon, failures: &mut Vec<Failure>) {
        for (texts, wanted) in [(&self.fires, true), (&self.silent, false)] {
            for text in texts {
                let mut reading = lexicon.read_alone(text);
                if wanted {
                    reading.context = reading.context.with(self.all.context_only()).without(self.none.context_only());
                }
                let clauses = 0..reading.clauses.len();
                let whole = reading.marks();
                if self.fires_on(&reading, &clauses, whole).is_some() != wanted {
                    let told = |fires: bool| if fires { "触发" } else { "不触发" }.to_owned();
                    failures.push(Failure {
                        file: FILE.to_owned(),
                        rule: self.id.to_string(),
                        example: text.clone(),
                        expected: told(wanted),
                        got: told(!wanted),
                    });
                }
            }
        }
    }
}

fn lacks(RuleEntry { id, .. }: &RuleEntry, field: &str) -> Message {
    mistake(FILE, format!("规则 {id} 缺少 {field}"), format!("rule {id} has no {field}, add it"))
}

/// A rule that fired: its number, and the clauses that it fired on.
pub type Fired = (usize, Range<usize>);

/// All rules of measures.
pub struct MeasureRules {
    decision: DecisionEntry,
    /// The weightiest first.
    measure: Vec<Rule<f64>>,
    status: Vec<Rule<[f64; 4]>>,
    split: Vec<Rule<()>>,
}

impl MeasureRules {
    /// Builds them from `rules.toml`; a district's rule replaces the built-in one of the same name.
    pub fn new(rules: &RuleFiles, lexicon: &Lexicon) -> Result<Self> {
        let files: Vec<RulesFile> = rules.load(FILE, BUILT_IN)?;
        let Some(decision) = files.iter().rev().find_map(|f| f.decision.clone()) else {
            bail!(mistake(FILE, "缺少 [decision] 一段", "section [decision] is missing, add it"));
        };
        if decision.confidence.is_empty() || !decision.confidence.is_sorted_by(|a, b| a[0] <= b[0]) {
            bail!(mistake(
                FILE,
                "decision.confidence 要有内容，并按分值从小到大排列",
                "decision.confidence must not be empty, and its scores must rise",
            ));
        }
        let (mut measure, mut status, mut split) = (Vec::new(), Vec::new(), Vec::new());
        for file in files {
            measure.push(file.rule);
            status.push(file.status);
            split.push(file.split);
        }
        let measure = merge(FILE, measure)?.into_iter().map(|entry| {
            let weight = entry.weight.tell(|| lacks(&entry, "weight"))?;
            Rule::new(entry, weight, lexicon)
        });
        let status = merge(FILE, status)?.into_iter().map(|entry| {
            let w = entry.weights.tell(|| lacks(&entry, "weights"))?;
            Rule::new(entry, [w.done, w.ongoing, w.required, w.planned], lexicon)
        });
        let split = merge(FILE, split)?.into_iter().map(|entry| Rule::new(entry, (), lexicon));
        let mut measure = measure.collect::<Result<Vec<_>>>()?;
        measure.sort_by(|a, b| b.weight.abs().total_cmp(&a.weight.abs()));
        Ok(MeasureRules {
            measure,
            status: status.collect::<Result<_>>()?,
            split: split.collect::<Result<_>>()?,
            decision,
        })
    }

    /// What a sentence scores; `fired` becomes the rules that fired, the weightiest first.
    pub fn judge(&self, reading: &Reading, fired: &mut Vec<Fired>) -> f64 {
        fired.clear();
        let whole = reading.marks();
        let clauses = 0..reading.clauses.len();
        let mut score = self.decision.base;
        for (number, rule) in self.measure.iter().enumerate() {
            if let Some(on) = rule.fires_on(reading, &clauses, whole) {
                score += rule.weight;
                fired.push((number, on));
            }
        }
        score
    }

    /// True where a sentence with this score states a measure.
    pub fn is_measure(&self, score: f64) -> bool {
        score >= self.decision.threshold
    }

    /// The name of rule `number`.
    pub fn id(&self, number: usize) -> &RuleId {
        &self.measure[number].id
    }

    /// True where rule `number` speaks for a measure by words, not by place and shape alone.
    pub fn is_cue(&self, number: usize) -> bool {
        let rule = &self.measure[number];
        rule.weight > 0.0 && rule.asks_for_words()
    }

    /// The share of sentences with this score that are measures: between two counted points, on the line between them.
    pub fn confidence(&self, score: f64) -> f64 {
        let points = &self.decision.confidence;
        let above = points.partition_point(|p| p[0] <= score);
        match (above.checked_sub(1).map(|i| points[i]), points.get(above)) {
            (Some([x0, y0]), Some([x1, y1])) => y0 + (y1 - y0) * (score - x0) / (x1 - x0),
            (Some([_, y]), None) | (None, Some(&[_, y])) => y,
            (None, None) => 0.0,
        }
    }

    /// What clauses `clauses` score for each of [`STATUSES`].
    pub fn status_scores(&self, reading: &Reading, clauses: Range<usize>) -> [f64; 4] {
        let whole = reading.clauses[clauses.clone()].iter().fold(reading.context, |all, c| all.with(c.marks));
        let mut scores = self.decision.status_base;
        for rule in &self.status {
            if rule.fires_on(reading, &clauses, whole).is_some() {
                for (score, weight) in scores.iter_mut().zip(rule.weight) {
                    *score += weight;
                }
            }
        }
        scores
    }

    /// How much the measures around count in the status.
    pub fn status_around(&self) -> f64 {
        self.decision.status_around
    }

    /// True where a clause can be the beginning of a measure of its own.
    pub fn begins_measure(&self, reading: &Reading, clause: usize) -> bool {
        let marks = reading.clauses[clause].marks.with(reading.context);
        self.split.iter().any(|rule| rule.suits(marks))
    }

    /// The examples of the rule files that do not come out as their authors meant.
    pub fn failures(&self, lexicon: &Lexicon) -> Vec<Failure> {
        let mut failures = Vec::new();
        self.measure.iter().for_each(|r| r.failures(lexicon, &mut failures));
        self.status.iter().for_each(|r| r.failures(lexicon, &mut failures));
        self.split.iter().for_each(|r| r.failures(lexicon, &mut failures));
        failures
    }
}
