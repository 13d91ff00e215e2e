//! Do the rows keep what the contract says of each column: keys, references, allowed values, limits?
//!
//! Nulls are not looked for: the file's own schema forbids them, and that schema has been compared with the contract.

use super::Violations;
use crate::publish::contract::{Column, Table};
use crate::publish::parquet;
use anyhow::Result;
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{Float64Type, Int32Type, Int64Type};
use rustc_hash::FxHashSet;
use std::collections::HashMap;
use std::path::Path;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Values of a key by their hash. Among 5 × 10^7 keys two clash once in 10,000 runs.
pub type Keys = FxHashSet<u64>;

/// Looks at every row of every table, tables that others refer to first.
pub fn check(run: &Path, contracts: &[Table], found: &mut Violations) -> Result<()> {
    let mut keys: HashMap<String, Keys> = contracts
        .iter()
        .flat_map(|table| &table.properties)
        .flat_map(|column| &column.relationships)
        .map(|relationship| (relationship.to.clone(), Keys::default()))
        .collect();
    for contract in in_order(contracts) {
        if refers_to_itself(contract) {
            collect_keys(run, contract, &mut keys)?;
        }
        let mut own = Keys::default();
        for path in parquet::parts(&run.join(&contract.name))? {
            let mut first = 0;
            for batch in parquet::batches(&path)? {
                let batch = batch?;
                let part = Part { contract, path: &path, first, batch: &batch };
                part.check(&mut keys, &mut own, found);
                first += batch.num_rows();
            }
        }
    }
    Ok(())
}

/// True where a row may refer to a later row of the same table.
fn refers_to_itself(table: &Table) -> bool {
    let mut references = table.properties.iter().flat_map(|column| &column.relationships);
    references.any(|r| r.to.split('.').next() == Some(table.name.as_str()))
}

/// Takes the keys of a whole table before its rows are looked at.
fn collect_keys(run: &Path, table: &Table, keys: &mut HashMap<String, Keys>) -> Result<()> {
    for path in parquet::parts(&run.join(&table.name))? {
        for batch in parquet::batches(&path)? {
            for (column, array) in table.properties.iter().zip(batch?.columns()) {
                if let Some(keys) = of_column(keys, &table.name, &column.name) {
                    keys.extend((0..array.len()).map(|row| hash(&[array], row)));
                }
            }
        }
    }
    Ok(())
}

/// Tables so that what a table refers to comes before it.
pub fn in_order(contracts: &[Table]) -> Vec<&Table> {
    let mut ordered: Vec<&Table> = Vec::new();
    let mut left: Vec<&Table> = contracts.iter().collect();
    while !left.is_empty() {
        let waits = |table: &&Table| {
            let mut needs = table.properties.iter().flat_map(|c| &c.relationships).map(|r| r.to.split('.').next());
            needs.any(|need| left.iter().any(|l| l.name != table.name && Some(l.name.as_str()) == need))
        };
        let (later, now): (Vec<_>, Vec<_>) = left.iter().partition(|table| waits(table));
        // Tables that refer to each other in a circle would never come: take them as they are.
        let none = now.is_empty();
        ordered.extend(if none { &later } else { &now });
        left = if none { Vec::new() } else { later };
    }
    ordered
}

/// Some rows of a part file.
pub struct Part<'a> {
    /// The table.
    pub contract: &'a Table,
    /// Where they stand.
    pub path: &'a Path,
    /// Number of the first row in the file, from 0.
    pub first: usize,
    /// The rows.
    pub batch: &'a RecordBatch,
}

impl Part<'_> {
    /// Looks at them; references to columns that are not in `keys` are left alone.
    pub fn check(&self, keys: &mut HashMap<String, Keys>, own: &mut Keys, found: &mut Violations) {
        let table = self.contract.name.as_str();
        for (column, array) in self.contract.properties.iter().zip(self.batch.columns()) {
            self.values(column, array, found);
            self.limits(column, array, found);
            if let Some(keys) = of_column(keys, table, &column.name) {
                keys.extend((0..array.len()).map(|row| hash(&[array], row)));
            }
            for relationship in &column.relationships {
                let Some(there) = keys.get(&relationship.to) else { continue };
                for row in (0..array.len()).filter(|&row| array.is_valid(row) && !there.contains(&hash(&[array], row)))
                {
                    found.add(table, "orphan", || {
                        format!("{}：{} 在 {} 中没有", self.place(row), self.shown(column, array, row), relationship.to)
                    });
                }
            }
        }
        let key: Vec<(&Column, &ArrayRef)> = self
            .contract
            .properties
            .iter()
            .zip(self.batch.columns())
            .filter(|(column, _)| column.primary_key)
            .collect();
        if key.is_empty() {
            return;
        }
        let arrays: Vec<&ArrayRef> = key.iter().map(|(_, array)| *array).collect();
        for row in (0..self.batch.num_rows()).filter(|&row| !own.insert(hash(&arrays, row))) {
            found.add(table, "duplicate", || {
                let shown: Vec<_> = key.iter().map(|(column, array)| self.shown(column, array, row)).collect();
                format!("{}：{} 已经出现过", self.place(row), shown.join("，"))
            });
        }
    }

    fn values(&self, column: &Column, array: &ArrayRef, found: &mut Violations) {
        let valid = column.valid_values();
        if valid.is_empty() {
            return;
        }
        // Most rows say what the row before says.
        let mut last = None;
        for (row, value) in array.as_string::<i32>().iter().enumerate().filter(|(_, value)| value.is_some()) {
            if last == value {
                continue;
            }
            if value.is_some_and(|value| valid.iter().any(|v| v == value)) {
                last = value;
            } else {
                found.add(&self.contract.name, "value", || {
                    format!("{}：{} 不是允许的取值", self.place(row), self.shown(column, array, row))
                });
            }
        }
    }

    fn limits(&self, column: &Column, array: &ArrayRef, found: &mut Violations) {
        let limits = &column.logical_type_options;
        if limits.minimum.is_none() && limits.maximum.is_none() {
            return;
        }
        for (row, value) in numbers(array).enumerate().filter_map(|(row, value)| Some((row, value?))) {
            let low = limits.minimum.is_some_and(|minimum| value < minimum);
            if low || limits.maximum.is_some_and(|maximum| value > maximum) || value.is_nan() {
                found.add(&self.contract.name, "limit", || {
                    format!("{}：{} 超出允许的范围", self.place(row), self.shown(column, array, row))
                });
            }
        }
    }

    fn place(&self, row: usize) -> String {
        place(self.path, self.first + row)
    }

    fn shown(&self, column: &Column, array: &ArrayRef, row: usize) -> String {
        let value = match number(array, row) {
            Some(number) => number.to_string(),
            None => text(array, row).to_owned(),
        };
        format!("{}（{}）= {value}", column.business_name, column.name)
    }
}

/// The keys of a column that others refer to as `table.column`.
fn of_column<'k>(keys: &'k mut HashMap<String, Keys>, table: &str, column: &str) -> Option<&'k mut Keys> {
    let is = |name: &str| name.split_once('.') == Some((table, column));
    keys.iter_mut().find(|(name, _)| is(name)).map(|(_, keys)| keys)
}

/// A row, from 0, as people count.
pub fn place(path: &Path, row: usize) -> String {
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    format!("{file} 第 {} 行", row + 1)
}

fn number(array: &ArrayRef, row: usize) -> Option<f64> {
    numbers(&array.slice(row, 1)).next().flatten()
}

/// The values of a column of numbers; nothing of other columns.
fn numbers(array: &ArrayRef) -> Box<dyn Iterator<Item = Option<f64>> + '_> {
    if let Some(array) = array.as_primitive_opt::<Int32Type>() {
        Box::new(array.iter().map(|value| value.map(f64::from)))
    } else if let Some(array) = array.as_primitive_opt::<Int64Type>() {
        Box::new(array.iter().map(|value| value.map(|value| value as f64)))
    } else if let Some(array) = array.as_primitive_opt::<Float64Type>() {
        Box::new(array.iter())
    } else {
        Box::new(std::iter::empty())
    }
}

fn text(array: &ArrayRef, row: usize) -> &str {
    array.as_string_opt::<i32>().map_or("", |a| a.value(row))
}

/// Keys and references are text, which a test of the contracts demands.
fn hash(arrays: &[&ArrayRef], row: usize) -> u64 {
    arrays.iter().fold(0, |hash, array| key(hash, text(array, row)))
}

/// The hash of a key whose columns before `text` have the hash `before`.
pub fn key(before: u64, text: &str) -> u64 {
    xxh3_64_with_seed(text.as_bytes(), before)
}
