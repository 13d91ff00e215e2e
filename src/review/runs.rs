//! `huizong runs`: which runs a warehouse holds; going back to an earlier one; removing old ones.

use crate::publish::manifest::Manifest;
use crate::publish::parquet;
use crate::publish::warehouse::{self, Warehouse};
use crate::tables::RunRow;
use anyhow::{Result, bail};
use std::path::Path;

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
            None => bail!("汇总库 {} 里没有更早的汇总可以回退", warehouse.root().display()),
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
