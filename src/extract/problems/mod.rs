//! Problems (问题): deficiencies, difficulties, risks, complaints and unmet needs, and the measures that answer them.

use crate::document::{CleanText, Report};
use crate::finding::{Measure, Problem};
use crate::rules::RuleFiles;
use anyhow::Result;

/// The rules of problems.
pub struct Problems {}

impl Problems {
    /// Builds them.
    pub fn new(_rules: &RuleFiles) -> Result<Self> {
        Ok(Problems {})
    }

    /// The problems of a report.
    pub fn extract(&self, _report: &Report, _clean: &CleanText) -> Vec<Problem> {
        Vec::new()
    }
}

/// Which problem is answered by which measure of the same report: indices into the two lists.
pub fn answers(_report: &Report, _problems: &[Problem], _measures: &[Measure]) -> Vec<(usize, usize)> {
    Vec::new()
}
