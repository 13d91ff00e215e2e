//! `huizong status`: is there a run, how old is it, did a later one fail? For monitoring, which looks at the exit code.
//! `huizong doctor`: would tonight's ingest run? It looks at everything that an ingest needs and changes nothing.

use crate::acquire::personal::Personal;
use crate::acquire::read;
use crate::cli::{self, Lang};
use crate::gather::roster;
use crate::message::{self, Message, Tell};
use crate::pipeline::Engine;
use crate::publish::gate::{self, FAILED};
use crate::publish::manifest::Manifest;
use crate::publish::warehouse::{self, Warehouse, WhenBusy};
use crate::review::run_row;
use crate::rules::RuleFiles;
use crate::summary::Summary;
use anyhow::{Result, ensure};
use serde::Serialize;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};

/// Exit code where the current run is older than allowed, or a later one broke its contract.
const STALE: u8 = 4;

/// Exit code where there is no run.
const NO_RUN: u8 = 5;

/// What monitoring wants to know.
#[derive(Debug, Serialize)]
pub struct Status {
    /// `ok`, `stale`, `ahead` (the clock was or is wrong), `failed` or `no_run`.
    pub status: &'static str,
    /// Hours since the current run was published.
    pub age_hours: Option<f64>,
    /// The report of a later run that broke its contract.
    pub failed: Option<String>,
    /// What the current run says of itself.
    pub summary: Option<Summary>,
}

/// `huizong status`; gives the exit code.
pub fn command(options: &cli::Status, out: &mut impl Write) -> Result<u8> {
    let status = status(&options.warehouse, options.max_age)?;
    if options.json {
        writeln!(out, "{}", serde_json::to_string(&status)?)?;
    } else {
        let warehouse = options.warehouse.display();
        let age = status.age_hours.unwrap_or(0.0);
        let run = status.summary.as_ref().map_or("", |summary| summary.run_id.as_str());
        match (status.status, &status.failed) {
            ("no_run", _) => writeln!(out, "汇总库 {warehouse} 还没有汇总：请先运行 huizong ingest")?,
            ("stale", _) => writeln!(out, "当前的汇总 {run} 已有 {age:.1} 小时：请查看夜间任务的日志")?,
            ("ahead", _) => {
                writeln!(
                    out,
                    "当前的汇总 {run} 的时间在将来：请检查时钟，看不出它有多旧；时钟对了再运行 huizong ingest"
                )?;
            }
            (_, Some(report)) => writeln!(out, "{run} 之后有一次汇总核对不通过：请看 {report}")?,
            _ => writeln!(out, "正常：{run}，{age:.1} 小时前")?,
        }
        if let Some(summary) = &status.summary {
            let Summary { n_files, n_documents, n_rejects, n_figures, n_measures, n_problems, .. } = summary;
            writeln!(
                out,
                "来文 {n_files} 报告 {n_documents} 拒收 {n_rejects} 数据 {n_figures} 举措 {n_measures} 问题 {n_problems}"
            )?;
        }
    }
    Ok(match status.status {
        "ok" => 0,
        "no_run" => NO_RUN,
        _ => STALE,
    })
}

/// The status of a warehouse, whose current run may be as old as `max_age`.
pub fn status(root: &Path, max_age: Option<Duration>) -> Result<Status> {
    let Some(run_id) = warehouse::current_id(root)? else {
        return Ok(Status { status: "no_run", age_hours: None, failed: None, summary: None });
    };
    let run = warehouse::current(root)?;
    let not_whole = || {
        let repair = [
            "请用 huizong runs rollback 回到完整的一次，或再运行 huizong ingest",
            "go back to a whole one with huizong runs rollback, or run huizong ingest again",
        ];
        Message::new(format!("当前的汇总 {run_id} 不完整"), format!("the current run {run_id} is not whole"))
            .repair(repair)
    };
    Manifest::read(&run).tell(not_whole)?;
    let summary = gate::summary(&run).tell(not_whole)?;
    // As the run itself tells it: the times of files are those of the last copy.
    let finished = run_row(&run).tell(not_whole)?.finished_utc;
    let hours = (warehouse::micros(SystemTime::now()) - finished) as f64 / 3.6e9;
    let failed = latest_failure(root, &run_id);
    let status = match max_age {
        _ if hours < -CLOCKS_DIFFER_HOURS => "ahead",
        Some(most) if hours * 3600.0 > most.as_secs_f64() => "stale",
        _ if failed.is_some() => "failed",
        _ => "ok",
    };
    Ok(Status { status, age_hours: Some(hours.max(0.0)), failed, summary: Some(summary) })
}

/// Clocks of two machines that look at one warehouse may differ by so much.
const CLOCKS_DIFFER_HOURS: f64 = 0.1;

/// The newest report of a run that broke its contract, if that run came after `current`: ids are in the order of runs.
fn latest_failure(root: &Path, current: &str) -> Option<String> {
    let reports = std::fs::read_dir(root.join(FAILED)).ok()?.flatten().map(|entry| entry.path());
    let later = reports.filter(|path| path.file_stem().is_some_and(|id| id.to_string_lossy().as_ref() > current));
    later.max().map(|path| path.display().to_string())
}

/// Reads a length of time such as `26h`, `90m` or `2d`.
pub fn duration(text: &str) -> Result<Duration, Message> {
    let wrong = || {
        Message::usage(
            format!("{text} 不是时长：请写成 26h、90m 或 2d"),
            format!("{text} is no length of time: write it like 26h, 90m or 2d"),
        )
    };
    let unit = text.chars().last().ok_or_else(wrong)?;
    let seconds = match unit {
        'd' => 86_400,
        'h' => 3_600,
        'm' => 60,
        's' => 1,
        _ => return Err(wrong()),
    };
    let number: u64 = text[..text.len() - 1].parse().map_err(|_| wrong())?;
    number.checked_mul(seconds).map(Duration::from_secs).ok_or_else(wrong)
}

/// `huizong doctor`: one line for each thing that an ingest needs; 2 where one of them is missing. What is missing is
/// told in language `lang`, like every error.
pub fn doctor(options: &cli::Doctor, lang: Lang, out: &mut impl Write) -> Result<u8> {
    let mut code = 0;
    let mut tell = |zh: &str, en: &str, looked: Result<String>| -> Result<()> {
        match looked {
            Ok(found) => writeln!(out, "✓ {zh}：{found}")?,
            Err(error) => {
                code = 2;
                let why = message::told(&error);
                let line = Message::new(format!("{zh}：{}", why.zh), format!("{en}: {}", why.en));
                writeln!(out, "✗ {}", line.told(lang))?;
            }
        }
        Ok(())
    };
    tell(
        "规则",
        "rules",
        RuleFiles::for_option(options.rules.as_deref()).and_then(|rules| {
            Engine::new(&rules)?;
            Personal::new(&rules)?;
            Ok(rules.version())
        }),
    )?;
    if let Some(path) = &options.roster {
        tell("学校名单", "roster", roster::load(path).map(|roster| format!("{} 所学校", roster.schools.len())))?;
    }
    let found = read::walk(&options.inputs);
    let before = gate::before(&options.warehouse);
    let missing: Vec<Message> = found.inputs.iter().filter_map(|i| gate::missing(i, before.as_ref())).collect();
    let input = match (missing.is_empty(), found.files.is_empty()) {
        (true, true) => {
            Some(Err(Message::new("没有找到任何文件：请检查路径", "no file was found: check the path").into()))
        }
        (false, true) => None,
        (_, false) => {
            let megabytes = found.files.iter().map(|file| file.bytes).sum::<u64>() as f64 / 1e6;
            Some(Ok(format!("{} 个文件，{megabytes:.1} MB，另有 {} 处读不了", found.files.len(), found.rejects.len())))
        }
    };
    for looked in missing.into_iter().map(|missing| Err(missing.into())).chain(input) {
        tell("材料", "input", looked)?;
    }
    tell("汇总库", "warehouse", writable(&options.warehouse))?;
    if let (Some(last), Some(free)) = (last_run_bytes(&options.warehouse), free_bytes(&options.warehouse)) {
        let told = format!("汇总库所在的磁盘还有 {} MB，上一次汇总 {} MB", free / MEGABYTE, last.div_ceil(MEGABYTE));
        let repair = "请腾出空间，如用 huizong runs prune 删除旧的汇总";
        if free < LEAST {
            code = 2;
            writeln!(out, "✗ 磁盘空间：{told}：{repair}")?;
        } else if free < last + last / 4 + MARGIN {
            // A warning only: files that did not change are shared, so the night may well fit.
            writeln!(out, "! 磁盘空间：{told}：{repair}")?;
        } else {
            writeln!(out, "✓ 磁盘空间：{told}")?;
        }
    }
    Ok(code)
}

const MEGABYTE: u64 = 1_000_000;

/// With less no night can end well: even one that changes nothing writes its tables about itself.
const LEAST: u64 = 4 * MEGABYTE;

/// What should be free beside the size of the last run and a quarter of it.
const MARGIN: u64 = 64 * MEGABYTE;

/// Bytes of the files of the current run; none where there is none.
fn last_run_bytes(root: &Path) -> Option<u64> {
    let manifest = Manifest::read(&warehouse::current(root).ok()?).ok()?;
    let files = manifest.tables.values().chain([&manifest.state]).flat_map(|table| &table.files);
    Some(files.map(|file| file.bytes).sum())
}

/// Bytes that may still be written on the disk of `path`, as `df` of POSIX tells them; none where there is no such
/// program. The standard library can't ask.
fn free_bytes(path: &Path) -> Option<u64> {
    let output = Command::new("df").env("LC_ALL", "C").args(["-P", "-k"]).arg(path).output().ok()?;
    available(&String::from_utf8_lossy(&output.stdout))
}

/// The column before the percentage; names in the others may hold spaces.
fn available(df: &str) -> Option<u64> {
    let columns: Vec<&str> = df.lines().nth(1)?.split_whitespace().collect();
    let percent = columns.iter().rposition(|column| column.ends_with('%') && column.len() > 1)?;
    columns.get(percent.checked_sub(1)?)?.parse::<u64>().ok()?.checked_mul(1024)
}

/// Can a run be written there, and files be shared between runs?
fn writable(root: &Path) -> Result<String> {
    warehouse::leads_somewhere(root)?;
    if !root.exists() {
        let parent = root.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let shown = root.display();
        ensure!(
            parent.is_dir(),
            Message::new(
                format!("{shown} 不存在，它的上级文件夹也不存在：请检查路径"),
                format!("{shown} is not there, nor is the folder that it would stand in: check the path"),
            )
        );
        return Ok(format!("{} 还没有，会新建", root.display()));
    }
    let warehouse = Warehouse::open(root, WhenBusy::Fail)?;
    let (file, link) = (warehouse.root().join(".doctor"), warehouse.root().join(".doctor.link"));
    warehouse::write_synced(&file, b"doctor")?;
    let linked = std::fs::hard_link(&file, &link).is_ok();
    let _ = std::fs::remove_file(&link);
    std::fs::remove_file(&file)?;
    let shared = if linked {
        "没变的文件可以在各次汇总间共用"
    } else {
        "文件系统没有硬链接，每次汇总都占全部空间"
    };
    Ok(format!("可以写入；{shared}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_space_is_read_from_df() {
        let df = "Filesystem 1024-blocks Used Available Capacity Mounted on\n//nas/a share 100 60 40 60% /mnt/off\n";
        assert_eq!(available(df), Some(40 * 1024));
        assert_eq!(available(""), None);
        assert_eq!(available("Filesystem\n- - - - - /proc\n"), None);
    }
}
