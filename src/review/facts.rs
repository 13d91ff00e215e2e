//! `huizong facts`: lists findings of a run in the terminal, filtered, or as CSV or JSON for other programs.
//!
//! It shows what stands in the tables, with source and place, and judges nothing. Text of reports never reaches the
//! terminal as it is: controls and marks of direction are told by number.

use crate::cli::{self, FactFormat, FactKind};
use crate::gather::periods;
use crate::message::Message;
use crate::publish::columns::Row;
use crate::publish::parquet;
use crate::review::export::cells::guarded;
use crate::review::export::run_folder;
use crate::review::mask::Mask;
use crate::review::names::{self, Names};
use crate::review::text;
use crate::tables::{DocumentRow, FigureRow, MeasureRow, ProblemRow};
use anyhow::Result;
use std::collections::HashMap;
use std::io::Write;
use std::path::Path;

/// Findings in a table where no number is asked for.
const LISTED: usize = 50;

/// Width of a terminal that does not tell its own.
const WIDTH: usize = 120;

/// No terminal is wider; every line is filled up to it.
const MOST_WIDTH: usize = 2_000;

/// A finding of any kind, as it is listed.
struct Fact<'a> {
    kind: FactKind,
    /// The whole row, with machine names.
    json: serde_json::Value,
    fact_id: &'a str,
    doc_id: &'a str,
    source_path: &'a str,
    start: i64,
    end: i64,
    quote: &'a str,
    sentence: &'a str,
    rule_id: &'a str,
    confidence: f64,
    state: &'a str,
    /// Indicator or topics.
    subject: &'a str,
    /// Value and unit of a figure.
    value: String,
    masked: bool,
}

/// What a kind of finding is called, and the columns that tell its state and what it is about.
fn words(kind: FactKind) -> (&'static str, &'static str, &'static str, &'static str) {
    match kind {
        FactKind::Figures => ("数据", "figures", "kind", "indicator"),
        FactKind::Measures => ("举措", "measures", "status", "topics"),
        FactKind::Problems => ("问题", "problems", "status", "topics"),
    }
}

trait Finding: Row + serde::Serialize {
    fn fact(&self) -> Fact<'_>;
}

macro_rules! finding {
    ($row:ty, $kind:expr, $state:ident, $subject:ident, $value:expr, $masked:expr) => {
        impl Finding for $row {
            fn fact(&self) -> Fact<'_> {
                Fact {
                    kind: $kind,
                    json: serde_json::to_value(self).unwrap_or_default(),
                    fact_id: &self.fact_id,
                    doc_id: &self.doc_id,
                    source_path: &self.source_path,
                    start: self.start,
                    end: self.end,
                    quote: &self.quote,
                    sentence: self.unit_text.as_deref().unwrap_or(&self.quote),
                    rule_id: &self.rule_id,
                    confidence: self.confidence,
                    state: &self.$state,
                    subject: &self.$subject,
                    value: $value(self),
                    masked: $masked(self),
                }
            }
        }
    };
}
finding!(FigureRow, FactKind::Figures, kind, indicator, value, |f: &FigureRow| f.masked);
finding!(MeasureRow, FactKind::Measures, status, topics, |_: &MeasureRow| String::new(), |_: &MeasureRow| false);
finding!(ProblemRow, FactKind::Problems, status, topics, |_: &ProblemRow| String::new(), |_: &ProblemRow| false);

/// What a figure states: `不超过60分钟`, `15:40`, `未填`.
fn value(figure: &FigureRow) -> String {
    if figure.masked {
        return "未填".to_owned();
    }
    let Some(low) = figure.value else { return String::new() };
    let is_clock = figure.unit == "clock";
    let one = |value: f64| if is_clock { names::clock(value) } else { names::number(value) };
    let unit = if is_clock { "" } else { &figure.unit };
    let sign = match figure.comparator.as_str() {
        "le" => "≤",
        "lt" => "<",
        "ge" => "≥",
        "gt" => ">",
        "approx" => "约",
        _ => "",
    };
    match figure.value_hi {
        Some(high) if high != low => format!("{sign}{}—{}{unit}", one(low), one(high)),
        _ => format!("{sign}{}{unit}", one(low)),
    }
}

/// `huizong facts`.
pub fn command(options: &cli::Facts, out: &mut impl Write) -> Result<()> {
    let run = run_folder(&options.warehouse, options.run.as_deref())?;
    let names = Names::new()?;
    let filter = Filter::new(options, &names)?;
    let documents: HashMap<String, DocumentRow> =
        parquet::read::<DocumentRow>(&run)?.into_iter().map(|d| (d.doc_id.clone(), d)).collect();
    let mask = options.mask_personal.then(|| Mask::of_run(&run)).transpose()?;
    let mut listing = Listing::new(options, &names, mask.as_ref(), out)?;
    for kind in [FactKind::Figures, FactKind::Measures, FactKind::Problems] {
        if options.kind.is_some_and(|asked| asked != kind) {
            continue;
        }
        match kind {
            FactKind::Figures => of_table::<FigureRow, _>(&run, &filter, &documents, &mut listing)?,
            FactKind::Measures => of_table::<MeasureRow, _>(&run, &filter, &documents, &mut listing)?,
            FactKind::Problems => of_table::<ProblemRow, _>(&run, &filter, &documents, &mut listing)?,
        }
    }
    listing.end()
}

fn of_table<T: Finding, W: Write>(
    run: &Path,
    filter: &Filter,
    documents: &HashMap<String, DocumentRow>,
    listing: &mut Listing<W>,
) -> Result<()> {
    for row in parquet::read::<T>(run)? {
        let fact = row.fact();
        let document = documents.get(fact.doc_id);
        if filter.takes(&fact, document) {
            listing.add(&fact, document)?;
        }
    }
    Ok(())
}

/// What is asked for.
struct Filter<'a> {
    options: &'a cli::Facts,
    /// Codes that `--state`, `--indicator` and `--topic` mean.
    states: Option<Vec<&'a str>>,
    indicators: Option<Vec<&'a str>>,
    topics: Option<Vec<&'a str>>,
    period: Option<String>,
}

impl<'a> Filter<'a> {
    fn new(options: &'a cli::Facts, names: &'a Names) -> Result<Self> {
        let codes = |words: &Option<String>, option: &str, columns: &[(&str, &str)]| -> Result<Option<Vec<&'a str>>> {
            let Some(words) = words else { return Ok(None) };
            let codes = names.codes(columns, words);
            if codes.is_empty() {
                let choices = columns.iter().flat_map(|(t, c)| names.choices(t, c));
                let (codes, names): (Vec<&str>, Vec<&str>) = choices.unzip();
                return Err(Message::usage(
                    format!("--{option} 不认识“{words}”，可选：{}", names.join("；")),
                    format!("--{option}: {words} is not known; choices: {}", codes.join(", ")),
                )
                .into());
            }
            Ok(Some(codes))
        };
        let states = [("figures", "kind"), ("measures", "status"), ("problems", "status")];
        let period = options.period.as_ref().map(|p| periods::read(p).unwrap_or_else(|| p.clone()));
        Ok(Filter {
            options,
            states: codes(&options.state, "state", &states)?,
            indicators: codes(&options.indicator, "indicator", &[("figures", "indicator")])?,
            topics: codes(&options.topic, "topic", &[("problems", "topic")])?,
            period,
        })
    }

    fn takes(&self, fact: &Fact, document: Option<&DocumentRow>) -> bool {
        let options = self.options;
        let of_document = |of: fn(&DocumentRow) -> Option<&str>| document.and_then(of);
        let is_figure = fact.kind == FactKind::Figures;
        self.states.as_ref().is_none_or(|codes| codes.contains(&fact.state))
            && self.indicators.as_ref().is_none_or(|codes| is_figure && codes.contains(&fact.subject))
            && self.topics.as_ref().is_none_or(|c| !is_figure && fact.subject.split(' ').any(|t| c.contains(&t)))
            && self.period.as_deref().is_none_or(|p| of_document(|d| d.period.as_deref()) == Some(p))
            && options.school.as_deref().is_none_or(|words| {
                of_document(|d| d.school_name.as_deref()).is_some_and(|name| name.contains(words))
                    || of_document(|d| d.school_id.as_deref()) == Some(words)
            })
            && options.file.as_deref().is_none_or(|words| fact.source_path.contains(words))
            && options.text.as_deref().is_none_or(|w| fact.sentence.contains(w) || fact.quote.contains(w))
            && options.rule.as_deref().is_none_or(|words| fact.rule_id.starts_with(words))
            && options.below.is_none_or(|limit| fact.confidence < limit)
            && (!options.masked || fact.masked)
            && (!options.counted || document.is_some_and(|d| d.counted))
    }
}

/// Columns of the table with their least widths; the last takes what is left.
const COLUMNS: [(&str, usize); 7] =
    [("类", 4), ("性质", 8), ("指标或主题", 16), ("数值", 12), ("单位", 20), ("可信", 4), ("原文", 20)];

/// Headers of the CSV.
const HEADERS: [&str; 13] =
    ["类", "性质", "指标或主题", "数值", "单位", "报送期", "原文", "所在句子", "来文", "起", "止", "可信度", "编号"];

/// Writes findings one by one.
struct Listing<'a, W: Write> {
    names: &'a Names,
    mask: Option<&'a Mask>,
    out: &'a mut W,
    format: FactFormat,
    limit: usize,
    widths: [usize; COLUMNS.len()],
    found: usize,
}

impl<'a, W: Write> Listing<'a, W> {
    fn new(options: &cli::Facts, names: &'a Names, mask: Option<&'a Mask>, out: &'a mut W) -> Result<Self> {
        let limit = match (options.limit, options.format) {
            (Some(0), _) => usize::MAX,
            (Some(limit), _) => limit,
            (None, FactFormat::Table) => LISTED,
            (None, _) => usize::MAX,
        };
        let told = || std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
        let width = options.width.or_else(told).unwrap_or(WIDTH).min(MOST_WIDTH);
        let mut widths = COLUMNS.map(|(_, width)| width);
        let fixed: usize = widths[..6].iter().sum::<usize>() + 2 * 6;
        widths[6] = width.saturating_sub(fixed).max(COLUMNS[6].1);
        let mut listing = Listing { names, mask, out, format: options.format, limit, widths, found: 0 };
        match options.format {
            FactFormat::Table => listing.line(&COLUMNS.map(|(name, _)| name.to_owned()))?,
            FactFormat::Csv => {
                write!(listing.out, "\u{feff}")?;
                listing.record(&HEADERS.map(str::to_owned))?;
            }
            FactFormat::Json => {}
        }
        Ok(listing)
    }

    fn add(&mut self, fact: &Fact, document: Option<&DocumentRow>) -> Result<()> {
        self.found += 1;
        if self.found > self.limit {
            return Ok(());
        }
        let (kind, table, state, subject) = words(fact.kind);
        let school = document.and_then(|d| d.school_name.as_deref()).unwrap_or(fact.source_path);
        let period = document.and_then(|d| d.period.as_deref()).map(names::period).unwrap_or_default();
        let state = self.names.value(table, state, fact.state).into_owned();
        let subject = self.names.value(table, subject, fact.subject).into_owned();
        let shown = |text: &str| self.mask.and_then(|mask| mask.text(text)).unwrap_or_else(|| text.to_owned());
        let (kind, value, school, quote) = (kind.to_owned(), fact.value.clone(), shown(school), shown(fact.quote));
        match self.format {
            FactFormat::Table => {
                let confidence = format!("{:.2}", fact.confidence);
                self.line(&[kind, state, subject, value, school, confidence, quote])
            }
            FactFormat::Csv => self.record(&[
                kind,
                state,
                subject,
                value,
                school,
                period,
                quote,
                shown(fact.sentence),
                shown(fact.source_path),
                fact.start.to_string(),
                fact.end.to_string(),
                fact.confidence.to_string(),
                fact.fact_id.to_owned(),
            ]),
            FactFormat::Json => {
                let mut json = fact.json.clone();
                json["table"] = table.into();
                json["school_name"] = document.and_then(|d| d.school_name.clone()).into();
                json["report_period"] = document.and_then(|d| d.period.clone()).into();
                if let Some(mask) = self.mask {
                    mask.json(&mut json);
                }
                writeln!(self.out, "{}", ascii_controls(&json.to_string()))?;
                Ok(())
            }
        }
    }

    fn line(&mut self, cells: &[String; COLUMNS.len()]) -> Result<()> {
        let shown = cells.iter().zip(self.widths).map(|(cell, width)| text::fit(&text::one_line(cell), width));
        let line = shown.collect::<Vec<_>>().join("  ");
        writeln!(self.out, "{}", line.trim_end())?;
        Ok(())
    }

    fn record(&mut self, cells: &[String]) -> Result<()> {
        let mut csv = csv::Writer::from_writer(Vec::new());
        csv.write_record(cells.iter().map(|cell| guarded(&text::one_line(cell)).into_owned()))?;
        self.out.write_all(&csv.into_inner()?)?;
        Ok(())
    }

    fn end(self) -> Result<()> {
        if self.format == FactFormat::Table {
            match self.found {
                0 => writeln!(self.out, "没有这样的事实：请放宽筛选条件")?,
                found if found > self.limit => {
                    writeln!(self.out, "共 {found} 条，列出前 {} 条（--limit 0 列出全部）", self.limit)?;
                }
                found => writeln!(self.out, "共 {found} 条")?,
            }
            if let Some(mask) = self.mask {
                writeln!(self.out, "遮盖个人信息 {} 处", mask.covered())?;
            }
        }
        self.out.flush()?;
        Ok(())
    }
}

/// JSON in which what is not seen stands as `\u…`, so that it says the same and does nothing.
fn ascii_controls(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    let mut units = [0; 2];
    for c in json.chars() {
        if text::is_invisible(c) {
            c.encode_utf16(&mut units).iter().for_each(|unit| safe.push_str(&format!("\\u{unit:04x}")));
        } else {
            safe.push(c);
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_says_the_same_without_controls() {
        let value = serde_json::json!({ "quote": "a\u{202e}b\u{1b}c\u{e0001}" });
        let safe = ascii_controls(&value.to_string());
        assert!(!safe.chars().any(text::is_invisible), "{safe}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&safe).unwrap(), value);
    }
}
