//! Tables whose cells were pasted one to a line (逐格粘贴的表格), as a copy out of Word leaves them: the heads first
//! (序号, 存在问题, 整改措施, …), then for each row its number and as many lines as there are heads.
//!
//! What a cell is, its column tells: under 存在问题 or 具体表现 stands a problem, under 整改措施 what is done about it. A
//! row with more or fewer lines than heads is not read as one; its lines are those of any text.

use super::lines::Line;
use crate::document::Role;

/// The line of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell<'t> {
    /// A head, a number, a name, a date.
    Plain,
    /// Text in a column with this head and role.
    Of(&'t str, Role),
}

/// Heads that a table has.
const HEADS: std::ops::RangeInclusive<usize> = 3..=10;
/// Characters of a head.
const LONGEST_HEAD: usize = 8;

/// For each line the cell that it is; none for other lines. `role` tells what a head says of the text under it.
pub fn cells<'t>(text: &'t str, lines: &[Line], role: impl Fn(&str) -> Option<Role>) -> Vec<Option<Cell<'t>>> {
    let of = |i: usize| lines.get(i).map(|line| line.span.of(text));
    let is_numbered = |i: usize, number: u32| of(i).is_some_and(|line| is_number(line, number));
    let mut cells = vec![None; lines.len()];
    let mut at = 0;
    while at < lines.len() {
        if !is_first_head(of(at).unwrap_or_default()) {
            at += 1;
            continue;
        }
        let heads: Vec<&str> = (at..).map_while(of).take_while(|line| is_head(line)).collect();
        let (n, first) = (heads.len(), at + heads.len());
        at += n;
        // The first number follows the last head, the second where the first row ends.
        if !HEADS.contains(&n) || !is_numbered(first, 1) || !is_numbered(first + n, 2) {
            continue;
        }
        cells[first - n..first].fill(Some(Cell::Plain));
        let mut number = 1;
        while at + n <= lines.len() && is_numbered(at, number) {
            for (cell, head) in cells[at..at + n].iter_mut().zip(&heads) {
                *cell = Some(column_role(head, &role).map_or(Cell::Plain, |role| Cell::Of(head, role)));
            }
            at += n;
            number += 1;
        }
    }
    cells
}

fn is_first_head(line: &str) -> bool {
    matches!(line, "序号" | "编号" | "序 号")
}

/// True for the head of a column: a few characters without marks and digits.
fn is_head(line: &str) -> bool {
    line.chars().count() <= LONGEST_HEAD
        && !line.is_empty()
        && line.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '/' | '(' | ')' | '、'))
}

fn is_number(line: &str, number: u32) -> bool {
    line.trim_end_matches(['.', '、']).parse() == Ok(number)
}

/// What a column holds: its head's role, where it heads text and no names or dates.
fn column_role(head: &str, role: impl Fn(&str) -> Option<Role>) -> Option<Role> {
    const NAMES: [&str; 9] = ["类别", "类型", "编号", "来源", "时限", "时间", "责任人", "单位", "责任"];
    if NAMES.iter().any(|word| head.ends_with(word)) {
        return None;
    }
    if head.ends_with("表现") { Some(Role::Problems) } else { role(head) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dissect::split::lines::lines;

    fn roles(text: &str) -> Vec<&'static str> {
        let role = |head: &str| match head {
            "存在问题" => Some(Role::Problems),
            "整改措施" => Some(Role::Remedies),
            _ => None,
        };
        let told = |cell: &Option<Cell>| match cell {
            None => "text",
            Some(Cell::Plain) => "plain",
            Some(Cell::Of(_, role)) => role.code(),
        };
        cells(text, &lines(text, &[]), role).iter().map(told).collect()
    }

    #[test]
    fn a_cell_is_what_its_column_says() {
        let table = "问题台账\n序号\n存在问题\n整改措施\n责任人\n1\n作业偏多\n核减作业\n王某\n2\n午休太短\n延长午休\n李某\n特此报告。";
        let row = ["plain", "problems", "remedies", "plain"];
        let expected = [&["text"][..], &["plain"; 4], &row, &row, &["text"]].concat();
        assert_eq!(roles(table), expected);
    }

    #[test]
    fn a_row_of_another_length_ends_the_table() {
        let table =
            "序号\n存在问题\n整改措施\n1\n作业偏多\n核减作业\n2\n午休太短\n延长午休\n晚自习改时\n3\n场地小\n轮流使用";
        let row = ["plain", "problems", "remedies"];
        let expected = [&["plain"; 3][..], &row, &row, &["text"; 4]].concat();
        assert_eq!(roles(table), expected);
        assert_eq!(roles("序号\n姓名\n1\n王某\n2\n李某"), ["text"; 6]);
    }
}
