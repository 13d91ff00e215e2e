//! What an ingest takes from the spot-check before it: how rules stand (table `rule_checks`).

use super::report::{Status, report};
use super::stats::GATE;
use super::store::Store;
use crate::message::{self, Code, Message};
use crate::tables::RuleCheckRow;
use anyhow::Result;
use std::path::Path;

/// The rows of table `rule_checks`, from the latest batch with verdicts.
pub fn rows(root: &Path, run_id: &str) -> Result<Vec<RuleCheckRow>> {
    let report = report(&Store::read(root)?, &[], super::acceptance::LIMITS[0]);
    let Some((batch_id, _)) = report.batches.last() else { return Ok(Vec::new()) };
    let rows = report.rules.iter().map(|(rule_id, estimate)| RuleCheckRow {
        rule_id: rule_id.clone(),
        batch_id: batch_id.clone(),
        population: estimate.population as i64,
        judged: estimate.judged as i64,
        n_right: estimate.hits as i64,
        precision: estimate.share,
        precision_low: estimate.interval.0,
        precision_high: estimate.interval.1,
        lower_bound: estimate.lower,
        upper_bound: estimate.upper,
        gate: GATE,
        status: Status::of(estimate, GATE).code().to_owned(),
        run_id: run_id.to_owned(),
    });
    Ok(rows.collect())
}

/// What is said where the verdicts can't be read.
pub fn unreadable(error: &anyhow::Error) -> Message {
    let Message { zh, en, .. } = message::told(error);
    Message::new(
        format!("抽查的结论读不出来，这次汇总的表 rule_checks 是空的：{zh}"),
        format!("the verdicts of the spot-check can't be read, table rule_checks of this run is empty: {en}"),
    )
    .code(Code::VerdictsUnreadable)
}
