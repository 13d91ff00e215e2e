//! Clean text of a file to the reports in it, and a report to sections and units.

use crate::document::{CleanText, DecodedFile, Report};
use crate::rules::RuleFiles;
use anyhow::Result;

/// The rules of splitting.
pub struct Splitter {}

impl Splitter {
    /// Builds them.
    pub fn new(_rules: &RuleFiles) -> Result<Self> {
        Ok(Splitter {})
    }

    /// The reports of a file, in the order of the text; they do not overlap.
    pub fn split(&self, _clean: &CleanText, _file: &DecodedFile) -> Vec<Report> {
        Vec::new()
    }
}
