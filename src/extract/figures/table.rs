//! Tables that were pasted as lines (表格行): which head stands over a cell.
//!
//! Only lines whose cells are parted by `|` are read; the head is the nearest line above, in the same run of such lines,
//! that holds no digit. What a cell means is not asked here.

use crate::document::Report;

/// What parts cells.
pub(super) const BAR: char = '|';

/// Lines that are looked at upwards, at most.
const MAX_ROWS: usize = 60;

/// The head of the column of the cell at byte `at` of unit `index`.
pub(super) fn head<'t>(report: &Report, text: &'t str, index: usize, at: usize) -> Option<&'t str> {
    let row = report.units[index].span.of(text);
    if !row.contains(BAR) {
        return None;
    }
    let column = row[..at].matches(BAR).count();
    let above = report.units[..index].iter().rev().take(MAX_ROWS).map(|unit| unit.span.of(text));
    let head = above
        .take_while(|line| line.contains(BAR))
        .find(|line| !line.contains(|c: char| c.is_ascii_digit()) && !is_rule(line))?;
    head.split(BAR).nth(column).map(str::trim).filter(|cell| !cell.is_empty())
}

/// True for the line under the heads of a Markdown table.
fn is_rule(line: &str) -> bool {
    line.chars().all(|c| matches!(c, '|' | '-' | ':' | ' '))
}
