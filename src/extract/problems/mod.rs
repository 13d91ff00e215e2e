//! Problems (问题): deficiencies, difficulties, risks, complaints and unmet needs, and the measures that answer them.
//!
//! Cue words ([`cues`]) make a sentence speak more or less for a problem ([`reading`]); where it stands ([`place`])
//! tips the balance: among problems a sentence is one unless it is plainly something else, elsewhere it must say so
//! itself. A sentence that tells how the problem before it was put right makes both resolved. What a prohibition, an
//! aim or a supposition names is no problem. Which measure answers which problem is told in [`answers`].

mod answers;
mod cues;
mod holder;
mod place;
mod reading;

use super::topics::Topics;
use crate::document::{CleanText, Report, Unit, UnitKind};
use crate::finding::{Measure, Problem, ProblemStatus, RuleId, Step};
use crate::rules::{Failure, RuleFiles};
use crate::span::Span;
use anyhow::Result;
use cues::{Cues, Hit, Says};
use holder::Holders;
use place::{Place, Run, ends_in_colon, has_problem_label};
use reading::Reading;
use std::sync::Arc;

/// From here on a sentence is a problem.
const THRESHOLD: f32 = 2.0;
/// What the label `存在问题：` or `问题一：` counts, in place of the section.
const LABEL: f32 = 2.5;
/// What `一是…不一致问题。` counts: an item that names a problem by ending in the word.
const NAMED: f32 = 2.5;
/// Against it: the body acts, something goes well, remedies follow, it is asked, it leads in what follows.
const ACTS: f32 = -2.0;
const GOOD: f32 = -1.5;
const REMEDY: f32 = -3.0;
const ASKED: f32 = -1.5;
const LEADS_IN: f32 = -1.5;
/// Against it: it speaks about problems as such; it says that there is none; hints alone, neither among problems nor of
/// some only (个别学生入睡困难).
const FRAME: f32 = -3.0;
const DENIES: f32 = -2.5;
const HINTS_ALONE: f32 = -0.5;
/// For it: it is told together with its having been put right.
const SETTLED: f32 = 1.5;
/// … and once more where all that tells of it was taken back: `针对…问题,已…` says what was wrong as 针对's object.
const SETTLED_AS_OBJECT: f32 = 1.5;
/// A short item without a cue may be a mere name.
const SHORT: f32 = -1.0;
/// For it: a heading among problems that says what is not or what is hard (督查不够, 备课不深入), without a cue of its own.
const WANTING: f32 = 2.0;
/// What a sentence counts at least that tells what was found, and then that it was put right; and from which place on.
const SURELY_MENDED: f32 = 2.5;
const MENDED_WHERE: f32 = -1.0;
/// The rule of those sentences; what they tell was also done.
pub const MENDED: &str = "problem.mended";
/// Bytes of a short item.
const SHORT_BYTES: usize = 24;

/// The rules of problems.
pub struct Problems {
    cues: Cues,
    holders: Holders,
    topics: Arc<Topics>,
    among: RuleId,
    named: RuleId,
    retold: RuleId,
    mended: RuleId,
}

/// A sentence, judged.
struct Verdict {
    status: ProblemStatus,
    score: f32,
    rule: RuleId,
    /// Byte in the sentence that decided.
    at: usize,
    /// The sentence without its number, and without the mere action at its end.
    span: Span,
}

impl Problems {
    /// Builds them; `topics` serve measures too.
    pub fn new(rules: &RuleFiles, topics: Arc<Topics>) -> Result<Self> {
        Ok(Problems {
            cues: Cues::new(rules)?,
            holders: Holders::new(rules)?,
            topics,
            among: RuleId::from("problem.among"),
            named: RuleId::from("problem.named"),
            retold: RuleId::from("problem.retold"),
            mended: RuleId::from(MENDED),
        })
    }

    /// The problems of a report.
    pub fn extract(&self, report: &Report, clean: &CleanText) -> Vec<Problem> {
        let mut topics = self.topics.in_report(report, clean);
        let mut problems: Vec<Problem> = Vec::new();
        let (mut run, mut hits) = (Run::through(report, clean), Vec::new());
        for (index, unit) in report.units.iter().enumerate() {
            if matches!(unit.kind, UnitKind::Title | UnitKind::Boilerplate) {
                continue;
            }
            let text = unit.span.of(&clean.text);
            self.cues.find(text, &mut hits);
            let place = run.place(report, unit);
            let mut reading = reading::read(text, &hits, place.among);
            reading.announces |= ends_in_colon(text) && self.cues.is_name(text);
            let last = problems.last_mut().filter(|p| index - p.unit_index <= RETOLD_WITHIN);
            let mut told = None;
            let verdict = match last {
                Some(problem) if self.retells(report, clean, problem, index, &reading) => {
                    problem.status = ProblemStatus::Resolved;
                    told = Some(problem.topics.clone());
                    Some(self.retold(text, unit, &reading, &hits))
                }
                _ if settles_by_number(text, unit, &reading) => Some(self.retold(text, unit, &reading, &hits)),
                _ => self.judge(text, unit, &reading, &hits, place),
            };
            run.pass(report, unit, text, &reading, verdict.is_some());
            // 问题三:。 says that there is one, and not what.
            let said =
                verdict.map(|verdict| (without_stop(verdict.span, text), verdict)).filter(|said| !said.0.is_empty());
            if let Some((span, verdict)) = said {
                let span = span.shift(unit.span.start);
                // What was put right is what was told before.
                let topics = told.unwrap_or_else(|| topics.of(index, span));
                let steps = hits.iter().filter(|h| h.weight > 0.0);
                let steps =
                    steps.map(|h| Step { rule: self.cues.id(h.cue).clone(), span: h.span.shift(unit.span.start) });
                problems.push(Problem {
                    span,
                    unit_index: index,
                    status: verdict.status,
                    holder: Some(self.holders.of(text, verdict.at, &topics)),
                    topics,
                    rule: verdict.rule,
                    confidence: confidence(verdict.score),
                    steps: steps.collect(),
                });
            }
        }
        problems
    }

    /// Whether a sentence by itself, in its place, is a problem.
    fn judge(&self, text: &str, unit: &Unit, reading: &Reading, hits: &[Hit], place: Place) -> Option<Verdict> {
        let body = &text[unit.enumerator.min(text.len())..];
        let heading = unit.kind == UnitKind::Heading;
        let labelled = has_problem_label(text, unit);
        let announces = (reading.announces || (place.heads && !reading.states && !labelled))
            && (ends_in_colon(text) || (heading && place::label(body).is_none()) || place::leads_in(body, reading));
        if announces
            || (heading && self.cues.is_name(body) && (!reading.states || body.len() < SHORT_BYTES))
            || is_masked(body)
        {
            return None;
        }
        let named = names_problem(text, unit, reading);
        // 再没有发生: it did before.
        let since = reading.settled.map_or(0.0, |s| hits[s].weight);
        let speaks = reading.evidence > 0.0 || named || since > 0.0;
        let mut score = place.prior + reading.evidence + since;
        let mut add = |when: bool, what: f32| score += if when { what } else { 0.0 };
        add(labelled && !place.among, LABEL - place.prior);
        add(named, NAMED);
        add(speaks || place.among, reading.hedge + reading.turn);
        add(reading.settled.is_some() && (speaks || reading.taken_back), SETTLED);
        let named_before =
            reading.settled.is_some_and(|s| takes_up(&body[..hits[s].span.start.saturating_sub(unit.enumerator)]));
        // 整治…等隐患52处,当场整改44处: so many were.
        let counted = reading.settled.is_some_and(|s| cues::number_follows(&text[hits[s].span.end..]));
        add((named_before || counted) && reading.taken_back && !speaks, SETTLED_AS_OBJECT);
        add(reading.acts && reading.evidence < THRESHOLD && !named_before, ACTS);
        add(reading.good && reading.evidence < THRESHOLD, GOOD);
        add(reading.denies && !speaks, DENIES);
        add(reading.evidence > 0.0 && !reading.states && !place.among && !reading.some, HINTS_ALONE);
        add(body.len() < SHORT_BYTES && !speaks, SHORT);
        add(heading && place.among && !place.heads && !speaks && self.cues.tells_of_want(body), WANTING);
        add(reading.remedy && place::label(body).is_some(), REMEDY);
        add(reading.frame, FRAME);
        add(text.ends_with(['?', '？']), ASKED);
        add(ends_in_colon(text), LEADS_IN);
        let mended = reading.mended && !reading.frame && !ends_in_colon(text) && place.prior >= MENDED_WHERE;
        if mended && reading.settled.is_none() && score < SURELY_MENDED {
            score = SURELY_MENDED;
        }
        if score < THRESHOLD || !(mended || speaks || place.among || labelled || reading.settled.is_some()) {
            return None;
        }
        let general = reading.general || place.background || (reading.past && !place.among);
        let status = match () {
            () if mended || (reading.settled.is_some() && (speaks || reading.taken_back)) => ProblemStatus::Resolved,
            () if reading.past && reading.now && speaks && !place.among => ProblemStatus::Resolved,
            () if general && !place.among => ProblemStatus::Background,
            () => ProblemStatus::Own,
        };
        let decider = reading.decider.map(|d| &hits[d]);
        let rule = match decider {
            _ if mended => self.mended.clone(),
            Some(hit) => self.cues.id(hit.cue).clone(),
            None if named => self.named.clone(),
            None => self.among.clone(),
        };
        let end = if reading.end > unit.enumerator { reading.end } else { text.len() };
        let label = place::label(body).filter(|label| place::is_problem_label(label));
        let start = unit.enumerator
            + label.map_or(0, |label| label.len() + body[label.len()..].chars().next().map_or(0, char::len_utf8));
        let span = Span::new(start, end.max(start));
        Some(Verdict { status, score, rule, at: decider.map_or(text.len(), |h| h.span.start), span })
    }

    /// Whether unit `index` tells that `problem`, told before it, was put right.
    fn retells(&self, report: &Report, clean: &CleanText, problem: &Problem, index: usize, reading: &Reading) -> bool {
        if problem.status == ProblemStatus::Background || reading.evidence >= 3.0 {
            return false;
        }
        let unit = &report.units[index];
        let told = &report.units[problem.unit_index];
        let next = index == problem.unit_index + 1;
        let text = unit.span.of(&clean.text);
        // An item of its own, or a sentence that names a problem by itself, tells nothing of the one before.
        let labelled = place::label(text).is_some();
        let named = next && ends_in_problem(told.span.of(&clean.text));
        let points_back =
            labelled || named || ["该问题", "此问题", "上述问题", "问题得到"].iter().any(|w| text.contains(w));
        if (unit.enumerator > 0 && !labelled) || (reading.evidence > 0.0 && !points_back) {
            return false;
        }
        let refers = next || told.section == unit.section || points_back;
        (reading.settled.is_some() && refers) || (named && reading.closed)
    }

    /// The verdict on a sentence that tells how the problem before it was put right.
    fn retold(&self, text: &str, unit: &Unit, reading: &Reading, hits: &[Hit]) -> Verdict {
        let settled = reading.settled.map(|s| &hits[s]);
        Verdict {
            status: ProblemStatus::Resolved,
            score: if settled.is_some() { 3.0 } else { THRESHOLD },
            rule: settled.map_or_else(|| self.retold.clone(), |h| self.cues.id(h.cue).clone()),
            at: settled.map_or(text.len(), |h| h.span.start),
            span: Span::new(unit.enumerator, text.len()),
        }
    }

    /// Which problem is answered by which measure of the same report: indices into the two lists.
    pub fn answers(
        &self,
        report: &Report,
        clean: &CleanText,
        problems: &[Problem],
        measures: &[Measure],
    ) -> Vec<(usize, usize)> {
        answers::answers(self, report, clean, problems, measures)
    }

    /// True for a heading or label that says that remedies follow.
    fn is_remedy(&self, label: &str) -> bool {
        let mut hits = Vec::new();
        self.cues.find(label, &mut hits);
        hits.iter().any(|h| h.says == Says::Remedy)
    }

    /// True where `text` holds a word of deficiency, whatever the rest of it says.
    pub fn has_cue(&self, text: &str) -> bool {
        let mut hits = Vec::new();
        self.cues.find(text, &mut hits);
        hits.iter().any(|hit| matches!(hit.says, Says::Lack | Says::Hint | Says::Wrong))
    }

    /// The examples beside the rules that do not come out as their authors meant.
    pub fn failures(&self) -> Vec<Failure> {
        let mut failures = Vec::new();
        let mut hits = Vec::new();
        for example in &self.cues.examples {
            let text = example.text.as_str();
            let unit = Unit {
                span: Span::new(0, text.len()),
                section: 0,
                kind: UnitKind::Sentence,
                enumerator: 0,
                begins_paragraph: true,
            };
            self.cues.find(text, &mut hits);
            let reading = reading::read(text, &hits, example.among);
            let prior = if example.among { 2.0 } else { -0.5 };
            let place = Place { among: example.among, heads: false, background: false, prior };
            let verdict = self.judge(text, &unit, &reading, &hits, place);
            if verdict.is_some() != example.problem {
                failures.push(Failure {
                    file: cues::FILE.to_owned(),
                    rule: example.rule.to_string(),
                    example: text.to_owned(),
                    expected: if example.problem { "是问题" } else { "不是问题" }.to_owned(),
                    got: verdict.map_or_else(|| "不是问题".to_owned(), |v| format!("是问题（{}）", v.rule)),
                });
            }
        }
        failures
    }
}

/// How many units behind a problem its rectification may be told.
const RETOLD_WITHIN: usize = 6;

/// `span` of `text` without the stop at its end.
fn without_stop(span: Span, text: &str) -> Span {
    Span::new(span.start, span.start + span.of(text).trim_end_matches(['。', '；', ';', '，', ',', ' ']).len())
}

/// True where a sentence ends in 问题 or 现象.
fn ends_in_problem(text: &str) -> bool {
    let text = text.trim_end_matches(['。', '.', ';', '；']);
    text.ends_with("问题") || text.ends_with("现象")
}

/// True for `针对问题一，…已如数退还`: a problem that was told before by that number has been put right.
fn settles_by_number(text: &str, unit: &Unit, reading: &Reading) -> bool {
    let body = &text[unit.enumerator.min(text.len())..];
    reading.settled.is_some()
        && body.strip_prefix("针对").is_some_and(|rest| {
            let rest = rest.trim_start_matches("反馈");
            rest.starts_with("问题") && !rest.starts_with("问题，") || rest.starts_with("第")
        })
}

/// True where a clause of `text` takes up a problem that was told to the body: `针对来信反映的…问题,`.
fn takes_up(text: &str) -> bool {
    const TOLD: [&str; 6] = ["反映", "反馈", "指出", "提到", "发现", "存在"];
    text.split_inclusive([',', '，']).any(|clause| {
        let named = clause.trim_end_matches([',', '，']);
        named.len() < clause.len()
            && (named.ends_with("问题") || named.ends_with("一事"))
            && (named.starts_with("针对") || TOLD.iter().any(|word| named.contains(word)))
    })
}

/// True for an item that names a problem: `二是教师兼职不报备问题。`
fn names_problem(text: &str, unit: &Unit, reading: &Reading) -> bool {
    unit.enumerator > 0
        && ends_in_problem(text)
        && !reading.announces
        && !reading.acts
        && !reading.denies
        && text.len() - unit.enumerator > SHORT_BYTES
}

/// True where nothing but a placeholder is left: `三是XXXX。`
fn is_masked(body: &str) -> bool {
    body.chars().all(|c| !c.is_alphanumeric() || matches!(c, 'X' | 'x' | '×'))
}

/// Share of problems with this score that are right, as measured.
fn confidence(score: f32) -> f64 {
    match score {
        s if s >= 5.0 => 0.97,
        s if s >= 3.5 => 0.92,
        s if s >= 2.5 => 0.85,
        _ => 0.7,
    }
}

#[cfg(test)]
mod tests;
