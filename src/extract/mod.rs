//! Step 3, units to findings. A family is a folder: its rules as data, their examples, and code for what rules can't say.

pub mod figures;
pub mod measures;
pub mod numerals;
pub mod problems;
pub mod quantities;
pub mod topics;

use crate::document::{CleanText, Report};
use crate::finding::Findings;
use crate::rules::{Failure, RuleFiles};
use anyhow::Result;

/// All families, built once.
pub struct Extractors {
    figures: figures::Figures,
    measures: measures::Measures,
    problems: problems::Problems,
}

impl Extractors {
    /// Builds them from rule files.
    pub fn new(rules: &RuleFiles) -> Result<Self> {
        Ok(Extractors {
            figures: figures::Figures::new(rules)?,
            measures: measures::Measures::new(rules)?,
            problems: problems::Problems::new(rules)?,
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
        let (figures, refusals) = self.figures.extract(report, clean);
        let measures = self.measures.extract(report, clean);
        let problems = self.problems.extract(report, clean);
        let answers = self.problems.answers(report, clean, &problems, &measures);
        let checks = figures::checks::checks(&figures, report, &clean.text);
        Findings { figures, measures, problems, answers, refusals, checks }
    }
}
