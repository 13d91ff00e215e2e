//! The flow of an ingest, readable on one screen: [`ingest`] for a folder, [`process`] for one file.

use crate::acquire::{clean, decode, read};
use crate::cli;
use crate::dissect::segment::Segmenter;
use crate::dissect::split::Splitter;
use crate::document::{CleanText, DecodedFile, Reject, Report, SourceFile};
use crate::extract::Extractors;
use crate::finding::Findings;
use crate::gather;
use crate::gather::digest::Digest;
use crate::gather::district::{DistrictOptions, district};
use crate::gather::norms::Norms;
use crate::gather::{periods, phrases, roster};
use crate::publish::contract::SCHEMA_VERSION;
use crate::publish::run::Publication;
use crate::publish::warehouse::{self, Warehouse, WhenBusy};
use crate::rules::RuleFiles;
use crate::tables::{DocumentRow, DocumentStatsRow, RejectRow, Rows, RunRow};
use anyhow::Result;
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use serde::Serialize;
use std::time::SystemTime;

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
    /// Limits that figures are held against.
    pub norms: Norms,
    /// Wording that everyone may use.
    pub common_wording: FxHashSet<u64>,
}

impl Engine {
    /// Builds it from rule files; a mistake in one of them is the only way to fail.
    pub fn new(rules: &RuleFiles) -> Result<Self> {
        Ok(Engine {
            cleaner: clean::Cleaner::new(),
            splitter: Splitter::new(rules)?,
            segmenter: Segmenter::new(rules)?,
            extractors: Extractors::new(rules)?,
            norms: Norms::new(rules)?,
            common_wording: phrases::known(rules)?,
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

/// Files in a batch, at most: one batch becomes one part file of each table.
const BATCH_FILES: usize = 64;

/// Bytes in a batch, unless a single file is larger.
const BATCH_BYTES: u64 = 4 << 20;

/// What an ingest did.
#[derive(Debug, Default, Serialize)]
pub struct Summary {
    /// Files found.
    pub files: usize,
    /// Files or parts that could not be used.
    pub rejects: usize,
    /// Reports found.
    pub documents: usize,
    /// Figures, measures, problems.
    pub findings: [usize; 3],
}

impl Summary {
    /// 0, or 3 where something was rejected.
    pub fn exit_code(&self) -> u8 {
        if self.rejects > 0 { 3 } else { 0 }
    }
}

/// Folder to warehouse.
pub fn ingest(options: &cli::Ingest) -> Result<Summary> {
    let rules = RuleFiles::for_option(options.rules.as_deref())?;
    let engine = Engine::new(&rules)?;
    let roster = options.roster.as_deref().map(roster::load).transpose()?;
    let due = options.due.as_deref().map(periods::day).transpose()?;
    let started = SystemTime::now();
    let run_id = &warehouse::new_run_id(started);
    let warehouse = Warehouse::open(&options.warehouse, WhenBusy::from_wait(options.wait))?;
    let publication = Publication::begin(warehouse, run_id)?;
    let found = read::walk(&options.inputs);
    let mut batches = batches(&found.files)
        .par_iter()
        .enumerate()
        .map(|(number, batch)| {
            let mut rows = Rows::default();
            for file in *batch {
                rows.append(self::rows(&engine, file, run_id));
            }
            publication.write_part(number, &rows)?;
            Ok((rows.digests, rows.rejects))
        })
        .collect::<Result<Vec<_>>>()?;
    let rejects: Vec<RejectRow> = batches.iter_mut().flat_map(|batch| std::mem::take(&mut batch.1)).collect();
    let sizes: Vec<usize> = batches.iter().map(|batch| batch.0.len()).collect();
    let mut digests: Vec<Digest> = batches.into_iter().flat_map(|batch| batch.0).collect();
    let of_district = DistrictOptions {
        roster: roster.as_ref(),
        norms: &engine.norms,
        known: &engine.common_wording,
        rejects: &rejects,
        period: options.period.as_deref(),
        due,
        today: Some(warehouse::days(started)),
        common_bodies: None,
        run_id,
    };
    publication.write_district(&district(&mut digests, &of_district)?)?;
    let documents = digests.len();
    write_documents(&publication, digests, &sizes)?;
    let summary = Summary { files: found.files.len(), rejects: rejects.len(), documents, ..Summary::default() };
    let row = run_row(&publication, run_id, started, &found.files);
    publication.seal(&row, &summary)?.publish()?;
    Ok(summary)
}

/// Writes the rows that the district view has completed, in the parts of their batches.
fn write_documents(publication: &Publication, digests: Vec<Digest>, sizes: &[usize]) -> Result<()> {
    let mut digests = digests.into_iter();
    for (number, size) in sizes.iter().enumerate() {
        let (documents, stats): (Vec<DocumentRow>, Vec<DocumentStatsRow>) =
            digests.by_ref().take(*size).map(|d| (d.document, d.stats)).unzip();
        publication.write(number, &documents)?;
        publication.write(number, &stats)?;
    }
    Ok(())
}

/// The row of table `runs`.
fn run_row(publication: &Publication, run_id: &str, started: SystemTime, files: &[SourceFile]) -> RunRow {
    let count = |table| publication.rows(table) as i64;
    RunRow {
        run_id: run_id.to_owned(),
        started_utc: warehouse::micros(started),
        finished_utc: warehouse::micros(SystemTime::now()),
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        rules_version: String::new(),
        dictionary_version: String::new(),
        schema_version: SCHEMA_VERSION.to_owned(),
        n_files: files.len() as i64,
        n_bytes: files.iter().map(|file| file.bytes as i64).sum(),
        n_rejects: count("rejects"),
        n_documents: count("documents"),
        n_figures: count("figures"),
        n_measures: count("measures"),
        n_problems: count("problems"),
        n_terms: count("terms"),
    }
}

/// Cuts the list of files into batches, in order.
fn batches(files: &[SourceFile]) -> Vec<&[SourceFile]> {
    let mut batches = Vec::new();
    let (mut from, mut bytes) = (0, 0);
    for (i, file) in files.iter().enumerate() {
        if i > from && (i - from == BATCH_FILES || bytes + file.bytes > BATCH_BYTES) {
            batches.push(&files[from..i]);
            (from, bytes) = (i, 0);
        }
        bytes += file.bytes;
    }
    if from < files.len() {
        batches.push(&files[from..]);
    }
    batches
}

/// File to rows: what a batch does with each of its files.
pub fn rows(engine: &Engine, file: &SourceFile, run_id: &str) -> Rows {
    let processed = read::read(file).and_then(|bytes| process(engine, file, &bytes));
    match processed {
        Ok(processed) => gather::rows::of_file(&processed, &engine.segmenter, &engine.norms, run_id),
        Err(reject) => gather::rows::of_reject(reject, run_id),
    }
}
