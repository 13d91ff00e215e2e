//! Step 6, what people do with a run.

pub mod bulletin;
pub mod check;
pub mod compare;
pub mod dictionary;
pub mod explain;
pub mod export;
pub mod facts;
pub mod left;
pub mod mask;
pub mod names;
pub mod page;
pub mod quantities;
pub mod rules;
pub mod runs;
pub mod score;
pub mod spot_check;
pub mod status;
pub mod text;

use crate::message::{Message, Tell};
use crate::publish::parquet;
use crate::tables::RunRow;
use anyhow::Result;
use std::path::Path;

/// What the run in folder `run` says of itself.
pub fn run_row(run: &Path) -> Result<RunRow> {
    parquet::read(run)?.into_iter().next().tell(|| {
        let (zh, en) = ("这次汇总没有运行记录", "the run has no record of itself");
        Message::new(zh, en).repair(["请重新汇总", "run huizong ingest again"])
    })
}
