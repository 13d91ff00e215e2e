//! The lines of a cleaned text: what reports, headings and sentences are told from.
//!
//! A line is a paragraph, as the writer or the site broke it. Where a copy lost its line ends (whole reports on one
//! line, the paragraphs kept apart by spaces) they are set again here. Blank lines are left out. Which line is what
//! is not told here.

use super::enumerator;
use crate::hanzi::is_hanzi;
use crate::span::Span;

/// One line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Without the space around it and without marks of Markdown (`# `, `> `, `- `, `| `).
    pub span: Span,
    /// Depth of a Markdown heading; 0 for other lines.
    pub hashes: u8,
}

/// Lines from this length on (in bytes) are looked through for lost line ends: longer than most paragraphs.
pub const LONG: usize = 600;

/// The lines of `text`. `breaks` are bytes before which a line begins anyway, in order.
pub fn lines(text: &str, breaks: &[usize]) -> Vec<Line> {
    let mut lines = Vec::with_capacity(text.len() / 90);
    let mut breaks = breaks.iter().copied().peekable();
    let mut start = 0;
    for raw in text.split_inclusive('\n') {
        let end = start + raw.len();
        while let Some(at) = breaks.next_if(|&at| at < end) {
            push_paragraphs(text, start, at, &mut lines);
            start = at;
        }
        push_paragraphs(text, start, end, &mut lines);
        start = end;
    }
    lines
}

/// One line of the file: a paragraph, or several that run together.
fn push_paragraphs(text: &str, start: usize, end: usize, lines: &mut Vec<Line>) {
    let slice = &text[start..end];
    let mut from = start;
    if slice.len() >= LONG && runs_together(slice) {
        for (at, _) in slice.match_indices(' ') {
            if ends_paragraph(slice, at) {
                push(text, from, start + at, lines);
                from = start + at;
            }
        }
    }
    push(text, from, end, lines);
}

/// True where enumerators stand behind spaces in the middle of the line, more than once.
fn runs_together(line: &str) -> bool {
    line.match_indices(' ').filter(|&(at, _)| enumerator::read(&line[at + 1..]).is_some()).nth(1).is_some()
}

/// True where the space at `at` stands for a line end: it keeps two Chinese characters or a full stop and what
/// follows apart, or an enumerator follows.
fn ends_paragraph(line: &str, at: usize) -> bool {
    let behind = line[at + 1..].trim_start();
    let before = line[..at].chars().next_back();
    let wide = |c: char| !c.is_ascii() && !c.is_whitespace();
    let stop = before.is_some_and(|c| matches!(c, '。' | '!' | '?' | ';' | ':'));
    stop || enumerator::read(behind).is_some() || before.is_some_and(wide) && behind.chars().next().is_some_and(wide)
}

fn push(text: &str, start: usize, end: usize, lines: &mut Vec<Line>) {
    let space = |c: char| c.is_whitespace() || c == '\u{feff}';
    let slice = &text[start..end];
    let mut inner = slice.trim_matches(space);
    let mut hashes = 0;
    let depth = inner.bytes().take_while(|&b| b == b'#').count();
    if (1..=6).contains(&depth) && inner[depth..].starts_with(' ') {
        hashes = depth as u8;
        inner = inner[depth..].trim_start_matches(space);
    }
    for mark in ["> ", "- ", "* ", "+ "] {
        inner = inner.strip_prefix(mark).unwrap_or(inner).trim_start_matches(space);
    }
    inner = without_bullet(inner);
    if inner.starts_with('|') && inner.len() > 1 {
        inner = inner.trim_matches(|c| c == '|' || space(c));
    }
    let rule = inner.bytes().all(|b| matches!(b, b'-' | b'=' | b'*' | b'|' | b':' | b' ' | b'_' | b'#'));
    if rule {
        return;
    }
    let at = start + (inner.as_ptr() as usize - slice.as_ptr() as usize);
    lines.push(Line { span: Span::new(at, at + inner.len()), hashes });
}

/// `line` without the bullet of a word processor, which a copy shows as the character that it is in another font: `l 早睡`
/// for a dot, `ü 早睡` for a tick.
fn without_bullet(line: &str) -> &str {
    let rest = line.strip_prefix(|c: char| "lnuvqØü§".contains(c) || ('\u{F000}'..='\u{F0FF}').contains(&c));
    let text = rest.map(|rest| rest.trim_start_matches([' ', '\t', '\u{3000}']));
    let is_chinese = |text: &&str| text.starts_with(|c: char| is_hanzi(c) || "“《(".contains(c));
    text.filter(is_chinese).filter(|text| text.len() < line.len() - 1).unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let got: Vec<_> = lines(text, &[]).iter().map(|l| l.span.of(text)).collect();
        assert_eq!(got, expected);
    }

    #[test]
    fn space_blank_lines_and_markdown_marks_are_left_out() {
        check(
            "\u{3000}\u{3000}一、作业 \n\n\n## 二、睡眠\n- 早睡\n---\n| 年级 | 分钟 |\n|---|---|\n",
            &["一、作业", "二、睡眠", "早睡", "年级 | 分钟"],
        );
    }

    #[test]
    fn bullets_of_other_fonts_are_left_out() {
        check("l 早睡\n\u{F0FC}早起\nn\t午休\nl型教室\nlive 课堂", &["早睡", "早起", "午休", "l型教室", "live 课堂"]);
    }

    #[test]
    fn paragraphs_that_run_together_are_parted() {
        let long = "坚持先做后布置".repeat(40);
        let text = format!("一、原则 统筹推进 {long}。 二、任务 (一)控量 每天 30 分钟。");
        check(&text, &["一、原则", "统筹推进", &format!("{long}。"), "二、任务", "(一)控量", "每天 30 分钟。"]);
    }
}
