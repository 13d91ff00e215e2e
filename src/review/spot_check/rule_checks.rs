//! What others take from the spot-check: ingest, how rules stand (table `rule_checks`); the bulletin, what of its facts
//! was judged.

use super::facts;
use super::report::{Settled, Status, report, standing};
use super::stats::GATE;
use super::store::Store;
use crate::message::Message;
use crate::tables::RuleCheckRow;
use anyhow::Result;
use std::collections::BTreeSet;
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
        gate: GATE,
        status: Status::of(estimate, GATE).code().to_owned(),
        run_id: run_id.to_owned(),
    });
    Ok(rows.collect())
}

/// What is said where the verdicts can't be read.
pub fn unreadable(error: &anyhow::Error) -> Message {
    Message::new(
        format!("抽查的结论读不出来，这次汇总的表 rule_checks 是空的：{error:#}"),
        format!("the verdicts of the spot-check can't be read, table rule_checks of this run is empty: {error:#}"),
    )
}

/// How many of the facts with these ids in the run in folder `run` were judged right, and how many wrong.
pub fn judged(root: &Path, run: &Path, ids: &BTreeSet<String>) -> Result<(usize, usize)> {
    let store = Store::read(root)?;
    if store.verdicts.is_empty() {
        return Ok((0, 0));
    }
    let standing = standing(&store, &facts::read(run)?);
    let count = |settled| ids.iter().filter(|id| standing.get(*id) == Some(&settled)).count();
    Ok((count(Settled::Right), count(Settled::Wrong)))
}
