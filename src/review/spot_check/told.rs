//! The report in Chinese, for the terminal and for a file.
//!
//! Counts come before percentages, every percentage has its interval, and what rests on too few items says so.

use super::acceptance::Severity;
use super::facts::Kind;
use super::report::{Lot, Pair, Report, Status};
use super::stats::{self, Estimate};
use super::verdict::{error_label, verdict_label};
use crate::review::explain::visible;
use anyhow::Result;
use std::io::Write;
use unicode_width::UnicodeWidthStr;

/// How gates and lots are decided.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// Precision that the lower bound of a rule must reach.
    pub gate: f64,
    /// AQL, nonconforming items per hundred.
    pub limit: f64,
}

/// Tells the report.
pub fn tell(report: &Report, terms: Terms, out: &mut impl Write) -> Result<()> {
    header(report, out)?;
    precision(report, out)?;
    rules(report, terms.gate, out)?;
    missed(report, out)?;
    errors(report, out)?;
    agreement(report, out)?;
    acceptance(report, terms.limit, out)
}

fn percent(share: f64) -> String {
    format!("{:.1}%", share * 100.0)
}

/// `96.0%（86.5%–98.9%）`, and a warning where too few were judged.
fn told(estimate: &Estimate) -> String {
    let (from, to) = estimate.interval;
    let few = if estimate.too_few() { "  样本不足" } else { "" };
    format!("{}（{}–{}）{few}", percent(estimate.share), percent(from), percent(to))
}

/// Fills up to a width in which a Chinese character counts two.
fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

fn header(report: &Report, out: &mut impl Write) -> Result<()> {
    writeln!(out, "抽查核对报告")?;
    for (batch_id, run_id) in &report.batches {
        writeln!(out, "  批次 {batch_id}，取自汇总 {run_id}")?;
    }
    let reviewers: Vec<String> = report.reviewers.iter().map(|(name, n)| format!("{} {n} 条", visible(name))).collect();
    writeln!(out, "  核对人 {}", if reviewers.is_empty() { "（无）".to_owned() } else { reviewers.join("，") })?;
    let settled = report.judged - report.open - report.disputed.len();
    writeln!(
        out,
        "  已核 {} 条：有结论 {settled} 条，存疑或跳过 {} 条，两人不一致待仲裁 {} 条",
        report.judged,
        report.open,
        report.disputed.len()
    )?;
    if report.must.1 > 0 {
        writeln!(out, "  上简报必核 {} 条：有结论 {} 条，其中错误 {} 条", report.must.1, report.must.0, report.must.2)?;
    }
    for row in &report.disputed {
        let kind = Kind::of(&row.kind).map_or("", Kind::label);
        writeln!(out, "    待仲裁 {} {kind}「{}」 {}", row.item_id, short(&row.quote), visible(&row.source_path))?;
    }
    Ok(())
}

/// The beginning of a text that may be long.
fn short(text: &str) -> String {
    let text = visible(text);
    match text.char_indices().nth(24) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

fn band_label(band: &str) -> &str {
    match band {
        "high" => "可信度不低于 0.9",
        "low" => "可信度低于 0.9",
        "digit" => "有数字，没有抽出数据",
        "cue" => "有问题线索，没有抽出问题",
        other => other,
    }
}

fn line(out: &mut impl Write, indent: usize, name: &str, estimate: &Estimate) -> Result<()> {
    let name = padded(&format!("{}{name}", " ".repeat(indent)), 36);
    let counts = padded(&format!("{}/{}", estimate.hits, estimate.judged), 9);
    writeln!(out, "{name}{counts}{}", told(estimate))?;
    Ok(())
}

fn precision(report: &Report, out: &mut impl Write) -> Result<()> {
    writeln!(out, "\n准确率（正确/有结论，按层加权，括号内是 Wilson 95% 区间）")?;
    let Some(overall) = &report.overall else {
        writeln!(out, "  还没有一条有结论的核对")?;
        return Ok(());
    };
    line(out, 2, &format!("全部 {} 条事实", overall.population), overall)?;
    for (kind, estimate) in &report.kinds {
        line(out, 2, &format!("{} {} 条", kind.label(), estimate.population), estimate)?;
        for ((_, band), estimate) in report.bands.iter().filter(|((k, _), _)| k == kind) {
            line(out, 6, band_label(band), estimate)?;
        }
    }
    Ok(())
}

fn rules(report: &Report, gate: f64, out: &mut impl Write) -> Result<()> {
    writeln!(
        out,
        "\n规则（门槛 {}：单侧 95% 精确下限达到门槛为正式，上限也达不到为不达标，其余试用；! 是没有达到的）",
        percent(gate)
    )?;
    for (rule, estimate) in &report.rules {
        let status = Status::of(estimate, gate);
        let mark = if status == Status::Proven { ' ' } else { '!' };
        let name = padded(&format!("{mark} {rule}"), 36);
        let counts = padded(&format!("{}/{}", estimate.hits, estimate.judged), 9);
        if estimate.too_few() {
            writeln!(out, "{name}{counts}{}  {}", status.label(), told(estimate))?;
            continue;
        }
        let bounds = format!("下限 {}  上限 {}", percent(estimate.lower), percent(estimate.upper));
        writeln!(out, "{name}{counts}{}  {}  {bounds}", status.label(), told(estimate))?;
        let bands: Vec<_> = report.rule_bands.iter().filter(|((r, _), _)| r == rule).collect();
        for ((_, band), estimate) in bands.iter().filter(|_| bands.len() > 1) {
            line(out, 6, band_label(band), estimate)?;
        }
    }
    Ok(())
}

fn missed(report: &Report, out: &mut impl Write) -> Result<()> {
    writeln!(out, "\n漏抽率（漏了事实的句子/有结论；只看有数字或问题线索而没有抽出事实的句子）")?;
    let Some(missed) = &report.missed else {
        writeln!(out, "  本次没有核对")?;
        return Ok(());
    };
    line(out, 2, &format!("全部 {} 句", missed.population), missed)?;
    for (band, estimate) in &report.missed_bands {
        line(out, 6, band_label(band), estimate)?;
    }
    Ok(())
}

fn errors(report: &Report, out: &mut impl Write) -> Result<()> {
    if report.errors.is_empty() {
        return Ok(());
    }
    let mut errors: Vec<_> = report.errors.iter().collect();
    errors.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let told: Vec<String> = errors.iter().map(|(code, n)| format!("{} {n}", error_label(code))).collect();
    writeln!(out, "\n差错类型：{}", told.join("，"))?;
    Ok(())
}

fn agreement(report: &Report, out: &mut impl Write) -> Result<()> {
    writeln!(out, "\n两人一致性")?;
    if report.pairs.is_empty() {
        writeln!(out, "  没有两人都核对过的条目")?;
    }
    for Pair { reviewers: (first, second), table, agreement } in &report.pairs {
        let kappa = agreement
            .kappa
            .map_or("无法计算（两人都只给了一种结论）".to_owned(), |kappa| format!("{kappa:.3}"));
        writeln!(
            out,
            "  {} 与 {}：共同核对 {} 条，一致 {}，Cohen κ {kappa}，Gwet AC1 {:.3}{}",
            visible(first),
            visible(second),
            agreement.n,
            percent(agreement.observed),
            agreement.ac1,
            if agreement.n < stats::ENOUGH { "  样本不足" } else { "" }
        )?;
        let names = ["right", "wrong", "unsure"];
        let said = |row: &[usize; 3]| {
            let cells = names.iter().zip(row).map(|(name, n)| format!("{} {n:<4}", verdict_label(name)));
            cells.collect::<Vec<_>>().join(" ")
        };
        for (name, row) in names.iter().zip(table) {
            writeln!(out, "      前者{}：后者 {}", verdict_label(name), said(row))?;
        }
    }
    Ok(())
}

fn acceptance(report: &Report, limit: f64, out: &mut impl Write) -> Result<()> {
    writeln!(out, "\n接收判定（GB/T 2828.1，一般检验水平Ⅱ，AQL {limit}；一批是一次汇总中同一类的全部事实）")?;
    for lot in &report.lots {
        let Lot { batch_id, kind, size, severity, plan, judged, wrong, accepted } = lot;
        let head = format!("  批次 {batch_id} {} {size} 条，{}", kind.label(), severity.label());
        let Some(plan) = plan else {
            let why = if *severity == Severity::Discontinued {
                "累计 5 批不接收，整改前不再判定"
            } else {
                "没有适用的方案"
            };
            writeln!(out, "{head}：{why}")?;
            continue;
        };
        let whole = plan.size >= *size;
        let sample = plan.size.min(*size);
        let what = if whole { "全检".to_owned() } else { format!("样本 {sample}") };
        let numbers = format!("{what}，Ac {} Re {}（字码 {}）", plan.accept, plan.accept + 1, plan.letter);
        let Some(accepted) = accepted else {
            writeln!(
                out,
                "{head}：{numbers}；有结论 {judged} 条，错误 {wrong} 条，尚不能判定（样本不全时，抽取加 --aql {limit}）"
            )?;
            continue;
        };
        let (from, to) = stats::exact(judged - wrong, *judged);
        let decision = if *accepted { "接收" } else { "不接收" };
        writeln!(
            out,
            "{head}：{numbers}；有结论 {judged} 条，错误 {wrong} 条，{decision}；准确率 95% 区间 {}–{}",
            percent(from),
            percent(to)
        )?;
    }
    let next: Vec<String> =
        report.next.iter().map(|(kind, severity)| format!("{}{}", kind.label(), severity.label())).collect();
    if !next.is_empty() {
        writeln!(out, "  下一批：{}", next.join("，"))?;
    }
    writeln!(out, "  接收不等于准确率达到某个值：请看旁边的区间。")?;
    Ok(())
}
