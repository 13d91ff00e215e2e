//! Figures (数据): comparator, number, unit, scope, kind and indicator as one bound record.

use crate::document::{CleanText, Report};
use crate::finding::{Figure, Refusal};
use crate::rules::RuleFiles;
use anyhow::Result;

/// The rules of figures.
pub struct Figures {}

impl Figures {
    /// Builds them.
    pub fn new(_rules: &RuleFiles) -> Result<Self> {
        Ok(Figures {})
    }

    /// The figures of a report, and the numbers that are none.
    pub fn extract(&self, _report: &Report, _clean: &CleanText) -> (Vec<Figure>, Vec<Refusal>) {
        (Vec::new(), Vec::new())
    }
}
