//! The flow of an ingest, readable on one screen: [`ingest`] for a folder, [`process`] for one file.

use crate::acquire::{clean, decode};
use crate::dissect::segment::Segmenter;
use crate::dissect::split::Splitter;
use crate::document::{CleanText, DecodedFile, Reject, Report, SourceFile};
use crate::extract::Extractors;
use crate::finding::Findings;
use crate::gather;
use crate::rules::RuleFiles;
use crate::tables::Rows;
use anyhow::Result;

/// All that is built once and used for every file: cleaners, dictionary and rules. Read-only and shared by all threads.
pub struct Engine {
    /// Files to clean text.
    pub cleaner: clean::Cleaner,
    /// Clean text to reports.
    pub splitter: Splitter,
    /// Units to words.
    pub segmenter: Segmenter,
    /// Units to findings.
    pub extractors: Extractors,
}

impl Engine {
    /// Builds it from rule files; a mistake in one of them is the only way to fail.
    pub fn new(rules: &RuleFiles) -> Result<Self> {
        Ok(Engine {
            cleaner: clean::Cleaner::new(),
            splitter: Splitter::new(rules)?,
            segmenter: Segmenter::new(rules)?,
            extractors: Extractors::new(rules)?,
        })
    }
}

/// One file, taken through all steps before the tables.
pub struct Processed {
    /// The file as text.
    pub file: DecodedFile,
    /// Cleaned.
    pub clean: CleanText,
    /// The reports in it, each with what was found.
    pub reports: Vec<(Report, Findings)>,
}

/// Bytes to findings: a pure function of its arguments.
pub fn process(engine: &Engine, file: &SourceFile, bytes: &[u8]) -> Result<Processed, Reject> {
    let file = decode::decode(file, bytes)?;
    let clean = engine.cleaner.clean(file.text.as_str());
    let reports = engine.splitter.split(&clean, &file);
    let reports = reports
        .into_iter()
        .map(|report| {
            let findings = engine.extractors.extract(&report, &clean);
            (report, findings)
        })
        .collect();
    Ok(Processed { file, clean, reports })
}

/// Bytes to rows: what a batch does with each of its files.
pub fn rows(engine: &Engine, file: &SourceFile, bytes: &[u8], run_id: &str) -> Rows {
    match process(engine, file, bytes) {
        Ok(processed) => gather::rows(&processed, &engine.segmenter, run_id),
        Err(reject) => gather::reject_rows(reject, run_id),
    }
}
