//! What an ingest did, as it is published (`summary.json`, `--json`) and as it is told to people.

use crate::document::{Reject, SourceFile};
use crate::gather::rows::of_reject;
use crate::message::Message;
use crate::publish::run::Publication;
use crate::rules::RuleFiles;
use crate::tables::{RejectRow, Rows};
use anyhow::Result;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Instant;

/// Version of the layout of `summary.json`.
pub const SUMMARY_VERSION: u32 = 1;

/// What an ingest did.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// See [`SUMMARY_VERSION`].
    pub summary_version: u32,
    /// The run.
    pub run_id: String,
    /// False with `--dry-run`.
    pub published: bool,
    /// Program version and, behind `+`, a hash of the district's own rules where it has any.
    pub rules_version: String,
    /// Files found, used or not.
    pub n_files: u64,
    /// Bytes of the files.
    pub n_bytes: u64,
    /// Files or parts that could not be used.
    pub n_rejects: u64,
    /// The same by reason code.
    pub rejects_by_reason: BTreeMap<String, u64>,
    /// Reports.
    pub n_documents: u64,
    /// Figures.
    pub n_figures: u64,
    /// Figures whose number nobody filled in.
    pub n_masked: u64,
    /// Measures.
    pub n_measures: u64,
    /// Problems.
    pub n_problems: u64,
    /// Rows of table `terms`.
    pub n_terms: u64,
    /// Numbers and sentences that were looked at and not taken, by reason code.
    pub refusals_by_reason: BTreeMap<String, u64>,
    /// Seconds from start to publication.
    pub seconds: f64,
}

impl Summary {
    /// 0, or 3 where something was rejected.
    pub fn exit_code(&self) -> u8 {
        if self.n_rejects > 0 { 3 } else { 0 }
    }

    /// Lines for people.
    pub fn lines(&self, warehouse: &str) -> Vec<Message> {
        let Summary { n_files, n_documents, n_figures, n_measures, n_problems, n_masked, n_rejects, seconds, .. } =
            self;
        let mut lines = vec![Message::new(
            format!(
                "读入 {n_files} 个文件，得到 {n_documents} 篇报告：举措 {n_measures} 条，数据 {n_figures} 条（其中未填 {n_masked} 条），问题 {n_problems} 条，用时 {seconds:.1} 秒"
            ),
            format!(
                "read {n_files} files, found {n_documents} reports: {n_measures} measures, {n_figures} figures ({n_masked} unfilled), {n_problems} problems, in {seconds:.1} s"
            ),
        )];
        if *n_rejects > 0 {
            let reasons: Vec<String> = self.rejects_by_reason.iter().map(|(r, n)| format!("{r} {n}")).collect();
            let reasons = reasons.join(", ");
            lines.push(Message::new(
                format!("{n_rejects} 个文件没有用上（{reasons}）：原因逐个写在表 rejects 里"),
                format!("{n_rejects} files were not used ({reasons}): table rejects tells why, one by one"),
            ));
        }
        lines.push(match self.published {
            true => Message::new(
                format!("已发布 {}：打开 {warehouse}/open.sql，或读 {warehouse}/current", self.run_id),
                format!("published {}: open {warehouse}/open.sql, or read {warehouse}/current", self.run_id),
            ),
            false => Message::new("试运行：没有发布", "dry run: nothing was published"),
        });
        lines
    }
}

/// What batches count while their rows are still in memory.
#[derive(Debug, Default)]
pub struct Tally {
    /// Reports of each batch, in order.
    pub sizes: Vec<usize>,
    /// Rows of table `rejects`.
    pub rejects: Vec<RejectRow>,
    n_masked: u64,
    refusals_by_reason: BTreeMap<String, u64>,
}

impl Tally {
    /// Counts the rows of one batch and takes its rejects out.
    pub fn of(rows: &mut Rows) -> Self {
        let mut tally = Tally { rejects: std::mem::take(&mut rows.rejects), ..Tally::default() };
        tally.n_masked = rows.figures.iter().filter(|f| f.masked).count() as u64;
        for refusal in &rows.refusals {
            *tally.refusals_by_reason.entry(refusal.reason.clone()).or_default() += 1;
        }
        tally
    }

    /// Adds the counts of another batch.
    pub fn append(&mut self, mut other: Tally) {
        self.sizes.append(&mut other.sizes);
        self.rejects.append(&mut other.rejects);
        self.n_masked += other.n_masked;
        for (reason, n) in other.refusals_by_reason {
            *self.refusals_by_reason.entry(reason).or_default() += n;
        }
    }

    /// Adds and writes what could not even be opened; its part stands behind those of the batches.
    pub fn add_unreadable(&mut self, publication: &Publication, rejects: &[Reject]) -> Result<()> {
        let rows: Vec<RejectRow> =
            rejects.iter().flat_map(|r| of_reject(r.clone(), publication.run_id()).rejects).collect();
        publication.write(self.sizes.len(), &rows)?;
        self.rejects.extend(rows);
        Ok(())
    }

    /// The summary of a run whose tables are all written.
    pub fn summary(
        self,
        publication: &Publication,
        files: &[SourceFile],
        rules: &RuleFiles,
        clock: Instant,
    ) -> Summary {
        let mut rejects_by_reason = BTreeMap::new();
        for reject in &self.rejects {
            *rejects_by_reason.entry(reject.reason.clone()).or_default() += 1;
        }
        Summary {
            summary_version: SUMMARY_VERSION,
            run_id: publication.run_id().to_owned(),
            published: false,
            rules_version: rules.version(),
            n_files: files.len() as u64,
            n_bytes: files.iter().map(|file| file.bytes).sum(),
            n_rejects: self.rejects.len() as u64,
            rejects_by_reason,
            n_documents: publication.rows("documents"),
            n_figures: publication.rows("figures"),
            n_masked: self.n_masked,
            n_measures: publication.rows("measures"),
            n_problems: publication.rows("problems"),
            n_terms: publication.rows("terms"),
            refusals_by_reason: self.refusals_by_reason,
            seconds: clock.elapsed().as_secs_f64(),
        }
    }
}
