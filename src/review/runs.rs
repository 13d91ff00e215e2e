//! `huizong runs`: which runs a warehouse holds; going back to an earlier one; removing old ones.

use crate::cli;
use crate::message::Message;
use crate::publish::manifest::Manifest;
use crate::publish::parquet;
use crate::publish::warehouse::{self, Warehouse, WhenBusy};
use crate::tables::RunRow;
use anyhow::{Result, bail};
use std::io::Write;
use std::path::Path;

/// `huizong runs`.
pub fn command(options: &cli::Runs, out: &mut impl Write) -> Result<()> {
    match options {
        cli::Runs::List { warehouse } => {
            for run in list(warehouse)? {
                let Listed { row, bytes, current } = run;
                let mark = if current { '*' } else { ' ' };
                let megabytes = bytes as f64 / 1e6;
                let RunRow { run_id, n_files, n_rejects, n_documents, .. } = &row;
                let facts = format!("数据 {} 举措 {} 问题 {}", row.n_figures, row.n_measures, row.n_problems);
                writeln!(
                    out,
                    "{mark} {run_id}  来文 {n_files} 拒收 {n_rejects} 报告 {n_documents} {facts}  {megabytes:.1} MB"
                )?;
            }
        }
        cli::Runs::Rollback { run, warehouse, wait } => {
            let warehouse = open(warehouse, *wait)?;
            writeln!(out, "当前的汇总现在是 {}", roll_back(&warehouse, run.as_deref())?)?;
        }
        cli::Runs::Prune { keep, warehouse, wait } => {
            let warehouse = open(warehouse, *wait)?;
            for id in prune(&warehouse, usize::from(*keep))? {
                writeln!(out, "已删除 {id}")?;
            }
            // Now there may be room for it.
            warehouse.mend()?;
        }
    }
    Ok(())
}

/// Opens a warehouse that is there: a mistyped path makes no new one.
fn open(root: &Path, wait: bool) -> Result<Warehouse> {
    warehouse::run_ids(root)?;
    Warehouse::open(root, WhenBusy::from_wait(wait))
}

/// A run as the list shows it.
#[derive(Debug)]
pub struct Listed {
    /// What it is and when.
    pub row: RunRow,
    /// Bytes of its files; files that it shares with other runs are counted in each.
    pub bytes: u64,
    /// True for the one that readers see.
    pub current: bool,
}

/// All complete runs, oldest first.
pub fn list(root: &Path) -> Result<Vec<Listed>> {
    let current = warehouse::current_id(root)?;
    let mut listed = Vec::new();
    for id in warehouse::run_ids(root)? {
        let run = root.join("runs").join(&id);
        let manifest = Manifest::read(&run)?;
        let bytes = manifest.tables.values().flat_map(|table| &table.files).map(|file| file.bytes).sum();
        for row in parquet::read::<RunRow>(&run)? {
            listed.push(Listed { row, bytes, current: current.as_deref() == Some(&id) });
        }
    }
    Ok(listed)
}

/// Makes `run_id` the current run, or without one the run before the current one; says which.
pub fn roll_back(warehouse: &Warehouse, run_id: Option<&str>) -> Result<String> {
    let ids = warehouse::run_ids(warehouse.root())?;
    let current = warehouse::current_id(warehouse.root())?;
    let to = match run_id {
        Some(id) => id.to_owned(),
        None => match ids.iter().rev().find(|id| current.as_deref().is_none_or(|current| id.as_str() < current)) {
            Some(id) => id.clone(),
            None => {
                let root = warehouse.root().display();
                bail!(Message::new(
                    format!("汇总库 {root} 里没有更早的汇总可以回退"),
                    format!("the warehouse {root} has no earlier run to go back to"),
                ))
            }
        },
    };
    warehouse.point_at(&to)?;
    Ok(to)
}

/// Removes all but the `keep` newest runs, never the current one; says which. Readers that still have an old run open
/// lose the files that they have not opened yet, so keep at least two.
pub fn prune(warehouse: &Warehouse, keep: usize) -> Result<Vec<String>> {
    let ids = warehouse::run_ids(warehouse.root())?;
    let current = warehouse::current_id(warehouse.root())?;
    let old = &ids[..ids.len().saturating_sub(keep)];
    let mut removed = Vec::new();
    for id in old.iter().filter(|id| current.as_deref() != Some(id)) {
        warehouse.remove(id)?;
        removed.push(id.clone());
    }
    Ok(removed)
}
