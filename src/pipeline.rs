//! The flow of an ingest, readable on one screen: [`ingest`] for a folder, [`process`] for one file.

use crate::acquire::personal::Personal;
use crate::acquire::reject::Reason;
use crate::acquire::{clean, decode, read};
use crate::cli;
use crate::console::Console;
use crate::deadline::Deadline;
use crate::dissect::segment::Segmenter;
use crate::dissect::split::Splitter;
use crate::document::{CleanText, DecodedFile, Reject, Report, SourceFile};
use crate::extract::Extractors;
use crate::finding::Findings;
use crate::gather;
use crate::gather::norms::Norms;
use crate::gather::phrases;
use crate::hash::sha256;
use crate::night::{self, Night};
use crate::plan;
use crate::publish::gate;
use crate::publish::run::Publication;
use crate::publish::state::Damaged;
use crate::publish::warehouse::{Warehouse, WhenBusy};
use crate::review::spot_check::rule_checks;
use crate::rules::{Failure, RuleFiles};
use crate::span::SourceText;
use crate::stop;
use crate::summary::Summary;
use crate::tables::Rows;
use anyhow::Result;
use rustc_hash::FxHashSet;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

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
    /// What reports are held against.
    pub yardstick: Arc<Yardstick>,
}

/// What reports are held against when they are seen together: all of an [`Engine`] that is still needed when the last
/// file is read.
pub struct Yardstick {
    /// Limits that figures are held against.
    pub norms: Norms,
    /// Wording that everyone may use.
    pub common_wording: FxHashSet<u64>,
}

impl Engine {
    /// Builds it from rule files; a mistake in one of them is the only way to fail.
    pub fn new(rules: &RuleFiles) -> Result<Self> {
        Self::built(rules).map_err(|error| rules.misused(error))
    }

    fn built(rules: &RuleFiles) -> Result<Self> {
        Ok(Engine {
            cleaner: clean::Cleaner::new(),
            splitter: Splitter::new(rules)?,
            segmenter: Segmenter::new(rules)?,
            extractors: Extractors::new(rules)?,
            yardstick: Arc::new(Yardstick { norms: Norms::new(rules)?, common_wording: phrases::known(rules)? }),
        })
    }
}

impl Engine {
    /// The examples beside the rules that do not come out as their authors meant.
    pub fn failures(&self, rules: &RuleFiles) -> Result<Vec<Failure>> {
        let mut failures = self.splitter.failures();
        failures.extend(self.extractors.failures(rules)?);
        failures.extend(self.yardstick.norms.failures());
        failures.extend(Personal::new(rules)?.failures());
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

/// How files are read, besides the rules.
#[derive(Default)]
pub struct Reading {
    /// Covers personal data.
    pub personal: Option<Personal>,
    /// How long one file may take; none is as long as it takes.
    pub limit: Option<Duration>,
}

/// Bytes to findings: a pure function of its arguments.
pub fn process(engine: &Engine, file: &SourceFile, bytes: &[u8]) -> Result<Processed, Reject> {
    process_as(&Reading::default(), engine, file, bytes)
}

/// The same, read as the command line says. Only a time limit makes it depend on anything but its arguments.
pub fn process_as(reading: &Reading, engine: &Engine, file: &SourceFile, bytes: &[u8]) -> Result<Processed, Reject> {
    let deadline = Deadline::after(reading.limit);
    let in_time = || {
        let told = || format!("上限 {} 秒", reading.limit.unwrap_or_default().as_secs_f64());
        if deadline.has_passed() { Err(Reason::TimeLimit.of(file, &told())) } else { Ok(()) }
    };
    let mut decoded = decode::decode(file, bytes)?;
    if let Some(personal) = &reading.personal {
        in_time()?;
        // Before anything else sees the text: what nobody has read, nothing can tell.
        let masked = personal.mask(decoded.text.as_str());
        decoded.text = SourceText::new(masked.text);
        decoded.masked = Some(masked.places);
    }
    in_time()?;
    let clean = engine.cleaner.clean(decoded.text.as_str());
    in_time()?;
    let mut reports = Vec::new();
    for report in engine.splitter.split(&clean, &decoded) {
        match engine.extractors.extract_before(deadline, &report, &clean) {
            Some(findings) => reports.push((report, findings)),
            None => break,
        }
    }
    in_time()?;
    let file = decoded;
    if reports.is_empty() {
        // Text of which nothing is left: invisible characters, or only the lines that a site adds.
        return Err(Reason::NoText.reject(&file.source_path, ""));
    }
    Ok(Processed { file, clean, reports })
}

/// Folder to warehouse. What the run before has and is the same tonight is carried over; where that run can't be used,
/// all is read anew.
pub fn ingest(options: &cli::Ingest, console: &Console) -> Result<Summary> {
    ingest_at(SystemTime::now(), options, console, None)
}

/// [`ingest`] as of a given time, with an engine that is built already: for tests of many nights.
pub fn ingest_at(
    started: SystemTime,
    options: &cli::Ingest,
    console: &Console,
    ready: Option<&Engine>,
) -> Result<Summary> {
    let mut night = Night::begin(options, console, started)?;
    let threads = rayon::ThreadPoolBuilder::new().num_threads(options.jobs.unwrap_or(0)).build()?;
    threads.install(|| match run(&mut night, ready, !options.full) {
        Err(error) if error.chain().any(|link| link.is::<Damaged>()) => {
            console.say(&night::read_anew(&error));
            run(&mut night, ready, false)
        }
        done => done,
    })
}

/// One run, from the walk through the inputs to its publication.
fn run(night: &mut Night, ready: Option<&Engine>, carry_over: bool) -> Result<Summary> {
    let options = night.options;
    let warehouse = Warehouse::open(&options.warehouse, WhenBusy::from_wait(options.wait))?;
    night.run_id = warehouse.free_run_id(&night.run_id);
    let night = &*night;
    let before = gate::before(warehouse.root());
    let (base, last) = night.base(warehouse.root(), carry_over);
    let found = read::walk(&options.inputs);
    gate::inputs(&found, before.as_ref(), options.allow_less)?;
    let plan = plan::plan(&found.files, base.as_ref().map(|base| &base.state), night.started);
    let publication = Publication::begin(warehouse, &night.run_id)?;

    let mut summary = match (&base, &before) {
        (Some(base), Some(before)) if night.is_quiet(&plan, &found.rejects, base) => {
            night.carry_all(&publication, plan, &found, base, before)?
        }
        _ => {
            let built = if ready.is_none() { Some(Engine::new(&night.rules)?) } else { None };
            let engine = ready.or(built.as_ref()).expect("built where it was not ready");
            let mut read = night.read(engine, &publication, &plan, base.as_ref())?;
            let yardstick = engine.yardstick.clone();
            // The dictionary and the rules make room for the digests.
            drop(built);
            read.load_digests(&publication)?;
            read.add_rejects(&plan, &found.rejects, base.as_ref(), &night.run_id);
            publication.gate.expect_documents(read.doc_ids());
            publication.write_district(&read.district(&yardstick, night)?)?;
            read.write(&publication, base.as_ref())?;
            night.summary(&publication, read, plan, &found, [base.as_ref().map(|base| &base.state), last.as_ref()])?
        }
    };
    // A night does not fail because what people said of an earlier one can't be read.
    match rule_checks::rows(&options.warehouse, &night.run_id) {
        Ok(rows) => publication.write(0, &rows)?,
        Err(error) => night.console.say(&rule_checks::unreadable(&error)),
    }
    gate::enough(&summary, before.as_ref(), options.allow_less)?;
    stop::check()?;
    summary.published = !options.dry_run;
    summary.seconds = night.clock.elapsed().as_secs_f64();
    let sealed = publication.seal(&summary.run_row(night.started), &summary)?;
    if summary.published {
        sealed.publish()?;
    }
    Ok(summary)
}

/// File to rows, and the hash of its bytes where it could be read. A panic in one file is a reject, not the end: it is a
/// mistake of the program, told as such, and the other files are read.
pub fn rows(reading: &Reading, engine: &Engine, file: &SourceFile, run_id: &str) -> (Rows, Option<String>) {
    let bytes = match read::read(file) {
        Ok(bytes) => bytes,
        Err(reject) => return (gather::rows::of_reject(reject, run_id), None),
    };
    let work = || match process_as(reading, engine, file, &bytes) {
        Ok(processed) => gather::rows::of_file(&processed, &engine.segmenter, &engine.yardstick.norms, run_id),
        Err(reject) => gather::rows::of_reject(reject, run_id),
    };
    // All that the closure borrows is read-only, so a panic leaves nothing half-changed behind.
    let rows = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work))
        .unwrap_or_else(|_| gather::rows::of_reject(Reason::Panic.of(file, ""), run_id));
    // What was given up is as if it had not been read: the next night tries again.
    let given_up = rows.rejects.iter().any(|reject| reject.reason == Reason::TimeLimit.code());
    let told = || rows.source_texts.first().map(|text| text.source_sha256.clone());
    let sha256 = (!given_up).then(|| told().unwrap_or_else(|| sha256(&bytes)));
    (rows, sha256)
}
