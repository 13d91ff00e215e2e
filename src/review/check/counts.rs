//! Do the numbers that a run states of itself agree: reports with their facts, the run with its tables, input with output?

use super::Violations;
use crate::publish::manifest::Manifest;
use crate::publish::parquet;
use crate::tables::{DocumentRow, RejectRow, RunRow};
use anyhow::Result;
use arrow::array::{AsArray, RecordBatch};
use std::collections::{HashMap, HashSet};
use std::path::Path;

/// Looks at the counts.
pub fn check(run: &Path, manifest: &Manifest, found: &mut Violations) -> Result<()> {
    let documents = parquet::read::<DocumentRow>(run)?;
    let runs = parquet::read::<RunRow>(run)?;
    let rows = |table: &str| manifest.rows(table).unwrap_or(0) as i64;
    if rows("document_stats") != rows("documents") {
        found.add("document_stats", "count", || {
            format!("有 {} 行，而报告有 {} 份：应当一一对应", rows("document_stats"), rows("documents"))
        });
    }
    let [row] = runs.as_slice() else {
        found.add("runs", "count", || format!("应有 1 行，实有 {} 行", runs.len()));
        return Ok(());
    };
    for (name, said, table) in [
        ("n_documents", row.n_documents, "documents"),
        ("n_figures", row.n_figures, "figures"),
        ("n_measures", row.n_measures, "measures"),
        ("n_problems", row.n_problems, "problems"),
        ("n_terms", row.n_terms, "terms"),
        ("n_rejects", row.n_rejects, "rejects"),
    ] {
        if said != rows(table) {
            found.add("runs", "count", || format!("{name} 写 {said}，而表 {table} 有 {} 行", rows(table)));
        }
    }
    of_documents(run, &documents, found)?;
    of_input(run, &documents, row, found)
}

/// Each report states how many facts it has.
fn of_documents(run: &Path, documents: &[DocumentRow], found: &mut Violations) -> Result<()> {
    let all = |_: &RecordBatch, _: usize| true;
    let masked = |figures: &RecordBatch, row: usize| figures["masked"].as_boolean().value(row);
    let counted = [
        per_document(run, "figures", all)?,
        per_document(run, "measures", all)?,
        per_document(run, "problems", all)?,
        per_document(run, "figures", masked)?,
    ];
    for document in documents {
        let said = [document.n_figures, document.n_measures, document.n_problems, document.n_masked];
        let names = ["n_figures", "n_measures", "n_problems", "n_masked"];
        for ((name, said), counted) in names.iter().zip(said).zip(&counted) {
            let is = counted.get(&document.doc_id).copied().unwrap_or(0);
            if said != is {
                let (id, path) = (&document.doc_id, &document.source_path);
                found.add("documents", "count", || format!("报告 {id}（{path}）的 {name} 写 {said}，实有 {is}"));
            }
        }
    }
    Ok(())
}

/// Rows of a table for each report.
fn per_document(run: &Path, table: &str, counts: impl Fn(&RecordBatch, usize) -> bool) -> Result<HashMap<String, i32>> {
    let mut rows: HashMap<String, i32> = HashMap::new();
    for path in parquet::parts(&run.join(table))? {
        for batch in parquet::batches(&path)? {
            let batch = batch?;
            let ids = batch["doc_id"].as_string::<i32>();
            for row in (0..batch.num_rows()).filter(|&row| counts(&batch, row)) {
                match rows.get_mut(ids.value(row)) {
                    Some(rows) => *rows += 1,
                    None => drop(rows.insert(ids.value(row).to_owned(), 1)),
                }
            }
        }
    }
    Ok(rows)
}

/// Every input file has become a report or a reject.
fn of_input(run: &Path, documents: &[DocumentRow], row: &RunRow, found: &mut Violations) -> Result<()> {
    let rejects = parquet::read::<RejectRow>(run)?;
    let ended: HashSet<&str> = documents
        .iter()
        .map(|document| document.source_path.as_str())
        .chain(rejects.iter().map(|reject| reject.source_path.as_str()))
        .collect();
    for path in parquet::parts(&run.join("source_texts"))? {
        for batch in parquet::batches(&path)? {
            let batch = batch?;
            for source in batch["source_path"].as_string::<i32>().iter().flatten().filter(|path| !ended.contains(path))
            {
                found.add("source_texts", "count", || format!("{source} 既没有成为报告，也没有被拒收"));
            }
        }
    }
    if (ended.len() as i64) < row.n_files {
        let lost = row.n_files - ended.len() as i64;
        found.add("runs", "count", || format!("{} 个来文中有 {lost} 个既没有成为报告，也没有被拒收", row.n_files));
    }
    Ok(())
}
