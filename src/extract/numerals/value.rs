//! What a run of digits and magnitudes is worth: 三百五, 64.2万, 3万4, 二〇二一, 十七八, 三十余万.
//!
//! A number is read from left to right as sections below ten thousand, each with its 万 or 亿; what no longer fits
//! (the second 百 of 一百二百) is left to the next number. Every step back is bounded, so reading is linear.

use super::chars::{Form, Role};
use super::cursor::Cursor;
use super::digits::{self, Digits};

/// A value, or two between which it lies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Interval {
    pub(super) low: f64,
    pub(super) high: f64,
}

impl Interval {
    const ZERO: Interval = Interval { low: 0.0, high: 0.0 };

    pub(super) fn exactly(value: f64) -> Self {
        Interval { low: value, high: value }
    }

    pub(super) fn plus(self, other: Interval) -> Self {
        self.map2(other, |a, b| a + b)
    }

    pub(super) fn times(self, by: f64) -> Self {
        self.map2(Interval::exactly(by), |a, b| a * b)
    }

    pub(super) fn over(self, by: f64) -> Self {
        self.map2(Interval::exactly(by), |a, b| a / b)
    }

    pub(super) fn negated(self) -> Self {
        Interval { low: -self.high, high: -self.low }
    }

    fn map2(self, other: Interval, f: impl Fn(f64, f64) -> f64) -> Self {
        Interval { low: tidy(f(self.low, other.low)), high: tidy(f(self.high, other.high)) }
    }
}

/// Takes the error of binary fractions out of a result (1.1 × 10000) and keeps it finite.
pub(super) fn tidy(value: f64) -> f64 {
    let value = value.clamp(f64::MIN, f64::MAX);
    if value as i64 as f64 == value || value.fract() == 0.0 {
        return value;
    }
    format!("{value:.14e}").parse().unwrap_or(value)
}

/// A number that was read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Number<'t> {
    pub(super) value: Interval,
    /// 几, 数 or 余 is part of it: about this value, or more.
    pub(super) is_approx: bool,
    /// It is written with digits, if only in part.
    pub(super) has_digits: bool,
    pub(super) end: Cursor<'t>,
}

impl<'t> Number<'t> {
    /// A number of this value, written without digits.
    pub(super) fn of(value: f64, end: Cursor<'t>) -> Self {
        Number { value: Interval::exactly(value), is_approx: false, has_digits: false, end }
    }
}

impl<'t> From<Digits<'t>> for Number<'t> {
    fn from(digits: Digits<'t>) -> Self {
        Number { has_digits: true, ..Number::of(digits.value, digits.end) }
    }
}

/// A part of a number below its 万 or 亿.
struct Section<'t> {
    value: Interval,
    is_approx: bool,
    has_digits: bool,
    end: Cursor<'t>,
}

impl<'t> Section<'t> {
    /// The one that a bare magnitude counts: 十 is 一十.
    fn one(end: Cursor<'t>) -> Self {
        Section { value: Interval::exactly(1.0), is_approx: false, has_digits: false, end }
    }
}

impl<'t> From<Digits<'t>> for Section<'t> {
    fn from(digits: Digits<'t>) -> Self {
        Section { value: Interval::exactly(digits.value), is_approx: false, has_digits: true, end: digits.end }
    }
}

/// The number that begins at `from`, decimals included.
pub(super) fn number(from: Cursor) -> Option<Number> {
    let whole = integer(from)?;
    Some(with_fraction(whole).unwrap_or(whole))
}

/// The number that begins at `from`, without 点 and what follows it.
fn integer(from: Cursor) -> Option<Number> {
    let mut totals = Totals::default();
    let mut number = Number { value: Interval::ZERO, is_approx: false, has_digits: false, end: from };
    loop {
        let is_first = number.end.at == from.at;
        let Some(part) = section(number.end, (!is_first).then_some(totals.last)) else { break };
        let (is_more, mark) = match part.end.role() {
            Role::More => (true, part.end.next()),
            _ => (false, part.end.past_spaces()),
        };
        let magnitude = match mark.role() {
            Role::Big(power) if power < 12 || !part.has_digits => Some(power),
            _ => None,
        };
        let accepted = match magnitude {
            Some(power) => totals.close(part.value, power),
            None => {
                totals.units = part.value;
                true
            }
        };
        if !accepted {
            break;
        }
        number.has_digits |= part.has_digits;
        number.is_approx |= part.is_approx || is_more && magnitude.is_some();
        if magnitude.is_none() {
            number.end = part.end;
            break;
        }
        number.end = mark.next();
        // 万万, 万亿: one magnitude on another.
        while let Role::Big(power) = number.end.past_spaces().role() {
            if !totals.raise(power) {
                break;
            }
            number.end = number.end.past_spaces().next();
        }
    }
    number.value = totals.sum();
    (number.end.at > from.at).then_some(number)
}

/// What has been read of a number: the part counted in 万, in 亿, in 兆, and the units.
struct Totals {
    closed: [Interval; 3],
    units: Interval,
    /// Power of ten of the magnitude read last.
    last: u8,
}

impl Default for Totals {
    fn default() -> Self {
        Totals { closed: [Interval::ZERO; 3], units: Interval::ZERO, last: u8::MAX }
    }
}

impl Totals {
    /// Takes in a section and its magnitude; false where they do not go on from what was read.
    fn close(&mut self, part: Interval, power: u8) -> bool {
        let level = usize::from(power / 4 - 1);
        if self.closed[level] != Interval::ZERO {
            return false;
        }
        // 四千五百万三千亿: the larger magnitude counts all that stands before it.
        let before = self.closed[..level].iter().fold(part, |sum, c| sum.plus(*c));
        self.closed[..level].fill(Interval::ZERO);
        self.closed[level] = before.times(10f64.powi(power.into()));
        self.last = power;
        true
    }

    /// Multiplies the part read last by another magnitude.
    fn raise(&mut self, power: u8) -> bool {
        let (from, to) = (usize::from(self.last.min(12) / 4 - 1), usize::from((self.last + power).min(12) / 4 - 1));
        if self.last > 12 || from != to && self.closed[to] != Interval::ZERO {
            return false;
        }
        let raised = self.closed[from].times(10f64.powi(power.into()));
        self.closed[from] = Interval::ZERO;
        self.closed[to] = raised;
        self.last += power;
        true
    }

    fn sum(&self) -> Interval {
        self.closed.iter().fold(self.units, |sum, c| sum.plus(*c))
    }
}

/// The section at `from`. `behind` is the power of the 万 or 亿 that it follows, none at the start of a number.
fn section(from: Cursor, behind: Option<u8>) -> Option<Section> {
    let mut sum = Section { value: Interval::ZERO, is_approx: false, has_digits: false, end: from };
    // Power of the last 十, 百, 千: the next must be smaller.
    let mut last = 4;
    let mut follows = behind.is_some();
    loop {
        let mut at = if follows { sum.end.past_spaces() } else { sum.end };
        let has_zero = at.role() == Role::Zero && (follows || matches!(at.next().role(), Role::Small(..)));
        if has_zero {
            at = at.next().past_spaces();
        }
        let part = match at.role() {
            Role::Digit(..) | Role::Zero if !follows && !has_zero => match positional(at) {
                Some(run) => return Some(run),
                None => digit(at),
            },
            Role::Digit(_, form) if fits_inside(form, at) => digit(at),
            Role::Arabic(_) if !follows => digits::decimal(at).map(Section::from),
            Role::Arabic(_) => trailing_digits(at, if last < 4 { Some(last) } else { behind }),
            Role::Small(power, _) if power < last && (power == 1 || has_zero || !follows) => Some(Section::one(at)),
            Role::Big(_) if !follows => Some(Section::one(at)),
            Role::Tens(tens) if last > 1 => {
                sum.value = sum.value.plus(Interval::exactly(f64::from(tens) * 10.0));
                (sum.end, last, follows) = (at.next(), 1, true);
                continue;
            }
            Role::Few => few(at, last),
            _ => None,
        };
        let Some(part) = part else { break };
        let mark = part.end.past_spaces();
        match mark.role() {
            Role::Small(power, _) if power < last && !is_unit_prefix(mark, &part) => {
                sum.value = sum.value.plus(part.value.times(10f64.powi(power.into())));
                (last, sum.end) = (power, mark.next());
            }
            // 一百|二百: this digit begins the next number.
            Role::Small(..) if follows && !is_unit_prefix(mark, &part) => break,
            _ => {
                // 三百五, 三万五: a last digit counts the next smaller magnitude.
                let unit = match (last, behind) {
                    (1..4, _) => 10f64.powi(i32::from(last) - 1),
                    (_, Some(power)) => 10f64.powi(i32::from(power) - 1),
                    _ => 1.0,
                };
                let is_tail = follows
                    && !has_zero
                    && !matches!(mark.role(), Role::Big(_))
                    && !part.is_approx
                    && is_one_digit(at, part.end);
                sum.value = sum.value.plus(if is_tail { part.value.times(unit) } else { part.value });
                sum.end = part.end;
                sum.is_approx |= part.is_approx;
                sum.has_digits |= part.has_digits;
                break;
            }
        }
        sum.is_approx |= part.is_approx;
        sum.has_digits |= part.has_digits;
        follows = true;
    }
    (sum.end.at > from.at).then_some(sum)
}

/// One digit, or two neighbours that stand for "one or the other": 两三, 七八.
fn digit(from: Cursor) -> Option<Section> {
    let first = chinese_digit(from.role())?;
    let end = from.next();
    if let Some(second) = either_or(from) {
        return Some(Section {
            value: Interval { low: f64::from(first), high: f64::from(second) },
            end: end.next(),
            ..Section::one(end)
        });
    }
    Some(Section { value: Interval::exactly(f64::from(first)), ..Section::one(end) })
}

/// The second of two digits at `from` that stand for "one or the other" and are not part of a longer run.
fn either_or(from: Cursor) -> Option<u8> {
    let (Role::Digit(first, a), Role::Digit(second, b)) = (from.role(), from.next().role()) else { return None };
    let is_pair = match (a, b) {
        // 十三五 is a name.
        (Form::Plain, Form::Plain) => {
            second == first + 1 || (first, second) == (3, 5) && !matches!(from.role_before(), Role::Small(..))
        }
        (Form::Plain, Form::Count) => first == 1,
        (Form::Count, Form::Plain) => second == 3,
        _ => false,
    };
    let runs_on = chinese_digit(from.next().next().role()).is_some() || chinese_digit(from.role_before()).is_some();
    (is_pair && !runs_on).then_some(second)
}

/// Digits written one after the other, as years and telephone numbers are: 二〇二一, 一七二零.
fn positional(from: Cursor) -> Option<Section> {
    let (mut written, mut end) = (String::new(), from);
    loop {
        match end.role() {
            Role::Digit(_, Form::Count) => break,
            Role::Digit(d, _) => written.push(char::from(b'0' + d)),
            Role::Zero => written.push('0'),
            _ if written.is_empty() => return None,
            _ => match zeros(end) {
                Some(count) => {
                    written.extend(std::iter::repeat_n('0', count));
                    for _ in 1..count {
                        end = end.next();
                    }
                }
                None => break,
            },
        }
        end = end.next();
    }
    if written.len() < 2 || written.len() == 2 && either_or(from).is_some() {
        return None;
    }
    if matches!(end.past_spaces().role(), Role::Small(..)) {
        // 一五十: the last digit belongs to its magnitude, and that to the next number.
        return None;
    }
    let value = written.parse().map_or(f64::MAX, |v: f64| v.min(f64::MAX));
    Some(Section { value: Interval::exactly(value), ..Section::one(end) })
}

/// How many characters at `from`, between Chinese digits, are drawn as zeros: 二○二一, 二00九, 二O一O年.
fn zeros(from: Cursor) -> Option<usize> {
    let (mut end, mut count) = (from, 0);
    while count < 3 && matches!(end.char(), Some('0' | '０' | 'O' | 'Ｏ' | 'o' | '○')) {
        end = end.next();
        count += 1;
    }
    let goes_on = chinese_digit(end.role()).is_some() || end.char() == Some('年');
    (count > 0 && goes_on).then_some(count)
}

fn chinese_digit(role: Role) -> Option<u8> {
    match role {
        Role::Digit(d, _) => Some(d),
        Role::Zero => Some(0),
        _ => None,
    }
}

/// Whether a digit of this form can stand inside a number: 两 only before a magnitude, 伍 only among formal characters.
fn fits_inside(form: Form, at: Cursor) -> bool {
    let after = at.next().past_spaces().role();
    match form {
        Form::Plain | Form::Formal => true,
        Form::Count => matches!(after, Role::Small(..) | Role::Big(_)),
        Form::Doubtful => is_formal(after) || is_formal(at.role_before()),
    }
}

/// True for characters of the formal notation.
pub(super) fn is_formal(role: Role) -> bool {
    matches!(role, Role::Digit(_, form) | Role::Small(_, form) if form.is_formal())
}

/// Digits behind a magnitude of power `last`: 3万4, 1万600, 5千4百.
fn trailing_digits(at: Cursor, last: Option<u8>) -> Option<Section> {
    let digits = digits::integer(at)?;
    let after = digits.end.past_spaces().role();
    let counts = matches!(after, Role::Small(..) | Role::Big(_));
    let is_tail = !at.before().is_some_and(char::is_whitespace)
        && digits.count <= usize::from(last?)
        && last? > 1
        && !matches!(after, Role::Dot | Role::Comma)
        && digits.end.after_any("年月日%％:：/-－—~～").is_none();
    (counts || is_tail).then(|| digits.into())
}

/// 几 and 数 before a magnitude (几十, 数百) or behind one (十几).
fn few(at: Cursor, last: u8) -> Option<Section> {
    let end = at.next();
    let one = Section { is_approx: true, ..Section::one(end) };
    match end.role() {
        Role::Small(power, _) if power < last => Some(one),
        Role::Big(_) if last == 4 => Some(one),
        _ if last == 1 && at.after_any("几幾").is_some() => Some(Section { value: Interval::ZERO, ..one }),
        _ => None,
    }
}

/// 千 of 12千米, 2.3千克: part of the unit.
fn is_unit_prefix(mark: Cursor, part: &Section) -> bool {
    part.has_digits && mark.role() == Role::Small(3, Form::Plain) && mark.next().after_any("米克瓦卡伏帕赫").is_some()
}

/// One digit, or two that stand for "one or the other".
fn is_one_digit(from: Cursor, end: Cursor) -> bool {
    from.next().at == end.at || either_or(from).is_some() && from.next().next().at == end.at
}

/// 三点五, 一百点123: `whole` with 点 and its digits; none where 点 is of a clock time or a count of points.
fn with_fraction(whole: Number) -> Option<Number> {
    let point = whole.end.past_spaces();
    if point.role() != Role::Point || whole.has_digits || whole.is_approx || whole.value.low != whole.value.high {
        return None;
    }
    let first = point.next().past_spaces();
    let (mut written, mut end) = (String::new(), first);
    while let Role::Digit(_, Form::Plain | Form::Formal | Form::Doubtful) | Role::Zero = end.role() {
        written.extend(chinese_digit(end.role()).map(|d| char::from(b'0' + d)));
        end = end.next();
    }
    if written.is_empty() {
        let digits = digits::integer(first)?;
        (written, end) = (format!("{:.0}", digits.value), digits.end);
        if written.len() != digits.count {
            return None;
        }
    }
    let is_clock = first.role() == Role::Zero && written.len() == 2 && end.after_any("分").is_some();
    if is_clock
        || matches!(end.role(), Role::Small(..) | Role::Tens(_) | Role::Digit(..) | Role::Few)
        || end.after_any("刻线線滴").is_some()
    {
        return None;
    }
    let mut value = format!("{:.0}.{written}", whole.value.low).parse().ok()?;
    let has_digits = matches!(first.role(), Role::Arabic(_));
    while let Role::Big(power) = end.past_spaces().role() {
        value = tidy(value * 10f64.powi(power.into()));
        end = end.past_spaces().next();
    }
    Some(Number { value: Interval::exactly(value), has_digits, end, ..whole })
}
