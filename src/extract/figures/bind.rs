//! Binding (绑定): from the numbers of a sentence to mentions, each comparator + number + unit as one record.
//!
//! The one place where it is decided what belongs to a number: the comparator before it, the approximation and the unit
//! behind it, the second end of a range, the unit or comparator that it shares with its neighbour (10、15人;
//! 分别不超过7小时和8小时). Every number that comes in goes out, as part of a mention or refused with a reason. What the
//! mention is about (kind, indicator, scope) is not asked here.

use super::clock::{Clock, Day};
use super::comparators::{Comparators, Found, combine};
use super::denials::{forbids, is_denied, keeps_from};
use super::grades::Grades;
use super::neighbours::{inherit, joined_bounds, share_backwards};
use super::quantity::UnitAt;
use super::refusals::{Refusals, is_range_mark};
use super::table;
use super::units::{Needs, One, Units};
use crate::extract::numerals::{Numeral, NumeralKind};
use crate::finding::{Comparator, RuleId, Step};
use crate::rules::RuleFiles;
use crate::span::Span;
use anyhow::Result;
use std::sync::Arc;

/// A quantity of a sentence; spans count from the sentence's start.
#[derive(Clone, Debug)]
pub(super) struct Mention {
    /// Comparator, number and unit.
    pub span: Span,
    /// The number as written.
    pub number: Span,
    pub value: Option<f64>,
    pub value_hi: Option<f64>,
    /// Unit as written; `clock` for times of day, empty for fractions.
    pub unit: String,
    /// See [`UnitRule::class`]; `percent`, `clock` and `share` beside those.
    pub class: String,
    pub comparator: Comparator,
    pub masked: bool,
    /// Where the number stands for "one of" and may be an article.
    pub pattern: &'static str,
    pub steps: Vec<Step>,
}

/// A number that is no figure.
#[derive(Clone, Debug)]
pub(super) struct Refused {
    pub span: Span,
    pub reason: Arc<str>,
}

/// The rules of binding.
pub(super) struct Binder {
    pub units: Units,
    pub comparators: Comparators,
    pub refusals: Refusals,
    pub grades: Grades,
    pub(super) codes: Codes,
}

pub(super) struct Codes {
    pub enumerator: Arc<str>,
    pub no_unit: Arc<str>,
    pub article: Arc<str>,
    pub name: Arc<str>,
    pub masked_name: Arc<str>,
    pub period: Arc<str>,
    pub joined: Arc<str>,
    pub denied: Arc<str>,
}

impl Binder {
    pub fn new(rules: &RuleFiles) -> Result<Self> {
        Ok(Binder {
            units: Units::new(rules)?,
            comparators: Comparators::new(rules)?,
            refusals: Refusals::new(rules)?,
            grades: Grades::new(rules)?,
            codes: Codes {
                enumerator: "enumerator".into(),
                no_unit: "no_unit".into(),
                article: "article".into(),
                name: "name".into(),
                masked_name: "masked_name".into(),
                period: "period".into(),
                joined: "joined".into(),
                denied: "denied".into(),
            },
        })
    }

    /// The quantities of `text` and the numbers that are none; `enumerator` is the length of the number that opens it.
    pub fn bind(&self, text: &str, enumerator: usize, numbers: &[Numeral]) -> (Vec<Mention>, Vec<Refused>) {
        let (mut mentions, mut refused): (Vec<Mention>, Vec<Refused>) = (Vec::new(), Vec::new());
        let mut day = Day::default();
        let mut i = 0;
        while i < numbers.len() {
            let n = &numbers[i];
            let floor = mentions.last().map_or(0, |m| m.span.end).max(enumerator.min(n.span.start));
            let mut refuse = |k: usize, reason: &Arc<str>| {
                let span = Span::new(n.span.start, numbers[(i + k - 1).min(numbers.len() - 1)].span.end);
                refused.push(Refused { span, reason: reason.clone() });
                k
            };
            i += if n.span.start < enumerator {
                refuse(1, &self.codes.enumerator)
            } else if let Some(clock) = self.clock(text, numbers, i, floor, &mut day) {
                let (mut mention, taken) = clock;
                inherit(&self.grades, text, mentions.last(), std::slice::from_mut(&mut mention));
                mentions.push(mention);
                taken
            } else if let Some((k, reason)) = self.refusals.of(text, numbers, i) {
                refuse(k, &reason)
            } else {
                match self.quantity(text, numbers, i, floor) {
                    Ok((mut found, taken)) => {
                        if let (Some(last), [next]) = (mentions.last_mut(), found.as_mut_slice())
                            && joined_bounds(text, last, next)
                        {
                            last.span.end = next.span.end;
                            last.value_hi = next.value;
                            last.comparator = Comparator::Range;
                            last.number.end = next.number.end;
                            last.steps.append(&mut next.steps);
                        } else {
                            inherit(&self.grades, text, mentions.last(), &mut found);
                            mentions.append(&mut found);
                        }
                        taken
                    }
                    Err(reason) => refuse(1, &reason),
                }
            };
        }
        share_backwards(text, &mut mentions);
        (mentions, refused)
    }

    /// Numbers that were refused for want of a unit, but are cells of a table whose head tells it: they become figures.
    pub fn cells<'t>(
        &self,
        text: &str,
        numbers: &[Numeral],
        head: impl Fn(usize) -> Option<&'t str>,
        mentions: &mut Vec<Mention>,
        refused: &mut Vec<Refused>,
    ) {
        let before = refused.len();
        refused.retain(|none| {
            let of_cell = || {
                let number = numbers.iter().find(|n| n.span == none.span && n.kind == NumeralKind::Number)?;
                let unit = head(number.span.start).filter(|_| table::is_cell(text, number.span))?;
                let class = match unit {
                    "%" | "％" => "percent",
                    unit => self.units.at(unit, false).filter(|(_, len)| *len == unit.len())?.0.class.as_str(),
                };
                let steps = vec![Step { rule: RuleId::from("figures.table_cell"), span: number.span }];
                Some(Mention {
                    span: number.span,
                    number: number.span,
                    value: Some(number.value),
                    value_hi: number.high,
                    unit: unit.replace('％', "%"),
                    class: class.to_owned(),
                    comparator: Comparator::Eq,
                    masked: false,
                    pattern: "number",
                    steps,
                })
            };
            let cell = if none.reason == self.codes.no_unit { of_cell() } else { None };
            cell.map(|mention| mentions.push(mention)).is_none()
        });
        if refused.len() < before {
            mentions.sort_by_key(|mention| mention.span.start);
        }
    }

    /// A bare cell under a head that tells a bound: 8:10 under 到校不早于.
    pub fn bounded(&self, text: &str, head: &str, mention: &Mention) -> Option<Mention> {
        let bare = mention.comparator == Comparator::Eq && table::is_cell(text, mention.span);
        let found = if bare { self.comparators.before(table::name(head)) } else { None };
        let found = found.filter(|found| found.gives != Comparator::Eq)?;
        let step = Step { rule: found.rule, span: mention.span };
        let steps = mention.steps.iter().cloned().chain([step]).collect();
        Some(Mention { comparator: found.gives, steps, ..mention.clone() })
    }

    fn clock(
        &self,
        text: &str,
        numbers: &[Numeral],
        i: usize,
        floor: usize,
        day: &mut Day,
    ) -> Option<(Mention, usize)> {
        let mut clock = day.read(text, numbers, i)?;
        let end = self.clock_range_end(text, numbers, i + clock.taken, floor, &clock, day);
        let value_hi = end.as_ref().map(|end| end.value);
        let first = clock.value;
        if let Some(end) = end {
            clock.span.end = end.span.end;
            clock.number.end = end.number.end;
            clock.taken += end.taken;
        }
        let mut steps = vec![Step { rule: RuleId::from("figures.clock"), span: clock.span }];
        let mut before =
            self.comparators.before(&text[floor..clock.span.start]).filter(|_| !is_end_of_spread(text, clock.span));
        if let Some(found) = before.as_mut().filter(|f| f.gives == Comparator::Gt)
            && forbids(&text[clock.span.end..])
        {
            found.gives = Comparator::Le;
            found.rule = RuleId::from("figures.comparator.forbidden_after");
        }
        let mut after = self.comparators.after(&text[clock.span.end..], "clock").filter(|_| value_hi.is_none());
        if let Some(found) = &mut after
            && keeps_from(text, floor, Span::new(clock.span.start, clock.span.end + found.len))
        {
            found.gives = found.gives.other_side();
        }
        let span = self.outer(clock.span, before.as_ref(), after.as_ref(), &mut steps);
        let comparator =
            if value_hi.is_some() { Comparator::Range } else { combine(before.as_ref(), false, after.as_ref()) };
        let (value, number) = (Some(first), clock.number);
        let (unit, class) = ("clock".to_owned(), "clock".to_owned());
        let mention =
            Mention { span, number, value, value_hi, unit, class, comparator, masked: false, pattern: "clock", steps };
        Some((mention, clock.taken))
    }

    /// The time at which a stretch of the day ends that begins with `start`: 15:50—17:40, 从下午4点到5点半. A stretch past
    /// midnight stays two times, and so does a change (由7:20到7:50).
    fn clock_range_end(
        &self,
        text: &str,
        numbers: &[Numeral],
        next: usize,
        floor: usize,
        start: &Clock,
        day: &mut Day,
    ) -> Option<Clock> {
        numbers.get(next)?;
        let before = day.clone();
        let end = day.read(text, numbers, next).filter(|end| {
            let mark = text.get(start.span.end..end.span.start).unwrap_or_default().trim();
            let changes = text[floor..start.span.start].ends_with('由') && matches!(mark, "到" | "至");
            end.value > start.value && is_range_mark(mark) && !changes
        });
        if end.is_none() {
            *day = before;
        }
        end
    }

    /// Widens `span` by its comparators and notes them.
    pub(super) fn outer(
        &self,
        span: Span,
        before: Option<&Found>,
        after: Option<&Found>,
        steps: &mut Vec<Step>,
    ) -> Span {
        let mut outer = span;
        if let Some(found) = before.filter(|f| f.gives != Comparator::Eq) {
            outer.start -= found.len;
            steps.push(Step { rule: found.rule.clone(), span: Span::new(outer.start, span.start) });
        }
        if let Some(found) = after {
            outer.end += found.len;
            steps.push(Step { rule: found.rule.clone(), span: Span::new(span.end, outer.end) });
        }
        outer
    }

    /// The mention, unless what surrounds it shows that it is none.
    pub(super) fn checked(
        &self,
        text: &str,
        floor: usize,
        n: &Numeral,
        unit: &UnitAt,
        mention: Mention,
    ) -> Result<Mention, Arc<str>> {
        let after = &text[unit.written.end..];
        let bound = mention.comparator != Comparator::Eq;
        if lost_its_mark(n.span.of(text), unit.class) || is_cut(text, n) {
            return Err(self.codes.joined.clone());
        }
        if is_denied(&text[floor..mention.span.start], &text[mention.span.end..], &mention) {
            return Err(self.codes.denied.clone());
        }
        if let Some(rule) = unit.rule {
            if rule.needs == Some(Needs::After) && self.comparators.after(after, unit.class).is_none() {
                return Err(self.codes.period.clone());
            }
            // 每两周, 每3天: how often, not how long
            let spans = matches!(unit.class, "days" | "weeks" | "months" | "years");
            if spans && text[..mention.span.start].ends_with('每') {
                return Err(self.codes.period.clone());
            }
            let is_one = n.chinese && n.value == 1.0 && n.span.of(text) == "一" && mention.value_hi.is_none();
            if is_one && !bound {
                let before = &text[floor..n.span.start];
                if self.refusals.article(before) {
                    return Err(self.codes.article.clone());
                }
                match rule.one {
                    One::Count => {}
                    One::Period if before.ends_with("休") || before.ends_with("集中") => {}
                    One::Period => return Err(self.codes.period.clone()),
                    One::Article if counts_one(before, after, unit.class) => {}
                    One::Article => return Err(self.codes.article.clone()),
                }
            }
            // Of 3至5个方面 the unit stands behind the second number.
            let from_noun = Span::new(unit.written.start.max(n.span.end), text.len());
            let quoted = after.trim_start_matches('“');
            let noun = self.refusals.noun(from_noun.of(text));
            let noun = noun.or_else(|| (quoted.len() < after.len()).then(|| self.refusals.noun(quoted)).flatten());
            if let Some(reason) = noun {
                return Err(reason);
            }
        }
        // “两个全覆盖”, “三个百分百”: a name in quotation marks
        let time = matches!(mention.class.as_str(), "minutes" | "hours" | "percent" | "clock" | "money" | "share");
        if text[..n.span.start].ends_with('“') && !time && !bound {
            let inside = after.find('”').is_some_and(|end| end > 0 && after[..end].chars().count() <= 8);
            if inside {
                return Err(self.codes.name.clone());
            }
        }
        // “早睡一小时”: the number closes the name
        if after.starts_with('”') && !bound && mention.value_hi.is_none() && unit.class != "percent" {
            let inside = text[..n.span.start].rfind('“').map(|i| &text[i + '“'.len_utf8()..n.span.start]);
            if inside.is_some_and(|name| !name.is_empty() && name.chars().count() <= 6 && !name.contains('”')) {
                return Err(self.codes.name.clone());
            }
        }
        Ok(mention)
    }
}

/// True where 一 counts although it is written like an article: 每班一名, 村小一所。
fn counts_one(before: &str, after: &str, class: &str) -> bool {
    let clause = before.rfind([',', ';', '。', ':']).map_or(before, |i| &before[i..]);
    let far = if class == "general" { 5 } else { 11 };
    let recent = clause.char_indices().rev().nth(far).map_or(clause, |(i, _)| &clause[i..]);
    let per = recent.contains('每') || recent.contains('各') || recent.ends_with("人手");
    let listed = (after.is_empty() || after.starts_with([',', '、', ';', '。', ')']))
        && before.chars().next_back().is_some_and(|c| !",;:、。(“”了成为是有这由从".contains(c));
    per || listed
}

/// 回家1020分钟, 睡910小时: 10—20 and 9—10, whose mark a conversion has lost. What was meant is not known for sure, so
/// such a number is no figure; 1200分钟 and 120小时 are none of these.
fn lost_its_mark(number: &str, class: &str) -> bool {
    let parts = |at: usize| Some((number.get(..at)?.parse::<u32>().ok()?, number.get(at..)?.parse::<u32>().ok()?));
    let digits = number.bytes().all(|b| b.is_ascii_digit());
    match class {
        "minutes" if digits && number.len() == 4 => {
            parts(2).is_some_and(|(lo, hi)| lo % 5 == 0 && hi % 5 == 0 && lo < hi && hi <= 90)
        }
        "hours" if digits && (3..=4).contains(&number.len()) => {
            parts(number.len() - 2).is_some_and(|(lo, hi)| lo + 1 == hi && (8..=12).contains(&hi))
        }
        _ => false,
    }
}

/// 1 260人, 1，260人: a space or a wide comma has cut the number, or kept two apart, which can't be told.
fn is_cut(text: &str, n: &Numeral) -> bool {
    let digit = |c: char| c.is_ascii_digit();
    let digits = n.span.of(text).chars().take_while(|c| digit(*c)).count();
    if digits == 3 && text[..n.span.start].strip_suffix('，').is_some_and(|before| before.ends_with(digit)) {
        return true;
    }
    let before = text[..n.span.start].strip_suffix(' ').unwrap_or_default();
    // What begins the sentence numbers an item.
    n.span.of(text).starts_with(digit) && before.ends_with(digit) && !before.trim_end_matches(digit).is_empty()
}

/// 最早6:50到校,最晚7:25: how far apart they come, not two limits, where nothing says that it must be so.
fn is_end_of_spread(text: &str, time: Span) -> bool {
    const LAST: [&str; 2] = ["最晚", "最迟"];
    const MUST: [&str; 5] = ["不得", "应", "须", "规定", "要求"];
    let is_end = |word: &str| text[..time.start].trim_end().ends_with(word);
    (is_end("最早") || LAST.into_iter().any(is_end))
        && text.contains("最早")
        && LAST.iter().any(|word| text.contains(word))
        && !MUST.iter().any(|word| text.contains(word))
}
