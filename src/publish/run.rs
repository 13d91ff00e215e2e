//! One run, from its first part file to the moment when readers see it.
//!
//! Everything is written under `.staging`, hashed as it is written, synced, described by a manifest, and moved to
//! `runs/RUN_ID` by one rename; then the pointer is moved by another. Whatever fails or dies before the first rename
//! leaves the warehouse as it was; between the two it leaves a complete run that is not current. The order of the syncs
//! keeps that true through a power cut: contents, then the names of the files, then the name of the run, then the
//! pointer.

use crate::hash::sha256;
use crate::message::Message;
use crate::publish::columns::Row;
use crate::publish::manifest::{MANIFEST_VERSION, Manifest, PartFile, TableFiles};
use crate::publish::state::{self, Base};
use crate::publish::warehouse::{OPEN_SQL, Warehouse, sync_dir, write_synced};
use crate::publish::{dictionary, open_sql, parquet, part};
use crate::review::check::written::Gate;
use crate::tables::district::DistrictRows;
use crate::tables::{self, RunRow};
use anyhow::{Result, bail};
use arrow::array::RecordBatch;
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// A run that is being written. Dropped before [`Publication::seal`], it leaves nothing behind.
pub struct Publication {
    warehouse: Warehouse,
    staging: Staging,
    run_id: String,
    tables: Mutex<BTreeMap<String, TableFiles>>,
    /// Files that may not be on the disk yet.
    unsynced: Mutex<Vec<PathBuf>>,
    /// Looks at all rows that are written.
    pub gate: Gate,
}

/// A folder that is removed unless the run moves out of it.
struct Staging {
    path: PathBuf,
}

impl Drop for Staging {
    fn drop(&mut self) {
        // After the rename there is nothing to remove; a failure to remove is made good when the warehouse is opened.
        let _ = fs::remove_dir_all(&self.path);
    }
}

impl Publication {
    /// Begins a run.
    pub fn begin(warehouse: Warehouse, run_id: &str) -> Result<Self> {
        if warehouse.run(run_id).exists() {
            bail!(Message::new(
                format!("汇总 {run_id} 已经有了：每次汇总的编号必须不同"),
                format!("run {run_id} is there already: every run must have an id of its own"),
            ));
        }
        let staging = Staging { path: warehouse.staging().join(run_id) };
        for table in tables::all().iter().map(|(table, _)| *table).chain([state::FOLDER]) {
            let dir = staging.path.join(table);
            fs::create_dir_all(&dir).map_err(|e| Message::unwritable(&dir, &e))?;
        }
        Ok(Publication {
            warehouse,
            staging,
            run_id: run_id.to_owned(),
            tables: Mutex::default(),
            unsynced: Mutex::default(),
            gate: Gate::new()?,
        })
    }

    /// Writes the district tables, each as one part file.
    pub fn write_district(&self, rows: &DistrictRows) -> Result<()> {
        self.write(0, &rows.submissions)?;
        self.write(0, &rows.indicator_summary)?;
        self.write(0, &rows.topic_summary)?;
        self.write(0, &rows.school_summary)?;
        self.write(0, &rows.school_topics)?;
        self.write(0, &rows.similar_reports)?;
        self.write(0, &rows.shared_sentences)?;
        self.write(0, &rows.term_summary)?;
        self.write(0, &rows.school_terms)?;
        self.write(0, &rows.norm_findings)?;
        self.write(0, &rows.review_list)?;
        self.write(0, &rows.distinctive_measures)?;
        self.write(0, &rows.trends)?;
        self.write(0, &rows.topic_trends)
    }

    /// Writes one part file of one table, unless there are no rows.
    pub fn write<T: Row>(&self, number: u32, rows: &[T]) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let batch = T::to_batch(rows);
        self.gate.table(T::TABLE, &part::name(number), &batch);
        self.write_batch(T::TABLE, number, &batch)
    }

    fn write_batch(&self, table: &str, number: u32, batch: &RecordBatch) -> Result<()> {
        self.write_file(table, &part::name(number), batch.num_rows() as u64, &parquet::encode(batch)?)
    }

    /// Writes a file of a table or of the state.
    pub fn write_file(&self, table: &str, name: &str, rows: u64, bytes: &[u8]) -> Result<()> {
        let path = self.path(table, name);
        fs::write(&path, bytes).map_err(|e| Message::unwritable(&path, &e))?;
        self.unsynced.lock().expect("no thread panics while it holds the list").push(path);
        let sha256 = sha256(bytes);
        self.add(table, PartFile { name: name.to_owned(), rows, bytes: bytes.len() as u64, sha256 });
        Ok(())
    }

    /// Where a file of a table or of the state is written.
    pub(super) fn path(&self, table: &str, name: &str) -> PathBuf {
        self.staging.path.join(table).join(name)
    }

    /// Shares a file of the run before, if it has one of that name and it is undamaged; gives its bytes.
    pub fn link(&self, base: &Base, table: &str, name: &str) -> Result<Option<Vec<u8>>> {
        let Some(part) = base.part(table, name) else { return Ok(None) };
        let bytes = base.read(table, name)?;
        let to = self.path(table, name);
        if fs::hard_link(base.run.join(table).join(name), &to).is_err() {
            // A file system without hard links, or a file that has as many as it can have.
            self.write_file(table, name, part.rows, &bytes)?;
        } else {
            self.add(table, part.clone());
        }
        Ok(Some(bytes))
    }

    fn add(&self, table: &str, part: PartFile) {
        let mut tables = self.tables.lock().expect("no thread panics while it holds the list");
        let files = tables.entry(table.to_owned()).or_default();
        files.rows += part.rows;
        files.files.push(part);
    }

    /// The warehouse.
    pub fn warehouse(&self) -> &Path {
        self.warehouse.root()
    }

    /// The run's name.
    pub fn run_id(&self) -> &str {
        &self.run_id
    }

    /// Rows of a table written so far.
    pub fn rows(&self, table: &str) -> u64 {
        let tables = self.tables.lock().expect("no thread panics while it holds the list");
        tables.get(table).map_or(0, |files| files.rows)
    }

    fn has_files(&self, table: &str) -> bool {
        self.tables.lock().expect("no thread panics while it holds the list").contains_key(table)
    }

    /// Completes the run without showing it to readers: a gate may look at [`Sealed::path`] first.
    pub fn seal(self, run: &RunRow, summary: &impl Serialize) -> Result<Sealed> {
        self.write(0, std::slice::from_ref(run))?;
        if self.rows("data_dictionary") == 0 {
            self.write(0, &dictionary::rows()?)?;
        }
        // A table of which no batch had rows still has one file, so that every reader finds every table.
        for (table, schema) in tables::all() {
            if !self.has_files(table) {
                self.write_batch(table, 0, &RecordBatch::new_empty(schema))?;
            }
        }
        let mut tables = self.tables.into_inner().expect("all threads have finished");
        for files in tables.values_mut() {
            files.files.sort_by(|a, b| a.name.cmp(&b.name));
        }
        let manifest = Manifest {
            manifest_version: MANIFEST_VERSION,
            run_id: self.run_id,
            tool_version: run.tool_version.clone(),
            rules_version: run.rules_version.clone(),
            dictionary_version: run.dictionary_version.clone(),
            schema_version: run.schema_version.clone(),
            state: tables.remove(state::FOLDER).unwrap_or_default(),
            tables,
        };
        let dir = &self.staging.path;
        let sql = open_sql::script(&self.warehouse.run(&manifest.run_id), &manifest.run_id)?;
        write_synced(&dir.join(OPEN_SQL), sql.as_bytes())?;
        write_synced(&dir.join("summary.json"), &json(summary)?)?;
        write_synced(&dir.join("manifest.json"), &json(&manifest)?)?;
        let unsynced = self.unsynced.into_inner().expect("all threads have finished");
        Ok(Sealed { warehouse: self.warehouse, staging: self.staging, manifest, unsynced })
    }
}

/// A complete run that readers do not see yet. Dropped before [`Sealed::publish`], it leaves nothing behind.
pub struct Sealed {
    warehouse: Warehouse,
    staging: Staging,
    manifest: Manifest,
    unsynced: Vec<PathBuf>,
}

impl Sealed {
    /// The folder that will become the run's.
    pub fn path(&self) -> &Path {
        &self.staging.path
    }

    /// What it consists of.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Makes it the current run, and says where it is.
    pub fn publish(self) -> Result<PathBuf> {
        let run_id = &self.manifest.run_id;
        self.unsynced.par_iter().try_for_each(|path| sync_file(path))?;
        for folder in self.manifest.tables.keys().map(String::as_str).chain([state::FOLDER]) {
            sync_dir(&self.staging.path.join(folder))?;
        }
        sync_dir(&self.staging.path)?;
        let run = self.warehouse.run(run_id);
        fs::rename(&self.staging.path, &run).map_err(|e| Message::unwritable(&run, &e))?;
        sync_dir(&self.warehouse.root().join("runs"))?;
        self.warehouse.point_at(run_id)?;
        Ok(run)
    }
}

fn sync_file(path: &Path) -> Result<()> {
    let synced = File::open(path).and_then(|file| file.sync_all());
    Ok(synced.map_err(|e| Message::unwritable(path, &e))?)
}

fn json(value: &impl Serialize) -> Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec_pretty(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}
