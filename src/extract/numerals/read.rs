//! One numeral at one place: what number begins there, with its sign, as a fraction, percentage or ordinal.

use super::chars::{Form, Role};
use super::cursor::Cursor;
use super::value::{Interval, Number, is_formal, number};
use super::{Numeral, NumeralKind, blanks, digits, words};
use crate::hanzi::is_any_hanzi;
use crate::span::Span;

/// A numeral that was read, before it is placed in the text.
struct Reading<'t> {
    kind: NumeralKind,
    number: Number<'t>,
}

/// The numeral that begins at `from`. `behind` is the end of the numeral before it, 0 where there is none.
pub(super) fn numeral(from: Cursor, behind: usize) -> Option<Numeral> {
    let reading = match from.role() {
        Role::Ordinal => ordinal(from)?,
        Role::Minus => negative(from)?,
        Role::Half => half(from, behind)?,
        Role::Dot => bare_fraction(from)?,
        Role::Blank => masked(blanks::blank(from)?),
        _ => positive(from)?,
    };
    let Reading { kind, number: Number { value, is_approx, has_digits, end } } = reading;
    Some(Numeral {
        span: Span::new(from.at, end.at),
        kind,
        value: value.low,
        high: (value.high != value.low).then_some(value.high),
        approx: is_approx,
        chinese: !has_digits && kind != NumeralKind::Masked,
    })
}

fn masked(end: Cursor) -> Reading {
    Reading { kind: NumeralKind::Masked, number: Number::of(0.0, end) }
}

/// 第三, 第12, 第X.
fn ordinal(from: Cursor) -> Option<Reading> {
    let at = from.next().past_spaces();
    if at.role() == Role::Blank {
        return Some(Reading { kind: NumeralKind::Ordinal, number: Number::of(0.0, blanks::run(at)) });
    }
    if !matches!(at.role(), Role::Arabic(_) | Role::Digit(..) | Role::Zero | Role::Small(..) | Role::Tens(_)) {
        return None;
    }
    let number = number(at)?;
    Some(Reading { kind: NumeralKind::Ordinal, number })
}

/// -5, 负三点五. The sign must stand free: in 减负20条 and 10-20 it is none.
fn negative(from: Cursor) -> Option<Reading> {
    let is_word = from.after_any("负負").is_some();
    let stands_free = match from.before() {
        None => true,
        // 20 -30 is a span.
        Some(c) if c.is_whitespace() => !from.passed().trim_end_matches(' ').ends_with(|c: char| c.is_numeric()),
        Some(c) if "(（[【,，、;；:：=＝<>≥≤/".contains(c) => true,
        Some('为' | '為' | '是' | '到' | '至') => true,
        Some(c) if is_word => "得于於之".contains(c) || !is_any_hanzi(c) && !c.is_alphanumeric(),
        Some(_) => false,
    };
    if !stands_free {
        return None;
    }
    let at = if is_word { from.next().past_spaces() } else { from.next() };
    let mut reading = if at.role() == Role::Dot { bare_fraction(at)? } else { positive(at)? };
    reading.number.value = reading.number.value.negated();
    Some(reading)
}

/// .5 with nothing before the dot.
fn bare_fraction(from: Cursor) -> Option<Reading> {
    let stands_free = match from.before() {
        None => true,
        Some(c) => c.is_whitespace() || from.role_before() == Role::Minus,
    };
    let fraction = digits::integer(from.next()).filter(|_| stands_free)?;
    let value = format!("0.{}", digits::plain(from.next().to(fraction.end))).parse().ok()?;
    Some(percent_or(NumeralKind::Number, Number { has_digits: true, ..Number::of(value, fraction.end) }))
}

/// Chinese characters before 上 of 上百 that make it another word: 网上, 以上.
const NOT_NEARLY: &str = "网網线線以路会會早晚手身马馬";

/// A number without sign.
fn positive(from: Cursor) -> Option<Reading> {
    if let Some(per) = bare_denominator(from) {
        return Some(per);
    }
    if !may_begin(from) {
        return None;
    }
    let mut first = number(from)?;
    first.is_approx |= matches!(from.role(), Role::Small(2.., _) | Role::Big(_)) && is_nearly(from);
    if first.has_digits
        && let Some(end) = blanks::blank_year(first.end)
    {
        return Some(masked(end));
    }
    let number = mixed(from, first)
        .or_else(|| fraction(first))
        .or_else(|| slash(from, first))
        .or_else(|| and_a_half(first))
        .unwrap_or(first);
    Some(percent_or(NumeralKind::Number, number))
}

/// Whether a numeral can begin here, or its first character is part of a word.
fn may_begin(at: Cursor) -> bool {
    let next = at.next().role();
    match at.role() {
        Role::Arabic(_) | Role::Tens(_) => true,
        Role::Digit(_, Form::Doubtful) | Role::Small(_, Form::Doubtful) => {
            // 伍拾元; alone only where no other word can be meant.
            let is_alone = !at.before().is_some_and(is_any_hanzi);
            let goes_on = matches!(next, Role::Digit(..) | Role::Small(..) | Role::Big(_));
            is_formal(next)
                || is_alone && (goes_on || !at.next().char().is_some_and(is_any_hanzi))
                || at.next().after_any("元圆圓整").is_some()
        }
        Role::Digit(..) | Role::Zero | Role::Small(1, _) => !words::is_part_of_word(at),
        Role::Small(..) | Role::Big(_) => is_nearly(at) || !at.before().is_some_and(is_any_hanzi) && begins_section(at),
        Role::Few => match (next, at.char()) {
            (Role::Small(..) | Role::Big(_), Some('数' | '數')) => at.before().is_none_or(|c| {
                !is_any_hanzi(c) || "约約有近达達了出的共查上及和来來是为為已过過到在超逾好达".contains(c)
            }),
            (Role::Small(..) | Role::Big(_), _) => true,
            _ => false,
        },
        _ => false,
    }
}

/// 百三: a magnitude with its next digit.
fn begins_section(at: Cursor) -> bool {
    matches!((at.role(), at.next().role()), (Role::Small(..), Role::Digit(..)))
}

/// 上百, 近千, 逾万: a bare magnitude stands for about that many.
fn is_nearly(at: Cursor) -> bool {
    let mut before = at.passed().chars().rev();
    let is_nearly = match (before.next(), before.next()) {
        (Some('上'), b) => b.is_none_or(|b| !NOT_NEARLY.contains(b)),
        (Some('过' | '過'), b) => b == Some('超'),
        (Some(a), _) => "近逾超约約破成".contains(a),
        _ => false,
    };
    is_nearly && at.next().after_any("度姓货貨科方般万萬亿億一").is_none()
}

/// 百分之八十, 千分之三, 万分之五: percent; 百分百.
fn bare_denominator(from: Cursor) -> Option<Reading> {
    let (mut at, mut power) = (from, 0);
    while let Role::Small(p, _) | Role::Big(p) = at.role() {
        if power > 12 {
            return None;
        }
        power += i32::from(p);
        at = at.next();
    }
    if power < 2 {
        return None;
    }
    if from.char() == Some('百')
        && let Some(end) = at.after("分百")
    {
        return Some(Reading { kind: NumeralKind::Percent, number: Number::of(100.0, end) });
    }
    let numerator = numerator(at)?;
    let value = numerator.value.times(10f64.powi(2 - power));
    Some(Reading { kind: NumeralKind::Percent, number: Number { value, ..numerator } })
}

/// The number behind 分之 at `at`.
fn numerator(at: Cursor) -> Option<Number> {
    let at = at.past_spaces().after("分")?.past_spaces().after("之")?.past_spaces();
    let (at, is_negative) = if at.role() == Role::Minus { (at.next().past_spaces(), true) } else { (at, false) };
    let number = number(at)?;
    Some(Number { value: if is_negative { number.value.negated() } else { number.value }, ..number })
}

/// 三分之一.
fn fraction(denominator: Number) -> Option<Number> {
    let by = denominator.value.low;
    let numerator = numerator(denominator.end).filter(|_| by != 0.0)?;
    let has_digits = numerator.has_digits || denominator.has_digits;
    Some(Number { value: numerator.value.over(by), has_digits, ..numerator })
}

/// 三又二分之一; 1 3/5.
fn mixed<'t>(from: Cursor<'t>, whole: Number<'t>) -> Option<Number<'t>> {
    let part = match whole.end.past_spaces().after("又") {
        Some(at) => fraction(number(at.past_spaces())?)?,
        None => {
            let spaced = whole.end.past_spaces();
            let is_whole = spaced.at > whole.end.at
                && digits::integer(from).is_some_and(|d| d.end.at == whole.end.at && d.count < 4);
            let first = digits::integer(spaced).filter(|_| is_whole)?;
            slash(spaced, Number::from(first))?
        }
    };
    let has_digits = whole.has_digits || part.has_digits;
    Some(Number { value: whole.value.plus(part.value), has_digits, ..part })
}

/// 1/3; dates (2021/9/1) are none.
fn slash<'t>(from: Cursor<'t>, first: Number<'t>) -> Option<Number<'t>> {
    let is_slash = |c: Option<char>| matches!(c, Some('/' | '／'));
    if !is_slash(first.end.char()) || is_slash(from.before()) {
        return None;
    }
    let above = digits::integer(from).filter(|d| d.end.at == first.end.at)?;
    let below = digits::integer(above.end.next()).filter(|d| d.value != 0.0)?;
    let goes_on = is_slash(below.end.char())
        || matches!(below.end.role(), Role::Dot if matches!(below.end.next().role(), Role::Arabic(_)));
    (!goes_on).then(|| Number { value: first.value.over(below.value), end: below.end, ..first })
}

/// 一半; 一个半小时: the counter stands inside the number.
fn and_a_half(whole: Number) -> Option<Number> {
    if whole.value == Interval::exactly(1.0)
        && !whole.has_digits
        && let Some(end) = whole.end.after("半")
        && end.after_any("径徑球导導").is_none()
    {
        return Some(Number { value: Interval::exactly(0.5), end, ..whole });
    }
    let end = whole.end.after_any("个個")?.after("半")?;
    let is_before_unit = ["小时", "小時", "钟头", "鐘頭", "月", "学期", "學期", "课时", "課時", "学时", "學時", "星期"]
        .iter()
        .any(|unit| end.after(unit).is_some());
    is_before_unit.then(|| Number { value: whole.value.plus(Interval::exactly(0.5)), end, ..whole })
}

/// 半小时, 半数, 两年半, 半百; 上半年 and 半封闭 are no numbers.
fn half(from: Cursor, behind: usize) -> Option<Reading> {
    let end = from.next();
    if let Some(end) = end.after("百") {
        return Some(Reading { kind: NumeralKind::Number, number: Number::of(50.0, end) });
    }
    let number = Number::of(0.5, end);
    if let Some(end) = tenths(end) {
        return Some(Reading { kind: NumeralKind::Percent, number: Number { end, ..Number::of(5.0, end) } });
    }
    let counts = end.after_any("小天年月日个個数數学學课課节節场場价價成点點周週斤公").is_some()
        && (from.before().is_none_or(|c| !"上下前后後".contains(c))
            || ["提前", "推后", "推後", "延后", "延後"].iter().any(|verb| from.passed().ends_with(verb)));
    // At most two characters after a number, not a search back through the text.
    let unit = from.passed().get(behind..).filter(|unit| behind > 0 && !unit.is_empty() && unit.len() <= 6);
    let is_rest =
        unit.is_some_and(|unit| unit.chars().all(is_any_hanzi)) && end.after_any("封脱脫天途数數路").is_none();
    (counts || is_rest).then_some(Reading { kind: NumeralKind::Number, number })
}

/// `number` as a percentage where %, ‰ or 成 follows.
fn percent_or(kind: NumeralKind, number: Number) -> Reading {
    let sign = if number.end.char() == Some(' ') { number.end.next() } else { number.end };
    if let Some(end) = sign.after_any("%％﹪") {
        return Reading { kind: NumeralKind::Percent, number: Number { end, ..number } };
    }
    if let Some(end) = sign.after_any("‰") {
        let value = number.value.over(10.0);
        return Reading { kind: NumeralKind::Percent, number: Number { value, end, ..number } };
    }
    let is_count_of_tenths = number.value.low > 0.0 && number.value.high <= 10.0 && !number.is_approx;
    match tenths(number.end.past_spaces()).filter(|_| is_count_of_tenths) {
        Some(mut end) => {
            let mut value = number.value.times(10.0);
            let digit = end.past_spaces();
            if let Role::Digit(d, Form::Plain) = digit.role()
                && number.value.low.fract() == 0.0
                && matches!(digit.next().role(), Role::None | Role::Comma | Role::Dot)
                && digit.next().after_any("年个個名所家人类類项項种種").is_none()
            {
                value = value.plus(Interval::exactly(d.into()));
                end = digit.next();
            } else if let Some(half) = end.after("半").filter(|half| half.after_any("数數天年小个個").is_none())
            {
                value = value.plus(Interval::exactly(5.0));
                end = half;
            }
            Reading { kind: NumeralKind::Percent, number: Number { value, end, ..number } }
        }
        None => Reading { kind, number },
    }
}

/// Behind 成 in the sense of a tenth: not 成立, 成员.
fn tenths(at: Cursor) -> Option<Cursor> {
    at.after("成").filter(|end| end.after_any("立员員果绩績长長人年本就都套熟品功份分型形才语語文交效书書").is_none())
}
