//! Parts: the files of the same number in all tables whose rows come from single source files.
//!
//! A part is the unit that nights share, a row group in it the unit that is written anew. Here a part is written from
//! rows of tonight and from the part of the same number of the run before.

use super::columns::Row;
use super::groups::{self, Group};
use super::run::Publication;
use super::state::{self, Base, Damaged, GroupState, PartState, State};
use crate::gather::digest::{self, Digest};
use crate::tables::{DocumentRow, DocumentStatsRow, Rows};
use anyhow::{Context, Result};
use arrow::array::{AsArray, BooleanArray, RecordBatch};
use arrow::compute::{concat_batches, filter_record_batch};
use std::collections::{BTreeMap, HashSet};

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
        /// Rows of files that were read tonight.
        rows: Box<Rows>,
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
        let damaged = || Damaged(self.base.run.join(state::FOLDER).join(&name));
        digest::decode(&self.base.read(state::FOLDER, &name)?).with_context(damaged)
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

    /// Writes what the next night needs.
    pub fn write_state(&self, state: &State) -> Result<()> {
        self.write_file(state::FOLDER, state::FILE, 0, &state.encode())
    }

    /// Writes a part and says what its groups hold.
    pub fn write_part(&self, number: u32, old: Option<OldPart>, sources: &[GroupSource]) -> Result<Vec<GroupState>> {
        let mut states = vec![GroupState::default(); sources.len()];
        let batches: Vec<_> = sources
            .iter()
            .map(|s| if let GroupSource::New { rows, .. } = s { Some(rows.batches()) } else { None })
            .collect();
        for (t, (table, schema)) in Rows::tables().into_iter().enumerate() {
            let path = match old {
                Some(old) => old.base.check(table, &name(number))?,
                None => None,
            };
            let mut groups = Vec::new();
            let mut total = 0;
            for ((source, state), batches) in sources.iter().zip(&mut states).zip(&batches) {
                let (rows, group) = match (source, &old, &path) {
                    (GroupSource::Old(group), Some(old), _) => {
                        (old.state.groups[*group].rows[t] as usize, Group::Copied(old.row_group(t, *group)))
                    }
                    (GroupSource::New { old: Some(group), dropped, .. }, Some(old), Some(path))
                        if old.state.groups[*group].rows[t] > 0 =>
                    {
                        let kept = without(&groups::read(path, old.row_group(t, *group))?, dropped)?;
                        let new = &batches.as_ref().expect("made of every new group")[t];
                        let rows = concat_batches(&schema, [&kept, new])?;
                        (rows.num_rows(), Group::Rows(rows))
                    }
                    _ => {
                        let new = &batches.as_ref().expect("an old group has an old part")[t];
                        (new.num_rows(), Group::Rows(new.clone()))
                    }
                };
                state.rows.push(rows as u32);
                if table == "refusals" {
                    state.refusals = match (source, &group, &old) {
                        (GroupSource::Old(group), _, Some(old)) => old.state.groups[*group].refusals.clone(),
                        (_, Group::Rows(rows), _) => by_reason(rows),
                        _ => BTreeMap::new(),
                    };
                }
                if rows > 0 {
                    groups.push(group);
                    total += rows;
                }
            }
            if total > 0 {
                let bytes = groups::encode(&schema, &groups, path.as_deref())
                    .with_context(|| format!("写不出表 {table} 的 {}", name(number)))?;
                self.write_file(table, &name(number), total as u64, &bytes)?;
            }
        }
        Ok(states)
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
