//! The same looks at rows as they are written: what is wrong with them is known before a run is published, and what is
//! carried over from a run that was looked at costs nothing.
//!
//! Rows of the files that were read tonight stand on their own: their keys, references, values, limits, places and
//! counts need no other file. Tables of the district refer to reports, which are all known by then.

use super::places;
use super::rows::{self, Keys, Part};
use super::{Violation, Violations};
use crate::publish::contract::{self, Table};
use crate::span::SourceText;
use crate::tables::Rows;
use anyhow::Result;
use arrow::array::RecordBatch;
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Looks at rows, from any thread.
#[derive(Debug)]
pub struct Gate {
    /// Tables that others refer to first.
    contracts: Vec<Table>,
    found: Mutex<Violations>,
    /// Keys of the rows of tonight, by table.
    own: Mutex<HashMap<String, Keys>>,
    /// Reports, whose ids other tables refer to.
    documents: Mutex<Option<Keys>>,
    /// Files that were left out for what was wrong with their rows.
    left_out: AtomicUsize,
}

/// Files of which the rows may be wrong before that stops the run.
const MOST_LEFT_OUT: usize = 16;

/// Tables of which a key may stand in two part files.
const ACROSS_FILES: &[&str] = &["documents", "source_texts"];

const DOC_ID: &str = "documents.doc_id";

impl Gate {
    /// A gate for the tables of the contracts.
    pub fn new() -> Result<Self> {
        let contracts = contract::all()?;
        let contracts = rows::in_order(&contracts).into_iter().cloned().collect();
        Ok(Gate {
            contracts,
            found: Mutex::default(),
            own: Mutex::default(),
            documents: Mutex::default(),
            left_out: AtomicUsize::new(0),
        })
    }

    /// A file is left out for what is wrong with its rows. A few such files are mistakes of the program that a night
    /// survives; more of them show that nothing of it can be trusted.
    pub fn left_out(&self, file: &str, wrong: &[Violation]) {
        if self.left_out.fetch_add(1, Ordering::Relaxed) >= MOST_LEFT_OUT {
            for violation in wrong {
                self.violated(&violation.table, violation.code, format!("{file}：{}", violation.detail));
            }
        }
    }

    /// What is wrong with the rows of files that were read tonight, which go into the part files of that name. Only where
    /// nothing is, do they belong to the run.
    pub fn wrong_with(&self, part: &str, of_files: &Rows, batches: &[RecordBatch]) -> Vec<Violation> {
        let mut found = Violations::default();
        let mut across = Vec::new();
        let documents = of_files.digests.iter().map(|digest| &digest.document);
        let mut keys: HashMap<String, Keys> = HashMap::from([
            (DOC_ID.to_owned(), documents.clone().map(|document| rows::key(0, &document.doc_id)).collect()),
            ("source_texts.source_path".to_owned(), Keys::default()),
            ("figures.fact_id".to_owned(), Keys::default()),
            ("measures.fact_id".to_owned(), Keys::default()),
            ("problems.fact_id".to_owned(), Keys::default()),
        ]);
        let text = |row: &crate::tables::SourceTextRow| (row.source_path.clone(), SourceText::new(row.text.clone()));
        let texts: HashMap<String, SourceText> = of_files.source_texts.iter().map(text).collect();
        let batch_of: HashMap<&str, &RecordBatch> =
            Rows::tables().iter().map(|(table, _)| *table).zip(batches).collect();
        for contract in &self.contracts {
            let Some(batch) = batch_of.get(contract.name.as_str()) else { continue };
            let own = of_table(contract, part, batch, &mut keys, &mut found);
            across.push((contract, own));
            if batch.column_by_name("start").is_some() {
                places::rows(&contract.name, batch, &texts, &mut found, |row| rows::place(Path::new(part), row));
            }
        }
        let ended: HashSet<&str> = documents.clone().map(|document| document.source_path.as_str()).collect();
        for row in of_files.source_texts.iter().filter(|row| !ended.contains(row.source_path.as_str())) {
            found.add("source_texts", "count", || format!("{} 既没有成为报告，也没有被拒收", row.source_path));
        }
        let mut counts: HashMap<&str, [i32; 3]> = HashMap::new();
        let figures = of_files.figures.iter().map(|row| (&row.doc_id, 0));
        let measures = of_files.measures.iter().map(|row| (&row.doc_id, 1));
        let problems = of_files.problems.iter().map(|row| (&row.doc_id, 2));
        for (id, kind) in figures.chain(measures).chain(problems) {
            counts.entry(id).or_default()[kind] += 1;
        }
        for document in documents {
            let said = [document.n_figures, document.n_measures, document.n_problems];
            let is = counts.get(document.doc_id.as_str()).copied().unwrap_or_default();
            if said != is {
                let path = &document.source_path;
                found.add("documents", "count", || {
                    format!("{path} 的报告写明数据、举措、问题 {said:?} 条，实有 {is:?} 条")
                });
            }
        }
        if found.told.is_empty() {
            across.into_iter().for_each(|(contract, own)| self.remember(contract, part, own, &mut found));
        }
        found.into_list()
    }

    /// From now on references to reports must lead to one of these.
    pub fn expect_documents<'a>(&self, ids: impl Iterator<Item = &'a str>) {
        let keys = ids.map(|id| rows::key(0, id)).collect();
        *self.documents.lock().expect("no thread panics while it holds the list") = Some(keys);
    }

    /// Looks at the rows of a table that depends on many files.
    pub fn table(&self, table: &str, part: &str, batch: &RecordBatch) {
        let Some(contract) = self.contracts.iter().find(|contract| contract.name == table) else { return };
        let mut found = Violations::default();
        let documents = self.documents.lock().expect("no thread panics while it holds the list").clone();
        let mut keys = documents.into_iter().map(|keys| (DOC_ID.to_owned(), keys)).collect();
        let own = of_table(contract, part, batch, &mut keys, &mut found);
        self.remember(contract, part, own, &mut found);
        self.lock().append(found);
    }

    /// Keeps the keys of rows that belong to the run.
    fn remember(&self, contract: &Table, part: &str, own: Keys, found: &mut Violations) {
        // The keys of all other tables name their file or report, so that two files can't have the same.
        if !ACROSS_FILES.contains(&contract.name.as_str()) {
            return;
        }
        let mut all = self.own.lock().expect("no thread panics while it holds the list");
        let all = all.entry(contract.name.clone()).or_default();
        let twice = own.iter().filter(|key| all.contains(key)).count();
        if twice > 0 {
            found.add(&contract.name, "duplicate", || format!("{part}：{twice} 行的键在别的文件里已经出现过"));
        }
        all.extend(own);
    }

    /// Something that only the whole run can tell.
    pub fn violated(&self, table: &str, code: &'static str, detail: String) {
        self.lock().add(table, code, || detail);
    }

    /// What was found so far.
    pub fn violations(&self) -> Vec<Violation> {
        std::mem::take(&mut *self.lock()).into_list()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Violations> {
        self.found.lock().expect("no thread panics while it holds the list")
    }
}

/// Looks at the rows of one table; gives their keys.
fn of_table(
    contract: &Table,
    part: &str,
    batch: &RecordBatch,
    keys: &mut HashMap<String, Keys>,
    found: &mut Violations,
) -> Keys {
    let mut own = Keys::default();
    Part { contract, path: Path::new(part), first: 0, batch }.check(keys, &mut own, found);
    own
}
