//! Tables of the spot-check. `verdicts` and `strata` lie beside the runs: what people said of findings, and what those
//! stand for. `rule_checks` is part of a run: what it follows for its rules.

use crate::publish::columns::rows;

rows! {
    /// Table `verdicts`: one row per word of a reviewer on an item; a later one replaces an earlier one.
    "verdicts":
    pub struct VerdictRow {
        pub batch_id: String,
        pub run_id: String,
        pub item_id: String,
        pub kind: String,
        pub rule_id: String,
        pub band: String,
        pub certain: bool,
        pub rank: i64,
        pub doc_id: String,
        pub source_path: String,
        pub source_sha256: String,
        pub start: i64,
        pub end: i64,
        pub quote: String,
        pub unit_text: String,
        pub stated: String,
        pub content: String,
        pub verdict: String,
        pub error_type: Option<String>,
        pub corrected: Option<String>,
        pub note: Option<String>,
        pub reviewer: String,
        pub judged_at: String,
        pub import_id: String,
    }

    /// Table `strata`: one row per stratum of a batch.
    "strata":
    pub struct StratumRow {
        pub batch_id: String,
        pub run_id: String,
        pub kind: String,
        pub rule_id: String,
        pub band: String,
        pub certain: bool,
        pub population: i64,
        pub drawn: i64,
    }

    /// Table `rule_checks`: one row per rule of which findings were judged.
    "rule_checks":
    pub struct RuleCheckRow {
        pub rule_id: String,
        pub batch_id: String,
        pub population: i64,
        pub judged: i64,
        pub n_right: i64,
        pub precision: f64,
        pub precision_low: f64,
        pub precision_high: f64,
        pub lower_bound: f64,
        pub upper_bound: f64,
        pub gate: f64,
        pub status: String,
        pub run_id: String,
    }
}
