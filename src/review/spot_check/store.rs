//! Where verdicts live: beside the runs, never in them.
//!
//! ```text
//! DIR/spot_checks/verdicts/IMPORT_ID.parquet   what one import brought; files are added, never changed
//! DIR/spot_checks/strata/BATCH_ID.parquet      what the items of a batch stand for
//! ```
//!
//! Both are tables that any reader of Parquet reads. They are written under the lock of the warehouse, each by one
//! rename, the strata first: verdicts never stand there without what they stand for.

use super::batch::Batch;
use super::report::{Settled, settle};
use crate::message::{Message, Tell};
use crate::publish::columns::Row;
use crate::publish::parquet;
use crate::publish::warehouse::{Warehouse, sync_dir, write_synced};
use crate::tables::{StratumRow, VerdictRow};
use anyhow::Result;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

fn table(root: &Path, name: &str) -> PathBuf {
    root.join("spot_checks").join(name)
}

/// All verdicts and strata of a warehouse.
#[derive(Debug, Default)]
pub struct Store {
    /// The last word of each reviewer on each item, in the order of batch, item and reviewer; none that were taken back.
    pub verdicts: Vec<VerdictRow>,
    /// Of all batches, in the order of their runs.
    pub strata: Vec<StratumRow>,
}

impl Store {
    /// Reads it; a warehouse without verdicts gives none.
    pub fn read(root: &Path) -> Result<Self> {
        let verdicts = last(root)?.into_values().filter(|row| !row.verdict.is_empty()).collect();
        let mut strata: Vec<StratumRow> = rows(root)?;
        strata.sort_by(|a, b| (&a.run_id, &a.batch_id).cmp(&(&b.run_id, &b.batch_id)));
        Ok(Store { verdicts, strata })
    }
}

impl Store {
    /// What is settled: item and content.
    pub fn settled(&self) -> HashSet<(&str, &str)> {
        let mut said: HashMap<(&str, &str), Vec<&str>> = HashMap::new();
        for row in &self.verdicts {
            said.entry((&row.item_id, &row.content)).or_default().push(&row.verdict);
        }
        let decided =
            |verdicts: &Vec<&str>| matches!(settle(verdicts.iter().copied()), Settled::Right | Settled::Wrong);
        said.into_iter().filter(|(_, verdicts)| decided(verdicts)).map(|(key, _)| key).collect()
    }
}

/// Batch, item and reviewer.
pub type Key = (String, String, String);

/// The last word of each reviewer on each item, those that were taken back with an empty verdict.
pub fn last(root: &Path) -> Result<BTreeMap<Key, VerdictRow>> {
    let mut last: BTreeMap<Key, VerdictRow> = BTreeMap::new();
    // Files are named by the time of the import, so of two words of the same second the later import counts.
    for row in rows::<VerdictRow>(root)? {
        let key = (row.batch_id.clone(), row.item_id.clone(), row.reviewer.clone());
        if last.get(&key).is_none_or(|known| known.judged_at <= row.judged_at) {
            last.insert(key, row);
        }
    }
    Ok(last)
}

/// All rows of a table, as they were written.
fn rows<T: Row>(root: &Path) -> Result<Vec<T>> {
    let folder = table(root, T::TABLE);
    if folder.is_dir() { parquet::read(&root.join("spot_checks")) } else { Ok(Vec::new()) }
}

/// Adds verdicts and, where they are not there yet, the strata of their batch.
pub fn add(warehouse: &Warehouse, batch: &Batch, verdicts: &[VerdictRow], import_id: &str) -> Result<()> {
    let path = table(warehouse.root(), StratumRow::TABLE).join(format!("{}.parquet", batch.batch_id));
    if !path.exists() {
        let strata = batch.strata.iter().map(|stratum| StratumRow {
            batch_id: batch.batch_id.clone(),
            run_id: batch.run_id.clone(),
            kind: stratum.kind.code().to_owned(),
            rule_id: stratum.rule_id.clone(),
            band: stratum.band.clone(),
            certain: stratum.certain,
            population: stratum.population as i64,
            drawn: stratum.drawn as i64,
        });
        put(warehouse, &path, &strata.collect::<Vec<_>>())?;
    }
    if !verdicts.is_empty() {
        let path = table(warehouse.root(), VerdictRow::TABLE).join(format!("{import_id}.parquet"));
        put(warehouse, &path, verdicts)?;
    }
    Ok(())
}

/// Writes a file whole or not at all.
fn put<T: Row>(warehouse: &Warehouse, path: &Path, rows: &[T]) -> Result<()> {
    let folder = path.parent().expect("a file of a table has a folder");
    std::fs::create_dir_all(folder).tell(|| Message::no_folder(folder))?;
    std::fs::create_dir_all(warehouse.staging())?;
    let new = warehouse.staging().join(path.file_name().unwrap_or_default());
    write_synced(&new, &parquet::encode(&T::to_batch(rows))?)?;
    std::fs::rename(&new, path).map_err(|e| Message::unwritable(path, &e))?;
    sync_dir(folder)
}
