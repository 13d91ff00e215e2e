//! What must hold before a run is shown to readers. A run with no input, or with far less than the one before, is more
//! likely a mount that failed than a district that fell silent: it is not published unless told otherwise.

use super::warehouse;
use crate::message::Message;
use crate::summary::Summary;
use anyhow::{Result, bail};
use std::path::Path;

/// A run must have at least this share of the reports of the run before, in per cent.
const LEAST_PERCENT: u64 = 50;

/// The summary of the current run; none before the first, or where it can't be read.
pub fn before(warehouse: &Path) -> Option<Summary> {
    let run = warehouse::current(warehouse).ok()?;
    serde_json::from_slice(&std::fs::read(run.join("summary.json")).ok()?).ok()
}

/// Stops a run that has far too little; exit code 5.
pub fn enough(now: &Summary, before: Option<&Summary>, allow_less: bool) -> Result<()> {
    if now.n_files == 0 {
        bail!(
            Message::new(
                "没有找到任何文件：请检查材料文件夹的路径；没有发布，上一次汇总保持不变",
                "no file was found: check the path of the input folder; nothing was published, the last run stays",
            )
            .exit(5)
        );
    }
    let Some(before) = before else { return Ok(()) };
    if !allow_less && now.n_documents * 100 < before.n_documents * LEAST_PERCENT {
        let (now, before) = (now.n_documents, before.n_documents);
        bail!(
            Message::new(
                format!("报告数从上次的 {before} 篇减到 {now} 篇，不到一半：没有发布。请检查材料是否齐全；确实如此的，加 --allow-less 再运行"),
                format!("reports fell from {before} to {now}, less than half: nothing was published. Check the input; if it is right, run again with --allow-less"),
            )
            .exit(5)
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(n_files: u64, n_documents: u64) -> Summary {
        Summary { n_files, n_documents, ..Summary::default() }
    }

    #[test]
    fn a_collapse_is_not_published_unless_allowed() {
        let before = summary(10, 10);
        assert!(enough(&summary(0, 0), None, true).is_err());
        assert!(enough(&summary(5, 4), Some(&before), false).is_err());
        assert!(enough(&summary(5, 4), Some(&before), true).is_ok());
        assert!(enough(&summary(5, 5), Some(&before), false).is_ok());
        assert!(enough(&summary(1, 0), None, false).is_ok());
    }
}
