//! Bounds and ranges: 不超过60, 三十或者以上, 位于20和30之间, 大于二十的同时小于三十五.
//!
//! The words are data in `comparators.toml`. Here they bind to the number beside them, one side or both, and two
//! bounds of the same number become one range.

use crate::extract::numerals::{Numeral, NumeralKind, counter_end};
use crate::rules;
use crate::span::Span;
use anyhow::Result;
use regex::{Captures, Regex};
use serde::Deserialize;
use std::collections::HashMap;

/// One end of a range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bound {
    pub(super) value: f64,
    /// The value itself belongs to the range.
    pub(super) inclusive: bool,
}

/// A range with at least one end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Range {
    pub(super) span: Span,
    pub(super) low: Option<Bound>,
    pub(super) high: Option<Bound>,
}

/// How a word bounds its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    More,
    Less,
    AtLeast,
    AtMost,
    Equal,
}

impl Relation {
    const ALL: [(Relation, &'static str); 5] = [
        (Relation::AtLeast, "at_least"),
        (Relation::AtMost, "at_most"),
        (Relation::More, "more"),
        (Relation::Less, "less"),
        (Relation::Equal, "equal"),
    ];

    /// With 不 before it.
    fn negated(self) -> Option<Self> {
        match self {
            Relation::More => Some(Relation::AtMost),
            Relation::Less => Some(Relation::AtLeast),
            _ => None,
        }
    }

    fn range(self, value: f64, span: Span) -> Range {
        let inclusive = !matches!(self, Relation::More | Relation::Less);
        let bound = Some(Bound { value, inclusive });
        Range {
            span,
            low: bound.filter(|_| !matches!(self, Relation::Less | Relation::AtMost)),
            high: bound.filter(|_| !matches!(self, Relation::More | Relation::AtLeast)),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    negations: Vec<String>,
    fillers: Vec<String>,
    before: Sides,
    after: Sides,
    between: Between,
    than: Than,
    both: Both,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sides {
    more: Vec<String>,
    less: Vec<String>,
    at_least: Vec<String>,
    at_most: Vec<String>,
    #[serde(default)]
    equal: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Between {
    joins: Vec<String>,
    loose_joins: Vec<String>,
    closes: Vec<String>,
    opens: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Than {
    opens: Vec<String>,
    more: Vec<String>,
    less: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Both {
    links: Vec<String>,
}

/// The words of `comparators.toml`, ready to be found.
pub(super) struct Comparators {
    before: Regex,
    after: Regex,
    than_opens: Regex,
    than_closes: Regex,
    joins: Regex,
    loose_joins: Regex,
    closes: Regex,
    opens: Regex,
    links: Regex,
}

/// `words` as alternatives, the longest first, with spaces allowed inside.
fn any_of(words: &[String]) -> String {
    let mut words: Vec<_> = words.iter().collect();
    words.sort_by_key(|w| std::cmp::Reverse(w.chars().count()));
    let spaced =
        |word: &String| word.chars().map(|c| regex::escape(&c.to_string())).collect::<Vec<_>>().join(r"\s{0,2}");
    format!("(?:{})", words.into_iter().map(spaced).collect::<Vec<_>>().join("|"))
}

/// The words of all relations, each in a group of its name.
fn relations(sides: &Sides) -> String {
    let groups = Relation::ALL.map(|(relation, name)| {
        let words = match relation {
            Relation::More => &sides.more,
            Relation::Less => &sides.less,
            Relation::AtLeast => &sides.at_least,
            Relation::AtMost => &sides.at_most,
            Relation::Equal => &sides.equal,
        };
        (!words.is_empty()).then(|| format!("(?P<{name}>{})", any_of(words)))
    });
    format!("(?:{})", groups.into_iter().flatten().collect::<Vec<_>>().join("|"))
}

fn relation(found: &Captures) -> Option<Relation> {
    Relation::ALL.into_iter().find(|(_, name)| found.name(name).is_some()).map(|(relation, _)| relation)
}

impl Comparators {
    pub(super) fn new() -> Result<Self> {
        let file: File = rules::parse("comparators.toml", include_str!("comparators.toml"))?;
        let Between { joins, loose_joins, closes, opens } = &file.between;
        let no_equal = |more, less| Sides { more, less, at_least: vec![], at_most: vec![], equal: vec![] };
        Ok(Comparators {
            before: Regex::new(&format!(
                r"(?P<not>{}\s{{0,2}})?{}\s{{0,2}}{}{{0,2}}\s{{0,3}}",
                any_of(&file.negations),
                relations(&file.before),
                any_of(&file.fillers),
            ))?,
            after: Regex::new(&format!(r"^\s{{0,3}}{}", relations(&file.after)))?,
            than_opens: Regex::new(&format!(r"{}\s{{0,3}}", any_of(&file.than.opens)))?,
            than_closes: Regex::new(&format!(r"^\s{{0,3}}{}", relations(&no_equal(file.than.more, file.than.less))))?,
            joins: Regex::new(&format!(r"^\s{{0,3}}{}\s{{0,3}}$", any_of(joins)))?,
            loose_joins: Regex::new(&format!(r"^\s{{0,3}}{}\s{{0,3}}$", any_of(loose_joins)))?,
            closes: Regex::new(&format!(r"^\s{{0,3}}{}", any_of(closes)))?,
            opens: Regex::new(&format!(r"{}\s{{0,3}}", any_of(opens)))?,
            links: Regex::new(&format!(r"^\s{{0,3}}[,，、]?\s{{0,3}}{}\s{{0,3}}$", any_of(&file.both.links)))?,
        })
    }

    /// The ranges of `text`, whose numbers are `numerals`.
    pub(super) fn ranges(&self, text: &str, numerals: &[Numeral]) -> Vec<Range> {
        let before = self.before_numbers(text);
        let opens = starts_by_end(&self.opens, text);
        let than = starts_by_end(&self.than_opens, text);
        let numbers: Vec<_> = numerals.iter().filter(|n| n.kind != NumeralKind::Masked).collect();
        let mut ranges: Vec<Range> = Vec::new();
        let mut last_kind = None;
        let mut rest = &numbers[..];
        while let [first, tail @ ..] = rest {
            rest = tail;
            let after_than = than.get(&first.span.start).and_then(|&s| self.compared(text, s, first));
            let found = match tail {
                [second, ..] if let Some(range) = self.between(text, &opens, first, second) => {
                    rest = &tail[1..];
                    Some(range)
                }
                _ => after_than.or_else(|| self.one_sided(text, &before, first)),
            };
            let Some(range) = found else { continue };
            match ranges.last_mut().filter(|_| last_kind == Some(first.kind)) {
                Some(last) if let Some(both) = self.joined(text, last, &range) => *last = both,
                _ => ranges.push(range),
            }
            last_kind = Some(first.kind);
        }
        ranges
    }

    /// Where each comparator before a number ends, with its start and relation.
    fn before_numbers(&self, text: &str) -> HashMap<usize, (usize, Relation)> {
        let mut by_end = HashMap::new();
        for found in self.before.captures_iter(text) {
            let Some(whole) = found.get(0) else { continue };
            let plain = relation(&found);
            let told = if found.name("not").is_some() { plain.and_then(Relation::negated) } else { plain };
            if let Some(told) = told {
                by_end.insert(whole.end(), (whole.start(), told));
            }
        }
        by_end
    }

    /// 不超过60, 五百以上, 60分钟以内, 二百余万, 两三; with words on both sides those before it tell.
    fn one_sided(&self, text: &str, before: &HashMap<usize, (usize, Relation)>, number: &Numeral) -> Option<Range> {
        let Span { start, end } = number.span;
        if let Some(&(start, relation)) = before.get(&start) {
            return Some(relation.range(number.value, Span::new(start, end)));
        }
        let unit_ends = [Some(end), counter_end(text, end)];
        for end in unit_ends.into_iter().flatten() {
            if let Some(found) = self.after.captures(&text[end..]) {
                let end = end + found.get(0)?.end();
                return Some(relation(&found)?.range(number.value, Span::new(start, end)));
            }
        }
        if let Some(high) = number.high {
            return Some(closed(number.value, high, number.span));
        }
        let more = text[end..].chars().next().filter(|c| "余餘多来來".contains(*c)).map(|c| end + c.len_utf8());
        match more.filter(|&end| counter_end(text, end).is_some()) {
            Some(end) => Some(Relation::More.range(number.value, Span::new(start, end))),
            None => number.approx.then(|| Relation::More.range(number.value, number.span)),
        }
    }

    /// 比四分之一大.
    fn compared(&self, text: &str, start: usize, number: &Numeral) -> Option<Range> {
        let found = self.than_closes.captures(&text[number.span.end..])?;
        let end = number.span.end + found.get(0)?.end();
        Some(relation(&found)?.range(number.value, Span::new(start, end)))
    }

    /// 20到30, 位于20和30之间, 40%—60%, 3个到5个.
    fn between(&self, text: &str, opens: &HashMap<usize, usize>, a: &Numeral, b: &Numeral) -> Option<Range> {
        let gap = &text[a.span.end..b.span.start];
        let unit = counter_end(text, a.span.end).filter(|&end| end < b.span.start);
        let past_unit = unit.map(|end| &text[end..b.span.start]);
        let joined = |by: &Regex| by.is_match(gap) || past_unit.is_some_and(|gap| by.is_match(gap));
        let close = self.closes.find(&text[b.span.end..]).map(|m| b.span.end + m.end());
        let is_joined = joined(&self.joins) || close.is_some() && joined(&self.loose_joins);
        if !is_joined || a.value >= b.value || goes_on(text, a, b) {
            return None;
        }
        // 在 opens a range only where 之间 closes it: 在 3到5年级 is a place.
        let open = opens.get(&a.span.start).filter(|&&at| close.is_some() || !text[at..].starts_with('在'));
        let span = Span::new(open.copied().unwrap_or(a.span.start), close.unwrap_or(b.span.end));
        Some(closed(a.value, b.high.unwrap_or(b.value), span))
    }

    /// Two bounds of the same number as one range: 大于二十的同时小于三十五.
    fn joined(&self, text: &str, a: &Range, b: &Range) -> Option<Range> {
        let (low, high) = match (a, b) {
            (Range { low: Some(low), high: None, .. }, Range { low: None, high: Some(high), .. }) => (low, high),
            (Range { low: None, high: Some(high), .. }, Range { low: Some(low), high: None, .. }) => (low, high),
            _ => return None,
        };
        let link = text.get(a.span.end..b.span.start).filter(|link| self.links.is_match(link))?;
        // 比5大，比9小 is one range; with other words a comma begins the bound of another number.
        let is_other = link.contains([',', '，', '、'])
            && text[a.span.start..].chars().next() != text[b.span.start..].chars().next();
        (!is_other && low.value < high.value).then_some(Range {
            span: Span::new(a.span.start, b.span.end),
            low: Some(*low),
            high: Some(*high),
        })
    }
}

fn closed(low: f64, high: f64, span: Span) -> Range {
    let bound = |value| Some(Bound { value, inclusive: true });
    Range { span, low: bound(low), high: bound(high) }
}

/// Where each match of `words` ends, with its start.
fn starts_by_end(words: &Regex, text: &str) -> HashMap<usize, usize> {
    words.find_iter(text).map(|m| (m.end(), m.start())).collect()
}

/// 8:00-9:30, 2023-9-1: a clock time or date goes on before or behind.
fn goes_on(text: &str, a: &Numeral, b: &Numeral) -> bool {
    let marks = [':', '：', '-'];
    text[..a.span.start].ends_with(marks) || text[b.span.end..].starts_with(marks)
}
