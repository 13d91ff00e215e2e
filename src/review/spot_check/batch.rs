//! The batch: everything that a reviewer needs, in one file, `batch.json` of its folder.
//!
//! It holds the drawn findings, the whole text of the reports that they stand in (each once) and the weights of the
//! strata, so that reviewing needs no warehouse and no network. It carries no time and no machine: the same run, seed
//! and options give the same bytes everywhere.

use super::facts::Kind;
use crate::message::{Message, Tell};
use crate::publish::draft;
use anyhow::{Result, bail};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// What the first key of the file says.
pub const FORMAT: &str = "huizong-spot-check/1";

/// Name of the file in its folder.
pub const FILE: &str = "batch.json";

/// What was drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Batch {
    /// [`FORMAT`].
    pub format: String,
    /// Hash of run, seed and items.
    pub batch_id: String,
    /// The run that it was drawn from.
    pub run_id: String,
    /// Of the order in which findings are drawn.
    pub seed: u64,
    /// Findings from one body at most; must-check and acceptance findings are not counted.
    pub per_body: usize,
    /// What items stand for.
    pub strata: Vec<Stratum>,
    /// The reports of the items.
    pub documents: Vec<Document>,
    /// In the order of the review: whoever stops early has judged a smaller sample of the same kind.
    pub items: Vec<Item>,
}

/// Findings that are alike: of one kind, rule and band.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stratum {
    /// Of the findings.
    pub kind: Kind,
    /// The rule that decided; `missed` for sentences without a finding.
    pub rule_id: String,
    /// `high` or `low`; `digit` or `cue` for sentences without a finding.
    pub band: String,
    /// True where all were drawn because they must be checked: they stand for themselves alone.
    pub certain: bool,
    /// How many there are in the run.
    pub population: usize,
    /// How many were drawn.
    pub drawn: usize,
}

/// A report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// See table `documents`.
    pub doc_id: String,
    /// See table `documents`.
    pub source_path: String,
    /// Of the bytes of the file.
    pub source_sha256: String,
    /// Who reports.
    pub body: Option<String>,
    /// As written.
    pub title: Option<String>,
    /// Code point of the source text where `text` begins.
    pub start: i64,
    /// The report as it was submitted.
    pub text: String,
    /// All findings in it, for orientation: start, end, kind.
    pub findings: Vec<(i64, i64, Kind)>,
}

/// A finding, or a sentence without one, to be judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// `fact_id` of the finding; a hash of its place for a sentence.
    pub item_id: String,
    /// Index into [`Batch::strata`].
    pub stratum: usize,
    /// Index into [`Batch::documents`].
    pub document: usize,
    /// It stands in the bulletin or was asked for.
    pub must: bool,
    /// True where a verdict of an earlier batch still holds: nobody needs to judge it again.
    #[serde(default)]
    pub settled: bool,
    /// Its place, from 1, among all findings of its kind in the order of the draw. The first n of a kind are a simple
    /// random sample of it, whatever the strata: what an acceptance plan asks for.
    pub rank: usize,
    /// First code point of the source text.
    pub start: i64,
    /// One past the last.
    pub end: i64,
    /// The words.
    pub quote: String,
    /// The sentence.
    pub unit_text: String,
    /// Headings above it.
    pub section: Option<String>,
    /// 0 to 1; none for a sentence.
    pub confidence: Option<f64>,
    /// See [`super::facts::Fact::content`].
    pub content: String,
    /// What the finding states, in Chinese: name and value.
    pub told: Vec<(String, String)>,
    /// What the finding states, by column, as JSON.
    pub stated: String,
}

impl Batch {
    /// Reads the batch in folder `folder`, or the file itself.
    pub fn read(folder: &Path) -> Result<Self> {
        let path = if folder.is_dir() { folder.join(FILE) } else { folder.to_owned() };
        let shown = path.display();
        let text = std::fs::read_to_string(&path).tell(|| {
            let repair = ["请给出 spot-check draw 写出的文件夹", "name the folder that spot-check draw wrote"];
            Message::unread(["抽查批次", "batch of the spot-check"], &path).repair(repair)
        })?;
        let batch: Batch = serde_json::from_str(&text).tell(|| {
            Message::new(
                format!("{shown} 不是完整的抽查批次：请重新抽取"),
                format!("{shown} is no whole batch of the spot-check: draw it again"),
            )
        })?;
        if batch.format != FORMAT {
            let format = &batch.format;
            bail!(Message::new(
                format!("{shown} 的格式是 {format}，本版本只认识 {FORMAT}：请用写出它的版本来读"),
                format!(
                    "{shown} has form {format}, this version knows only {FORMAT}: read it with the one that wrote it"
                ),
            ));
        }
        Ok(batch)
    }

    /// Writes it into `folder`, which is made where it is not there; the path of the file comes back. A folder that
    /// holds another batch is left alone: verdicts may lie in it.
    pub fn write(&self, folder: &Path) -> Result<PathBuf> {
        let path = folder.join(FILE);
        if path.exists() && Batch::read(folder).ok().as_ref().map(|other| &other.batch_id) != Some(&self.batch_id) {
            let shown = folder.display();
            bail!(Message::new(
                format!("{shown} 里已有另一个抽查批次：请换一个文件夹，以免混淆核对结果"),
                format!(
                    "{shown} holds another batch of the spot-check: choose another folder, so that verdicts are not mixed up"
                ),
            ));
        }
        std::fs::create_dir_all(folder).tell(|| Message::no_folder(folder))?;
        let mut json = serde_json::to_vec_pretty(self)?;
        json.push(b'\n');
        draft::write(&path, &json)?;
        Ok(path)
    }

    /// What an item stands for.
    pub fn stratum(&self, item: &Item) -> &Stratum {
        &self.strata[item.stratum]
    }

    /// The report that an item stands in.
    pub fn document(&self, item: &Item) -> &Document {
        &self.documents[item.document]
    }
}
