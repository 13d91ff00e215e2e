//! One run, from its first part file to the moment when readers see it.
//!
//! Everything is written under `.staging`, hashed as it is written, synced, described by a manifest, and moved to
//! `runs/RUN_ID` by one rename; then the pointer is moved by another. Whatever fails or dies before the first rename
//! leaves the warehouse as it was; between the two it leaves a complete run that is not current. The order of the syncs
//! keeps that true through a power cut: contents, then the names of the files, then the name of the run, then the
//! pointer.

use crate::publish::columns::Row;
use crate::publish::manifest::{MANIFEST_VERSION, Manifest, PartFile, TableFiles};
use crate::publish::warehouse::{OPEN_SQL, Warehouse, sync_dir, write_synced};
use crate::publish::{dictionary, open_sql, parquet};
use crate::tables::district::DistrictRows;
use crate::tables::{self, Rows, RunRow};
use anyhow::{Context, Result, bail};
use arrow::array::RecordBatch;
use rayon::prelude::*;
use serde::Serialize;
use sha2::{Digest, Sha256};
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
            bail!("汇总 {run_id} 已经有了：每次汇总的编号必须不同");
        }
        let staging = Staging { path: warehouse.staging().join(run_id) };
        for (table, _) in tables::all() {
            let dir = staging.path.join(table);
            fs::create_dir_all(&dir).with_context(|| format!("建不了 {}：请检查磁盘空间和权限", dir.display()))?;
        }
        Ok(Publication { warehouse, staging, run_id: run_id.to_owned(), tables: Mutex::default() })
    }

    /// Writes the rows of a batch as one part file of each table; tables without rows get none. Batches may come in
    /// any order and from any thread: the number decides where their rows stand.
    pub fn write_part(&self, number: usize, rows: &Rows) -> Result<()> {
        self.write(number, &rows.documents)?;
        self.write(number, &rows.document_stats)?;
        self.write(number, &rows.figures)?;
        self.write(number, &rows.measures)?;
        self.write(number, &rows.problems)?;
        self.write(number, &rows.problem_measures)?;
        self.write(number, &rows.figure_checks)?;
        self.write(number, &rows.terms)?;
        self.write(number, &rows.refusals)?;
        self.write(number, &rows.repairs)?;
        self.write(number, &rows.source_texts)?;
        self.write(number, &rows.rejects)
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
    pub fn write<T: Row>(&self, number: usize, rows: &[T]) -> Result<()> {
        if rows.is_empty() { Ok(()) } else { self.write_batch(T::TABLE, number, &T::to_batch(rows)) }
    }

    fn write_batch(&self, table: &str, number: usize, batch: &RecordBatch) -> Result<()> {
        let bytes = parquet::encode(batch)?;
        let name = format!("part-{number:05}.parquet");
        let path = self.staging.path.join(table).join(&name);
        fs::write(&path, &bytes).with_context(|| format!("写不了 {}：请检查磁盘空间", path.display()))?;
        let part = PartFile {
            name,
            rows: batch.num_rows() as u64,
            bytes: bytes.len() as u64,
            sha256: hex(&Sha256::digest(&bytes)),
        };
        self.add(table, part);
        Ok(())
    }

    fn add(&self, table: &str, part: PartFile) {
        let mut tables = self.tables.lock().expect("no thread panics while it holds the list");
        let files = tables.entry(table.to_owned()).or_default();
        files.rows += part.rows;
        files.files.push(part);
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

    /// Completes the run without showing it to readers: a gate may look at [`Sealed::path`] first.
    pub fn seal(self, run: &RunRow, summary: &impl Serialize) -> Result<Sealed> {
        self.write(0, std::slice::from_ref(run))?;
        self.write(0, &dictionary::rows()?)?;
        // A table of which no batch had rows still has one file, so that every reader finds every table.
        for (table, schema) in tables::all() {
            if self.rows(table) == 0 {
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
            tables,
        };
        let dir = &self.staging.path;
        let sql = open_sql::script(&self.warehouse.run(&manifest.run_id), &manifest.run_id)?;
        write_synced(&dir.join(OPEN_SQL), sql.as_bytes())?;
        write_synced(&dir.join("summary.json"), &json(summary)?)?;
        write_synced(&dir.join("manifest.json"), &json(&manifest)?)?;
        Ok(Sealed { warehouse: self.warehouse, staging: self.staging, manifest })
    }
}

/// A complete run that readers do not see yet. Dropped before [`Sealed::publish`], it leaves nothing behind.
pub struct Sealed {
    warehouse: Warehouse,
    staging: Staging,
    manifest: Manifest,
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
        for (table, files) in &self.manifest.tables {
            let dir = self.staging.path.join(table);
            files.files.par_iter().try_for_each(|part| sync_file(&dir.join(&part.name)))?;
            sync_dir(&dir)?;
        }
        sync_dir(&self.staging.path)?;
        let run = self.warehouse.run(run_id);
        fs::rename(&self.staging.path, &run).with_context(|| format!("写不了 {}", run.display()))?;
        sync_dir(&self.warehouse.root().join("runs"))?;
        self.warehouse.point_at(run_id)?;
        Ok(run)
    }
}

fn sync_file(path: &Path) -> Result<()> {
    let synced = File::open(path).and_then(|file| file.sync_all());
    synced.with_context(|| format!("写不了 {}：请检查磁盘空间", path.display()))
}

fn json(value: &impl Serialize) -> Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec_pretty(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Bytes in hex.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
