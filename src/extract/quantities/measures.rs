//! Amounts in units of measure: money, dimensions, ages, durations. The units are data in `units.toml`.

use crate::extract::forms::Forms;
use crate::extract::numerals::{Numeral, NumeralKind};
use crate::rules;
use crate::span::Span;
use anyhow::Result;
use serde::Deserialize;
use std::collections::HashMap;

/// An amount in a unit.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Measure {
    pub(super) span: Span,
    pub(super) kind: &'static str,
    /// In `unit`.
    pub(super) value: f64,
    /// Name of the unit in `units.toml`.
    pub(super) unit: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    unit: Vec<Unit>,
    money_prefixes: HashMap<String, String>,
}

/// A unit of `units.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Unit {
    kind: Kind,
    name: String,
    texts: Vec<String>,
    #[serde(default)]
    not: String,
    #[serde(default = "one")]
    factor: f64,
    #[serde(default)]
    needs_more: bool,
}

fn one() -> f64 {
    1.0
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Money,
    Dimension,
    Age,
    Duration,
}

impl Kind {
    fn code(self) -> &'static str {
        match self {
            Kind::Money => "money",
            Kind::Dimension => "dimension",
            Kind::Age => "age",
            Kind::Duration => "duration",
        }
    }
}

/// The units, and how they are written.
pub(super) struct Units {
    units: Vec<Unit>,
    texts: Forms,
    money_prefixes: HashMap<String, String>,
}

impl Units {
    pub(super) fn new() -> Result<Self> {
        let File { unit: units, money_prefixes } = rules::parse("units.toml", include_str!("units.toml"))?;
        let texts = Forms::new(units.iter().enumerate().flat_map(|(i, unit)| unit.texts.iter().map(move |t| (t, i))));
        Ok(Units { units, texts, money_prefixes })
    }

    /// The amounts of `text`, whose numbers are `numerals`.
    pub(super) fn measures(&self, text: &str, numerals: &[Numeral]) -> Vec<Measure> {
        let mut found: Vec<Measure> = Vec::new();
        let mut rest = numerals;
        while let [first, tail @ ..] = rest {
            rest = tail;
            if first.kind != NumeralKind::Number {
                continue;
            }
            if let Some((measure, used)) = self.measure(text, first, tail) {
                rest = &tail[used..];
                found.push(measure);
            } else if let Some(measure) = self.prefixed(text, first) {
                found.push(measure);
            }
        }
        found
    }

    /// The amount that begins with `first`, and how many numerals behind it are part of it.
    fn measure(&self, text: &str, first: &Numeral, tail: &[Numeral]) -> Option<(Measure, usize)> {
        let (unit, mut end) = self.unit(text, first.span.end)?;
        let (mut value, mut smallest, mut used) = (first.value * unit.factor, unit.factor, 0);
        while let Some(next) = tail.get(used).filter(|n| n.span.start == end && n.kind == NumeralKind::Number) {
            let after = self.unit(text, next.span.end).filter(|(u, _)| u.kind == unit.kind && u.factor < smallest);
            if let Some((smaller, behind)) = after {
                // 五元三毛.
                (value, smallest, end) = (value + next.value * smaller.factor, smaller.factor, behind);
            } else if next.value == 0.5 && next.span.of(text) == "半" {
                // 三斤半.
                (value, end) = (value + next.value * smallest, next.span.end);
            } else if unit.kind != Kind::Duration && next.chinese && next.value < 10.0 && is_last(text, next) {
                // 三块五, 一米六.
                (value, end) = (value + next.value * smallest / 10.0, next.span.end);
            } else {
                break;
            }
            used += 1;
        }
        if unit.needs_more && used == 0 {
            return None;
        }
        let start =
            self.prefix(text, first).filter(|_| unit.kind == Kind::Money).map_or(first.span.start, |(at, _)| at);
        Some((
            Measure {
                span: Span::new(start, end),
                kind: unit.kind.code(),
                value: (value * 1e6).round() / 1e6,
                unit: unit.name.clone(),
            },
            used,
        ))
    }

    /// ¥50: money by what stands before it.
    fn prefixed(&self, text: &str, number: &Numeral) -> Option<Measure> {
        let (start, unit) = self.prefix(text, number)?;
        Some(Measure {
            span: Span::new(start, number.span.end),
            kind: Kind::Money.code(),
            value: number.value,
            unit: unit.to_owned(),
        })
    }

    /// Where the name of a currency before `number` begins, and which it is.
    fn prefix(&self, text: &str, number: &Numeral) -> Option<(usize, &str)> {
        let before = &text[..number.span.start];
        let before = before.strip_suffix("  ").or(before.strip_suffix(' ')).unwrap_or(before);
        let (prefix, unit) = self.money_prefixes.iter().find(|(prefix, _)| before.ends_with(prefix.as_str()))?;
        Some((before.len() - prefix.len(), unit))
    }

    /// The unit at byte `at`, and its end. A unit in Latin letters is not the beginning of a word.
    fn unit(&self, text: &str, at: usize) -> Option<(&Unit, usize)> {
        let rest = &text[at..];
        let spaces = rest.len() - rest.trim_start_matches(' ').len();
        let rest = if spaces <= 1 { &rest[spaces..] } else { rest };
        let (text, index) = self.texts.at(rest).next()?;
        let unit = &self.units[index];
        let behind = rest[text.len()..].chars().next();
        let is_latin = text.ends_with(|c: char| c.is_ascii_alphabetic());
        let is_word = behind.is_some_and(|c| unit.not.contains(c) || is_latin && c.is_ascii_alphanumeric());
        (!is_word).then_some((unit, at + if spaces <= 1 { spaces } else { 0 } + text.len()))
    }
}

/// Whether `number` is a single character and counts nothing of its own: it ends a clause.
fn is_last(text: &str, number: &Numeral) -> bool {
    let behind = &text[number.span.end..];
    number.span.of(text).chars().count() == 1 && !behind.starts_with(|c: char| c.is_alphanumeric() || c == '、')
}
