//! `huizong export`: the tables for people without a query tool, as a folder of CSV files or as one workbook.
//!
//! Table and column names, codes, periods and grades are told in Chinese; values are those of the tables. Nothing in a
//! cell can act: what a spreadsheet would take for a formula is text (see [`cells::guarded`]). Tables are read batch by
//! batch, by their Arrow columns, so a new column needs nothing here.

pub mod cells;
mod csv;
mod xlsx;

use crate::cli;
use crate::message::{Message, Tell};
use crate::publish::contract::Table;
use crate::publish::{parquet, warehouse};
use crate::review::left;
use crate::review::mask::Mask;
use crate::review::names::Names;
use anyhow::Result;
use arrow::array::{ArrayRef, RecordBatch, new_null_array};
use arrow::datatypes::{DataType, Field, FieldRef, Schema};
use cells::Cell;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// `huizong export`.
pub fn command(options: &cli::Export, out: &mut impl Write) -> Result<()> {
    let run = run_folder(&options.warehouse, options.run.as_deref())?;
    let names = Names::new()?;
    let tables = chosen(&names, &options.table)?;
    let mask = options.mask_personal.then(|| Mask::of_run(&run)).transpose()?;
    let source = Source { run: &run, names: &names, mask: mask.as_ref() };
    let is_workbook = options.output.extension().is_some_and(|e| e.eq_ignore_ascii_case("xlsx"));
    let written = if is_workbook {
        xlsx::write(&source, &tables, &options.output)?
    } else {
        csv::write(&source, &tables, &options.output, !options.no_bom)?
    };
    if !is_workbook {
        let names = tables.iter().map(|table| csv::file_name(table)).collect();
        let others = left::others(&options.output, "csv", &names);
        left::told(&options.output, &others).map_or(Ok(()), |line| writeln!(out, "{line}"))?;
    }
    let rows: usize = written.iter().map(|table| table.rows).sum();
    writeln!(out, "已导出 {} 张表、{rows} 行到 {}", written.len(), options.output.display())?;
    if let Some(mask) = &mask {
        writeln!(out, "遮盖个人信息 {} 处", mask.covered())?;
    }
    for table in written.iter().filter(|table| table.cut > 0) {
        writeln!(
            out,
            "{} 有 {} 个单元格超过表格软件的 32767 字，已截断：全文请导出 CSV 或读 Parquet",
            table.label, table.cut
        )?;
    }
    Ok(())
}

/// What is exported, and how.
struct Source<'a> {
    run: &'a Path,
    names: &'a Names,
    mask: Option<&'a Mask>,
}

impl<'a> Source<'a> {
    /// The cell in `row` of a column, without personal data where that is asked for.
    fn cell(&self, table: &str, column: &str, array: &'a ArrayRef, row: usize) -> Cell<'a> {
        let cell = cells::cell(self.names, table, column, array, row);
        let covered = match (&cell, self.mask) {
            (Cell::Text(text), Some(mask)) => mask.text(text),
            _ => None,
        };
        covered.map_or(cell, |text| Cell::Text(text.into()))
    }
}

/// What was written of a table.
#[derive(Debug, PartialEq, Eq)]
struct Written {
    label: String,
    rows: usize,
    /// Cells that a workbook can't hold whole.
    cut: usize,
}

/// The folder of the run that was asked for: by its id, or `current`, which is the default, or `previous` for the one
/// before it.
pub fn run_folder(root: &Path, run: Option<&str>) -> Result<PathBuf> {
    let id = match run {
        None | Some("current") => return warehouse::current(root),
        Some("previous") => {
            warehouse::current(root)?;
            let current = warehouse::current_id(root)?.unwrap_or_default();
            let before = warehouse::run_ids(root)?.into_iter().rfind(|id| *id < current);
            before.tell(|| {
                let en = format!("there is no run before the current one, {current}");
                Message::new(format!("当前的汇总 {current} 之前没有别的汇总"), en)
            })?
        }
        Some(id) => id.to_owned(),
    };
    // By its name alone: a path would lead out of this warehouse.
    if !warehouse::run_ids(root)?.contains(&id) {
        return Err(warehouse::no_run(root, &id).into());
    }
    Ok(root.join("runs").join(id))
}

/// The tables that were asked for by English or Chinese name; all where none was.
fn chosen<'a>(names: &'a Names, asked: &[String]) -> Result<Vec<&'a Table>> {
    if asked.is_empty() {
        return Ok(names.tables().iter().collect());
    }
    let find = |name: &String| {
        let known = names.tables().iter().find(|t| t.name == *name || t.business_name == *name);
        known.ok_or_else(|| {
            let labels: Vec<&str> = names.tables().iter().map(|t| t.business_name.as_str()).collect();
            let tables: Vec<&str> = names.tables().iter().map(|t| t.name.as_str()).collect();
            Message::usage(
                format!("没有叫“{name}”的表，可选：{}", labels.join("、")),
                format!("There is no table {name}; tables: {}", tables.join(", ")),
            )
            .into()
        })
    };
    asked.iter().map(find).collect()
}

/// The columns in the order of the contract; what an earlier version did not write is empty.
fn in_order(batch: &RecordBatch, table: &Table) -> Result<RecordBatch> {
    let column = |name: &String| match batch.schema().column_with_name(name) {
        Some((at, field)) => (Arc::new(field.clone()), batch.column(at).clone()),
        None => (Arc::new(Field::new(name, DataType::Null, true)), new_null_array(&DataType::Null, batch.num_rows())),
    };
    let (fields, columns): (Vec<FieldRef>, Vec<ArrayRef>) = table.properties.iter().map(|p| column(&p.name)).unzip();
    Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?)
}

/// Calls `each` with every batch of a table.
fn batches(run: &Path, table: &Table, mut each: impl FnMut(&RecordBatch) -> Result<()>) -> Result<()> {
    for path in parquet::parts(&run.join(&table.name))? {
        for batch in parquet::batches(&path)? {
            each(&in_order(&batch.tell(|| parquet::broken_off(&path))?, table)?)?;
        }
    }
    Ok(())
}
