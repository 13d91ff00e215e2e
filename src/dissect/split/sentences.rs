//! A line to sentences.
//!
//! A sentence ends at 。！？； and at the end of the line. Inside brackets, book-title marks and short quotations
//! nothing ends: (责任单位:教研室;完成时限:五月). An ASCII full stop ends a sentence behind a Chinese character or a
//! percentage alone, since it also stands in decimals and numbers of headings; behind 的 copying injected it.

use super::enumerator;
use crate::span::Span;

/// How far the closing mark of a quotation or bracket is looked for, in characters. Marks without partner are common
/// in copied texts, so a long way between two of them tells nothing.
const QUOTE_REACH: usize = 40;

/// Calls `found` with each sentence of `line`, a span of `text`, without the space around it.
pub fn sentences(text: &str, line: Span, mut found: impl FnMut(Span)) {
    let slice = line.of(text);
    let mut start = 0;
    // The stop of `一.` ends nothing.
    let mut protected = enumerator::read(slice).map_or(0, |e| e.len);
    let bytes = slice.as_bytes();
    let mut next = 0;
    while next < bytes.len() {
        let at = next;
        // Most of the text: Chinese characters, three bytes each, that end nothing.
        if (0xE4..=0xE9).contains(&bytes[at]) {
            next += 3;
            continue;
        }
        let Some(c) = slice[at..].chars().next() else { break };
        next += c.len_utf8();
        if at < start || at < protected {
            continue;
        }
        match c {
            '(' | '（' | '《' | '“' | '「' | '『' | '〔' => {
                if let Some(end) = closing(&slice[at..]) {
                    protected = at + end;
                }
            }
            '。' | '！' | '!' | '？' | '?' | '；' | ';' => {
                let end = tail(slice, next);
                emit(text, line.start + start, line.start + end, &mut found);
                start = end;
            }
            '.' if ends_like_a_full_stop(&slice[..at], &slice[next..]) => {
                emit(text, line.start + start, line.start + next, &mut found);
                start = next;
            }
            _ => {}
        }
    }
    emit(text, line.start + start, line.end, &mut found);
}

fn ends_like_a_full_stop(before: &str, behind: &str) -> bool {
    let Some(last) = before.chars().next_back() else { return false };
    let sentence = !last.is_ascii() && last != '的' && !last.is_whitespace() || last == '%';
    sentence && behind.chars().next().is_some_and(|c| !(c.is_ascii_punctuation() || last == '%' && c.is_ascii_digit()))
}

/// Where the bracket or quotation that `text` begins with is closed: its closing mark in reach, with no other opening
/// mark of its kind before it. A quotation that holds whole sentences ends behind its last mark, see [`tail`].
fn closing(text: &str) -> Option<usize> {
    let open = text.chars().next()?;
    let closes = |c: char| match open {
        '(' | '（' => matches!(c, ')' | '）'),
        '《' => c == '》',
        '“' => c == '”',
        '「' => c == '」',
        '『' => c == '』',
        _ => c == '〕',
    };
    let mut before = open;
    for (at, c) in text.char_indices().skip(1).take(QUOTE_REACH) {
        if closes(c) {
            // “……。” is a sentence of its own: its full stop counts.
            return (!matches!(before, '。' | '！' | '!' | '？' | '?')).then_some(at + c.len_utf8());
        }
        if c == open {
            return None;
        }
        before = c;
    }
    None
}

/// The end of a sentence whose mark ends at `at`: further marks, closing quotes and a remark in brackets that ends the
/// line belong to it.
fn tail(line: &str, at: usize) -> usize {
    let mut end = at;
    for c in line[at..].chars() {
        if !matches!(c, '。' | '！' | '!' | '？' | '?' | '；' | ';' | '”' | '’' | '」' | '』' | '》' | ')' | '）' | '"')
        {
            break;
        }
        end += c.len_utf8();
    }
    let rest = &line[end..];
    let remark = rest.starts_with(['(', '（']) && closing(rest) == Some(rest.len()) && !numbered(rest);
    if remark { line.len() } else { end }
}

/// True for brackets around a number: `(2)`, which begins the next item.
fn numbered(brackets: &str) -> bool {
    brackets.chars().count() <= 4
}

/// Calls `found` with `start..end` of `text` without the space around it, where anything is left.
pub fn emit(text: &str, start: usize, end: usize, found: &mut impl FnMut(Span)) {
    let slice = &text[start..end];
    let trimmed = slice.trim();
    if trimmed.is_empty() {
        return;
    }
    let start = start + (slice.len() - slice.trim_start().len());
    found(Span::new(start, start + trimmed.len()));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let mut got = Vec::new();
        sentences(text, Span::new(0, text.len()), |s| got.push(s.of(text)));
        assert_eq!(got, expected, "sentences of {text:?}");
    }

    #[test]
    fn marks_end_sentences() {
        check(
            "先做后布置。谁布置谁批改;不得代批!好吗?好",
            &["先做后布置。", "谁布置谁批改;", "不得代批!", "好吗?", "好"],
        );
        check("占9.5%,比上年多1.2.", &["占9.5%,比上年多1.2."]);
        check("1.全覆盖.9所开课,占100%.参加2人.", &["1.全覆盖.", "9所开课,占100%.", "参加2人."]);
        check("一.作业", &["一.作业"]);
        check("学生的.作业", &["学生的.作业"]);
    }

    #[test]
    fn brackets_and_short_quotations_hold_together() {
        check("编印手册(语文三册;数学两册)。发放", &["编印手册(语文三册;数学两册)。", "发放"]);
        check("做到“量少;质优”,坚持。", &["做到“量少;质优”,坚持。"]);
        check("他写道“想睡早一点。”我记住了。", &["他写道“想睡早一点。”", "我记住了。"]);
        check("压减三成。(责任科室:教育科)", &["压减三成。(责任科室:教育科)"]);
        check("(一)报名;(二)编班。", &["(一)报名;", "(二)编班。"]);
    }

    #[test]
    fn marks_without_partner_do_no_harm() {
        check("坚持“五育并举。抓好“三个课堂”。", &["坚持“五育并举。", "抓好“三个课堂”。"]);
        check("校外(含托管。校内", &["校外(含托管。", "校内"]);
    }
}
