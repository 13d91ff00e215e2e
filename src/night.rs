//! One night: from the plan to the tables of a run.
//!
//! Parts are read or carried over, one rayon task each; then the district view is made of all digests, in the order of
//! the source paths whatever part they stand in, so that the rows are those of a run that reads everything.

use crate::acquire::personal::{Kind, Personal};
use crate::cli;
use crate::console::Console;
use crate::document::{Reject, SourceFile};
use crate::gather::digest::{self, Digest};
use crate::gather::district::{DistrictOptions, district};
use crate::gather::roster::{self, Roster};
use crate::gather::{periods, rows::of_reject};
use crate::message::{Code, Message};
use crate::pipeline::{self, Engine, Reading, Yardstick};
use crate::plan::{self, PartPlan, Plan};
use crate::publish::columns::Row;
use crate::publish::gate;
use crate::publish::part::{self, OldPart};
use crate::publish::run::Publication;
use crate::publish::state::{self, Base, KnownFile, PartState, State};
use crate::publish::warehouse;
use crate::rules::RuleFiles;
use crate::stop;
use crate::summary::{Counts, Summary};
use crate::tables::district::DistrictRows;
use crate::tables::{DocumentRow, DocumentStatsRow, RejectRow, Rows, RuleCheckRow, RunRow};
use anyhow::{Context, Result};
use rayon::prelude::*;
use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::time::{Instant, SystemTime};
use xxhash_rust::xxh3::xxh3_64;

/// Bytes of files whose rows are held before they become columns, which weigh far less; columns of a single small file
/// would cost more time than their rows.
const HELD_AS_ROWS: u64 = 64 << 10;

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

/// Told where the run before can't be used.
pub fn read_anew(error: &anyhow::Error) -> Message {
    Message::new(
        format!("{error:#}：不沿用上一次的结果，全部重新读取"),
        format!("the last run can't be used ({error:#}): everything is read anew"),
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
        let personal = options.mask_personal.then(|| Personal::new(&rules)).transpose()?;
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

    /// The run before, if this program would make the same rows of the same files.
    pub fn base(&self, warehouse: &Path) -> Option<Base> {
        Base::open(warehouse, &self.made_by()).unwrap_or_else(|error| {
            self.console.say(&read_anew(&error));
            None
        })
    }

    fn made_by(&self) -> String {
        let personal = if self.options.mask_personal { " mask-personal" } else { "" };
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
    pub fn carry_all(&self, publication: &Publication, plan: Plan, base: &Base, before: &Summary) -> Result<Summary> {
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
            n_new: 0,
            n_changed: 0,
            n_moved: 0,
            n_removed: 0,
            n_carried: carried as u64,
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
            let mut rows = Rows::default();
            let mut bytes = 0;
            for (i, file) in group.fresh.iter().enumerate() {
                let (mut of_file, sha256) = pipeline::rows(&self.reading, engine, file, publication.run_id());
                let place = if of_file.source_texts.is_empty() { None } else { place(number) };
                read.files.push(plan::known(file, sha256, place, self.started));
                read.rejects.append(&mut of_file.rejects);
                rows.append(of_file);
                bytes += file.bytes;
                if bytes >= HELD_AS_ROWS || i + 1 == group.fresh.len() {
                    columns.push(publication.looked_at(part.number, &rows));
                    digests.append(&mut rows.digests);
                    (rows, bytes) = (Rows::default(), 0);
                }
            }
            sources.push(group.source(part::together(&columns)?, &reports));
        }
        read.state.groups = publication.write_part(part.number, old, &sources)?;
        publication.write_file(state::FOLDER, &part::digests(part.number), 0, &digest::encode(&digests))?;
        Ok(read)
    }

    /// Writes what the next night needs, and sums up.
    pub fn summary(
        &self,
        publication: &Publication,
        read: Read,
        mut plan: Plan,
        found: &[SourceFile],
        base: Option<&Base>,
    ) -> Result<Summary> {
        let mut files = read.files;
        files.append(&mut plan.rejected);
        if let Some(base) = base {
            plan.difference.find_moved(&base.state, &files);
        }
        if self.options.dry_run {
            plan.difference.lines().iter().for_each(|line| self.console.say(line));
        }
        let state =
            State { made_by: self.made_by(), view: self.view(), files, parts: read.parts, rejects: read.rejects };
        state.rejects.iter().filter(|row| row.run_id == self.run_id).for_each(|row| self.console.log(&rejected(row)));
        publication.write_state(&state)?;
        self.account(publication, &state, found);
        gate::sound(publication)?;
        let Read { n_masked, n_personal, n_schools, .. } = read;
        let counts = Counts { difference: &plan.difference, state: &state, n_masked, n_personal, n_schools, found };
        Ok(Summary::new(publication, &counts, &self.rules))
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
}

/// All parts.
#[derive(Default)]
pub struct Read {
    files: Vec<KnownFile>,
    parts: Vec<PartState>,
    rejects: Vec<RejectRow>,
    /// Reports in the order of their source paths, and the part of each: an index into `parts`.
    digests: Vec<Digest>,
    part_of: Vec<usize>,
    n_masked: u64,
    n_personal: Option<BTreeMap<String, u64>>,
    n_schools: u64,
}

impl Read {
    fn of(parts: Vec<ReadPart>) -> Self {
        let mut read = Read::default();
        for mut part in parts {
            read.files.append(&mut part.files);
            read.parts.push(part.state);
            read.rejects.append(&mut part.rejects);
        }
        read
    }

    /// Takes up the digests of all parts, which were only written until now: beside the dictionary and the rules they
    /// would weigh too much.
    pub fn load_digests(&mut self, publication: &Publication) -> Result<()> {
        let of_part = |(number, part): (usize, &PartState)| {
            let digests = publication.digests(part.number)?;
            Ok(digests.into_iter().map(|digest| (number, digest)).collect())
        };
        let parts = self.parts.par_iter().enumerate().map(of_part).collect::<Result<Vec<Vec<_>>>>()?;
        let mut digests: Vec<(usize, Digest)> = parts.into_iter().flatten().collect();
        let key = |digest: &Digest| (digest.document.source_path.clone(), digest.document.part);
        digests.sort_by_cached_key(|(_, digest)| key(digest));
        (self.part_of, self.digests) = digests.into_iter().unzip();
        Ok(())
    }

    /// Adds what could not be opened, and what was rejected last night and is the same. A reject keeps the run that
    /// first told of it.
    pub fn add_rejects(&mut self, plan: &Plan, unreadable: &[Reject], base: Option<&Base>, run_id: &str) {
        let before = base.map_or(&[][..], |base| &base.state.rejects);
        let same: HashSet<&str> = plan.rejected.iter().map(|file| file.source_path.as_str()).collect();
        self.rejects.extend(before.iter().filter(|row| same.contains(row.source_path.as_str())).cloned());
        for row in unreadable.iter().flat_map(|reject| of_reject(reject.clone(), run_id).rejects) {
            let told = before
                .iter()
                .find(|b| (&b.source_path, &b.reason, &b.detail) == (&row.source_path, &row.reason, &row.detail));
            self.rejects.push(told.cloned().unwrap_or(row));
        }
        self.rejects.sort_by(|a, b| (&a.source_path, &a.reason).cmp(&(&b.source_path, &b.reason)));
        self.rejects.dedup_by(|a, b| (&a.source_path, &a.reason, &a.detail) == (&b.source_path, &b.reason, &b.detail));
    }

    /// The district's tables; completes the rows of the reports.
    pub fn district(&mut self, yardstick: &Yardstick, night: &Night) -> Result<DistrictRows> {
        let options = DistrictOptions {
            roster: night.roster.as_ref(),
            norms: &yardstick.norms,
            known: &yardstick.common_wording,
            rejects: &self.rejects,
            period: night.options.period.as_deref(),
            due: night.due,
            today: Some(warehouse::days(night.started)),
            common_bodies: None,
            run_id: &night.run_id,
        };
        self.n_masked = self.digests.iter().map(|digest| digest.document.n_masked as u64).sum();
        let masks_personal = night.reading.personal.is_some();
        self.n_personal = masks_personal.then(|| {
            let of =
                |kind: Kind| self.digests.iter().filter_map(|d| d.document.n_personal(kind)).map(|n| n as u64).sum();
            Kind::ALL.iter().map(|kind| (kind.code().to_owned(), of(*kind))).collect()
        });
        let rows = district(&mut self.digests, &options)?;
        let school =
            |digest: &'_ Digest| digest.document.school_id.clone().or_else(|| digest.document.school_name.clone());
        self.n_schools = self.digests.iter().filter_map(school).collect::<HashSet<String>>().len() as u64;
        Ok(rows)
    }

    /// The ids of all reports.
    pub fn doc_ids(&self) -> impl Iterator<Item = &str> {
        self.digests.iter().map(|digest| digest.document.doc_id.as_str())
    }

    /// Writes the rows of the reports in their parts, and the rejects. What did not change is carried over.
    pub fn write(&mut self, publication: &Publication, base: Option<&Base>) -> Result<()> {
        let mut rows: Vec<(Vec<DocumentRow>, Vec<DocumentStatsRow>)> = vec![Default::default(); self.parts.len()];
        for (digest, part) in std::mem::take(&mut self.digests).into_iter().zip(&self.part_of) {
            rows[*part].0.push(digest.document);
            rows[*part].1.push(digest.stats);
        }
        self.parts.par_iter_mut().zip(rows).try_for_each(|(part, rows)| {
            let hash = xxh3_64(&postcard::to_stdvec(&rows).context("rows hold only what postcard can write")?);
            let before = std::mem::replace(&mut part.documents, hash);
            match base {
                Some(base) if before == hash => publication.link_documents(base, part.number),
                _ => publication.write(part.number, &rows.0).and_then(|()| publication.write(part.number, &rows.1)),
            }
        })?;
        publication.write(0, &self.rejects)
    }
}
