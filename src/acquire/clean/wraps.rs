//! Lines of fixed width: 控制在每⏎天60分钟以内.
//!
//! Copies of printed pages and of mails end a line where the page did, in the middle of a word. To all that follows a
//! line is a paragraph, so these are joined. A text is taken for such a copy where many lines end at one width, hardly
//! any is longer, and they stop in mid-sentence and have marks inside; rows of a table do not. A line is joined to the
//! next where it is full and the next begins neither an item nor, by its indent, a paragraph. The number of a page
//! between them goes too.

use super::edit::Edit;
use std::ops::Range;
use unicode_width::UnicodeWidthChar;

/// The narrowest page, in columns: two for a hanzi.
const NARROWEST: usize = 40;
/// Columns that a full line may lack: a mark that must not begin a line, a number that is not broken.
const RAGGED: usize = 6;
/// Least full lines that stop in mid-sentence.
const LEAST: usize = 4;

/// A line with text on it, in the folded text.
struct Line {
    /// Without the space around it.
    at: Range<usize>,
    /// Columns before it, and up to its end; as the source has them, where punctuation is full-width.
    indent: usize,
    width: usize,
    /// True where it ends no sentence.
    broken: bool,
    /// True where a blank line follows.
    blank: bool,
    /// True where it is nothing but the number of a page.
    number: bool,
}

/// The edits that join broken lines. `folded` has as many characters as `source`.
pub(super) fn edits(source: &str, folded: &str) -> Vec<Edit> {
    let lines = lines(source, folded);
    let Some(page) = Page::of(&lines, folded) else { return Vec::new() };
    let mut edits = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        let Some(next) = page.next(&lines, i) else { continue };
        if !page.is_full(line)
            || next.indent != page.indent
            || !goes_on(&folded[line.at.clone()], &folded[next.at.clone()])
        {
            continue;
        }
        let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
        let words = latin(folded[..line.at.end].chars().next_back()) && latin(folded[next.at.start..].chars().next());
        let to = if words { " " } else { "" };
        edits.push(Edit::repair(line.at.end..next.at.start, to.to_owned(), "line_wrap"));
    }
    edits
}

/// How the lines of a copy are set.
struct Page {
    width: usize,
    /// Columns before a line that goes on a paragraph.
    indent: usize,
    /// True where a blank line stands behind each.
    spaced: bool,
}

impl Page {
    /// The page that most lines stand on, if it is one.
    fn of(lines: &[Line], text: &str) -> Option<Self> {
        let broken = lines.iter().filter(|line| line.width >= NARROWEST && line.broken);
        let mut widths: Vec<usize> = broken.clone().map(|line| line.width).collect();
        widths.sort_unstable();
        // The width at which the most lines end.
        let full =
            |width: usize| widths.partition_point(|w| *w <= width) - widths.partition_point(|w| *w + RAGGED < width);
        let width = widths.iter().copied().max_by_key(|width| (full(*width), *width))?;
        let n_broken = full(width);
        let longer = lines.iter().filter(|line| line.width > width + RAGGED).count();
        let long = lines.iter().filter(|line| line.width * 5 > width * 3).count();
        if n_broken < LEAST || longer * 10 > n_broken || n_broken * 2 < long {
            return None;
        }
        let on_page: Vec<&Line> = broken.filter(|line| line.width + RAGGED >= width).collect();
        let marks = [',', '、', ';', '。'];
        let prose = on_page.iter().filter(|line| text[line.at.clone()].contains(marks)).count();
        if prose * 3 < n_broken * 2 {
            return None;
        }
        let indent = on_page.iter().map(|line| line.indent).min()?;
        let blank = on_page.iter().filter(|line| line.blank).count();
        Some(Page { width, indent, spaced: blank * 5 > n_broken * 4 })
    }

    /// The line that may go on line `i`.
    fn next<'l>(&self, lines: &'l [Line], i: usize) -> Option<&'l Line> {
        let line = &lines[i];
        let next = lines.get(i + 1)?;
        if next.number { lines.get(i + 2) } else { Some(next).filter(|_| self.spaced || !line.blank) }
    }

    /// True for a line that ends with the page, not with a sentence.
    fn is_full(&self, line: &Line) -> bool {
        line.broken && !line.number && line.width.abs_diff(self.width) <= RAGGED
    }
}

/// True where `next` goes on the paragraph of `line` by what it begins with: no item, unless `line` stops in a list.
fn goes_on(line: &str, next: &str) -> bool {
    let rest = next.trim_start_matches(|c: char| c.is_ascii_digit() || "(〇一二三四五六七八九十".contains(c));
    let numbered = rest.len() < next.len()
        && rest.strip_prefix(['.', '、', ')']).is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()));
    let marked = next.starts_with(['#', '|', '-', '*', '>', '●', '■', '◆', '★', '•', '·', '➢', '√'])
        || next.chars().next().is_some_and(|c| ('①'..='⑳').contains(&c));
    !marked && (!numbered || line.ends_with([',', '、', '(', '“', '《']))
}

fn lines(source: &str, folded: &str) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut widths = source.chars().map(|c| c.width_cjk().unwrap_or(0));
    let mut start = 0;
    for raw in folded.split_inclusive('\n') {
        let text = raw.trim();
        let before = raw.len() - raw.trim_start().len();
        let columns =
            |widths: &mut dyn Iterator<Item = usize>, part: &str| widths.take(part.chars().count()).sum::<usize>();
        let indent = columns(&mut widths, &raw[..before]);
        let width = indent + columns(&mut widths, text);
        columns(&mut widths, &raw[before + text.len()..]);
        if !text.is_empty() {
            let at = start + before..start + before + text.len();
            let broken = !text.ends_with(['。', '!', '?', ';', ':', '…', '|']);
            lines.push(Line { at, indent, width, broken, blank: false, number: is_number(text) });
        } else if let Some(last) = lines.last_mut() {
            last.blank = true;
        }
        start += raw.len();
    }
    lines
}

/// True for `第 2 页 共 4 页`, `- 3 -`, `3 / 12`, `12`.
fn is_number(line: &str) -> bool {
    line.len() < 40
        && line.contains(|c: char| c.is_ascii_digit())
        && line.chars().all(|c| c.is_ascii_digit() || " -—–/第页共,".contains(c))
}
