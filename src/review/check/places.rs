//! Is every quote the slice of the source text that its start and end say, and does every report lie in its file?

use super::Violations;
use super::rows::place;
use crate::publish::columns::Row;
use crate::publish::parquet;
use crate::span::{SourceSpan, SourceText};
use crate::tables::SourceTextRow;
use anyhow::Result;
use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use std::collections::HashMap;
use std::path::Path;

/// Looks at every row that has a place. The texts of one part file are held at a time: rows of a part stand in the texts
/// of the part of the same name.
pub fn check(run: &Path, found: &mut Violations) -> Result<()> {
    let placed: Vec<&str> = crate::tables::all()
        .into_iter()
        .filter(|(_, schema)| ["source_path", "start", "end"].iter().all(|name| schema.field_with_name(name).is_ok()))
        .map(|(table, _)| table)
        .collect();
    for path in parquet::parts(&run.join(SourceTextRow::TABLE))? {
        let texts = texts(&path)?;
        for table in &placed {
            let part = run.join(table).join(path.file_name().unwrap_or_default());
            if part.exists() {
                table_part(table, &part, &texts, found)?;
            }
        }
    }
    Ok(())
}

fn texts(path: &Path) -> Result<HashMap<String, SourceText>> {
    let mut texts = HashMap::new();
    for batch in parquet::batches(path)? {
        let rows = SourceTextRow::from_batch(&batch?).unwrap_or_default();
        texts.extend(rows.into_iter().map(|row| (row.source_path, SourceText::new(row.text))));
    }
    Ok(texts)
}

fn table_part(table: &str, path: &Path, texts: &HashMap<String, SourceText>, found: &mut Violations) -> Result<()> {
    let mut first = 0;
    for batch in parquet::batches(path)? {
        let batch = batch?;
        rows(table, &batch, texts, found, |row| place(path, first + row));
        first += batch.num_rows();
    }
    Ok(())
}

/// Looks at some rows of a table.
pub fn rows(
    table: &str,
    batch: &RecordBatch,
    texts: &HashMap<String, SourceText>,
    found: &mut Violations,
    place: impl Fn(usize) -> String,
) {
    let number = |name: &str| batch[name].as_primitive::<Int64Type>();
    let (starts, ends, paths) = (number("start"), number("end"), batch["source_path"].as_string::<i32>());
    let quotes = batch.column_by_name("quote").map(|quotes| quotes.as_string::<i32>());
    for row in 0..batch.num_rows() {
        let (start, end, path) = (starts.value(row), ends.value(row), paths.value(row));
        let Some(text) = texts.get(path) else {
            found.add(table, "span", || format!("{}：同名的来文文本文件里没有 {path}", place(row)));
            continue;
        };
        if start < 0 || end <= start || end as usize > text.points() {
            found.add(table, "span", || {
                format!("{}：位置 {start}–{end} 不在 {path}（长 {}）之内", place(row), text.points())
            });
            continue;
        }
        let slice = text.slice(SourceSpan { start: start as usize, end: end as usize });
        if quotes.is_some_and(|quotes| quotes.value(row) != slice) {
            found.add(table, "quote", || format!("{}：原文与 {path} 的 {start}–{end} 不符", place(row)));
        }
    }
}
