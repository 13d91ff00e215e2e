//! What an ingest did, as it is published (`summary.json`, `--json`) and as it is told to people.

use crate::acquire::personal::Kind;
use crate::acquire::read::Found;
use crate::message::{Code, Message};
use crate::plan::Difference;
use crate::publish::contract::SCHEMA_VERSION;
use crate::publish::run::Publication;
use crate::publish::state::State;
use crate::publish::warehouse;
use crate::rules::RuleFiles;
use crate::tables::RunRow;
use serde::{Deserialize, Serialize};
use serde_json::Map;
use std::collections::BTreeMap;
use std::time::SystemTime;

/// Version of the layout of `summary.json`.
pub const SUMMARY_VERSION: u32 = 1;

/// What an ingest did.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)] // a summary of an earlier version lacks what came later
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
    /// The same by input, by its absolute path: an input that gives none any more is likely a mount that failed.
    pub n_files_by_input: BTreeMap<String, u64>,
    /// Bytes of the files.
    pub n_bytes: u64,
    /// Files that the run before did not have.
    pub n_new: u64,
    /// Files with other content than in the run before.
    pub n_changed: u64,
    /// Files that stood under another name in the run before.
    pub n_moved: u64,
    /// Files of the run before that are there no longer.
    pub n_removed: u64,
    /// Files whose rows are carried over from the run before.
    pub n_carried: u64,
    /// Files or parts that could not be used.
    pub n_rejects: u64,
    /// The same by reason code.
    pub rejects_by_reason: BTreeMap<String, u64>,
    /// Reports.
    pub n_documents: u64,
    /// Bodies of reports that name one.
    pub n_schools: u64,
    /// Figures.
    pub n_figures: u64,
    /// Figures whose number nobody filled in.
    pub n_masked: u64,
    /// Places with personal data that were covered, by kind; none where nobody asked for that.
    pub n_personal: Option<BTreeMap<String, u64>>,
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
    /// What differs from the run before, file by file: of a dry run, which is made to see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference: Option<Difference>,
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
        )
        .code(Code::Summary)
        .with("run_id", self.run_id.as_str())
        .with("n_files", *n_files)
        .with("n_documents", *n_documents)
        .with("n_figures", *n_figures)
        .with("n_masked", *n_masked)
        .with("n_measures", *n_measures)
        .with("n_problems", *n_problems)
        .with("seconds", *seconds)];
        lines.extend(self.n_personal.as_ref().map(personal));
        if self.n_carried + self.n_changed + self.n_moved + self.n_removed > 0 || self.n_new < *n_files {
            let Summary { n_new, n_changed, n_moved, n_removed, n_carried, .. } = self;
            lines.push(Message::new(
                format!("与上次相比：新增 {n_new}，改动 {n_changed}，移动 {n_moved}，删除 {n_removed}，沿用 {n_carried} 个文件"),
                format!("against the last run: {n_new} new, {n_changed} changed, {n_moved} moved, {n_removed} removed, {n_carried} files carried over"),
            )
            .code(Code::Compared)
            .with("n_new", *n_new)
            .with("n_changed", *n_changed)
            .with("n_moved", *n_moved)
            .with("n_removed", *n_removed)
            .with("n_carried", *n_carried));
        }
        if *n_rejects > 0 {
            let reasons: Vec<String> = self.rejects_by_reason.iter().map(|(r, n)| format!("{r} {n}")).collect();
            let reasons = reasons.join(", ");
            lines.push(
                Message::new(
                    format!("{n_rejects} 个文件没有用上（{reasons}）：原因逐个写在表 rejects 里"),
                    format!("{n_rejects} files were not used ({reasons}): table rejects tells why, one by one"),
                )
                .code(Code::Rejected)
                .with("n_rejects", *n_rejects)
                .with(
                    "by_reason",
                    self.rejects_by_reason.iter().map(|(r, n)| (r.clone(), (*n).into())).collect::<Map<_, _>>(),
                ),
            );
        }
        lines.push(match self.published {
            true => Message::new(
                format!("已发布 {}：打开 {warehouse}/open.sql，或读 {warehouse}/current", self.run_id),
                format!("published {}: open {warehouse}/open.sql, or read {warehouse}/current", self.run_id),
            )
            .code(Code::Published)
            .with("run_id", self.run_id.as_str())
            .with("path", warehouse),
            false => Message::new("试运行：没有发布", "dry run: nothing was published").code(Code::DryRun),
        });
        lines
    }
}

/// How many places with personal data were covered.
fn personal(by_kind: &BTreeMap<String, u64>) -> Message {
    let counted = Kind::ALL.map(|kind| (kind, by_kind.get(kind.code()).copied().unwrap_or_default()));
    let zh = counted.map(|(kind, n)| format!("{} {n} 处", kind.label().0)).join("，");
    let en = counted.map(|(kind, n)| format!("{n} {}", kind.label().1)).join(", ");
    let told = Message::new(format!("遮盖个人信息：{zh}"), format!("personal data covered: {en}"));
    counted.iter().fold(told.code(Code::PersonalMasked), |told, (kind, n)| told.with(kind.code(), *n))
}

/// What a summary is made of, besides the tables.
pub struct Counts<'a> {
    /// What differs from the run before.
    pub difference: &'a Difference,
    /// What the run keeps.
    pub state: &'a State,
    /// Figures whose number nobody filled in.
    pub n_masked: u64,
    /// Places with personal data that were covered, by kind; none where nobody asked for that.
    pub n_personal: Option<BTreeMap<String, u64>>,
    /// Bodies that are named.
    pub n_schools: u64,
    /// Files found.
    pub found: &'a Found,
}

/// Files found by input.
pub fn by_input(found: &Found) -> BTreeMap<String, u64> {
    found.inputs.iter().map(|input| (input.key(), input.n_files)).collect()
}

impl Summary {
    /// The summary of a run whose tables are all written.
    pub fn new(publication: &Publication, counts: &Counts, rules: &RuleFiles) -> Summary {
        let Counts { difference, state, n_masked, n_personal, n_schools, found } = counts;
        let mut rejects_by_reason = BTreeMap::new();
        for reject in &state.rejects {
            *rejects_by_reason.entry(reject.reason.clone()).or_default() += 1;
        }
        let mut refusals_by_reason = BTreeMap::new();
        for (reason, n) in state.parts.iter().flat_map(|part| &part.groups).flat_map(|group| &group.refusals) {
            *refusals_by_reason.entry(reason.clone()).or_default() += n;
        }
        Summary {
            summary_version: SUMMARY_VERSION,
            run_id: publication.run_id().to_owned(),
            published: false,
            rules_version: rules.version(),
            n_files: found.files.len() as u64,
            n_files_by_input: by_input(found),
            n_bytes: found.files.iter().map(|file| file.bytes).sum(),
            n_new: difference.new.len() as u64,
            n_changed: difference.changed.len() as u64,
            n_moved: difference.moved.len() as u64,
            n_removed: difference.removed.len() as u64,
            n_carried: difference.carried as u64,
            n_rejects: state.rejects.len() as u64,
            rejects_by_reason,
            n_documents: publication.rows("documents"),
            n_schools: *n_schools,
            n_figures: publication.rows("figures"),
            n_masked: *n_masked,
            n_personal: n_personal.clone(),
            n_measures: publication.rows("measures"),
            n_problems: publication.rows("problems"),
            n_terms: publication.rows("terms"),
            refusals_by_reason,
            seconds: 0.0,
            difference: None,
        }
    }

    /// The row of table `runs`.
    pub fn run_row(&self, started: SystemTime) -> RunRow {
        RunRow {
            run_id: self.run_id.clone(),
            started_utc: warehouse::micros(started),
            finished_utc: warehouse::micros(SystemTime::now()),
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            rules_version: self.rules_version.clone(),
            dictionary_version: format!("jieba-rs+{}", env!("CARGO_PKG_VERSION")),
            schema_version: SCHEMA_VERSION.to_owned(),
            n_files: self.n_files as i64,
            n_bytes: self.n_bytes as i64,
            n_rejects: self.n_rejects as i64,
            n_documents: self.n_documents as i64,
            n_figures: self.n_figures as i64,
            n_measures: self.n_measures as i64,
            n_problems: self.n_problems as i64,
            n_terms: self.n_terms as i64,
        }
    }
}

/// Files of one kind that people are told by name.
pub const TOLD: usize = 20;

impl Difference {
    /// The files one by one; of each kind the first `told`.
    pub fn lines(&self, told: usize) -> Vec<Message> {
        let moved: Vec<String> = self.moved.iter().map(|(from, to)| format!("{from} → {to}")).collect();
        let kinds = [
            ("新增", "new", self.new.iter().collect::<Vec<_>>()),
            ("改动", "changed", self.changed.iter().collect()),
            ("移动或改名", "moved", moved.iter().collect()),
            ("删除", "removed", self.removed.iter().collect()),
        ];
        let mut lines = Vec::new();
        for (zh, en, files) in kinds {
            lines.extend(files.iter().take(told).map(|file| {
                let told = Message::new(format!("{zh}：{file}"), format!("{en}: {file}"));
                told.code(Code::Difference).with("change", en).with("path", file.as_str())
            }));
            if files.len() > told {
                let more = files.len() - told;
                let line = Message::new(
                    format!("{zh}：另有 {more} 个（加 --json 看全部）"),
                    format!("{en}: {more} more (--json tells all)"),
                );
                lines.push(line.code(Code::Difference).with("change", en).with("n_more", more));
            }
        }
        lines
    }
}
