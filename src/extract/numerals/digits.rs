//! Numbers in digits: 60, 12,000, ３．５. Dates and section numbers (2021.9.1, 3.2.1) are read as whole numbers one by one.

use super::chars::{Role, role};
use super::cursor::Cursor;

/// Groups of three digits that one number may have: enough for 10^21, and what keeps a line of such groups linear.
const MAX_GROUPS: usize = 7;

/// Digits that a `u64` holds exactly.
const EXACT_DIGITS: usize = 19;

/// A number in digits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Digits<'t> {
    pub(super) value: f64,
    /// Digits before the decimal dot.
    pub(super) count: usize,
    pub(super) end: Cursor<'t>,
}

/// The number in digits at `from`, with thousands separators and decimals; none where no digit stands there.
pub(super) fn decimal(from: Cursor) -> Option<Digits> {
    let first = integer(from)?;
    let whole = grouped(from, first).unwrap_or(first);
    let in_chain = matches!(from.role_before(), Role::Dot)
        && matches!(from.passed().chars().rev().nth(1).map(role), Some(Role::Arabic(_)));
    if in_chain || whole.end.role() != Role::Dot {
        return Some(whole);
    }
    let Some(fraction) = integer(whole.end.next()) else { return Some(whole) };
    let is_chain = fraction.end.role() == Role::Dot && matches!(fraction.end.next().role(), Role::Arabic(_));
    if is_chain {
        return Some(whole);
    }
    Some(Digits { value: value(from.to(fraction.end)), end: fraction.end, ..whole })
}

/// The digits at `from` without separators.
pub(super) fn integer(from: Cursor) -> Option<Digits> {
    let (mut end, mut count, mut sum) = (from, 0, 0u64);
    while let Role::Arabic(digit) = end.role() {
        sum = sum.wrapping_mul(10).wrapping_add(digit.into());
        end = end.next();
        count += 1;
    }
    let value = if count <= EXACT_DIGITS { sum as f64 } else { value(from.to(end)) };
    (count > 0).then_some(Digits { value, count, end })
}

/// 1,234,567: a group of one to three digits and groups of exactly three. A full-width comma separates thousands only
/// between full-width digits: elsewhere it separates clauses.
fn grouped<'t>(from: Cursor<'t>, first: Digits<'t>) -> Option<Digits<'t>> {
    let is_wide = |c: Option<char>| c.is_some_and(|c| !c.is_ascii());
    let (mut end, mut groups) = (first.end, 1);
    while first.count <= 3 && end.role() == Role::Comma && matches!(end.next().role(), Role::Arabic(_)) {
        let fits = !is_wide(end.char()) || is_wide(end.before()) && is_wide(end.next().char());
        if !fits {
            break;
        }
        groups += 1;
        end = three(end.next()).filter(|_| groups <= MAX_GROUPS)?;
    }
    (groups > 1).then(|| Digits { value: value(from.to(end)), count: groups * 3, end })
}

/// Behind three digits, where no fourth follows.
fn three(from: Cursor) -> Option<Cursor> {
    let mut end = from;
    for _ in 0..3 {
        match end.role() {
            Role::Arabic(_) => end = end.next(),
            _ => return None,
        }
    }
    (!matches!(end.role(), Role::Arabic(_))).then_some(end)
}

/// What digits, separators and a dot are worth; too large a number is the largest that there is.
fn value(written: &str) -> f64 {
    plain(written).parse().map_or(f64::MAX, |v: f64| v.min(f64::MAX))
}

/// Digits and dot as ASCII, without separators.
pub(super) fn plain(written: &str) -> String {
    written
        .chars()
        .filter_map(|c| match role(c) {
            Role::Arabic(d) => Some(char::from(b'0' + d)),
            Role::Dot => Some('.'),
            _ => None,
        })
        .collect()
}
