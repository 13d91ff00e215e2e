//! Rows of the published tables. One struct is one table: its fields are the columns, in order, with their types.
//!
//! `schemas/` says what each column means and a test compares the two, so a field can't be added here alone. Only flat
//! types are used, since a spreadsheet can show no others: text, `i32`, `i64`, `f64`, `bool`; dates are days
//! ([`DATE_COLUMNS`]), times are microseconds without a zone ([`TIMESTAMP_COLUMNS`], named `…_utc`).

// What a column means stands in `schemas/`, in Chinese and English, once.
#![allow(missing_docs)]

pub mod district;
mod spot_check;

pub use spot_check::{RuleCheckRow, StratumRow, VerdictRow};

use crate::acquire::personal::Kind;
use crate::gather::digest::Digest;
use crate::publish::columns::{Row, rows};
use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;

/// Columns that hold days since 1970-01-01.
pub const DATE_COLUMNS: &[&str] = &["report_date", "due_date"];

/// Columns that hold microseconds since 1970-01-01 UTC.
pub const TIMESTAMP_COLUMNS: &[&str] = &["started_utc", "finished_utc"];

/// Defines a fact table: the columns that all of them begin with, then its own.
macro_rules! fact_table {
    ($(#[$meta:meta])* $table:literal : pub struct $row:ident { $(pub $column:ident: $kind:ty,)* }) => { rows! {
        $(#[$meta])*
        $table:
        pub struct $row {
            pub fact_id: String,
            pub run_id: String,
            pub doc_id: String,
            pub source_path: String,
            pub start: i64,
            pub end: i64,
            pub quote: String,
            pub unit_text: Option<String>,
            pub section: Option<String>,
            pub rule_id: String,
            pub confidence: f64,
            $(pub $column: $kind,)*
        }
    } };
}

rows! {
    /// Table `documents`: one row per report.
    "documents":
    pub struct DocumentRow {
        pub doc_id: String,
        pub source_path: String,
        pub source_sha256: String,
        pub part: i32,
        pub start: i64,
        pub end: i64,
        pub title: Option<String>,
        pub school_id: Option<String>,
        pub school_name: Option<String>,
        pub school_candidates: Option<String>,
        pub district: Option<String>,
        pub level: Option<String>,
        pub stage: Option<String>,
        pub doc_kind: Option<String>,
        pub on_topic: bool,
        pub period: Option<String>,
        pub report_date: Option<i32>,
        pub format: String,
        pub encoding: String,
        pub script: String,
        pub n_chars: i32,
        pub n_sentences: i32,
        pub n_tokens: i32,
        pub n_figures: i32,
        pub n_measures: i32,
        pub n_problems: i32,
        pub n_masked: i32,
        pub n_repairs: i32,
        pub n_damaged: i32,
        pub n_refused: i32,
        pub n_personal_phones: Option<i32>,
        pub n_personal_ids: Option<i32>,
        pub n_personal_accounts: Option<i32>,
        pub n_personal_names: Option<i32>,
        pub spun: bool,
        pub copied_share: f64,
        pub copy_group: Option<String>,
        pub superseded_by: Option<String>,
        pub counted: bool,
        pub run_id: String,
    }
}

impl DocumentRow {
    /// Places of that kind that were covered; none where nobody asked for that.
    pub fn n_personal(&self, kind: Kind) -> Option<i32> {
        match kind {
            Kind::Phone => self.n_personal_phones,
            Kind::IdNumber => self.n_personal_ids,
            Kind::Account => self.n_personal_accounts,
            Kind::Name => self.n_personal_names,
        }
    }
}

fact_table! {
    /// Table `figures`: one row per stated quantity.
    "figures":
    pub struct FigureRow {
        pub number: String,
        pub value: Option<f64>,
        pub value_hi: Option<f64>,
        pub unit: String,
        pub comparator: String,
        pub masked: bool,
        pub kind: String,
        pub indicator: String,
        pub scope: Option<String>,
        pub subject: Option<String>,
        pub per: Option<String>,
        pub change: Option<String>,
        pub change_role: Option<String>,
        pub period: Option<String>,
        pub holds_now: bool,
    }
}

fact_table! {
    /// Table `measures`: one row per measure.
    "measures":
    pub struct MeasureRow {
        pub status: String,
        pub topic: String,
        pub topics: String,
        pub actor: Option<String>,
        pub action: Option<String>,
        pub object: Option<String>,
    }
}

fact_table! {
    /// Table `problems`: one row per problem.
    "problems":
    pub struct ProblemRow {
        pub status: String,
        pub topic: String,
        pub topics: String,
        pub holder: Option<String>,
    }
}

rows! {
    /// Table `problem_measures`: which measure answers which problem.
    "problem_measures":
    pub struct ProblemMeasureRow {
        pub problem_id: String,
        pub measure_id: String,
        pub doc_id: String,
        pub run_id: String,
    }
}

rows! {
    /// Table `document_stats`: one row per report; each column has its formula in its contract.
    "document_stats":
    pub struct DocumentStatsRow {
        pub doc_id: String,
        pub source_path: String,
        pub n_chars: i32,
        pub n_han: i32,
        pub n_digits: i32,
        pub n_sentences: i32,
        pub mean_sentence_chars: f64,
        pub median_sentence_chars: f64,
        pub n_tokens: i32,
        pub n_types: i32,
        pub type_token_ratio: f64,
        pub field_words_per_1000: f64,
        pub n_sentences_background: i32,
        pub n_sentences_measures: i32,
        pub n_sentences_results: i32,
        pub n_sentences_problems: i32,
        pub n_sentences_next_steps: i32,
        pub n_sentences_other: i32,
        pub measure_sentence_share: f64,
        pub figure_sentence_share: f64,
        pub problem_sentence_share: f64,
        pub figures_per_1000_chars: f64,
        pub fill_rate: Option<f64>,
        pub repaired_share: f64,
        pub damaged_share: f64,
        pub template_share: f64,
        pub own_share: f64,
        pub reading_pages: f64,
        pub run_id: String,
    }
}

rows! {
    /// Table `terms`: one row per report and word.
    "terms":
    pub struct TermRow {
        pub doc_id: String,
        pub term: String,
        pub pos: Option<String>,
        pub count: i32,
        pub run_id: String,
    }
}

rows! {
    /// Table `figure_checks`: one row per figure that takes part in a consistency check that failed.
    "figure_checks":
    pub struct FigureCheckRow {
        pub check_id: String,
        pub doc_id: String,
        pub check: String,
        pub detail: String,
        pub fact_id: String,
        pub run_id: String,
    }
}

rows! {
    /// Table `refusals`: one row per number or sentence that was looked at and not taken.
    "refusals":
    pub struct RefusalRow {
        pub doc_id: String,
        pub source_path: String,
        pub start: i64,
        pub end: i64,
        pub quote: String,
        pub what: String,
        pub reason: String,
        pub run_id: String,
    }
}

rows! {
    /// Table `repairs`: one row per repair that cleaning made.
    "repairs":
    pub struct RepairRow {
        pub source_path: String,
        pub start: i64,
        pub end: i64,
        pub quote: String,
        pub kind: String,
        pub repaired: String,
        pub run_id: String,
    }
}

rows! {
    /// Table `source_texts`: one row per source file, with the text that all offsets count in.
    "source_texts":
    pub struct SourceTextRow {
        pub source_path: String,
        pub source_sha256: String,
        pub format: String,
        pub encoding: String,
        pub n_chars: i64,
        pub text: String,
        pub run_id: String,
    }
}

rows! {
    /// Table `rejects`: one row per source file or part that could not be used.
    "rejects":
    pub struct RejectRow {
        pub source_path: String,
        pub reason: String,
        pub detail: String,
        pub run_id: String,
    }
}

rows! {
    /// Table `runs`: one row for the run.
    "runs":
    pub struct RunRow {
        pub run_id: String,
        pub started_utc: i64,
        pub finished_utc: i64,
        pub tool_version: String,
        pub rules_version: String,
        pub dictionary_version: String,
        pub schema_version: String,
        pub n_files: i64,
        pub n_bytes: i64,
        pub n_rejects: i64,
        pub n_documents: i64,
        pub n_figures: i64,
        pub n_measures: i64,
        pub n_problems: i64,
        pub n_terms: i64,
    }
}

rows! {
    /// Table `data_dictionary`: one row per column of every table, this one included.
    "data_dictionary":
    pub struct DictionaryRow {
        pub table_name: String,
        pub table_label: String,
        pub position: i32,
        pub column_name: String,
        pub column_label: String,
        pub data_type: String,
        pub required: bool,
        pub is_key: bool,
        pub unit: Option<String>,
        pub valid_values: Option<String>,
        pub minimum: Option<f64>,
        pub maximum: Option<f64>,
        pub refers_to: Option<String>,
        pub formula: Option<String>,
        pub meaning: String,
        pub meaning_en: String,
    }
}

/// Every table that a run holds: its name and columns.
pub fn all() -> Vec<(&'static str, SchemaRef)> {
    fn table<T: Row>() -> (&'static str, SchemaRef) {
        (T::TABLE, T::schema())
    }
    vec![
        table::<DocumentRow>(),
        table::<FigureRow>(),
        table::<MeasureRow>(),
        table::<ProblemRow>(),
        table::<ProblemMeasureRow>(),
        table::<DocumentStatsRow>(),
        table::<TermRow>(),
        table::<FigureCheckRow>(),
        table::<RefusalRow>(),
        table::<RepairRow>(),
        table::<SourceTextRow>(),
        table::<RejectRow>(),
        table::<RuleCheckRow>(),
        table::<RunRow>(),
        table::<DictionaryRow>(),
    ]
    .into_iter()
    .chain(district::all())
    .collect()
}

/// Tables that belong to no run, in `spot_checks/` of the warehouse.
pub fn beside() -> Vec<(&'static str, SchemaRef)> {
    vec![(VerdictRow::TABLE, VerdictRow::schema()), (StratumRow::TABLE, StratumRow::schema())]
}

/// The rows of some source files.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    pub documents: Vec<DocumentRow>,
    pub document_stats: Vec<DocumentStatsRow>,
    pub figures: Vec<FigureRow>,
    pub measures: Vec<MeasureRow>,
    pub problems: Vec<ProblemRow>,
    pub problem_measures: Vec<ProblemMeasureRow>,
    pub figure_checks: Vec<FigureCheckRow>,
    pub terms: Vec<TermRow>,
    pub refusals: Vec<RefusalRow>,
    pub repairs: Vec<RepairRow>,
    pub source_texts: Vec<SourceTextRow>,
    pub rejects: Vec<RejectRow>,
    /// What the district view needs of the same reports; no table.
    pub digests: Vec<Digest>,
}

impl Rows {
    /// The tables whose rows come from single source files and depend on no other, with their columns.
    pub fn tables() -> [(&'static str, SchemaRef); 9] {
        fn table<T: Row>() -> (&'static str, SchemaRef) {
            (T::TABLE, T::schema())
        }
        [
            table::<FigureRow>(),
            table::<MeasureRow>(),
            table::<ProblemRow>(),
            table::<ProblemMeasureRow>(),
            table::<FigureCheckRow>(),
            table::<TermRow>(),
            table::<RefusalRow>(),
            table::<RepairRow>(),
            table::<SourceTextRow>(),
        ]
    }

    /// The rows of [`Rows::tables`], in that order.
    pub fn batches(&self) -> [RecordBatch; 9] {
        [
            Row::to_batch(&self.figures),
            Row::to_batch(&self.measures),
            Row::to_batch(&self.problems),
            Row::to_batch(&self.problem_measures),
            Row::to_batch(&self.figure_checks),
            Row::to_batch(&self.terms),
            Row::to_batch(&self.refusals),
            Row::to_batch(&self.repairs),
            Row::to_batch(&self.source_texts),
        ]
    }

    /// Puts the rows of `other` behind these.
    pub fn append(&mut self, mut other: Rows) {
        self.documents.append(&mut other.documents);
        self.document_stats.append(&mut other.document_stats);
        self.figures.append(&mut other.figures);
        self.measures.append(&mut other.measures);
        self.problems.append(&mut other.problems);
        self.problem_measures.append(&mut other.problem_measures);
        self.figure_checks.append(&mut other.figure_checks);
        self.terms.append(&mut other.terms);
        self.refusals.append(&mut other.refusals);
        self.repairs.append(&mut other.repairs);
        self.source_texts.append(&mut other.source_texts);
        self.rejects.append(&mut other.rejects);
        self.digests.append(&mut other.digests);
    }
}
