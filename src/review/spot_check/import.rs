//! `huizong spot-check import`: the files of all reviewers into the warehouse.
//!
//! Every line that can't be taken is told by file, line and a fixed code; the others are taken. A verdict on a report
//! that has changed since the draw is not: the reviewer judged words that are no longer there.

use super::batch::{Batch, Item};
use super::store;
use super::verdict::{self, ERRORS, MISSED, VERDICTS, Verdict};
use crate::message::Message;
use crate::publish::warehouse::{self, Warehouse, WhenBusy};
use crate::publish::{gate, parquet};
use crate::review::mask::Mask;
use crate::tables::{SourceTextRow, VerdictRow};
use anyhow::{Result, bail};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// A line that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// In which file.
    pub path: PathBuf,
    /// On which line, from 1.
    pub line: usize,
    /// `unreadable_line`, `other_batch`, `unknown_item`, `changed_document`, `unknown_verdict`, `unknown_error_type`,
    /// `no_reviewer`.
    pub code: &'static str,
    /// What is wrong and what to do.
    pub detail: String,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} 第 {} 行（{}）：{}", self.path.display(), self.line, self.code, self.detail)
    }
}

/// What an import did.
#[derive(Debug, Default)]
pub struct Imported {
    /// Verdicts that are new.
    pub new: usize,
    /// Verdicts that the warehouse had already.
    pub known: usize,
    /// Verdicts of earlier batches that followed their finding into this one.
    pub followed: usize,
    /// Places with personal data that were covered, since the current run is.
    pub covered: usize,
    /// Lines that were not taken.
    pub refused: Vec<Refused>,
}

/// Imports `files`; where none are given, those in the folder of the batch.
pub fn import(root: &Path, batch: &Path, files: &[PathBuf], when_busy: WhenBusy) -> Result<Imported> {
    let folder = batch;
    let mut batch = Batch::read(folder)?;
    let has_settled = batch.items.iter().any(|item| item.settled);
    let files = if files.is_empty() { lying_in(folder, has_settled)? } else { files.to_vec() };
    // Reading first: a mistyped path makes no warehouse.
    let run = warehouse::current(root)?;
    let sources =
        parquet::read::<SourceTextRow>(&run)?.into_iter().map(|row| (row.source_path, row.source_sha256)).collect();
    let mask = mask(&run, &batch)?;
    if let Some(mask) = &mask {
        batch.items.iter_mut().for_each(|item| cover(mask, item));
    }
    let warehouse = Warehouse::open(root, when_busy)?;
    let import_id = warehouse::new_run_id(SystemTime::now());
    let check = Check { batch: &batch, items: batch.items.iter().map(|i| (i.item_id.as_str(), i)).collect(), sources };
    let mut done = Imported::default();
    let mut last: BTreeMap<(String, String), (Verdict, &Item)> = BTreeMap::new();
    for path in files {
        for (line, read) in verdict::read(&path)? {
            let read = read.map(|verdict| match &mask {
                Some(mask) => covered(mask, verdict),
                None => verdict,
            });
            match read.map_err(|detail| ("unreadable_line", detail)).and_then(|verdict| check.item(verdict)) {
                Ok((verdict, item)) => {
                    let key = (verdict.item_id.clone(), verdict.reviewer.clone());
                    if last.get(&key).is_none_or(|(earlier, _)| earlier.judged_at <= verdict.judged_at) {
                        last.insert(key, (verdict, item));
                    }
                }
                Err((code, detail)) => done.refused.push(Refused { path: path.clone(), line, code, detail }),
            }
        }
    }
    let known = store::last(root)?;
    let mut rows = Vec::new();
    for ((item_id, reviewer), (verdict, item)) in last {
        let before = known.get(&(batch.batch_id.clone(), item_id, reviewer));
        let taken_back_before_it_came = before.is_none() && verdict.verdict.is_empty();
        if taken_back_before_it_came || before.is_some_and(|row| Verdict::from(row.clone()) == verdict) {
            done.known += usize::from(!verdict.verdict.is_empty());
        } else {
            rows.push(row(&batch, item, verdict, &import_id));
        }
    }
    done.new = rows.len();
    let followed = followed(&batch, &known, &rows, &import_id);
    done.followed = followed.len();
    rows.extend(followed);
    store::add(&warehouse, &batch, &rows, &import_id)?;
    done.covered = mask.map_or(0, |mask| mask.covered());
    Ok(done)
}

/// What covers personal data, where the warehouse has none: the batch may have been drawn before that.
fn mask(run: &Path, batch: &Batch) -> Result<Option<Mask>> {
    let is_masked = gate::summary(run)?.n_personal.is_some();
    is_masked.then(|| Mask::of_texts(batch.documents.iter().map(|document| document.text.clone()))).transpose()
}

fn cover(mask: &Mask, item: &mut Item) {
    for text in [&mut item.quote, &mut item.unit_text] {
        if let Some(covered) = mask.text(text) {
            *text = covered;
        }
    }
    // Its form must stay: numbers in it are numbers.
    if let Ok(mut stated) = serde_json::from_str(&item.stated) {
        mask.json(&mut stated);
        item.stated = stated.to_string();
    }
}

/// A reviewer may have written what stands in the report.
fn covered(mask: &Mask, verdict: Verdict) -> Verdict {
    let cover = |text: Option<String>| text.map(|text| mask.text(&text).unwrap_or(text));
    Verdict { note: cover(verdict.note), corrected: cover(verdict.corrected), ..verdict }
}

/// Verdicts of other batches on the items of this one that are still what they were: they are put into this batch too,
/// unless the same reviewer has judged the item here.
fn followed(
    batch: &Batch,
    known: &BTreeMap<store::Key, VerdictRow>,
    new: &[VerdictRow],
    import_id: &str,
) -> Vec<VerdictRow> {
    let mut here: HashSet<(&str, &str)> = new.iter().map(|row| (&*row.item_id, &*row.reviewer)).collect();
    here.extend(known.values().filter(|row| row.batch_id == batch.batch_id).map(|row| (&*row.item_id, &*row.reviewer)));
    let items: HashMap<(&str, &str), &Item> =
        batch.items.iter().map(|item| ((&*item.item_id, &*item.content), item)).collect();
    let mut followed = Vec::new();
    for old in known.values().filter(|row| row.batch_id != batch.batch_id && !row.verdict.is_empty()) {
        let Some(item) = items.get(&(old.item_id.as_str(), old.content.as_str())) else { continue };
        if here.insert((&old.item_id, &old.reviewer)) {
            let verdict = Verdict { batch_id: batch.batch_id.clone(), ..Verdict::from(old.clone()) };
            followed.push(row(batch, item, verdict, import_id));
        }
    }
    followed
}

/// The files of verdicts in the folder of a batch.
fn lying_in(folder: &Path, has_settled: bool) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let known = path.extension().is_some_and(|e| e == "jsonl" || e == "csv" || e == "parquet");
        if known && path.file_stem().is_some_and(|stem| stem.to_string_lossy().starts_with("verdicts-")) {
            files.push(path);
        }
    }
    files.sort();
    if files.is_empty() && !has_settled {
        let shown = folder.display();
        bail!(Message::new(
            format!("{shown} 里没有核对结果（verdicts-*.jsonl）：请先核对，或在后面写出导出的文件"),
            format!(
                "{shown} has no verdicts (verdicts-*.jsonl): review the batch first, or name the exported files behind it"
            ),
        ));
    }
    Ok(files)
}

struct Check<'a> {
    batch: &'a Batch,
    items: HashMap<&'a str, &'a Item>,
    /// What the files of the current run are.
    sources: HashMap<String, String>,
}

impl<'a> Check<'a> {
    /// The item that a verdict is about; else a fixed code and a sentence.
    fn item(&self, mut verdict: Verdict) -> std::result::Result<(Verdict, &'a Item), (&'static str, String)> {
        verdict.reviewer = verdict.reviewer.trim().to_owned();
        let Verdict { batch_id, item_id, .. } = &verdict;
        if *batch_id != self.batch.batch_id {
            let own = &self.batch.batch_id;
            return Err(("other_batch", format!("属于批次 {batch_id}，而这里是 {own}：请和它自己的批次一起导入")));
        }
        let Some(item) = self.items.get(item_id.as_str()) else {
            return Err(("unknown_item", format!("批次 {batch_id} 里没有编号 {item_id}：请检查文件有没有被改动")));
        };
        let document = self.batch.document(item);
        let now = self.sources.get(&document.source_path);
        let seen = Some(verdict.source_sha256.as_str()).filter(|sha256| !sha256.is_empty());
        if now != Some(&document.source_sha256) || seen.is_some_and(|seen| seen != document.source_sha256) {
            let path = &document.source_path;
            let what = if now.is_none() { "已不在当前的汇总里" } else { "在抽取之后变了" };
            return Err((
                "changed_document",
                format!("{item_id} 所在的来文 {path} {what}：请从当前的汇总重新抽取再核对"),
            ));
        }
        // An empty verdict takes an earlier one back.
        if !verdict.verdict.is_empty() && !VERDICTS.iter().any(|(_, name, _)| *name == verdict.verdict) {
            let said = &verdict.verdict;
            return Err(("unknown_verdict", format!("不认识结论“{said}”：应为 正确、错误、存疑、跳过")));
        }
        if let Some(error) = &verdict.error_type
            && !ERRORS.iter().chain(&MISSED).any(|(name, _)| name == error)
        {
            let names: Vec<&str> = ERRORS.iter().chain(&MISSED).map(|(_, label)| *label).collect();
            return Err(("unknown_error_type", format!("不认识差错类型“{error}”：应为 {}", names.join("、"))));
        }
        if verdict.reviewer.is_empty() {
            return Err(("no_reviewer", format!("{item_id} 没有核对人：请补上姓名或代号")));
        }
        verdict.source_sha256.clone_from(&document.source_sha256);
        Ok((verdict, item))
    }
}

fn row(batch: &Batch, item: &Item, verdict: Verdict, import_id: &str) -> VerdictRow {
    let (document, stratum) = (batch.document(item), batch.stratum(item));
    VerdictRow {
        batch_id: verdict.batch_id,
        run_id: batch.run_id.clone(),
        item_id: verdict.item_id,
        kind: stratum.kind.code().to_owned(),
        rule_id: stratum.rule_id.clone(),
        band: stratum.band.clone(),
        certain: stratum.certain,
        rank: item.rank as i64,
        doc_id: document.doc_id.clone(),
        source_path: document.source_path.clone(),
        source_sha256: document.source_sha256.clone(),
        start: item.start,
        end: item.end,
        quote: item.quote.clone(),
        unit_text: item.unit_text.clone(),
        stated: item.stated.clone(),
        content: item.content.clone(),
        verdict: verdict.verdict,
        error_type: verdict.error_type,
        corrected: verdict.corrected,
        note: verdict.note,
        reviewer: verdict.reviewer,
        judged_at: verdict.judged_at,
        import_id: import_id.to_owned(),
    }
}
