//! Tables that were pasted as lines (表格行): which head stands over a cell.
//!
//! Lines whose cells are parted by `|` or tabs are read; the head is the nearest line above, in the same run of such
//! lines, that holds no digit. What a cell means is not asked here.

use crate::document::Report;
use crate::span::Span;

/// What parts cells.
pub(super) const BAR: char = '|';

/// Lines that are looked at upwards, at most.
const MAX_ROWS: usize = 60;

/// The head of the column of the cell at byte `at` of unit `index`.
pub(super) fn head<'t>(report: &Report, text: &'t str, index: usize, at: usize) -> Option<&'t str> {
    let row = report.units[index].span.of(text);
    let parted = parted_by(row)?;
    let column = row[..at].matches(parted).count();
    let above = report.units[..index].iter().rev().take(MAX_ROWS).map(|unit| unit.span.of(text));
    let head = above
        .take_while(|line| line.contains(parted))
        .find(|line| !line.contains(|c: char| c.is_ascii_digit()) && !is_rule(line))?;
    head.split(parted).nth(column).map(str::trim).filter(|cell| !cell.is_empty())
}

/// What parts the cells of a line; none where it is no row.
fn parted_by(row: &str) -> Option<char> {
    [BAR, '\t'].into_iter().find(|mark| row.contains(*mark))
}

/// True where `number` is all that its cell holds.
pub(super) fn is_cell(row: &str, number: Span) -> bool {
    parted_by(row).is_some_and(|mark| {
        let cell = |part: Option<&str>| part.is_some_and(|part| part.trim().is_empty());
        cell(row[..number.start].rsplit(mark).next())
            && cell(row[number.end..].split(mark).next())
            && row[..number.start].contains(mark)
    })
}

/// What a row is about: the text of its first cell.
pub(super) fn label(row: &str) -> Option<&str> {
    let first = row.trim_start_matches([BAR, ' ']).split(parted_by(row)?).next()?.trim();
    Some(first).filter(|cell| !cell.is_empty() && !cell.contains(|c: char| c.is_ascii_digit()))
}

/// A head without the unit that it tells in brackets.
pub(super) fn name(head: &str) -> &str {
    head.split(['(', '（']).next().unwrap_or_default().trim()
}

/// The unit that a head tells in brackets: 参与率(%), 人数(人).
pub(super) fn unit(head: &str) -> Option<&str> {
    let (_, unit) = head.strip_suffix([')', '）'])?.rsplit_once(['(', '（'])?;
    Some(unit.trim().trim_start_matches("单位").trim_start_matches([':', '：'])).filter(|unit| !unit.is_empty())
}

/// True for the line under the heads of a Markdown table.
fn is_rule(line: &str) -> bool {
    line.chars().all(|c| matches!(c, '|' | '-' | ':' | ' '))
}
