//! Step 5, rows to Parquet files and one atomic run.

pub mod parquet;

use crate::tables::Rows;
use anyhow::Result;
use std::path::{Path, PathBuf};

/// A run that is being written.
pub struct Publication {
    warehouse: PathBuf,
    run_id: String,
}

impl Publication {
    /// Begins a run.
    pub fn begin(warehouse: &Path, run_id: &str) -> Result<Self> {
        std::fs::create_dir_all(warehouse.join("runs").join(run_id))?;
        Ok(Publication { warehouse: warehouse.to_owned(), run_id: run_id.to_owned() })
    }

    /// Writes one part file of each table.
    pub fn write_part(&self, number: usize, rows: &Rows) -> Result<()> {
        let run = self.warehouse.join("runs").join(&self.run_id);
        let at = |table: &str| -> Result<PathBuf> {
            std::fs::create_dir_all(run.join(table))?;
            Ok(run.join(table).join(format!("part-{number:05}.parquet")))
        };
        parquet::write(&at("documents")?, &rows.documents)?;
        parquet::write(&at("document_stats")?, &rows.document_stats)?;
        parquet::write(&at("figures")?, &rows.figures)?;
        parquet::write(&at("measures")?, &rows.measures)?;
        parquet::write(&at("problems")?, &rows.problems)?;
        parquet::write(&at("problem_measures")?, &rows.problem_measures)?;
        parquet::write(&at("figure_checks")?, &rows.figure_checks)?;
        parquet::write(&at("terms")?, &rows.terms)?;
        parquet::write(&at("refusals")?, &rows.refusals)?;
        parquet::write(&at("repairs")?, &rows.repairs)?;
        parquet::write(&at("source_texts")?, &rows.source_texts)?;
        parquet::write(&at("rejects")?, &rows.rejects)?;
        Ok(())
    }

    /// Swings the pointer.
    pub fn finish(self) -> Result<PathBuf> {
        let new = self.warehouse.join(".current.new");
        let _ = std::fs::remove_file(&new);
        std::os::unix::fs::symlink(Path::new("runs").join(&self.run_id), &new)?;
        std::fs::rename(&new, self.warehouse.join("current"))?;
        Ok(self.warehouse.join("runs").join(self.run_id))
    }
}
