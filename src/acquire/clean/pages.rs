//! Marks that document-sharing sites put into running text: numbers of pages, "比率98⏎5、%以上", and the remark that a
//! part was left out.
//!
//! Such a site cuts a text into pages of about equal length and begins each with its number, in the middle of
//! sentences and figures. A mark looks like a list item; it is one of a chain 1, 2, 3 … whose lines break sentences, at
//! page distance, and either the distances are alike or the breaks are such as no list has. Where there is doubt
//! nothing is touched: a list item lost costs more than a page mark kept.

use super::edit::Edit;
use std::collections::HashMap;
use std::ops::Range;

/// Least characters between two marks.
const SHORTEST_PAGE: usize = 100;
/// Least breaks in mid-sentence that make a chain.
const LEAST_BREAKS: usize = 2;
/// How many marks show whether pages are alike.
const ALIKE_MARKS: usize = 4;

/// A line that begins with a number and a mark.
#[derive(Debug)]
struct Line {
    number: u32,
    /// The number and its mark, in bytes.
    mark: Range<usize>,
    /// End of the text before it, without blanks.
    text_before: usize,
    /// Place in characters.
    at: usize,
    /// True where the text before does not end a sentence.
    breaks: bool,
    /// True where the break is such as no list has.
    sure: bool,
    /// The line before it in its chain, and the chain's breaks up to here.
    chain: (Option<usize>, usize),
}

/// Remarks that stand for what a site left out: first and last words, and how many bytes at most.
const LEFT_OUT: [(&str, &str, usize); 3] =
    [("内容过长,仅展示", "预览。", 150), ("此处隐藏", "个字", 30), ("此处省略", "字", 30)];

/// The repairs that take marks of sites out of a folded text.
pub(super) fn edits(text: &str) -> Vec<Edit> {
    let mut edits = page_marks(text);
    for (first, last, longest) in LEFT_OUT {
        edits.extend(text.match_indices(first).filter_map(|(at, _)| {
            let remark = &text[at..text.floor_char_boundary(at + longest)];
            let length = remark.find(last)? + last.len();
            // What stands before and behind it were never one sentence.
            Some(Edit::repair(at..at + length, "\n".to_owned(), "boilerplate"))
        }));
    }
    edits
}

fn page_marks(text: &str) -> Vec<Edit> {
    let lines = chained(candidates(text));
    let Some(last) = (0..lines.len()).max_by_key(|i| (lines[*i].chain.1, usize::MAX - i)) else { return Vec::new() };
    let mut chain = Vec::new();
    let mut at = Some(last);
    while let Some(i) = at {
        chain.push(&lines[i]);
        at = lines[i].chain.0;
    }
    chain.reverse();
    if !is_pagination(&chain) {
        return Vec::new();
    }
    let join = |line: &&Line| {
        // After a whole sentence the line end stays: it may be one of the author's.
        let start = if line.breaks { line.text_before } else { line.mark.start };
        Edit::repair(start..line.mark.end, String::new(), "page_mark")
    };
    chain.iter().map(join).collect()
}

fn candidates(text: &str) -> Vec<Line> {
    let mut found: Vec<Line> = Vec::new();
    let (mut start, mut points, mut counted) = (0, 0, 0);
    let mut text_before = 0;
    for line in text.split_inclusive('\n') {
        if let Some((number, length)) = numbered(line) {
            points += text[counted..start].chars().count();
            counted = start;
            let before = &text[..text_before];
            let rest = &line[length..];
            let breaks =
                text_before > 0 && !before.ends_with(['。', '!', '?', ';', ':', '”', '》', ')', '…', '】', '〉']);
            let sure = breaks
                && (rest.starts_with([',', '。', '、', ';', ':', '!', '?', ')', '”', '》', '%']) || is_open(before));
            let mark = start..start + length;
            found.push(Line { number, mark, text_before, at: points, breaks, sure, chain: (None, 0) });
        }
        if !line.trim().is_empty() {
            text_before = start + line.trim_end().len();
        }
        start += line.len();
    }
    found
}

/// `12、` at the beginning of a line: the number and the length of both in bytes.
fn numbered(line: &str) -> Option<(u32, usize)> {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    if !(1..=3).contains(&digits) || !line[digits..].starts_with('、') {
        return None;
    }
    Some((line[..digits].parse().ok()?, digits + '、'.len_utf8()))
}

/// True where the last line of `text` leaves a quotation or bracket open, within the last few words.
fn is_open(text: &str) -> bool {
    let tail: Vec<char> = text.chars().rev().take(24).take_while(|c| *c != '\n').collect();
    let opened = |open: char, close: char| {
        let last = tail.iter().find(|c| **c == open || **c == close);
        last == Some(&open)
    };
    opened('“', '”') || opened('《', '》') || opened('(', ')')
}

/// Links each line to the best chain of the number before its own.
fn chained(mut lines: Vec<Line>) -> Vec<Line> {
    let mut best: HashMap<u32, usize> = HashMap::new();
    for i in 0..lines.len() {
        let before = lines[i].number.checked_sub(1).and_then(|number| best.get(&number)).copied();
        let before = before.filter(|b| lines[i].at >= lines[*b].at + SHORTEST_PAGE);
        let breaks = usize::from(lines[i].breaks && lines[i].number > 1);
        lines[i].chain = (before, before.map_or(0, |b| lines[b].chain.1) + breaks);
        let known = best.get(&lines[i].number).map(|b| lines[*b].chain.1);
        if known.is_none_or(|known| lines[i].chain.1 >= known) {
            best.insert(lines[i].number, i);
        }
    }
    lines
}

/// True where the chain is one of pages.
fn is_pagination(chain: &[&Line]) -> bool {
    let joints = chain.len().saturating_sub(1).max(1);
    let breaks = chain.iter().filter(|line| line.breaks && line.number > 1).count();
    if chain.first().is_none_or(|line| line.number > 2) || breaks < LEAST_BREAKS || breaks * 2 < joints {
        return false;
    }
    let sure = chain.iter().filter(|line| line.sure).count();
    let pages: Vec<usize> = chain.windows(2).map(|pair| pair[1].at - pair[0].at).collect();
    let alike = match (pages.iter().min(), pages.iter().max()) {
        (Some(least), Some(most)) => chain.len() >= ALIKE_MARKS && most * 4 <= least * 5,
        _ => false,
    };
    alike || sure * 4 >= breaks.max(4)
}
