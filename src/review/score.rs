//! Findings against hand-marked truth: precision, recall, and how far confidence keeps its word.
//!
//! Truth is one JSON object a line and unit (sentence), as `sample_corpus/labelled` holds it: place, text, labels. Where
//! two answers are right a label lists both. A district can mark its own reports and score its own rules. The counting
//! rules: a figure is found where a finding with its value overlaps it; a unit states a measure or problem where a
//! finding covers 30 % of it or lies half inside it; doubtful labels count neither way.

use super::explain::visible;
use crate::acquire::reject::not_used;
use crate::document::{SourceFile, Stamp};
use crate::gather::rows;
use crate::message::{Message, Tell};
use crate::pipeline::{Engine, process};
use crate::tables::{FigureRow, MeasureRow, ProblemRow, Rows};
use anyhow::Result;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Write;
use std::path::Path;

/// One marked unit.
#[derive(Clone, Debug, Deserialize)]
pub struct Unit {
    /// File, relative to the marked folder.
    pub source_path: String,
    /// Name of the unit.
    pub sid: String,
    /// Name of the report.
    pub doc: String,
    /// First code point.
    pub start: i64,
    /// One past the last.
    pub end: i64,
    /// The text itself.
    pub text: String,
    /// `yes`, `no`, or `vague` (counts neither way).
    pub measure: String,
    /// Every accepted status.
    pub measure_status: Vec<String>,
    /// Every accepted topic.
    pub measure_topics: Vec<String>,
    /// `yes`, `resolved`, `no`, or `background` (counts neither way).
    pub problem: String,
    /// Every accepted topic.
    pub problem_topics: Vec<String>,
    /// Figures in it.
    pub figures: Vec<Figure>,
}

/// One marked figure.
#[derive(Clone, Debug, Deserialize)]
pub struct Figure {
    /// Comparator, number and unit.
    pub quote: String,
    /// Which of equal quotes in the unit, from 0.
    #[serde(default)]
    pub nth: usize,
    /// Its value.
    pub value: Option<f64>,
    /// Upper end of a range.
    pub value_hi: Option<f64>,
    /// Unit as written.
    pub unit: String,
    /// Machine name.
    pub comparator: String,
    /// A placeholder.
    pub masked: bool,
    /// Every accepted kind.
    pub kind: Vec<String>,
    /// Every accepted indicator.
    pub indicator: Vec<String>,
    /// Every accepted scope, null for none; empty where it is not scored.
    pub scope: Vec<Option<String>>,
    /// False where it is doubtful: counts neither way.
    pub sure: bool,
}

/// Right, wrong and missed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Found and right.
    pub found: usize,
    /// Found where nothing is.
    pub wrong: usize,
    /// Not found.
    pub missed: usize,
}

impl Counts {
    /// Share of the findings that are right; 1 of none.
    pub fn precision(self) -> f64 {
        share(self.found, self.found + self.wrong)
    }

    /// Share of the truth that was found; 1 of none.
    pub fn recall(self) -> f64 {
        share(self.found, self.found + self.missed)
    }

    /// Harmonic mean of both.
    pub fn f1(self) -> f64 {
        share(2 * self.found, 2 * self.found + self.wrong + self.missed)
    }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

/// What a folder of marked reports says of the rules.
#[derive(Debug, Default)]
pub struct Score {
    /// By family: figures, measures, problems.
    pub families: BTreeMap<&'static str, Counts>,
    /// Right of seen, by `family.attribute`.
    pub attributes: BTreeMap<String, (usize, usize)>,
    /// Right of all findings, by family and band (`high`: confidence ≥ 0.9; `low`). A figure is right where its value,
    /// unit, comparator, kind and indicator are.
    pub bands: BTreeMap<(&'static str, &'static str), (usize, usize)>,
    /// What went wrong: family, `missed` or `wrong` or attribute, unit, quote.
    pub errors: Vec<(&'static str, String, String, String)>,
}

/// Scores the rules on the reports that `truth` marks; their files lie below `folder`.
pub fn score(engine: &Engine, folder: &Path, truth: &[Unit]) -> Result<Score> {
    let mut files: BTreeMap<&str, Vec<&Unit>> = BTreeMap::new();
    for unit in truth {
        files.entry(&unit.source_path).or_default().push(unit);
    }
    let mut score = Score::default();
    for (source_path, units) in files {
        let disk_path = folder.join(source_path);
        let bytes = std::fs::read(&disk_path).tell(|| Message::unread(["", ""], &disk_path))?;
        let file = SourceFile {
            source_path: source_path.to_owned(),
            disk_path,
            bytes: bytes.len() as u64,
            stamp: Stamp::default(),
        };
        let processed = process(engine, &file, &bytes).map_err(|reject| not_used(&reject, reject.detail.clone()))?;
        score.add(&units, &rows::of_file(&processed, &engine.segmenter, &engine.yardstick.norms, ""));
    }
    Ok(score)
}

/// Reads truth: one JSON object a line.
pub fn read(path: &Path) -> Result<Vec<Unit>> {
    let text = std::fs::read_to_string(path).tell(|| Message::unread(["标注文件", "file of marks"], path))?;
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(i, line)| {
            let (shown, n) = (path.display(), i + 1);
            serde_json::from_str(line).tell(|| {
                Message::new(
                    format!("标注文件 {shown} 第 {n} 行写法不对"),
                    format!("file of marks {shown}, line {n} is not as it should be"),
                )
            })
        })
        .collect()
}

/// The extent of a finding, in code points.
type Extent = (i64, i64);

fn overlap(a: Extent, b: Extent) -> i64 {
    a.1.min(b.1) - a.0.max(b.0)
}

impl Score {
    /// Tells it, with at most `errors` of the errors.
    pub fn print(&self, errors: usize, out: &mut impl Write) -> Result<()> {
        for (family, counts) in &self.families {
            let (p, r, f1) = (counts.precision(), counts.recall(), counts.f1());
            writeln!(out, "{family:10} 准确率 {p:.3}  召回率 {r:.3}  F1 {f1:.3}")?;
            for (name, (right, all)) in self.attributes.range(format!("{family}.")..format!("{family}/")) {
                writeln!(out, "    {name:24} {:.3}  ({right}/{all})", share(*right, *all))?;
            }
            for band in ["high", "low"] {
                let (right, all) = self.bands.get(&(*family, band)).copied().unwrap_or_default();
                let name = if band == "high" { "可信度不低于 0.9" } else { "可信度低于 0.9" };
                writeln!(out, "    {name}：{all} 条中 {right} 条正确（{:.3}）", share(right, all))?;
            }
        }
        for (family, what, unit, quote) in self.errors.iter().take(errors) {
            writeln!(out, "{family}\t{what}\t{unit}\t{}", visible(quote))?;
        }
        Ok(())
    }

    fn add(&mut self, units: &[&Unit], rows: &Rows) {
        self.figures(units, &rows.figures);
        let measures: Vec<_> = rows.measures.iter().map(Stated::from).collect();
        self.units("measures", units, &measures);
        let problems: Vec<_> = rows.problems.iter().map(Stated::from).collect();
        self.units("problems", units, &problems);
    }

    fn figures(&mut self, units: &[&Unit], found: &[FigureRow]) {
        let mut used = HashSet::new();
        for unit in units {
            for truth in &unit.figures {
                let extent = place(unit, truth);
                let near: Vec<usize> = (0..found.len())
                    .filter(|i| !used.contains(i) && overlap(extent, (found[*i].start, found[*i].end)) > 0)
                    .collect();
                if !truth.sure {
                    used.extend(near);
                    continue;
                }
                let best = near
                    .into_iter()
                    .filter(|&i| same_value(truth, &found[i]))
                    .max_by_key(|&i| (overlap(extent, (found[i].start, found[i].end)), std::cmp::Reverse(i)));
                match best {
                    Some(i) => {
                        used.insert(i);
                        self.figure(unit, truth, &found[i]);
                    }
                    None => self.missed("figures", unit, &truth.quote),
                }
            }
        }
        for (i, figure) in found.iter().enumerate().filter(|(i, _)| !used.contains(i)) {
            if let Some(unit) = units.iter().find(|u| u.start <= figure.start && figure.start < u.end) {
                self.wrong("figures", unit, &figure.quote, figure.confidence);
            }
            debug_assert!(i < found.len());
        }
    }

    fn figure(&mut self, unit: &Unit, truth: &Figure, found: &FigureRow) {
        let mut right = true;
        for (name, ok) in [
            ("unit", canonical(&truth.unit) == canonical(&found.unit)),
            ("comparator", truth.comparator == found.comparator),
            ("kind", truth.kind.contains(&found.kind)),
            ("indicator", truth.indicator.contains(&found.indicator)),
        ] {
            right &= self.attribute("figures", name, unit, &truth.quote, ok);
        }
        if !truth.scope.is_empty() {
            let ok = truth.scope.contains(&found.scope);
            self.attribute("figures", "scope", unit, &truth.quote, ok);
        }
        let rows = self.attributes.entry("figures.row".to_owned()).or_default();
        rows.0 += usize::from(right);
        rows.1 += 1;
        self.found("figures", found.confidence, right);
    }

    fn units(&mut self, family: &'static str, units: &[&Unit], found: &[Stated]) {
        for unit in units {
            let extent = (unit.start, unit.end);
            let hits: Vec<&Stated> = found
                .iter()
                .filter(|f| {
                    let shared = overlap(extent, f.extent);
                    let (unit_len, own_len) = (extent.1 - extent.0, f.extent.1 - f.extent.0);
                    shared > 0 && (10 * shared >= 3 * unit_len || 2 * shared >= own_len)
                })
                .collect();
            let (label, topics) = match family {
                "measures" => (&unit.measure, &unit.measure_topics),
                _ => (&unit.problem, &unit.problem_topics),
            };
            let confidence = hits.iter().map(|h| h.confidence).fold(0.0, f64::max);
            match label.as_str() {
                "vague" | "background" => {}
                "yes" | "resolved" if hits.is_empty() => self.missed(family, unit, &unit.text),
                "yes" | "resolved" => {
                    self.found(family, confidence, true);
                    let ok = hits.iter().flat_map(|h| h.topics.split(' ')).any(|t| topics.iter().any(|x| x == t));
                    self.attribute(family, "topic", unit, &unit.text, ok);
                    if family == "measures" {
                        let ok = hits.iter().any(|h| unit.measure_status.iter().any(|s| s == h.status));
                        self.attribute(family, "status", unit, &unit.text, ok);
                    }
                }
                _ if hits.is_empty() => {}
                _ => self.wrong(family, unit, &unit.text, confidence),
            }
        }
    }

    /// Counts a finding that is there; `right` where all that it says is.
    fn found(&mut self, family: &'static str, confidence: f64, right: bool) {
        self.families.entry(family).or_default().found += 1;
        self.band(family, confidence, right);
    }

    fn wrong(&mut self, family: &'static str, unit: &Unit, quote: &str, confidence: f64) {
        self.families.entry(family).or_default().wrong += 1;
        self.band(family, confidence, false);
        self.errors.push((family, "wrong".to_owned(), unit.sid.clone(), quote.to_owned()));
    }

    fn missed(&mut self, family: &'static str, unit: &Unit, quote: &str) {
        self.families.entry(family).or_default().missed += 1;
        self.errors.push((family, "missed".to_owned(), unit.sid.clone(), quote.to_owned()));
    }

    fn band(&mut self, family: &'static str, confidence: f64, right: bool) {
        let band = if confidence >= 0.9 { "high" } else { "low" };
        let counts = self.bands.entry((family, band)).or_default();
        counts.0 += usize::from(right);
        counts.1 += 1;
    }

    fn attribute(&mut self, family: &'static str, name: &str, unit: &Unit, quote: &str, ok: bool) -> bool {
        let counts = self.attributes.entry(format!("{family}.{name}")).or_default();
        counts.0 += usize::from(ok);
        counts.1 += 1;
        if !ok {
            self.errors.push((family, name.to_owned(), unit.sid.clone(), quote.to_owned()));
        }
        ok
    }
}

/// A measure or problem, as far as scoring looks.
struct Stated<'a> {
    extent: Extent,
    topics: &'a str,
    status: &'a str,
    confidence: f64,
}

impl<'a> From<&'a MeasureRow> for Stated<'a> {
    fn from(row: &'a MeasureRow) -> Self {
        Stated { extent: (row.start, row.end), topics: &row.topics, status: &row.status, confidence: row.confidence }
    }
}

impl<'a> From<&'a ProblemRow> for Stated<'a> {
    fn from(row: &'a ProblemRow) -> Self {
        Stated { extent: (row.start, row.end), topics: &row.topics, status: &row.status, confidence: row.confidence }
    }
}

/// Where a marked figure lies in the file.
fn place(unit: &Unit, figure: &Figure) -> Extent {
    let byte = unit.text.match_indices(&figure.quote).nth(figure.nth).map_or(0, |(byte, _)| byte);
    let start = unit.start + unit.text[..byte].chars().count() as i64;
    (start, start + figure.quote.chars().count() as i64)
}

fn same_value(truth: &Figure, found: &FigureRow) -> bool {
    if truth.masked || found.masked {
        return truth.masked == found.masked;
    }
    let close = |a: Option<f64>, b: Option<f64>| match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= 1e-3 * a.abs().max(1.0),
        (a, b) => a.is_none() && b.is_none(),
    };
    close(truth.value, found.value) && close(truth.value_hi, found.value_hi)
}

/// Units that mean the same: script, abbreviations, polite counters.
fn canonical(unit: &str) -> String {
    let simplified: HashMap<char, char> = "鐘钟時时個个節节項项頁页張张場场種种門门級级間间餘余臺台週周處处"
        .chars()
        .collect::<Vec<_>>()
        .chunks(2)
        .map(|p| (p[0], p[1]))
        .collect();
    let unit: String = unit.trim().chars().map(|c| simplified.get(&c).copied().unwrap_or(c)).collect();
    match unit.as_str() {
        "分" | "min" => "分钟",
        "个小时" | "钟头" => "小时",
        "百分之" | "％" => "%",
        "位" | "名" => "人",
        "万元" | "萬元" => "元",
        "余人次" => "人次",
        other => other,
    }
    .to_owned()
}
