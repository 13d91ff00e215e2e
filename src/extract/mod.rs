//! Step 3, units to findings. A family is a folder: its rules as data, their examples, and code for what rules can't say.

pub mod figures;
mod forms;
pub mod measures;
pub mod numerals;
pub mod problems;
pub mod quantities;
pub mod topics;

use crate::deadline::Deadline;
use crate::document::{CleanText, Report};
use crate::finding::{Findings, Measure, Problem, ProblemStatus, Refusal};
use crate::rules::{Failure, RuleFiles};
use anyhow::Result;
use rustc_hash::FxHashSet;
use std::sync::Arc;

/// All families, built once.
pub struct Extractors {
    figures: figures::Figures,
    measures: measures::Measures,
    problems: problems::Problems,
}

impl Extractors {
    /// Builds them from rule files.
    pub fn new(rules: &RuleFiles) -> Result<Self> {
        let topics = Arc::new(topics::Topics::new(rules)?);
        Ok(Extractors {
            figures: figures::Figures::new(rules)?,
            measures: measures::Measures::new(rules, topics.clone())?,
            problems: problems::Problems::new(rules, topics)?,
        })
    }

    /// The examples beside the rules that do not come out as their authors meant.
    pub fn failures(&self, rules: &RuleFiles) -> Result<Vec<Failure>> {
        let mut failures = self.figures.failures(rules)?;
        failures.extend(self.measures.failures());
        failures.extend(self.problems.failures());
        Ok(failures)
    }

    /// True where `text` holds a word that can tell a problem, whatever the rest of it says.
    pub fn has_problem_cue(&self, text: &str) -> bool {
        self.problems.has_cue(text)
    }

    /// What one report states.
    pub fn extract(&self, report: &Report, clean: &CleanText) -> Findings {
        self.extract_before(Deadline::default(), report, clean).expect("there is no deadline")
    }

    /// The same; none where the deadline passes before all of it is read.
    pub fn extract_before(&self, deadline: Deadline, report: &Report, clean: &CleanText) -> Option<Findings> {
        let in_time = || (!deadline.has_passed()).then_some(());
        in_time()?;
        let (figures, mut refusals) = self.figures.extract(report, clean);
        in_time()?;
        let mut problems = self.problems.extract(report, clean);
        in_time()?;
        let mended = problems.iter().filter(|p| &*p.rule == problems::MENDED).map(|p| p.unit_index).collect();
        let mut measures = self.measures.extract(report, clean, &mended);
        settle(&mut measures, &mut problems, &mut refusals);
        in_time()?;
        let answers = self.problems.answers(report, clean, &problems, &measures);
        let checks = figures::checks::checks(&figures, report, &clean.text);
        Some(Findings { figures, measures, problems, answers, refusals, checks })
    }
}

/// A measure as sure as this stands against a problem that is not.
const SURE: f64 = 0.9;

/// A sentence that states what is wrong states no measure, and the other way round; only what was put right may be both.
/// Where both were read, the problem stands unless the measure is sure and the problem is not. What gives way is told.
fn settle(measures: &mut Vec<Measure>, problems: &mut Vec<Problem>, refusals: &mut Vec<Refusal>) {
    let refused = |span, what, reason: &str| Refusal { span, what, reason: reason.into() };
    let sure: FxHashSet<usize> = measures.iter().filter(|m| m.confidence >= SURE).map(|m| m.unit_index).collect();
    problems.retain(|problem| {
        let own = problem.status == ProblemStatus::Own;
        let stands = !own || problem.confidence >= SURE || !sure.contains(&problem.unit_index);
        if !stands {
            refusals.push(refused(problem.span, "problem", "measure"));
        }
        stands
    });
    let wrong: FxHashSet<usize> =
        problems.iter().filter(|p| p.status == ProblemStatus::Own).map(|p| p.unit_index).collect();
    measures.retain(|measure| {
        let stands = !wrong.contains(&measure.unit_index);
        if !stands {
            refusals.push(refused(measure.span, "measure", "problem"));
        }
        stands
    });
}
