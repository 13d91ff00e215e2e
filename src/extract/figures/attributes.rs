//! What else a figure carries (其他属性): per day or week, the period and the subject in words of the text; its part in a
//! change is told in [`super::changes`].
//!
//! All are told from the figure's own clause, or not at all; nothing here changes the figure itself.

use super::bind::Mention;
use crate::span::Span;

/// Words for a rate, with the code of column `per`.
const RATES: [(&str, &str); 24] = [
    ("每天", "day"),
    ("每日", "day"),
    ("每晚", "day"),
    ("天天", "day"),
    ("日均", "day"),
    ("每周", "week"),
    ("每星期", "week"),
    ("一周", "week"),
    ("周均", "week"),
    ("每月", "month"),
    ("每个月", "month"),
    ("一个月", "month"),
    ("月均", "month"),
    ("每学期", "term"),
    ("每期", "term"),
    ("每个学期", "term"),
    ("一学期", "term"),
    ("每年", "year"),
    ("每学年", "year"),
    ("全年", "year"),
    ("一年", "year"),
    ("/学期", "term"),
    ("/天", "day"),
    ("/月", "month"),
];

/// Words that a period begins with where no year is given.
const PERIODS: [&str; 12] =
    ["本学期", "上学期", "下学期", "本学年", "上学年", "今年以来", "今年", "去年", "上年", "本月", "上月", "明年"];

/// The clause around `span`: between commas and stronger marks.
pub(super) fn clause(text: &str, span: Span) -> Span {
    const MARKS: [char; 4] = [',', ';', '。', '\n'];
    let end = text[span.end..].find(MARKS).map_or(text.len(), |i| span.end + i);
    Span::new(behind_last(&text[..span.start], &MARKS), end)
}

/// Where the text behind the last of the marks begins.
pub(super) fn behind_last(text: &str, marks: &[char]) -> usize {
    text.len() - text.rsplit(marks).next().unwrap_or_default().len()
}

/// `day`, `week`, `month`, `term` or `year` where the figure is a rate.
pub(super) fn per(text: &str, m: &Mention) -> Option<&'static str> {
    let clause = clause(text, m.span);
    let behind = &text[m.span.end..clause.end];
    if let Some((_, code)) = RATES.iter().find(|(word, _)| behind.starts_with(word) && word.starts_with('/')) {
        return Some(code);
    }
    let mut before = &text[clause.start..m.span.start];
    while let Some((at, (word, code))) = last(before, &RATES, |rate| rate.0) {
        // 一年级, 全年级, 第一学期: grades and terms, no rates.
        if !before[at + word.len()..].starts_with('级') && !before[..at].ends_with('第') {
            return Some(code);
        }
        before = &before[..at];
    }
    None
}

/// The last place of `text` at which one of a few words stands, and which.
pub(super) fn last<'w, W>(text: &str, words: &'w [W], form: impl Fn(&W) -> &str) -> Option<(usize, &'w W)> {
    let may_begin = beginnings(words.iter().map(&form));
    let places = text.char_indices().rev().filter(|(_, c)| may_begin(*c));
    places.map(|(at, _)| at).find_map(|at| Some((at, words.iter().find(|word| text[at..].starts_with(form(word)))?)))
}

/// The first place of `text` at which one of a few words stands.
pub(super) fn first(text: &str, words: &[&str]) -> Option<usize> {
    let may_begin = beginnings(words.iter().copied());
    let mut places = text.char_indices().filter(|(_, c)| may_begin(*c)).map(|(at, _)| at);
    places.find(|at| words.iter().any(|word| text[*at..].starts_with(word)))
}

/// Tells characters that begin none of the words, and lets few others pass: most places need no more.
fn beginnings<'w>(words: impl Iterator<Item = &'w str>) -> impl Fn(char) -> bool {
    let bit = |c: char| 1u64 << (u32::from(c) % u64::BITS);
    let all = words.filter_map(|word| word.chars().next()).fold(0, |all, c| all | bit(c));
    move |c| all & bit(c) != 0
}

/// The period that the sentence names last before the figure, as written.
pub(super) fn period(text: &str, m: &Mention) -> Option<String> {
    let before = &text[..m.span.start];
    let year = before.rfind('年').filter(|&i| before[..i].len() >= 4).filter(|&i| {
        let digits = &before.as_bytes()[i - 4..i];
        digits.starts_with(b"20") && digits.iter().all(u8::is_ascii_digit)
    });
    let word = last(before, &PERIODS, |period| period).map(|(at, period)| (at, *period));
    match (year, word) {
        (Some(y), Some((w, p))) if w > y => Some(p.to_owned()),
        (Some(y), _) => {
            let rest = &before[y + "年".len()..];
            let tail =
                ["春季学期", "秋季学期", "上半年", "下半年", "春季", "秋季"].into_iter().find(|t| rest.starts_with(t));
            Some(format!("{}年{}", &before[y - 4..y], tail.unwrap_or_default()))
        }
        (None, Some((_, p))) => Some(p.to_owned()),
        (None, None) => None,
    }
}

/// Characters of a subject, at most.
pub(super) const MAX_SUBJECT: usize = 18;

/// What is counted or limited: the noun behind the unit, or the words before the figure.
pub(super) fn subject(text: &str, m: &Mention, floor: usize) -> Option<String> {
    let clause = clause(text, m.span);
    let behind = text[m.span.end..clause.end].trim_start_matches(['的', '左', '右']);
    let end = behind
        .find(['、', ':', '(', ')', '“', '”', '的', '了', '在', '被', '已', '均', '都', '和', '与', '进', '实', '对']);
    let noun: String = behind[..end.unwrap_or(behind.len())].chars().take(MAX_SUBJECT).collect();
    if noun.chars().count() >= 2 && !noun.chars().any(|c| c.is_ascii_digit()) && m.class != "clock" {
        return Some(noun);
    }
    let start = clause.start.max(floor).min(m.span.start);
    let words = text[start..m.span.start].trim_matches(|c: char| "、:()“” 共已为达有到约近仅占,由从至".contains(c));
    let words = words.strip_prefix("其中").unwrap_or(words);
    let count = words.chars().count();
    let kept: String = words.chars().skip(count.saturating_sub(MAX_SUBJECT)).collect();
    (kept.chars().count() >= 2).then_some(kept)
}
