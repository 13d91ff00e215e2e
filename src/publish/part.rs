//! Parts: the files of the same number in all tables whose rows come from single source files.
//!
//! A part is the unit that nights share, a row group in it the unit that is written anew. Here a part is written from
//! rows of tonight and from the part of the same number of the run before.

use super::columns::Row;
use super::groups::{self, Group};
use super::run::Publication;
use super::state::{self, Base, Damaged, GroupState, PartState, State};
use crate::gather::digest::{self, Digest};
use crate::message::{Message, Tell};
use crate::review::check::Violation;
use crate::tables::{DocumentRow, DocumentStatsRow, RefusalRow, Rows};
use anyhow::Result;
use arrow::array::{AsArray, BooleanArray, RecordBatch};
use arrow::compute::{concat_batches, filter_record_batch};
use arrow::datatypes::SchemaRef;
use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;

/// Where the rows of a group come from.
#[derive(Debug)]
pub enum GroupSource {
    /// The same rows as last night: the group of this number in the old part.
    Old(usize),
    /// The rows of a group of the old part, less those of some files, and new rows behind them.
    New {
        /// Group of the old part; none for a group of new files.
        old: Option<usize>,
        /// Source paths and report ids whose rows are dropped.
        dropped: HashSet<String>,
        /// Rows of files that were read tonight, in the order of [`Rows::tables`].
        rows: Vec<RecordBatch>,
    },
}

/// The part of the run before that is replaced.
#[derive(Clone, Copy, Debug)]
pub struct OldPart<'a> {
    /// The run.
    pub base: &'a Base,
    /// The part.
    pub state: &'a PartState,
}

impl<'a> OldPart<'a> {
    /// The part of that number, where the run has it.
    pub fn find(base: &'a Base, number: u32) -> Option<Self> {
        base.state.parts.iter().find(|part| part.number == number).map(|state| OldPart { base, state })
    }

    /// The digests of its reports.
    pub fn digests(&self) -> Result<Vec<Digest>> {
        let name = digests(self.state.number);
        let damaged = || Damaged::new(&self.base.run.join(state::FOLDER).join(&name));
        Ok(digest::decode(&self.base.read(state::FOLDER, &name)?).ok_or_else(damaged)?)
    }

    /// Number of the row group of `group` in the file of a table, which has none for groups without rows.
    fn row_group(&self, table: usize, group: usize) -> usize {
        self.state.groups[..group].iter().filter(|g| g.rows[table] > 0).count()
    }
}

/// File name of a part.
pub fn name(number: u32) -> String {
    format!("part-{number:05}.parquet")
}

/// Name of the file in folder `state` with the digests of a part's reports.
pub fn digests(number: u32) -> String {
    format!("digests-{number:05}.bin")
}

/// Rows of several files, each in the order of [`Rows::tables`], as the rows of all of them.
pub fn together(rows: &[[RecordBatch; 9]]) -> Result<Vec<RecordBatch>> {
    let table = |(number, (_, schema)): (usize, (_, SchemaRef))| {
        Ok(concat_batches(&schema, rows.iter().map(|rows| &rows[number]))?)
    };
    Rows::tables().into_iter().enumerate().map(table).collect()
}

impl Publication {
    /// Carries a part over; its rows of `documents` and `document_stats` depend on other parts and are not among them.
    pub fn link_part(&self, old: OldPart) -> Result<()> {
        let number = old.state.number;
        for (table, _) in Rows::tables() {
            self.link(old.base, table, &name(number))?;
        }
        self.link(old.base, state::FOLDER, &digests(number)).map(drop)
    }

    /// Carries over the rows of a part's reports.
    pub fn link_documents(&self, base: &Base, number: u32) -> Result<()> {
        for table in [DocumentRow::TABLE, DocumentStatsRow::TABLE] {
            self.link(base, table, &name(number))?;
        }
        Ok(())
    }

    /// The digests of a part that was written or carried over.
    pub fn digests(&self, number: u32) -> Result<Vec<Digest>> {
        let path = self.path(state::FOLDER, &digests(number));
        let shown = path.display();
        let disk = |zh: &str, en: &str| Message::new(zh, en).repair(["请检查磁盘", "check the disk"]);
        let bytes =
            std::fs::read(&path).tell(|| disk(&format!("读不回 {shown}"), &format!("{shown} can't be read back")))?;
        digest::decode(&bytes)
            .tell(|| disk(&format!("{shown} 与写下的不同"), &format!("{shown} is not what was written")))
    }

    /// Writes what the next night needs.
    pub fn write_state(&self, state: &State) -> Result<()> {
        self.write_file(state::FOLDER, state::FILE, 0, &state.encode())
    }

    /// Rows of files that will stand in the part of that number, as columns and looked at; or what is wrong with them.
    pub fn looked_at(&self, number: u32, rows: &Rows) -> Result<[RecordBatch; 9], Vec<Violation>> {
        let batches = rows.batches();
        let wrong = self.gate.wrong_with(&name(number), rows, &batches);
        if wrong.is_empty() { Ok(batches) } else { Err(wrong) }
    }

    /// Writes a part and says what its groups hold; all rows in it must have been [looked at](Self::looked_at).
    pub fn write_part(&self, number: u32, old: Option<OldPart>, sources: &[GroupSource]) -> Result<Vec<GroupState>> {
        let mut states = vec![GroupState::default(); sources.len()];
        for (t, (table, schema)) in Rows::tables().into_iter().enumerate() {
            let old_file = match old {
                Some(old) => old.base.check(table, &name(number))?.map(|path| OldFile { part: old, table: t, path }),
                None => None,
            };
            let mut groups = Vec::new();
            let mut total = 0;
            for (source, state) in sources.iter().zip(&mut states) {
                let (rows, group) = source.group(t, old_file.as_ref(), &schema)?;
                if table == RefusalRow::TABLE {
                    state.refusals = match &group {
                        Group::Rows(rows) => by_reason(rows),
                        Group::Copied(_) => source.old_state(old).map(|old| old.refusals.clone()).unwrap_or_default(),
                    };
                }
                state.rows.push(rows as u32);
                if rows > 0 {
                    groups.push(group);
                    total += rows as u64;
                }
            }
            match old_file {
                Some(old) if old.is_made_of(&groups) => drop(self.link(old.part.base, table, &name(number))?),
                _ if groups.is_empty() => {}
                old => {
                    let bytes = groups::encode(&schema, &groups, old.as_ref().map(|old| old.path.as_path()))
                        .tell(|| not_made(table, number))?;
                    self.write_file(table, &name(number), total, &bytes)?;
                }
            }
        }
        Ok(states)
    }
}

fn not_made(table: &str, number: u32) -> Message {
    let name = name(number);
    Message::new(format!("写不出表 {table} 的 {name}"), format!("{name} of table {table} can't be made"))
}

/// A file of the old part.
struct OldFile<'a> {
    part: OldPart<'a>,
    /// Its table, by number.
    table: usize,
    path: PathBuf,
}

impl OldFile<'_> {
    fn rows(&self, group: usize) -> usize {
        self.part.state.groups[group].rows[self.table] as usize
    }

    /// True where these are its own row groups, all of them and in their order.
    fn is_made_of(&self, groups: &[Group]) -> bool {
        let own = (0..self.part.state.groups.len()).filter(|&group| self.rows(group) > 0).count();
        groups.len() == own
            && groups.iter().enumerate().all(|(i, group)| matches!(group, Group::Copied(from) if *from == i))
    }
}

impl GroupSource {
    fn old_state<'a>(&self, old: Option<OldPart<'a>>) -> Option<&'a GroupState> {
        match self {
            GroupSource::Old(group) | GroupSource::New { old: Some(group), .. } => old?.state.groups.get(*group),
            GroupSource::New { old: None, .. } => None,
        }
    }

    /// The rows of the group in the table of that number, and how many there are.
    fn group(&self, table: usize, old: Option<&OldFile>, schema: &SchemaRef) -> Result<(usize, Group)> {
        let (Some(old), GroupSource::Old(group) | GroupSource::New { old: Some(group), .. }) = (old, self) else {
            let rows = self.new_rows(table).cloned().unwrap_or_else(|| RecordBatch::new_empty(schema.clone()));
            return Ok((rows.num_rows(), Group::Rows(rows)));
        };
        let (row_group, n_old) = (old.part.row_group(old.table, *group), old.rows(*group));
        let GroupSource::New { dropped, .. } = self else { return Ok((n_old, Group::Copied(row_group))) };
        let kept = if n_old > 0 { Some(without(&groups::read(&old.path, row_group)?, dropped)?) } else { None };
        if kept.as_ref().is_some_and(|kept| kept.num_rows() == n_old) && self.new_rows(table).is_none() {
            return Ok((n_old, Group::Copied(row_group)));
        }
        let rows = concat_batches(schema, kept.iter().chain(self.new_rows(table)))?;
        Ok((rows.num_rows(), Group::Rows(rows)))
    }

    /// The rows of tonight in the table of that number, if there are any.
    fn new_rows(&self, table: usize) -> Option<&RecordBatch> {
        let GroupSource::New { rows, .. } = self else { return None };
        rows.get(table).filter(|rows| rows.num_rows() > 0)
    }
}

/// The rows of other files and reports.
fn without(rows: &RecordBatch, dropped: &HashSet<String>) -> Result<RecordBatch> {
    // Every table of a part names the file or the report.
    let key = rows.column_by_name("source_path").unwrap_or_else(|| &rows["doc_id"]);
    let stays: BooleanArray = key.as_string::<i32>().iter().map(|key| key.map(|key| !dropped.contains(key))).collect();
    Ok(filter_record_batch(rows, &stays)?)
}

fn by_reason(refusals: &RecordBatch) -> BTreeMap<String, u64> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for reason in refusals["reason"].as_string::<i32>().iter().flatten() {
        match counts.get_mut(reason) {
            Some(n) => *n += 1,
            None => drop(counts.insert(reason.to_owned(), 1)),
        }
    }
    counts
}
