//! Measures (举措): an action with an object that the body took, takes, must take or plans.
//!
//! A sentence is cut into clauses and read for cue words (`lexicon`); the rules add up what speaks for and against a
//! measure and for each status (`rules`); a sentence with several actions of their own yields several measures
//! (`parts`). A theme, an effect, a state, an opinion or a problem is no measure; a rule or a prohibition is one.

mod clauses;
mod lexicon;
mod marks;
mod parts;
mod rules;

use crate::document::{CleanText, Report, UnitKind};
use crate::extract::topics::Topics;
use crate::finding::{Measure, Step};
use crate::rules::{Failure, RuleFiles};
use crate::span::Span;
use anyhow::Result;
use clauses::Reading;
use lexicon::Lexicon;
use marks::{Marks, named, of_kind};
use parts::Grammar;
use rules::{Fired, MeasureRules, STATUSES};
use rustc_hash::FxHashSet;
use std::ops::Range;
use std::sync::Arc;

/// How many rules a derivation shows: the weightiest.
const STEPS: usize = 8;

/// How many measures on either side speak for the status of one that says little itself.
const AROUND: usize = 4;

/// The rules of measures.
pub struct Measures {
    lexicon: Lexicon,
    rules: MeasureRules,
    grammar: Grammar,
    topics: Arc<Topics>,
}

/// A measure before its status is settled.
struct Draft {
    measure: Measure,
    section: usize,
    /// What it scores for each of [`STATUSES`].
    status: [f64; 4],
}

impl Measures {
    /// Builds them; `topics` serve problems too.
    pub fn new(rules: &RuleFiles, topics: Arc<Topics>) -> Result<Self> {
        let lexicon = Lexicon::new(rules)?;
        let rules_of_measures = MeasureRules::new(rules, &lexicon)?;
        let grammar = Grammar::new(&lexicon);
        Ok(Measures { rules: rules_of_measures, grammar, lexicon, topics })
    }

    /// The measures of a report, in the order of the text; `mended` are the units that tell how something found was put
    /// right.
    pub fn extract(&self, report: &Report, clean: &CleanText, mended: &FxHashSet<usize>) -> Vec<Measure> {
        let mut topics = self.topics.in_report(report, clean);
        let places = marks::places(report);
        let (mut reading, mut fired) = (Reading::default(), Vec::new());
        let mut drafts = Vec::new();
        for (index, unit) in report.units.iter().enumerate() {
            if matches!(unit.kind, UnitKind::Boilerplate | UnitKind::Title) {
                continue;
            }
            const ENUMERATED: Marks = named("shape:enumerated");
            const MENDED: Marks = named("told:mended");
            let place = places[unit.section].with(of_kind(unit.kind)).with(ENUMERATED.when(unit.enumerator > 0));
            let place = place.with(MENDED.when(mended.contains(&index)));
            let body = unit.span.start + unit.enumerator.min(unit.span.len());
            self.lexicon.read(&clean.text[body..unit.span.end], body, &mut reading);
            reading.context = reading.context.with(place);
            let score = self.rules.judge(&reading, &mut fired);
            if !self.rules.is_measure(score) {
                continue;
            }
            let steps = self.steps(&reading, &fired);
            let confidence = self.rules.confidence(score);
            for part in parts::split(&self.rules, &reading) {
                let span = part_span(&reading, &part, unit.span, &clean.text);
                let words = self.grammar.words(&reading, part.clone(), &clean.text);
                let measure = Measure {
                    span,
                    unit_index: index,
                    status: STATUSES[0],
                    topics: topics.of(index, span),
                    actor: words.actor,
                    action: words.action,
                    object: words.object,
                    rule: steps.rule.clone(),
                    confidence,
                    steps: steps.shown.clone(),
                };
                let status = self.rules.status_scores(&reading, part);
                drafts.push(Draft { measure, section: unit.section, status });
            }
        }
        self.settle(drafts)
    }

    /// The examples of the rule files that do not come out as their authors meant.
    pub fn failures(&self) -> Vec<Failure> {
        let mut failures = self.rules.failures(&self.lexicon);
        failures.extend(self.topics.failures());
        failures
    }

    /// The weightiest rules, and the one that spoke most for a measure.
    fn steps(&self, reading: &Reading, fired: &[Fired]) -> Steps {
        let strongest = fired.iter().find(|(rule, _)| self.rules.is_cue(*rule)).or(fired.first());
        // A sentence that reaches the threshold by its base alone has no rule; the base would have to be above it.
        let rule = strongest.map_or_else(|| "measures.base".into(), |(rule, _)| self.rules.id(*rule).clone());
        let shown = fired.iter().take(STEPS).filter_map(|(rule, on)| {
            let first = reading.clauses.get(on.start)?;
            let last = reading.clauses.get(on.end.checked_sub(1)?)?;
            Some(Step { rule: self.rules.id(*rule).clone(), span: Span::new(first.start, last.end) })
        });
        Steps { rule, shown: shown.collect() }
    }

    /// Gives every measure its status: what its own words say, tipped by what those around it in its section say.
    fn settle(&self, drafts: Vec<Draft>) -> Vec<Measure> {
        let shares: Vec<[f64; 4]> = drafts.iter().map(|d| as_shares(d.status)).collect();
        let mut settled = Vec::with_capacity(drafts.len());
        for (i, draft) in drafts.iter().enumerate() {
            let mut scores = draft.status;
            let near = i.saturating_sub(AROUND)..(i + AROUND + 1).min(drafts.len());
            let others = near.filter(|&j| j != i && drafts[j].section == draft.section);
            let weight = self.rules.status_around() / others.clone().count().max(1) as f64;
            for j in others {
                for (score, share) in scores.iter_mut().zip(shares[j]) {
                    *score += weight * share;
                }
            }
            let best = (0..STATUSES.len()).max_by(|&a, &b| scores[a].total_cmp(&scores[b])).unwrap_or_default();
            settled.push(STATUSES[best]);
        }
        drafts.into_iter().zip(settled).map(|(draft, status)| Measure { status, ..draft.measure }).collect()
    }
}

/// How a sentence was judged.
struct Steps {
    rule: crate::finding::RuleId,
    shown: Vec<Step>,
}

/// Scores as shares of one.
fn as_shares(scores: [f64; 4]) -> [f64; 4] {
    let powers = scores.map(f64::exp);
    let sum: f64 = powers.iter().sum();
    powers.map(|p| p / sum)
}

/// The text of clauses `part`: the first part begins with its enumerator, commas at the end are left out.
fn part_span(reading: &Reading, part: &Range<usize>, unit: Span, text: &str) -> Span {
    let start = if part.start == 0 { unit.start } else { reading.clauses[part.start].start };
    let end = reading.clauses[part.end - 1].end;
    let said = text[start..end].trim_end_matches([',', '，', ';', '；', ' ', '\n']);
    let lead = said.len() - said.trim_start().len();
    Span::new(start + lead, start + said.len())
}

#[cfg(test)]
mod tests;
