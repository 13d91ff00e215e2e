//! `huizong explain FILE`: how each unit was read. Shows the cleaned text, the words, the rules that fired with what
//! they fired on, the findings with their place in the original, and what was refused with its reason.
//!
//! It runs the very same steps as an ingest and only prints; it decides nothing.

use crate::acquire::personal::Personal;
use crate::acquire::read;
use crate::acquire::reject::not_used;
use crate::cli;
use crate::document::{CleanText, DecodedFile, Report, Unit};
use crate::finding::{Findings, Step};
use crate::pipeline::{Engine, Processed, Reading, process_as};
use crate::rules::RuleFiles;
use crate::span::Span;
use anyhow::{Result, bail};
use std::io::Write;

/// Reads the file of the options and prints its derivation.
pub fn explain(options: &cli::Explain, out: &mut impl Write) -> Result<()> {
    let rules = RuleFiles::for_option(options.rules.as_deref())?;
    let engine = Engine::new(&rules)?;
    let personal = options.mask_personal.then(|| Personal::new(&rules)).transpose()?;
    let reading = Reading { personal, limit: None };
    let found = read::walk(std::slice::from_ref(&options.file));
    if let Some(reject) = found.rejects.first() {
        bail!(not_used(reject, format!("{}（{}）", reject.detail, reject.reason)));
    }
    for file in &found.files {
        match read::read(file).and_then(|bytes| process_as(&reading, &engine, file, &bytes)) {
            Ok(processed) => print(&engine, &processed, out)?,
            Err(reject) => bail!(not_used(&reject, format!("{}（{}）", reject.detail, reject.reason))),
        }
    }
    Ok(())
}

fn print(engine: &Engine, processed: &Processed, out: &mut impl Write) -> Result<()> {
    let Processed { file, clean, reports } = processed;
    writeln!(
        out,
        "文件 {}  格式 {}  编码 {}  {} 字  修复 {} 处  损坏 {} 处",
        visible(&file.source_path),
        file.format.code(),
        file.encoding,
        file.text.points(),
        clean.repairs.len(),
        clean.damaged.len()
    )?;
    for repair in &clean.repairs {
        let place = format!("{}-{}", repair.source.start, repair.source.end);
        let from = visible(file.text.slice(repair.source));
        writeln!(out, "  修复 {place} {}：{from} → {}", repair.kind, visible(&repair.to))?;
    }
    for (report, findings) in reports {
        let dash = "—";
        writeln!(
            out,
            "\n报告 {}  {}  类型 {}  单位 {}  报送期 {}{}",
            report.part,
            visible(report.title.as_deref().unwrap_or("（无标题）")),
            report.kind.code(),
            visible(report.body.as_deref().unwrap_or(dash)),
            report.period.as_deref().unwrap_or(dash),
            if report.on_topic { "" } else { "  与主题无关" }
        )?;
        for (index, unit) in report.units.iter().enumerate() {
            print_unit(&View { engine, file, clean, report, findings }, index, unit, out)?;
        }
    }
    Ok(())
}

/// What a unit is shown from.
struct View<'a> {
    engine: &'a Engine,
    file: &'a DecodedFile,
    clean: &'a CleanText,
    report: &'a Report,
    findings: &'a Findings,
}

fn print_unit(view: &View, index: usize, unit: &Unit, out: &mut impl Write) -> Result<()> {
    let View { engine, clean, report, findings, .. } = view;
    let text = unit.span.of(&clean.text);
    let source = clean.source_span(unit.span);
    let kind = format!("{:?}", unit.kind).to_lowercase();
    writeln!(out, "\n[{}-{}] {kind} {}", source.start, source.end, report.role(unit).code())?;
    writeln!(out, "  {}", visible(text))?;
    writeln!(out, "  词：{}", visible(&engine.segmenter.words(text).join("/")))?;
    for f in findings.figures.iter().filter(|f| f.unit_index == index) {
        let value = match (f.value, f.value_hi) {
            (Some(low), Some(high)) => format!("{low}–{high}"),
            (Some(value), None) => value.to_string(),
            _ => "未填".to_owned(),
        };
        view.finding(
            out,
            "数据",
            f.span,
            &f.rule,
            f.confidence,
            &f.steps,
            &[
                f.comparator.code(),
                &value,
                &f.unit,
                f.kind.code(),
                &f.indicator,
                f.scope.as_deref().unwrap_or(""),
                f.per.unwrap_or(""),
                f.change_role.unwrap_or(""),
                f.subject.as_deref().unwrap_or(""),
            ],
        )?;
    }
    for m in findings.measures.iter().filter(|m| m.unit_index == index) {
        let object = m.object.as_deref().unwrap_or("");
        view.finding(
            out,
            "举措",
            m.span,
            &m.rule,
            m.confidence,
            &m.steps,
            &[
                m.status.code(),
                &m.topics.join("+"),
                m.actor.as_deref().unwrap_or(""),
                m.action.as_deref().unwrap_or(""),
                object,
            ],
        )?;
    }
    for p in findings.problems.iter().filter(|p| p.unit_index == index) {
        view.finding(
            out,
            "问题",
            p.span,
            &p.rule,
            p.confidence,
            &p.steps,
            &[p.status.code(), &p.topics.join("+"), p.holder.unwrap_or("")],
        )?;
    }
    for refusal in findings.refusals.iter().filter(|r| unit.span.contains(r.span)) {
        writeln!(out, "  舍去 {} {}：{}", refusal.what, refusal.reason, view.quote(refusal.span))?;
    }
    Ok(())
}

impl View<'_> {
    fn quote(&self, span: Span) -> String {
        visible(self.file.text.slice(self.clean.source_span(span)))
    }

    #[allow(clippy::too_many_arguments)] // three families with the same seven things to show
    fn finding(
        &self,
        out: &mut impl Write,
        name: &str,
        span: Span,
        rule: &str,
        confidence: f64,
        steps: &[Step],
        columns: &[&str],
    ) -> Result<()> {
        let columns: Vec<_> = columns.iter().filter(|c| !c.is_empty()).copied().collect();
        writeln!(out, "  {name} 「{}」 {}", self.quote(span), visible(&columns.join(" · ")))?;
        write!(out, "     规则 {rule}  可信度 {confidence:.2}")?;
        for step in steps {
            write!(out, "  ← {}「{}」", step.rule, self.quote(step.span))?;
        }
        writeln!(out)?;
        Ok(())
    }
}

/// Text from outside as it may be shown: controls, terminal escapes and direction marks become visible signs.
pub fn visible(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' => '⏎',
            '\t' => '⇥',
            c if c.is_control() => '␦',
            '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' => '␦',
            c => c,
        })
        .collect()
}
