//! Spaces that say nothing: 不超过 60 分钟, 98. 5%, 6: 50, 作业、 睡眠、 手机.
//!
//! Word processors and sites put a space between a hanzi and a digit, and copies from pages of fixed layout one behind
//! punctuation. The rules of figures and measures would need a form with it for each without. Chinese is written
//! without spaces, so a single one at such a place is left out. What may have a meaning stays: more than one (columns,
//! blanks to fill in), and what may stand for a lost line end: a space between two hanzi, behind the end of a sentence,
//! before a list item, and behind a number that begins a line or sentence (`1 加强管理`).

use super::edit::Edit;
use crate::hanzi::is_hanzi;

/// Hanzi that continue a sentence behind a quotation.
const GO_ON: &str = "的和与及等中为";

/// What stands between the ends of a range.
const RANGE: &str = "-—–~";

/// The edits that leave them out of a folded text.
pub(super) fn edits(text: &str) -> Vec<Edit> {
    let says_nothing = |at: &usize| {
        let (before, behind) = (&text[..*at], &text[at + 1..]);
        let (Some(last), Some(next)) = (before.chars().next_back(), behind.chars().next()) else { return false };
        match (last, next) {
            ('(' | '“' | '《' | '【', _) => is_hanzi(next) || is_digit(next) || matches!(next, '“' | '《'),
            (_, '、' | ',' | ')' | '”' | '》' | '】' | '%' | '‰') => {
                is_hanzi(last) || is_digit(last) || last == '”'
            }
            (',' | '、', _) => (is_hanzi(next) && !is_numeral(next)) || matches!(next, '“' | '《'),
            ('”' | '》' | '】', _) => GO_ON.contains(next),
            _ if is_hanzi(last) && is_digit(next) => !is_numeral(last) && !is_item(behind),
            _ if (is_digit(last) || last == '%') && is_hanzi(next) => !is_numeral(next) && !begins(before),
            // ≤ 60, 60 — 90, but no list mark: - 60.
            (mark, _) if is_digit(next) && "≥≤≧≦⩾⩽≯≮<>".contains(mark) => true,
            (mark, _) if is_digit(next) && RANGE.contains(mark) => number_ends(before.strip_suffix(mark)),
            (_, mark) if RANGE.contains(mark) => number_ends(Some(before)) && begins_number(&behind[mark.len_utf8()..]),
            _ => is_in_number(before, behind),
        }
    };
    let spaces = text.match_indices(' ').map(|(at, _)| at);
    spaces.filter(says_nothing).map(|at| Edit::silent(at..at + 1, String::new())).collect()
}

/// Also what is written for a number that was not filled in.
fn is_digit(c: char) -> bool {
    matches!(c, '0'..='9' | 'X' | 'x' | '×' | '*' | '_')
}

fn is_numeral(c: char) -> bool {
    "〇零一二三四五六七八九十百千万亿两".contains(c)
}

/// True where `text` begins with the number and mark of a list item: `1.全面`, `2、`, but not 1.5.
fn is_item(text: &str) -> bool {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    rest.strip_prefix(['.', '、', ')']).is_some_and(|rest| !rest.trim_start().starts_with(|c: char| c.is_ascii_digit()))
}

/// True where the number at the end of `before` begins a line or sentence, as that of a list item does: 12, 3.1.
fn begins(before: &str) -> bool {
    let rest = before.trim_end_matches(|c| is_digit(c) || c == '.');
    let outer = rest.trim_end_matches([' ', '#', '-', '>', '(']);
    let number = &before[rest.len()..];
    (number.len() <= 2 || number.contains('.')) && (outer.is_empty() || outer.ends_with(['\n', '。', '!', '?', ';']))
}

/// True where a quantity ends here, perhaps with a space behind it.
fn number_ends(text: Option<&str>) -> bool {
    text.is_some_and(|text| text.strip_suffix(' ').unwrap_or(text).ends_with(|c| is_digit(c) || c == '%'))
}

/// True where a number begins here, perhaps with a space before it.
fn begins_number(text: &str) -> bool {
    text.strip_prefix(' ').unwrap_or(text).starts_with(is_digit)
}

/// True inside `98. 5`, which is no list item where it stands behind a hanzi, and inside `6: 50`.
fn is_in_number(before: &str, behind: &str) -> bool {
    let parts = |mark: char| match (before.strip_suffix(mark), behind.strip_prefix(mark)) {
        (Some(whole), _) => Some((whole, behind)),
        (None, Some(part)) => Some((before, part)),
        (None, None) => None,
    };
    let n_digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    // There may be a space on the other side of the mark too: 6 : 50.
    let is_time = |(hours, minutes): (&str, &str)| {
        let n_hours = hours.trim_end_matches(' ').bytes().rev().take_while(u8::is_ascii_digit).count();
        (1..=2).contains(&n_hours) && n_digits(minutes.trim_start_matches(' ')) == 2
    };
    let is_decimal = |(whole, part): (&str, &str)| {
        let rest = whole.trim_end_matches(|c: char| c.is_ascii_digit());
        rest.len() < whole.len() && rest.trim_end_matches(' ').ends_with(is_hanzi) && n_digits(part) > 0
    };
    parts(':').is_some_and(is_time) || parts('.').is_some_and(is_decimal)
}
