//! `huizong spot-check` (抽查核对): facts that nobody checked are not used, so people check a sample of them.
//!
//! [`draw`] takes a sample of a run and puts everything that a reviewer needs into one folder, the [`batch`]; it is
//! reviewed in the [`terminal`] or on one offline [`page`]; [`import`] brings the verdicts into the warehouse, beside the runs ([`store`]);
//! [`report`] says what they mean, and [`examples`] keeps confirmed errors as test examples. Drawing and reviewing change nothing in the warehouse.

pub mod acceptance;
pub mod batch;
pub mod draw;
pub mod examples;
pub mod export;
pub mod facts;
pub mod import;
mod missed;
pub mod page;
pub mod report;
pub mod rule_checks;
mod sequence;
pub mod stats;
pub mod store;
pub mod terminal;
mod told;
pub mod verdict;

use crate::cli;
use crate::message::{Message, Tell};
use crate::pipeline::Engine;
use crate::publish::warehouse::{self, WhenBusy};
use crate::review::bulletin;
use crate::rules::RuleFiles;
use anyhow::{Result, bail};
use std::collections::HashSet;
use std::io::{BufRead, Write};
use std::path::Path;

/// Exit code where some lines of an import were not taken.
const SOME_REFUSED: u8 = 3;

/// Runs the command.
pub fn command(options: &cli::SpotCheck, input: &mut impl BufRead, out: &mut impl Write) -> Result<u8> {
    match options {
        cli::SpotCheck::Draw(options) => draw(options, out).map(|()| 0),
        cli::SpotCheck::Review { batch, html: Some(path), .. } => {
            let path = page::write(&batch::Batch::read(batch)?, path)?;
            writeln!(out, "核对网页 {}", path.display())?;
            Ok(0)
        }
        cli::SpotCheck::Review { batch, reviewer, html: None } => {
            terminal::review(batch, reviewer, input, out).map(|()| 0)
        }
        cli::SpotCheck::Import { batch, files, warehouse, wait } => {
            let done = import::import(warehouse, batch, files, WhenBusy::from_wait(*wait))?;
            for refused in &done.refused {
                writeln!(out, "未导入：{refused}")?;
            }
            writeln!(out, "导入 {} 条，已有 {} 条，未导入 {} 条", done.new, done.known, done.refused.len())?;
            if done.covered > 0 {
                writeln!(
                    out,
                    "当前的汇总遮盖了个人信息，导入的文字也已遮盖 {} 处；批次文件夹里还有原字",
                    done.covered
                )?;
            }
            if done.followed > 0 {
                writeln!(out, "另有 {} 条事实没有变化，沿用以前的结论", done.followed)?;
            }
            Ok(if done.refused.is_empty() { 0 } else { SOME_REFUSED })
        }
        cli::SpotCheck::Report(options) => report(options, out).map(|()| 0),
        cli::SpotCheck::Examples { warehouse, output } => {
            let path = if output.is_dir() { output.join(examples::FILE) } else { output.clone() };
            let done = examples::write(warehouse, &path)?;
            writeln!(out, "{} 有 {} 个例句，新写入 {} 个", path.display(), done.all, done.new)?;
            if done.unclear > 0 {
                writeln!(
                    out,
                    "另有 {} 处差错写不成明确的例句（文字在句中不止一次，或没有可比的取值），请自己写",
                    done.unclear
                )?;
            }
            writeln!(out, "检验：huizong rules test --rules 规则文件夹")?;
            Ok(0)
        }
        cli::SpotCheck::Export { warehouse, output } => {
            let n = export::export(warehouse, output)?;
            writeln!(out, "导出 {n} 条核对结果到 {}", output.display())?;
            Ok(0)
        }
    }
}

fn draw(options: &cli::Draw, out: &mut impl Write) -> Result<()> {
    let run = warehouse::current(&options.warehouse)?;
    let engine = Engine::new(&RuleFiles::for_option(options.rules.as_deref())?)?;
    let store = store::Store::read(&options.warehouse)?;
    let acceptance = options.aql.map(|limit| (limit, report::report(&store, &[], limit).next));
    let mut must = options.must.as_deref().map(ids).transpose()?.unwrap_or_default();
    if options.bulletin {
        must.extend(bulletin::printed_facts(&run)?);
    }
    let drawn = draw::Options {
        size: options.size,
        seed: options.seed,
        per_body: options.per_body,
        missed: options.missed,
        acceptance,
        must,
    };
    let batch = draw::draw(&run, &engine, &store, &drawn)?;
    let path = batch.write(&options.output)?;
    let count = |kind: facts::Kind| batch.items.iter().filter(|item| batch.stratum(item).kind == kind).count();
    let counts: Vec<String> =
        facts::Kind::FINDINGS.iter().map(|kind| format!("{} {}", kind.label(), count(*kind))).collect();
    let must = batch.items.iter().filter(|item| item.must).count();
    writeln!(
        out,
        "批次 {}：抽取 {} 条（{}），其中上简报必核 {must} 条；另有查漏的句子 {} 条",
        batch.batch_id,
        batch.items.len() - count(facts::Kind::Missed),
        counts.join("，"),
        count(facts::Kind::Missed)
    )?;
    let settled = batch.items.iter().filter(|item| item.settled).count();
    if settled > 0 {
        writeln!(out, "其中 {settled} 条以前已有结论，事实没有变化，不必再核")?;
    }
    let page = page::write(&batch, &options.output)?;
    writeln!(out, "批次文件 {}，核对网页 {}", path.display(), page.display())?;
    Ok(())
}

/// Ids of findings, one a line; whatever follows a comma or space is a remark.
fn ids(path: &Path) -> Result<HashSet<String>> {
    let text =
        std::fs::read_to_string(path).tell(|| Message::unread(["必核清单", "list of what must be checked"], path))?;
    let ids = text.trim_start_matches('\u{feff}').lines().filter_map(|line| line.split([',', ' ', '\t']).next());
    Ok(ids.filter(|id| !id.is_empty() && *id != "fact_id").map(str::to_owned).collect())
}

fn report(options: &cli::SpotCheckReport, out: &mut impl Write) -> Result<()> {
    // A mistyped path is no warehouse without verdicts, nor a mistyped batch one that nobody has judged.
    warehouse::run_ids(&options.warehouse)?;
    let store = store::Store::read(&options.warehouse)?;
    if let Some(batch) = options.batch.iter().find(|id| !store.strata.iter().any(|row| row.batch_id == **id)) {
        let mut known: Vec<&str> = store.strata.iter().map(|row| row.batch_id.as_str()).collect();
        known.dedup();
        let known = known.join(", ");
        bail!(Message::usage(
            format!("汇总库里没有导入过批次 {batch}，有：{known}"),
            format!("no verdicts of batch {batch} were imported; batches: {known}"),
        ));
    }
    let report = report::report(&store, &options.batch, options.aql);
    told::tell(&report, told::Terms { gate: options.gate, limit: options.aql }, out)
}
