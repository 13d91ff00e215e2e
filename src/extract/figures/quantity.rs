//! A number and its unit as one quantity: the part of binding that reads forwards from a number.
//!
//! Knows ranges, units shared by neighbours, 万 behind 余, and lengths of time in two parts. Whether the quantity is a
//! figure at all is asked by [`Binder::checked`].

use super::bind::{Binder, Mention};
use super::comparators::{Found, combine};
use super::denials::there_are_none;
use super::neighbours::share_bound;
use super::refusals::is_range_mark;
use super::units::UnitRule;
use crate::extract::numerals::{Numeral, NumeralKind};
use crate::finding::{Comparator, RuleId, Step};
use crate::span::Span;
use std::sync::Arc;

/// A number as it goes into a mention.
struct Amount {
    number: Span,
    value: Option<f64>,
    value_hi: Option<f64>,
    approx: bool,
    masked: bool,
    pattern: &'static str,
}

/// A unit at a place.
pub(super) struct UnitAt<'u> {
    pub rule: Option<&'u UnitRule>,
    pub class: &'u str,
    /// Unit as written.
    pub written: Span,
    /// Approximation between number and unit.
    pub between: usize,
    /// What 万 or 亿 behind 余 multiplies the number by.
    factor: f64,
}

/// Numbers that may share the unit of one behind them. Without an end to it, a long list without any unit would be
/// walked through from each of its numbers.
const MOST_SHARE_A_UNIT: usize = 16;

/// 未达到95%.
const NOT_REACHED: &str = "figures.comparator.not_reach";

/// What stands behind a quantity that is a limit, upper or lower, whatever is said of it.
const LIMITS: [&str; 7] = ["的规定", "的硬性规定", "的国家规定", "的统一规定", "的要求", "的标准", "的目标"];

impl Binder {
    /// The quantity that number `i` begins; one or, where numbers share a unit, several, and how many numbers they take.
    pub(super) fn quantity(
        &self,
        text: &str,
        numbers: &[Numeral],
        i: usize,
        floor: usize,
    ) -> Result<(Vec<Mention>, usize), Arc<str>> {
        self.quantity_in_list(text, numbers, i, floor, MOST_SHARE_A_UNIT)
    }

    /// The same where at most `more` numbers stand between this one and the unit of its list.
    fn quantity_in_list(
        &self,
        text: &str,
        numbers: &[Numeral],
        i: usize,
        floor: usize,
        more: usize,
    ) -> Result<(Vec<Mention>, usize), Arc<str>> {
        let n = &numbers[i];
        // 3—5次, 60分钟至90分钟, 80—90%
        if let Some((second, unit, ratio)) = self.range_end(text, numbers, i) {
            let m = &numbers[second];
            let hi = m.value * unit.factor;
            let value = n.value * scale(text, n, m) * unit.factor * ratio;
            let changes = changes(&text[floor..n.span.start], &text[n.span.end..m.span.start]);
            if !changes && value < hi && n.kind != NumeralKind::Masked && m.kind != NumeralKind::Masked {
                let number = Span::new(n.span.start, m.span.end);
                let (value, value_hi) = (Some(value), Some(hi));
                let amount = Amount { number, value, value_hi, approx: false, masked: false, pattern: "range" };
                let mention = self.mention(text, floor, &amount, &unit);
                return self.checked(text, floor, n, &unit, mention).map(|m| (vec![m], second - i + 1));
            }
        }
        let Some(unit) = self.unit_after(text, n) else {
            // 10、15人; 1.3和4.9个百分点
            if more > 0
                && let Some(next) = numbers.get(i + 1)
                && matches!(&text[n.span.end..next.span.start], "、" | "和" | "与" | "及" | "到" | "至" | "," | "或")
                && n.kind == NumeralKind::Number
                && n.chinese == next.chinese
                && let Ok((following, taken)) = self.quantity_in_list(text, numbers, i + 1, n.span.end, more - 1)
                && following[0].value_hi.is_none()
                && !matches!(following[0].class.as_str(), "share" | "fen")
            {
                let first = &following[0];
                let factor = if first.class == "percent" { 1.0 } else { scale(text, n, next) };
                let before = self.comparators.before(&text[floor..n.span.start]);
                let mut steps = vec![Step { rule: RuleId::from("figures.shared_unit"), span: first.span }];
                let span = self.outer(n.span, before.as_ref(), None, &mut steps);
                let comparator = combine(before.as_ref(), false, None);
                let own = Mention {
                    span,
                    number: n.span,
                    value: Some(n.value * factor),
                    comparator,
                    pattern: "shared_unit",
                    steps,
                    ..first.clone()
                };
                let mut mentions = vec![own];
                mentions.extend(following);
                share_bound(&mut mentions);
                return Ok((mentions, taken + 1));
            }
            if let Some(reason) = self.refusals.noun(&text[n.span.end..]) {
                return Err(reason);
            }
            let masked = n.kind == NumeralKind::Masked;
            return Err(if masked { self.codes.masked_name.clone() } else { self.codes.no_unit.clone() });
        };
        let mut number = n.span;
        let mut value = n.value * unit.factor;
        let mut value_hi = None;
        let mut taken = 1;
        let mut unit = unit;
        if let Some(high) = n.high {
            value_hi = Some(high * unit.factor);
        }
        // 1小时30分钟, 1分50秒
        if let Some((part, smaller)) = self.smaller_part(text, numbers, i, &unit) {
            let m = &numbers[i + 1];
            value += m.value / part;
            number.end = m.span.end;
            unit.written = smaller;
            taken = 2;
        }
        let masked = n.kind == NumeralKind::Masked || is_blank_zero(n.span.of(text));
        let pattern = match unit.class {
            _ if masked => "masked",
            _ if value_hi.is_some() => "range",
            "percent" => "percent",
            "share" => "fraction",
            "money" => "money",
            _ if n.chinese => "numeral",
            _ => "number",
        };
        let value = (!masked).then_some(value);
        let amount = Amount { number, value, value_hi, approx: n.approx, masked, pattern };
        let mut mention = self.mention(text, floor, &amount, &unit);
        if taken == 2 {
            mention.unit = if unit.class == "hours" { "小时".to_owned() } else { "分钟".to_owned() };
        }
        self.checked(text, floor, n, &unit, mention).map(|m| (vec![m], taken))
    }

    fn mention(&self, text: &str, floor: usize, amount: &Amount, unit: &UnitAt) -> Mention {
        let &Amount { number, value, value_hi, approx, masked, pattern } = amount;
        let core = Span::new(number.start, unit.written.end.max(number.end));
        let mut steps = vec![Step { rule: RuleId::from(format!("figures.{pattern}")), span: core }];
        if let Some(rule) = unit.rule {
            steps.push(Step { rule: RuleId::from(format!("figures.unit.{}", rule.id)), span: unit.written });
        }
        let mut before = self.comparators.before(&text[floor..number.start]);
        if let Some(found) = &mut before
            && matches!(found.gives, Comparator::Gt | Comparator::Lt)
            && there_are_none(&text[floor..number.start], &text[core.end..])
        {
            found.gives = found.gives.other_side();
        }
        let named = before.as_ref().and_then(|found| limit_named(found, &text[core.end..]));
        let after = named.or_else(|| self.comparators.after(&text[core.end..], unit.class));
        let span = self.outer(core, before.as_ref(), after.as_ref(), &mut steps);
        let mut comparator = combine(before.as_ref(), approx || unit.between > 0, after.as_ref());
        if value_hi.is_some() {
            comparator = Comparator::Range;
        }
        let (written, unit_text) = (number.of(text), unit.written.of(text));
        let percent = unit.class == "percent";
        let number = if percent && written.ends_with(['%', '％']) {
            Span::new(number.start, number.end - written.chars().next_back().map_or(0, char::len_utf8))
        } else {
            number
        };
        let told = if percent { Some("%") } else { unit.rule.and_then(|rule| rule.told.as_deref()) };
        let unit_text = told.unwrap_or(unit_text).to_owned();
        let class = unit.class.to_owned();
        Mention { span, number, value, value_hi, unit: unit_text, class, comparator, masked, pattern, steps }
    }

    /// The unit behind a number, with what stands between them; a percentage or fraction is its own.
    fn unit_after<'u>(&'u self, text: &str, n: &Numeral) -> Option<UnitAt<'u>> {
        let end = n.span.end;
        let own = |class| UnitAt { rule: None, class, written: Span::new(end, end), between: 0, factor: 1.0 };
        if n.kind == NumeralKind::Percent {
            return Some(own("percent"));
        }
        let written = n.span.of(text);
        if n.kind == NumeralKind::Masked && text[end..].starts_with(['%', '％']) {
            let mut unit = own("percent");
            unit.written = Span::new(end, end + text[end..].chars().next().map_or(0, char::len_utf8));
            return Some(unit);
        }
        if written.contains("分之") || written == "一半" || written == "半" && text[end..].starts_with("数") {
            let mut unit = own("share");
            if text[end..].starts_with('数') {
                unit.written = Span::new(end, end + "数".len());
            }
            return Some(unit);
        }
        let unit_at =
            |at: usize| self.units.at(&text[at..], n.chinese).map(|(rule, len)| (rule, Span::new(at, at + len)));
        let found = |(rule, written): (&'u UnitRule, Span), between, factor| {
            Some(UnitAt { rule: Some(rule), class: &rule.class, written, between, factor })
        };
        // 一个多小时
        for (prefix, unit) in [("个多", "小时"), ("个多", "月"), ("个来", "小时")] {
            if let Some(rest) = text[end..].strip_prefix(prefix)
                && rest.starts_with(unit)
            {
                let at = end + prefix.len();
                return unit_at(at).or_else(|| unit_at(end)).and_then(|u| found(u, prefix.len(), 1.0));
            }
        }
        if let Some(unit) = unit_at(end) {
            return found(unit, 0, 1.0);
        }
        // XX万人, XXX万元
        if n.kind == NumeralKind::Masked
            && let Some(rest) = text[end..].strip_prefix(['万', '亿', '千', '百'])
        {
            return unit_at(text.len() - rest.len()).and_then(|unit| found(unit, 0, 1.0));
        }
        let between = self.comparators.between(&text[end..]);
        if between > 0 {
            let at = end + between;
            let factor = [("万", 1e4), ("亿", 1e8), ("百", 1e2), ("千", 1e3)]
                .into_iter()
                .find(|(w, _)| text[at..].starts_with(w));
            return match factor {
                Some((word, factor)) => unit_at(at + word.len()).and_then(|u| found(u, between, factor)),
                None => unit_at(at).and_then(|u| found(u, between, 1.0)),
            };
        }
        None
    }

    /// The number that ends a range which number `i` begins, the unit of the range, and how much of it the unit of number
    /// `i` is: a 60th in 30分钟至1小时, else 1.
    fn range_end<'u>(&'u self, text: &str, numbers: &[Numeral], i: usize) -> Option<(usize, UnitAt<'u>, f64)> {
        let n = &numbers[i];
        let own = self.unit_after(text, n);
        let from = own.as_ref().map_or(n.span.end, |u| u.written.end);
        let next = numbers.get(i + 1)?;
        let mark = text.get(from..next.span.start)?;
        // 1一6: the dash was read as a number.
        let (second, next) = if mark.is_empty() && next.span.of(text) == "一" && !n.chinese {
            (i + 2, numbers.get(i + 2).filter(|m| !m.chinese && m.span.start == next.span.end)?)
        } else if is_range_mark(mark) && mark != "一" {
            (i + 1, next)
        } else {
            return None;
        };
        // 百分之七十至七十五: the second number is a percentage as well.
        let percent = |own: &UnitAt| {
            let same = own.class == "percent" && n.chinese && next.chinese && next.kind == NumeralKind::Number;
            let end = next.span.end;
            same.then(|| UnitAt { rule: None, class: "percent", written: Span::new(end, end), between: 0, factor: 1.0 })
        };
        let unit = self.unit_after(text, next).or_else(|| own.as_ref().and_then(percent))?;
        let ratio = match &own {
            None => (n.kind == NumeralKind::Number).then_some(1.0),
            Some(own) if own.class == "minutes" && unit.class == "hours" => Some(1.0 / 60.0),
            Some(own) => (own.class == unit.class && own.written.of(text) == unit.written.of(text)).then_some(1.0),
        };
        ratio.map(|ratio| (second, unit, ratio))
    }

    /// The minutes of 1小时30分钟 or the seconds of 1分50秒: how many make one, and the unit.
    fn smaller_part(&self, text: &str, numbers: &[Numeral], i: usize, unit: &UnitAt) -> Option<(f64, Span)> {
        let next = numbers.get(i + 1).filter(|m| m.span.start == unit.written.end && m.kind == NumeralKind::Number)?;
        let smaller = self.unit_after(text, next)?;
        let fits = match unit.class {
            "hours" => matches!(smaller.class, "minutes" | "fen"),
            "fen" | "minutes" => smaller.class == "seconds",
            _ => false,
        };
        (fits && next.value < 60.0).then_some((60.0, smaller.written))
    }
}

/// 用时125分钟,超90分钟的规定: what is not kept is the limit, 90 at most.
fn limit_named(before: &Found, behind: &str) -> Option<Found> {
    let limit = LIMITS.iter().find(|limit| behind.starts_with(**limit))?;
    let gives = match before.gives {
        // 高于90%的目标: an aim is a floor; 低于5%的目标 is one to stay under.
        Comparator::Gt if *limit == "的目标" => Comparator::Ge,
        Comparator::Lt if *limit == "的目标" && *before.rule != *NOT_REACHED => return None,
        Comparator::Gt | Comparator::Lt => before.gives.other_side(),
        _ => return None,
    };
    Some(Found { rule: RuleId::from("figures.comparator.limit_named"), gives, strength: 4, len: limit.len() })
}

/// 00家, 〇所: a zero that fills the place of a number that is not there.
fn is_blank_zero(number: &str) -> bool {
    let number = number.trim_end_matches(['%', '％']);
    number.chars().all(|c| c == '〇') || number.len() > 1 && number.bytes().all(|b| b == b'0')
}

/// True where the two numbers are ends of a change, not of a range: 由420到519人.
fn changes(before: &str, between: &str) -> bool {
    let clause = before.rfind([',', ';', '。', '、']).map_or(before, |i| &before[i..]);
    let recent = clause.char_indices().rev().nth(9).map_or(clause, |(i, _)| &clause[i..]);
    let told = |from: char| {
        recent.rfind(from).map(|i| &recent[i + from.len_utf8()..]).is_some_and(|rest| {
            rest.is_empty() || rest.ends_with('的') || ["原来", "去年", "上年", "过去", "之前"].contains(&rest)
        })
    };
    (between.ends_with('到') || between.ends_with('至')) && (told('由') || told('从'))
}

/// What the first number of a pair is multiplied by because 万 or 亿 stands only behind the second: 三、四万.
fn scale(text: &str, n: &Numeral, m: &Numeral) -> f64 {
    let (first, second) = (n.span.of(text), m.span.of(text));
    [('万', 1e4), ('亿', 1e8)]
        .into_iter()
        .find(|(word, _)| second.ends_with(*word) && !first.ends_with(*word) && n.value < 1e4)
        .map_or(1.0, |(_, factor)| factor)
}
