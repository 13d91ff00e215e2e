//! Numbers, percentages, ranges, ordinals and amounts of a line of text: the numeral layer on its own, as
//! `huizong quantities` answers it.
//!
//! It binds words that bound a number and units of measure; it knows nothing of reports. Which numbers are figures,
//! and what they count, is the matter of [`super::figures`], which reads the numerals by itself.

mod bounds;
mod formal;
mod measures;

use crate::extract::numerals::{Numeral, NumeralKind, counter_end, scan};
use crate::hanzi::is_hanzi;
use crate::span::Span;
use anyhow::Result;
use bounds::{Bound, Comparators, Range};
use measures::Units;
use serde::Serialize;

/// One quantity of a line.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Quantity {
    /// First code point.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
    /// `number`, `percent`, `ordinal`, `range`, `money`, `dimension`, `age` or `duration`.
    pub kind: &'static str,
    /// Its value (percent: 78 for 78%); none for a range.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// Unit of an amount.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Lower end of a range.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// Whether the lower end belongs to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low_incl: Option<bool>,
    /// Upper end of a range.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
    /// Whether the upper end belongs to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high_incl: Option<bool>,
}

/// A quantity by bytes.
#[derive(Debug)]
struct Found {
    span: Span,
    kind: &'static str,
    value: Option<f64>,
    unit: Option<String>,
    low: Option<Bound>,
    high: Option<Bound>,
}

impl Found {
    fn valued(span: Span, kind: &'static str, value: f64) -> Self {
        Found { span, kind, value: Some(value), unit: None, low: None, high: None }
    }
}

/// Finds quantities; built once.
pub struct Quantities {
    comparators: Comparators,
    units: Units,
}

impl Quantities {
    /// Reads the words and units.
    pub fn new() -> Result<Self> {
        Ok(Quantities { comparators: Comparators::new()?, units: Units::new()? })
    }

    /// The quantities of `line`, in order. One place can hold several of different kinds: a number and its range.
    pub fn of(&self, line: &str) -> Vec<Quantity> {
        let mut numerals = scan(line);
        let formal = formal::amounts(line, &numerals);
        numerals.retain(|n| counts(line, n));
        let ranges = self.comparators.ranges(line, &numerals);
        let measures = self.units.measures(line, &numerals);
        numerals.retain(|n| !formal.iter().any(|(span, _)| span.contains(n.span)));

        let mut found: Vec<Found> = numerals.iter().filter_map(numeral).collect();
        found.extend(formal.into_iter().map(|(span, value)| Found::valued(span, "number", value)));
        found.extend(ranges.into_iter().map(|Range { span, low, high }| Found {
            low,
            high,
            value: None,
            ..Found::valued(span, "range", 0.0)
        }));
        found.extend(
            measures.into_iter().map(|m| Found { unit: Some(m.unit), ..Found::valued(m.span, m.kind, m.value) }),
        );
        found.sort_by_key(|f| (f.span.start, f.span.end));
        in_code_points(line, found)
    }
}

/// Whether the numeral is a number to a reader who sees the line: 一 of 一只, not of 一看.
fn counts(line: &str, numeral: &Numeral) -> bool {
    let Span { start: _, end } = numeral.span;
    let mut written = numeral.span.of(line).chars();
    let is_single = numeral.chinese && written.next().is_some() && written.next().is_none();
    if numeral.kind != NumeralKind::Number || !is_single {
        return true;
    }
    match line[end..].chars().next() {
        Some(c) => !is_hanzi(c) || AFTER_SINGLE.contains(c) || counter_end(line, end).is_some(),
        None => true,
    }
}

/// What may follow a single Chinese digit that is a number, besides counters: a few counters that begin too many words
/// to be sure elsewhere, comparators, conjunctions and particles.
const AFTER_SINGLE: &str =
    "年国國里章首句卷页頁号號度届屆班级級把根则則以之到至和与與或及且并並同的是不却卻而这這那大小等分点點";

fn numeral(numeral: &Numeral) -> Option<Found> {
    let kind = match numeral.kind {
        NumeralKind::Number if numeral.high.is_none() => "number",
        NumeralKind::Percent if numeral.high.is_none() => "percent",
        NumeralKind::Ordinal => "ordinal",
        _ => return None,
    };
    Some(Found::valued(numeral.span, kind, numeral.value))
}

/// `found`, sorted by start, with places in code points.
fn in_code_points(line: &str, found: Vec<Found>) -> Vec<Quantity> {
    let mut ends: Vec<usize> = found.iter().flat_map(|f| [f.span.start, f.span.end]).collect();
    ends.sort_unstable();
    ends.dedup();
    let (mut byte, mut point) = (0, 0);
    let points: Vec<usize> = ends
        .iter()
        .map(|&end| {
            point += line[byte..end].chars().count();
            byte = end;
            point
        })
        .collect();
    let point = |byte: usize| points[ends.partition_point(|&end| end < byte)];
    found
        .into_iter()
        .map(|f| Quantity {
            start: point(f.span.start),
            end: point(f.span.end),
            kind: f.kind,
            value: f.value,
            unit: f.unit,
            low: f.low.map(|b| b.value),
            low_incl: f.low.map(|b| b.inclusive),
            high: f.high.map(|b| b.value),
            high_incl: f.high.map(|b| b.inclusive),
        })
        .collect()
}

#[cfg(test)]
mod tests;
