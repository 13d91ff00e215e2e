//! What must hold before a run is shown to readers. A run with no input, without one of its inputs, or with far less than
//! the one before, is more likely a mount that failed than a district that fell silent: it is not published unless told
//! otherwise. A run with a row that breaks its contract is never published.

use super::run::Publication;
use super::warehouse;
use crate::acquire::read::{Found, Input};
use crate::message::{Code, Message, Tell};
use crate::review::check::Violation;
use crate::summary::Summary;
use anyhow::{Result, bail};
use std::path::Path;

/// A run must have at least this share of the reports of the run before, in per cent.
const LEAST_PERCENT: u64 = 50;

/// The summary of the current run; none before the first, or where it can't be read.
pub fn before(warehouse: &Path) -> Option<Summary> {
    summary(&warehouse::current(warehouse).ok()?).ok()
}

/// What the run in folder `run` says of itself.
pub fn summary(run: &Path) -> Result<Summary> {
    let path = run.join("summary.json");
    let bytes = std::fs::read(&path).tell(|| Message::unreached(&path))?;
    let shown = path.display();
    serde_json::from_slice(&bytes)
        .tell(|| Message::new(format!("{shown} 不是汇总摘要"), format!("{shown} is no summary of a run")))
}

/// How many files an input gave in the run before.
fn files_before(input: &Input, before: Option<&Summary>) -> u64 {
    before.and_then(|before| before.n_files_by_input.get(&input.key())).copied().unwrap_or_default()
}

/// What is wrong with an input: it can't be read, or it gave files in the run before and gives none now.
pub fn missing(input: &Input, before: Option<&Summary>) -> Option<Message> {
    let shown = input.path.display();
    let files_before = files_before(input, before);
    let told = match input.unreadable {
        Some("not_found") => Message::new(format!("材料 {shown} 不存在"), format!("input {shown} is not there")),
        Some("permission_denied") => {
            Message::new(format!("没有权限读材料 {shown}"), format!("input {shown} can't be read: permission denied"))
        }
        Some(reason) => {
            Message::new(format!("读不了材料 {shown}（{reason}）"), format!("input {shown} can't be read ({reason})"))
        }
        None if input.n_files == 0 && files_before > 0 => Message::new(
            format!("材料 {shown} 里一个文件也没有，上次有 {files_before} 个"),
            format!("input {shown} holds no file, last time it held {files_before}"),
        ),
        None => return None,
    };
    let repair = [
        "请检查路径、权限和挂载；确实没有了，从命令里去掉它，或加 --allow-less 再运行",
        "check the path, the permissions and the mount; if it is gone for good leave it out, or run again with --allow-less",
    ];
    Some(told.repair(repair).code(Code::NoInput).with("path", shown.to_string()).exit(5))
}

/// Stops a run of which an input is missing that gave files in the run before, and with it the reports of all its
/// schools; exit code 5. One that has never given any is a reject like another.
pub fn inputs(found: &Found, before: Option<&Summary>, allow_less: bool) -> Result<()> {
    let known = |input: &&Input| files_before(input, before) > 0;
    let missing = found.inputs.iter().filter(known).find_map(|input| missing(input, before)).filter(|_| !allow_less);
    missing.map_or(Ok(()), |message| {
        let Message { zh, en, .. } = &message;
        let zh = format!("{zh}。没有发布，上一次汇总保持不变");
        let en = format!("{en}. Nothing was published, the last run stays");
        Err(Message { zh, en, ..message.clone() }.into())
    })
}

/// Stops a run that has far too little; exit code 5.
pub fn enough(now: &Summary, before: Option<&Summary>, allow_less: bool) -> Result<()> {
    if now.n_files == 0 {
        bail!(
            Message::new(
                "没有找到任何文件：请检查材料文件夹的路径；没有发布，上一次汇总保持不变",
                "no file was found: check the path of the input folder; nothing was published, the last run stays",
            )
            .code(Code::NoInput)
            .exit(5)
        );
    }
    let Some(before) = before.filter(|_| !allow_less) else { return Ok(()) };
    let findings = |s: &Summary| s.n_figures + s.n_measures + s.n_problems;
    for (zh, en, now, before) in [
        ("报告", "reports", now.n_documents, before.n_documents),
        ("报送的学校", "schools", now.n_schools, before.n_schools),
        ("举措、数据和问题", "findings", findings(now), findings(before)),
    ] {
        if now * 100 < before * LEAST_PERCENT {
            bail!(
                Message::new(
                    format!("{zh}的数目从上次的 {before} 减到 {now}，不到一半：没有发布。请检查材料是否齐全；确实如此的，加 --allow-less 再运行"),
                    format!("{en} fell from {before} to {now}, less than half: nothing was published. Check the input; if it is right, run again with --allow-less"),
                )
                .code(Code::LessThanBefore)
                .exit(5)
            );
        }
    }
    Ok(())
}

/// Exit code where the rows are not as the contracts say.
const UNSOUND: u8 = 4;

/// Folder of a warehouse with what was wrong with runs that were not published.
pub const FAILED: &str = "failed";

/// Stops a run whose rows are not as the contracts say, and leaves a report of what is wrong with them.
pub fn sound(publication: &Publication) -> Result<()> {
    let violations = publication.gate.violations();
    let Some(first) = violations.first() else { return Ok(()) };
    let folder = publication.warehouse().join(FAILED);
    let report = folder.join(format!("{}.json", publication.run_id()));
    std::fs::create_dir_all(&folder)
        .and_then(|()| std::fs::write(&report, serde_json::to_vec_pretty(&violations)?))
        .map_err(|e| Message::unwritable(&report, &e))?;
    let (n, report) = (violations.len(), report.display());
    let Violation { table, code, .. } = first;
    bail!(
        Message::new(
            format!("核对不通过，没有发布，上一次汇总保持不变：{first}。共 {n} 处，写在 {report}；请把它交给开发人员"),
            format!("the checks found {n} violations, nothing was published, the last run stays: the first in table {table} ({code}). All of them are in {report}; please send it to the developers"),
        )
        .code(Code::Unsound)
        .with("path", report.to_string())
        .exit(UNSOUND)
    );
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
        let silent = Summary { n_measures: 100, n_schools: 8, ..summary(10, 10) };
        assert!(enough(&Summary { n_measures: 49, ..silent.clone() }, Some(&silent), false).is_err());
        assert!(enough(&Summary { n_schools: 3, ..silent.clone() }, Some(&silent), false).is_err());
        assert!(enough(&Summary { n_schools: 3, ..silent.clone() }, Some(&silent), true).is_ok());
    }
}
