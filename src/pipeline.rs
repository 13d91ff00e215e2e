//! The flow of an ingest, readable on one screen: [`ingest`] for a folder, [`process`] for one file.

use crate::acquire::reject::Reason;
use crate::acquire::{clean, decode, read};
use crate::cli;
use crate::console::Console;
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
use crate::publish::gate;
use crate::publish::run::Publication;
use crate::publish::warehouse::{self, Warehouse, WhenBusy};
use crate::rules::{Failure, RuleFiles};
use crate::stop;
use crate::summary::{Summary, Tally};
use crate::tables::{DocumentRow, DocumentStatsRow, Rows, RunRow};
use anyhow::Result;
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::time::{Instant, SystemTime};

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

impl Engine {
    /// The examples beside the rules that do not come out as their authors meant.
    pub fn failures(&self, rules: &RuleFiles) -> Result<Vec<Failure>> {
        let mut failures = self.splitter.failures();
        failures.extend(self.extractors.failures(rules)?);
        failures.extend(self.norms.failures());
        Ok(failures)
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

/// Folder to warehouse.
pub fn ingest(options: &cli::Ingest, console: &Console) -> Result<Summary> {
    let (started, clock) = (SystemTime::now(), Instant::now());
    let rules = RuleFiles::for_option(options.rules.as_deref())?;
    let engine = Engine::new(&rules)?;
    let roster = options.roster.as_deref().map(roster::load).transpose()?;
    let due = options.due.as_deref().map(periods::day).transpose()?;
    let found = read::walk(&options.inputs);
    let warehouse = Warehouse::open(&options.warehouse, WhenBusy::from_wait(options.wait))?;
    let before = gate::before(warehouse.root());
    let run_id = &warehouse::new_run_id(started);
    let publication = Publication::begin(warehouse, run_id)?;

    let (mut digests, mut tally) = read_all(&engine, &found.files, &publication, options.jobs, console)?;
    tally.add_unreadable(&publication, &found.rejects)?;
    let of_district = DistrictOptions {
        roster: roster.as_ref(),
        norms: &engine.norms,
        known: &engine.common_wording,
        rejects: &tally.rejects,
        period: options.period.as_deref(),
        due,
        today: Some(warehouse::days(started)),
        common_bodies: None,
        run_id,
    };
    publication.write_district(&district(&mut digests, &of_district)?)?;
    write_documents(&publication, digests, &tally.sizes)?;

    let mut summary = tally.summary(&publication, &found.files, &rules, clock);
    gate::enough(&summary, before.as_ref(), options.allow_less)?;
    summary.published = !options.dry_run;
    let sealed = publication.seal(&run_row(&summary, started), &summary)?;
    if summary.published {
        sealed.publish()?;
    }
    Ok(summary)
}

/// Reads all files, batch by batch, and writes their part files; what the district view needs comes back in order.
fn read_all(
    engine: &Engine,
    files: &[SourceFile],
    publication: &Publication,
    jobs: Option<usize>,
    console: &Console,
) -> Result<(Vec<Digest>, Tally)> {
    let threads = rayon::ThreadPoolBuilder::new().num_threads(jobs.unwrap_or(0)).build()?;
    let progress = console.progress(files.len() as u64);
    let work = |(number, batch): (usize, &&[SourceFile])| {
        stop::check()?;
        let mut rows = Rows::default();
        for file in *batch {
            rows.append(self::rows(engine, file, publication.run_id()));
            progress.advance(1);
        }
        publication.write_part(number, &rows)?;
        Ok((Tally::of(&mut rows), rows.digests))
    };
    let batches = batches(files);
    let done = threads.install(|| batches.par_iter().enumerate().map(work).collect::<Result<Vec<_>>>())?;
    progress.finish();
    let mut tally = Tally::default();
    let mut digests = Vec::new();
    for (of_batch, of_reports) in done {
        tally.sizes.push(of_reports.len());
        tally.append(of_batch);
        digests.extend(of_reports);
    }
    Ok((digests, tally))
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
fn run_row(summary: &Summary, started: SystemTime) -> RunRow {
    RunRow {
        run_id: summary.run_id.clone(),
        started_utc: warehouse::micros(started),
        finished_utc: warehouse::micros(SystemTime::now()),
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        rules_version: summary.rules_version.clone(),
        dictionary_version: format!("jieba-rs+{}", env!("CARGO_PKG_VERSION")),
        schema_version: SCHEMA_VERSION.to_owned(),
        n_files: summary.n_files as i64,
        n_bytes: summary.n_bytes as i64,
        n_rejects: summary.n_rejects as i64,
        n_documents: summary.n_documents as i64,
        n_figures: summary.n_figures as i64,
        n_measures: summary.n_measures as i64,
        n_problems: summary.n_problems as i64,
        n_terms: summary.n_terms as i64,
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

/// File to rows: what a batch does with each of its files. A panic in one file is a reject, not the end: it is a mistake
/// of the program, told as such, and the other files are read.
pub fn rows(engine: &Engine, file: &SourceFile, run_id: &str) -> Rows {
    let work = || match read::read(file).and_then(|bytes| process(engine, file, &bytes)) {
        Ok(processed) => gather::rows::of_file(&processed, &engine.segmenter, &engine.norms, run_id),
        Err(reject) => gather::rows::of_reject(reject, run_id),
    };
    // All that the closure borrows is read-only, so a panic leaves nothing half-changed behind.
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work))
        .unwrap_or_else(|_| gather::rows::of_reject(Reason::Panic.of(file, ""), run_id))
}
