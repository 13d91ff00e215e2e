//! Numbers that nobody filled in: XX家, X所, xx%, 20XX年. A name with X in it (XX区, XX小学) is none.

use super::chars::Role;
use super::counters;
use super::cursor::Cursor;

/// Behind the run of equal blanks at `from`.
pub(super) fn run(from: Cursor) -> Cursor {
    let same = from.char().map(kind);
    let mut end = from;
    while end.role() == Role::Blank && end.char().map(kind) == same {
        end = end.next();
    }
    end
}

/// Behind the blanks at `from`, with those behind a decimal point: XX.X万人.
fn number(from: Cursor) -> Cursor {
    let end = run(from);
    let fraction = end.next();
    if end.role() == Role::Dot && fraction.char().map(kind) == from.char().map(kind) { run(fraction) } else { end }
}

/// The end of the blank number at `from`, where it is one.
pub(super) fn blank(from: Cursor) -> Option<Cursor> {
    let end = number(from);
    let is_single = from.next().at == end.at;
    let stands_free = match from.before() {
        // 3×5, 1+x, a word in Latin letters.
        Some(c) if c.is_alphanumeric() && c.is_ascii() || matches!(c, '+' | '＋' | '=' | '＝' | '-') => false,
        Some(c) if is_single => !matches!(kind(c), 'X' | '*' | '_' | '○' | '□'),
        _ => true,
    };
    let may_be_single = matches!(from.char().map(kind), Some('X'));
    (stands_free && (may_be_single || !is_single) && counters::counter(end.past_spaces()).is_some()).then_some(end)
}

/// The end of a year with blanks, whose digits begin at `from`: 20XX年, 202×年.
pub(super) fn blank_year(digits: Cursor) -> Option<Cursor> {
    if digits.role() != Role::Blank {
        return None;
    }
    let end = run(digits);
    end.after_any("年-－—.").map(|_| end)
}

/// Which blank: the same for small, capital and full-width forms.
fn kind(c: char) -> char {
    match c {
        'X' | 'x' | 'Ｘ' | 'ｘ' | '×' => 'X',
        '*' | '＊' => '*',
        '_' | '＿' => '_',
        other => other,
    }
}
