//! Rows of the district tables: made from all reports of a run together, in one part file each.
//!
//! Shares stand as two counts, so that a reader sees of how many. A report that is a copy counts once, with the first
//! of its group; superseded and off-topic reports do not count.

use crate::publish::columns::{Row, rows};
use arrow::datatypes::SchemaRef;

rows! {
    /// Table `submissions`: roster × period × report; one row without report where nothing came.
    #[derive(Default)]
    "submissions":
    pub struct SubmissionRow {
        pub school_id: Option<String>,
        pub school_name: Option<String>,
        pub district: Option<String>,
        pub town: Option<String>,
        pub stage: Option<String>,
        pub period: Option<String>,
        pub state: String,
        pub doc_id: Option<String>,
        pub source_path: Option<String>,
        pub report_date: Option<i32>,
        pub due_date: Option<i32>,
        pub doc_kind: Option<String>,
        pub superseded_by: Option<String>,
        pub school_candidates: Option<String>,
        pub run_id: String,
    }

    /// Table `indicator_summary`: indicator × scope × period × district × level.
    "indicator_summary":
    pub struct IndicatorSummaryRow {
        pub period: Option<String>,
        pub district: Option<String>,
        pub level: Option<String>,
        pub indicator: String,
        pub scope: Option<String>,
        pub bodies_expected: Option<i32>,
        pub bodies_reporting: i32,
        pub bodies_counted: i32,
        pub bodies_stating: i32,
        pub bodies_actual: i32,
        pub bodies_requirement: i32,
        pub bodies_target: i32,
        pub bodies_masked: i32,
        pub n_figures: i32,
        pub n_actual: i32,
        pub n_requirement: i32,
        pub n_target: i32,
        pub n_other: i32,
        pub n_masked: i32,
        pub unit: Option<String>,
        pub per: Option<String>,
        pub n_values: i32,
        pub n_values_other_unit: i32,
        pub min: Option<f64>,
        pub median: Option<f64>,
        pub max: Option<f64>,
        pub bodies_judged: i32,
        pub bodies_meeting: i32,
        pub bodies_breaking: i32,
        pub run_id: String,
    }

    /// Table `topic_summary`: topic × period × district × level.
    "topic_summary":
    pub struct TopicSummaryRow {
        pub period: Option<String>,
        pub district: Option<String>,
        pub level: Option<String>,
        pub topic: String,
        pub bodies_reporting: i32,
        pub bodies_counted: i32,
        pub bodies_measures: i32,
        pub n_measures: i32,
        pub n_measures_done: i32,
        pub n_measures_ongoing: i32,
        pub n_measures_required: i32,
        pub n_measures_planned: i32,
        pub bodies_problems: i32,
        pub n_problems: i32,
        pub bodies_resolved: i32,
        pub n_resolved: i32,
        pub run_id: String,
    }

    /// Table `school_summary`: school × period.
    #[derive(Default)]
    "school_summary":
    pub struct SchoolSummaryRow {
        pub school_id: Option<String>,
        pub school_name: Option<String>,
        pub district: Option<String>,
        pub town: Option<String>,
        pub level: Option<String>,
        pub stage: Option<String>,
        pub pupils: Option<i32>,
        pub teachers: Option<i32>,
        pub period: Option<String>,
        pub state: String,
        pub n_reports: i32,
        pub n_chars: i32,
        pub n_figures: i32,
        pub n_actual: i32,
        pub n_requirement: i32,
        pub n_target: i32,
        pub n_masked: i32,
        pub n_measures: i32,
        pub n_measures_done: i32,
        pub n_measures_ongoing: i32,
        pub n_measures_required: i32,
        pub n_measures_planned: i32,
        pub n_problems: i32,
        pub n_resolved: i32,
        pub n_rule_breaches: i32,
        pub n_value_breaches: i32,
        pub n_stricter: i32,
        pub n_to_review: i32,
        pub n_sentences: i32,
        pub n_sentences_copied: i32,
        pub n_sentences_common: i32,
        pub copied_share: Option<f64>,
        pub copy_group: Option<String>,
        pub run_id: String,
    }

    /// Table `school_topics`: school × period × topic.
    "school_topics":
    pub struct SchoolTopicRow {
        pub school_id: Option<String>,
        pub school_name: Option<String>,
        pub period: Option<String>,
        pub topic: String,
        pub n_measures: i32,
        pub n_problems: i32,
        pub n_resolved: i32,
        pub run_id: String,
    }

    /// Table `similar_reports`: two reports of different bodies that share sentences.
    "similar_reports":
    pub struct SimilarReportRow {
        pub doc_a: String,
        pub doc_b: String,
        pub school_a: Option<String>,
        pub school_b: Option<String>,
        pub period_a: Option<String>,
        pub period_b: Option<String>,
        pub shared_a: i32,
        pub own_a: i32,
        pub containment_a: f64,
        pub shared_b: i32,
        pub own_b: i32,
        pub containment_b: f64,
        pub n_same: i32,
        pub is_copy: bool,
        pub copy_group: Option<String>,
        pub earlier_doc: Option<String>,
        pub run_id: String,
    }

    /// Table `shared_sentences`: a sentence of one report and the sentence of the other that it is shared with.
    "shared_sentences":
    pub struct SharedSentenceRow {
        pub doc_a: String,
        pub start_a: i64,
        pub end_a: i64,
        pub doc_b: String,
        pub start_b: i64,
        pub end_b: i64,
        pub same: bool,
        pub run_id: String,
    }

    /// Table `term_summary`: term × period × district.
    "term_summary":
    pub struct TermSummaryRow {
        pub period: Option<String>,
        pub district: Option<String>,
        pub term: String,
        pub n_reports: i32,
        pub n_reports_with: i32,
        pub count: i64,
        pub n_tokens: i64,
        pub tf_idf: f64,
        pub count_rest: i64,
        pub n_tokens_rest: i64,
        pub keyness: Option<f64>,
        pub log_ratio: Option<f64>,
        pub run_id: String,
    }

    /// Table `school_terms`: what a school's report says more than the others of its period.
    "school_terms":
    pub struct SchoolTermRow {
        pub doc_id: String,
        pub school_id: Option<String>,
        pub school_name: Option<String>,
        pub period: Option<String>,
        pub rank: i32,
        pub term: String,
        pub count: i32,
        pub n_reports_with: i32,
        pub n_reports: i32,
        pub tf_idf: f64,
        pub keyness: f64,
        pub log_ratio: f64,
        pub run_id: String,
    }

    /// Table `norm_findings`: figure × norm.
    "norm_findings":
    pub struct NormFindingRow {
        pub fact_id: String,
        pub doc_id: String,
        pub school_id: Option<String>,
        pub school_name: Option<String>,
        pub district: Option<String>,
        pub period: Option<String>,
        pub norm_id: String,
        pub indicator: String,
        pub kind: String,
        pub scope: Option<String>,
        pub grades: String,
        pub verdict: String,
        pub comparator: String,
        pub value: Option<f64>,
        pub value_hi: Option<f64>,
        pub unit: String,
        pub norm_limit: String,
        pub norm_value: f64,
        pub norm_unit: String,
        pub document: String,
        pub document_number: Option<String>,
        pub clause: Option<String>,
        pub counted: bool,
        pub run_id: String,
    }

    /// Table `review_list`: what a person should look at.
    "review_list":
    pub struct ReviewRow {
        pub review_id: String,
        pub kind: String,
        pub doc_id: String,
        pub school_id: Option<String>,
        pub school_name: Option<String>,
        pub period: Option<String>,
        pub told: String,
        pub fact_ids: Option<String>,
        pub n_facts: i32,
        pub run_id: String,
    }

    /// Table `distinctive_measures`: what few others do.
    "distinctive_measures":
    pub struct DistinctiveMeasureRow {
        pub rank: i32,
        pub fact_id: String,
        pub doc_id: String,
        pub school_id: Option<String>,
        pub school_name: Option<String>,
        pub period: Option<String>,
        pub status: String,
        pub topics: String,
        pub score: f64,
        pub terms: String,
        pub bodies_with: i32,
        pub bodies_counted: i32,
        pub run_id: String,
    }

    /// Table `trends`: indicator × scope × pair of periods that follow each other, over the bodies of both.
    "trends":
    pub struct TrendRow {
        pub district: Option<String>,
        pub level: Option<String>,
        pub indicator: String,
        pub scope: Option<String>,
        pub unit: Option<String>,
        pub per: Option<String>,
        pub period_before: String,
        pub period: String,
        pub bodies_reporting_both: i32,
        pub bodies_both: i32,
        pub bodies_new: i32,
        pub bodies_stopped: i32,
        pub median_before: Option<f64>,
        pub median: Option<f64>,
        pub bodies_up: i32,
        pub bodies_down: i32,
        pub bodies_same: i32,
        pub run_id: String,
    }

    /// Table `topic_trends`: topic × kind of finding × pair of periods, over the bodies that reported in both.
    "topic_trends":
    pub struct TopicTrendRow {
        pub district: Option<String>,
        pub level: Option<String>,
        pub topic: String,
        pub kind: String,
        pub period_before: String,
        pub period: String,
        pub bodies_reporting_both: i32,
        pub bodies_before: i32,
        pub bodies: i32,
        pub bodies_new: i32,
        pub bodies_stopped: i32,
        pub n_before: i32,
        pub n: i32,
        pub run_id: String,
    }
}

/// The rows of all district tables.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DistrictRows {
    pub submissions: Vec<SubmissionRow>,
    pub indicator_summary: Vec<IndicatorSummaryRow>,
    pub topic_summary: Vec<TopicSummaryRow>,
    pub school_summary: Vec<SchoolSummaryRow>,
    pub school_topics: Vec<SchoolTopicRow>,
    pub similar_reports: Vec<SimilarReportRow>,
    pub shared_sentences: Vec<SharedSentenceRow>,
    pub term_summary: Vec<TermSummaryRow>,
    pub school_terms: Vec<SchoolTermRow>,
    pub norm_findings: Vec<NormFindingRow>,
    pub review_list: Vec<ReviewRow>,
    pub distinctive_measures: Vec<DistinctiveMeasureRow>,
    pub trends: Vec<TrendRow>,
    pub topic_trends: Vec<TopicTrendRow>,
}

/// Their names and columns.
pub fn all() -> Vec<(&'static str, SchemaRef)> {
    fn table<T: Row>() -> (&'static str, SchemaRef) {
        (T::TABLE, T::schema())
    }
    vec![
        table::<SubmissionRow>(),
        table::<IndicatorSummaryRow>(),
        table::<TopicSummaryRow>(),
        table::<SchoolSummaryRow>(),
        table::<SchoolTopicRow>(),
        table::<SimilarReportRow>(),
        table::<SharedSentenceRow>(),
        table::<TermSummaryRow>(),
        table::<SchoolTermRow>(),
        table::<NormFindingRow>(),
        table::<ReviewRow>(),
        table::<DistinctiveMeasureRow>(),
        table::<TrendRow>(),
        table::<TopicTrendRow>(),
    ]
}
