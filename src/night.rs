//! One night: from the plan to the tables of a run.
//!
//! Parts are read or carried over, one rayon task each; then the district view is made of all digests, in the order of
//! the source paths whatever part they stand in, so that the rows are those of a run that reads everything.

mod read;

pub use read::Read;

use crate::acquire::personal::Personal;
use crate::acquire::read::Found;
use crate::acquire::reject::Reason;
use crate::cli::{self, LogForm};
use crate::console::Console;
use crate::document::{Reject, SourceFile};
use crate::gather::digest::{self, Digest};
use crate::gather::roster::{self, Roster};
use crate::gather::{periods, rows::of_reject};
use crate::message::{self, Code, Message};
use crate::pipeline::{self, Engine, Reading};
use crate::plan::{self, Difference, PartPlan, Plan};
use crate::publish::columns::Row;
use crate::publish::gate;
use crate::publish::part::{self, OldPart};
use crate::publish::run::Publication;
use crate::publish::state::{self, Base, KnownFile, PartState, State};
use crate::publish::warehouse;
use crate::rules::RuleFiles;
use crate::stop;
use crate::summary::{Counts, Summary, TOLD, by_input};
use crate::tables::{RejectRow, Rows, RuleCheckRow, RunRow};
use anyhow::Result;
use arrow::array::RecordBatch;
use rayon::prelude::*;
use std::collections::HashSet;
use std::path::Path;
use std::time::{Instant, SystemTime};
use xxhash_rust::xxh3::xxh3_64;

/// Bytes of files whose rows are held before they become columns, which weigh far less; columns of a single small file
/// would cost more time than their rows.
const HELD_AS_ROWS: u64 = 64 << 10;

/// Ends what made the rows of a run in which personal data is covered.
const MASKED: &str = " mask-personal";

/// What is the same for all of a run.
pub struct Night<'a> {
    /// The command line.
    pub options: &'a cli::Ingest,
    /// The rule files.
    pub rules: RuleFiles,
    /// When it began.
    pub started: SystemTime,
    /// The same, for durations.
    pub clock: Instant,
    /// The run.
    pub run_id: String,
    /// Where people are told things.
    pub console: &'a Console,
    reading: Reading,
    roster: Option<Roster>,
    roster_hash: Option<u64>,
    due: Option<i32>,
}

/// Files whose rows become columns together.
fn chunks(files: &[SourceFile]) -> impl Iterator<Item = &[SourceFile]> {
    let mut bytes = 0;
    files.chunk_by(move |file, _| {
        bytes += file.bytes;
        let more = bytes < HELD_AS_ROWS;
        if !more {
            bytes = 0;
        }
        more
    })
}

/// Told where the run before can't be used.
pub fn read_anew(error: &anyhow::Error) -> Message {
    let Message { zh, en, .. } = message::told(error);
    Message::new(
        format!("{zh}：不沿用上一次的结果，全部重新读取"),
        format!("the last run can't be used ({en}): everything is read anew"),
    )
    .code(Code::ReadAnew)
}

/// Told of each file that is rejected for the first time.
fn rejected(row: &RejectRow) -> Message {
    let RejectRow { source_path, reason, detail, .. } = row;
    Message::new(detail.clone(), format!("{source_path} was not used: {reason}"))
        .code(Code::FileRejected)
        .with("path", source_path.as_str())
        .with("reason", reason.as_str())
        .with("run_id", row.run_id.as_str())
}

impl<'a> Night<'a> {
    /// Reads what the command line names, but no reports.
    pub fn begin(options: &'a cli::Ingest, console: &'a Console, started: SystemTime) -> Result<Self> {
        let rules = RuleFiles::for_option(options.rules.as_deref())?;
        let personal = options.mask_personal.then(|| Personal::new(&rules).map_err(|error| rules.misused(error)));
        let personal = personal.transpose()?;
        options.period.as_deref().map(periods::asked).transpose()?;
        Ok(Night {
            options,
            reading: Reading { personal, limit: options.file_limit() },
            rules,
            started,
            clock: Instant::now(),
            run_id: warehouse::new_run_id(started),
            console,
            roster: options.roster.as_deref().map(roster::load).transpose()?,
            roster_hash: options.roster.as_deref().map(std::fs::read).transpose()?.map(|bytes| xxh3_64(&bytes)),
            due: options.due.as_deref().map(periods::day).transpose()?,
        })
    }

    /// The run before: whole, if this program would make the same rows of the same files and `carry_over` says so; else
    /// only what it knows of its files, to compare them with.
    pub fn base(&self, warehouse: &Path, carry_over: bool) -> (Option<Base>, Option<State>) {
        let last = match Base::open(warehouse) {
            Ok(last) => last,
            Err(error) => {
                if carry_over {
                    self.console.say(&read_anew(&error));
                }
                None
            }
        };
        let Some(last) = last else { return (None, None) };
        match self.other(&last.state.made_by) {
            None if carry_over => (Some(last), None),
            // Why it is not carried over where nobody asked for that was told already.
            other => {
                let other = other.or(self.options.full.then_some(("full", "加了 --full", "--full was given")));
                if let Some((reason, zh, en)) = other {
                    let told = read_anew(&Message::new(zh, en).into());
                    self.console.say(&told.with("reason", reason));
                }
                (None, Some(last.state))
            }
        }
    }

    /// What made the rows of a run other than tonight's would be: code, and in both languages.
    fn other(&self, made_by: &str) -> Option<(&'static str, &'static str, &'static str)> {
        let now = self.made_by();
        let parts = |made_by: &str| {
            let (made_by, is_masked) = made_by.strip_suffix(MASKED).map_or((made_by, false), |rest| (rest, true));
            let (program, rules) = made_by.rsplit_once(' ').unwrap_or((made_by, ""));
            (program.to_owned(), rules.to_owned(), is_masked)
        };
        let (before, now) = (parts(made_by), parts(&now));
        if before.0 != now.0 {
            Some(("program", "程序换了版本", "the program is of another version"))
        } else if before.1 != now.1 {
            Some(("rules", "规则改了", "the rules are others"))
        } else if before.2 != now.2 {
            Some(("mask_personal", "遮盖个人信息的选项变了", "--mask-personal was not the same"))
        } else {
            None
        }
    }

    fn made_by(&self) -> String {
        let personal = if self.options.mask_personal { MASKED } else { "" };
        format!("{} {}{personal}", env!("HUIZONG_MADE_FROM"), self.rules.version())
    }

    /// What the district's tables depend on besides reports and rejects.
    fn view(&self) -> String {
        let open = self.due.map(|due| warehouse::days(self.started) <= due);
        format!("{:?} {:?} {open:?} {:?}", self.options.period, self.due, self.roster_hash)
    }

    /// True where a run would have the rows of the run before.
    pub fn is_quiet(&self, plan: &Plan, unreadable: &[Reject], base: &Base) -> bool {
        let rejected: HashSet<&str> = plan.rejected.iter().map(|file| file.source_path.as_str()).collect();
        let before = base.state.rejects.iter().filter(|row| !rejected.contains(row.source_path.as_str()));
        plan.difference.is_empty()
            && base.state.view == self.view()
            && before
                .map(|row| (row.source_path.as_str(), row.reason.as_str()))
                .eq(unreadable.iter().map(|r| (r.source_path.as_str(), r.reason)))
    }

    /// A run with the rows of the run before.
    pub fn carry_all(
        &self,
        publication: &Publication,
        plan: Plan,
        found: &Found,
        base: &Base,
        before: &Summary,
    ) -> Result<Summary> {
        // These two tell of their own run.
        let own = [RunRow::TABLE, RuleCheckRow::TABLE];
        let tables = base.manifest.tables.iter().filter(|(table, _)| !own.contains(&table.as_str()));
        let files: Vec<(&str, &str)> = tables
            .map(|(table, files)| (table.as_str(), files))
            .chain([(state::FOLDER, &base.manifest.state)])
            .flat_map(|(table, files)| files.files.iter().map(move |file| (table, file.name.as_str())))
            .filter(|file| *file != (state::FOLDER, state::FILE))
            .collect();
        files.par_iter().try_for_each(|(table, name)| publication.link(base, table, name).map(drop))?;
        let (carried, parts) = (plan.difference.carried, plan.parts);
        let kept = parts.into_iter().flat_map(|part| part.groups).flat_map(|group| group.kept).map(|(_, known)| known);
        let files = kept.chain(plan.rejected).collect();
        publication.write_state(&State { files, ..base.state.clone() })?;
        Ok(Summary {
            run_id: self.run_id.clone(),
            n_files_by_input: by_input(found),
            n_new: 0,
            n_changed: 0,
            n_moved: 0,
            n_removed: 0,
            n_carried: carried as u64,
            difference: self.options.dry_run.then_some(plan.difference),
            ..before.clone()
        })
    }

    /// Reads the files of the plan, part by part, and writes their rows.
    pub fn read(&self, engine: &Engine, publication: &Publication, plan: &Plan, base: Option<&Base>) -> Result<Read> {
        let fresh: usize = plan.parts.iter().flat_map(|part| &part.groups).map(|group| group.fresh.len()).sum();
        let progress = self.console.progress(fresh as u64);
        let work = |part: &PartPlan| {
            stop::check()?;
            let done = self.read_part(engine, publication, part, base)?;
            progress.advance(part.groups.iter().map(|group| group.fresh.len() as u64).sum());
            Ok(done)
        };
        let parts = plan.parts.par_iter().map(work).collect::<Result<Vec<ReadPart>>>()?;
        progress.finish();
        Ok(Read::of(parts))
    }

    fn read_part(
        &self,
        engine: &Engine,
        publication: &Publication,
        part: &PartPlan,
        base: Option<&Base>,
    ) -> Result<ReadPart> {
        let old = base.and_then(|base| OldPart::find(base, part.number));
        let documents = old.map_or(0, |old| old.state.documents);
        let state = PartState { number: part.number, documents, ..PartState::default() };
        let mut read = ReadPart { state, ..ReadPart::default() };
        let place = |group: usize| Some((part.number, group));
        let kept = part.groups.iter().enumerate().flat_map(|(number, group)| {
            group.kept.iter().map(move |(_, known)| KnownFile { place: place(number), ..known.clone() })
        });
        read.files = kept.collect();
        if let Some(old) = old.filter(|_| part.unchanged) {
            publication.link_part(old)?;
            read.state.groups = old.state.groups.clone();
            return Ok(read);
        }
        let mut digests = old.map(|old| old.digests()).transpose()?.unwrap_or_default();
        let id = |digest: &Digest| (digest.document.source_path.clone(), digest.document.doc_id.clone());
        let reports: Vec<(String, String)> = digests.iter().map(id).collect();
        let kept: HashSet<&str> = read.files.iter().map(|file| file.source_path.as_str()).collect();
        digests.retain(|digest| kept.contains(digest.document.source_path.as_str()));
        let mut sources = Vec::new();
        for (number, group) in part.groups.iter().enumerate() {
            let mut columns = Vec::new();
            for files in chunks(&group.fresh) {
                let mut rows = Rows::default();
                for file in files {
                    let (mut of_file, sha256) = self.rows(engine, publication, file);
                    let place = if of_file.source_texts.is_empty() { None } else { place(number) };
                    read.files.push(plan::known(file, sha256, place, self.started));
                    read.rejects.append(&mut of_file.rejects);
                    rows.append(of_file);
                }
                match publication.looked_at(part.number, &rows) {
                    Ok(batches) => {
                        columns.push(batches);
                        digests.append(&mut rows.digests);
                    }
                    Err(_) => self.one_by_one(engine, publication, files, &mut read, &mut columns, &mut digests),
                }
            }
            sources.push(group.source(part::together(&columns)?, &reports));
        }
        read.state.groups = publication.write_part(part.number, old, &sources)?;
        publication.write_file(state::FOLDER, &part::digests(part.number), 0, &digest::encode(&mut digests))?;
        // Of a few parts they may stay; all of them together would not leave room for the dictionary and the rules.
        read.digests = old.map(|_| digests);
        Ok(read)
    }

    fn rows(&self, engine: &Engine, publication: &Publication, file: &SourceFile) -> (Rows, Option<String>) {
        pipeline::rows(&self.reading, engine, file, publication.run_id())
    }

    /// Reads files again of which one has rows that break their contract: a mistake of the program, which costs that file
    /// and no other.
    fn one_by_one(
        &self,
        engine: &Engine,
        publication: &Publication,
        files: &[SourceFile],
        read: &mut ReadPart,
        columns: &mut Vec<[RecordBatch; 9]>,
        digests: &mut Vec<Digest>,
    ) {
        for file in files {
            let known = read.files.iter_mut().rfind(|known| known.source_path == file.source_path);
            let Some(known) = known.filter(|known| known.place.is_some()) else { continue };
            let (mut rows, _) = self.rows(engine, publication, file);
            match publication.looked_at(read.state.number, &rows) {
                // It may have gone since it was read the first time.
                Ok(_) if rows.source_texts.is_empty() => {
                    known.place = None;
                    read.rejects.append(&mut rows.rejects);
                }
                Ok(batches) => {
                    columns.push(batches);
                    digests.append(&mut rows.digests);
                }
                Err(wrong) => {
                    known.place = None;
                    publication.gate.left_out(&file.source_path, &wrong);
                    let what = wrong.first().map(ToString::to_string).unwrap_or_default();
                    read.rejects.extend(of_reject(Reason::Panic.of(file, &what), publication.run_id()).rejects);
                }
            }
        }
    }

    /// Writes what the next night needs, and sums up: against the run before that is carried over, or where all is read
    /// anew against the one that is not.
    pub fn summary(
        &self,
        publication: &Publication,
        read: Read,
        mut plan: Plan,
        found: &Found,
        [base, before]: [Option<&State>; 2],
    ) -> Result<Summary> {
        let mut files = read.files;
        files.append(&mut plan.rejected);
        match (base, before) {
            (Some(base), _) => plan.difference.find_moved(base, &files),
            (None, Some(before)) => plan.difference = Difference::between(before, &files),
            (None, None) => {}
        }
        if self.options.dry_run {
            // A program that collects the log can take them all.
            let told = if self.console.log == LogForm::Json { usize::MAX } else { TOLD };
            plan.difference.lines(told).iter().for_each(|line| self.console.say(line));
        }
        let state =
            State { made_by: self.made_by(), view: self.view(), files, parts: read.parts, rejects: read.rejects };
        state.rejects.iter().filter(|row| row.run_id == self.run_id).for_each(|row| self.console.log(&rejected(row)));
        publication.write_state(&state)?;
        self.account(publication, &state, &found.files);
        gate::sound(publication)?;
        let Read { n_masked, n_personal, n_schools, .. } = read;
        let counts = Counts { difference: &plan.difference, state: &state, n_masked, n_personal, n_schools, found };
        let summary = Summary::new(publication, &counts, &self.rules);
        Ok(Summary { difference: self.options.dry_run.then_some(plan.difference), ..summary })
    }
}

impl Night<'_> {
    /// Every file that was found has become text or a reject.
    fn account(&self, publication: &Publication, state: &State, found: &[SourceFile]) {
        let rejected: HashSet<&str> = state.rejects.iter().map(|row| row.source_path.as_str()).collect();
        let ended: HashSet<&str> = state
            .files
            .iter()
            .filter(|file| file.place.is_some() || rejected.contains(file.source_path.as_str()))
            .map(|file| file.source_path.as_str())
            .collect();
        for file in found.iter().filter(|file| !ended.contains(file.source_path.as_str())) {
            let detail = format!("{} 既没有成为报告，也没有被拒收", file.source_path);
            publication.gate.violated("source_texts", "count", detail);
        }
        let placed = state.files.iter().filter(|file| file.place.is_some()).count() as u64;
        if placed != publication.rows("source_texts") {
            let rows = publication.rows("source_texts");
            publication.gate.violated("source_texts", "count", format!("应有 {placed} 行，实有 {rows} 行"));
        }
    }
}

/// A part that was read or carried over.
#[derive(Default)]
struct ReadPart {
    state: PartState,
    files: Vec<KnownFile>,
    rejects: Vec<RejectRow>,
    /// Digests of its reports, where they are at hand.
    digests: Option<Vec<Digest>>,
}
