//! Tables that lie beside the runs: what people said of findings, and what the judged findings stand for.

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
}
