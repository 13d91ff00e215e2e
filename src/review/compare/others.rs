//! The tables whose rows have no id of their own to be followed by: how many rows only one of two runs has.

use super::Counts;
use crate::publish::manifest::{Manifest, PartFile};
use crate::publish::parquet;
use anyhow::Result;
use arrow::row::{RowConverter, SortField};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use xxhash_rust::xxh3::xxh3_64;

/// Rows that are in one of the runs alone, by table; `but` are left out. Columns that name a run are not looked at.
pub fn compare(runs: [&Path; 2], manifests: &[Manifest; 2], but: &[&str]) -> Result<BTreeMap<String, Counts>> {
    let tables: BTreeSet<&str> =
        manifests.iter().flat_map(|manifest| manifest.tables.keys()).map(String::as_str).collect();
    let mut differ = BTreeMap::new();
    for table in tables.into_iter().filter(|table| !but.contains(table)) {
        let mut rows: HashMap<u64, i64> = HashMap::new();
        for (i, sign) in [(0, -1), (1, 1)] {
            let other: BTreeSet<&str> = files(&manifests[1 - i], table).iter().map(|f| f.sha256.as_str()).collect();
            for file in files(&manifests[i], table).iter().filter(|file| !other.contains(file.sha256.as_str())) {
                count(&runs[i].join(table).join(&file.name), sign, &mut rows)?;
            }
        }
        let added: i64 = rows.values().filter(|n| **n > 0).sum();
        let removed: i64 = -rows.values().filter(|n| **n < 0).sum::<i64>();
        if added + removed > 0 {
            differ
                .insert(table.to_owned(), Counts { added: added as u64, removed: removed as u64, ..Counts::default() });
        }
    }
    Ok(differ)
}

fn files<'a>(manifest: &'a Manifest, table: &str) -> &'a [PartFile] {
    manifest.tables.get(table).map_or(&[], |table| &table.files)
}

/// Counts the rows of a file by what they hold, `sign` for each.
fn count(path: &Path, sign: i64, rows: &mut HashMap<u64, i64>) -> Result<()> {
    for batch in parquet::batches(path)? {
        let batch = batch?;
        let schema = batch.schema();
        let columns = schema.fields().iter().zip(batch.columns()).filter(|(field, _)| field.name() != "run_id");
        let (fields, columns): (Vec<SortField>, Vec<_>) =
            columns.map(|(field, column)| (SortField::new(field.data_type().clone()), column.clone())).unzip();
        for row in &RowConverter::new(fields)?.convert_columns(&columns)? {
            *rows.entry(xxh3_64(row.as_ref())).or_default() += sign;
        }
    }
    Ok(())
}
