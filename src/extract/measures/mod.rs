//! Measures (举措): an action with an object that the body took, takes, must take or plans.

use crate::document::{CleanText, Report};
use crate::finding::Measure;
use crate::rules::RuleFiles;
use anyhow::Result;

/// The rules of measures.
pub struct Measures {}

impl Measures {
    /// Builds them.
    pub fn new(_rules: &RuleFiles) -> Result<Self> {
        Ok(Measures {})
    }

    /// The measures of a report.
    pub fn extract(&self, _report: &Report, _clean: &CleanText) -> Vec<Measure> {
        Vec::new()
    }
}
