//! What is said not to be (否定和禁止): quantities that are none because they are denied, and bounds that hold from the
//! other side because what lies beyond them is denied or forbidden.

use super::bind::Mention;
use crate::finding::Comparator;
use crate::span::Span;

/// True where the rest of the sentence forbids what was said: 晚于20:30的,一律不得继续授课 is a limit, not a value.
pub(super) fn forbids(behind: &str) -> bool {
    let sentence = behind.split(['。', ';']).next().unwrap_or_default();
    let told = sentence.find('的').map(|at| &sentence[at..]);
    told.is_some_and(|rest| {
        ["不得", "不准", "不许", "一律不", "严禁", "禁止", "一律禁"].iter().any(|w| rest.contains(w))
    })
}

/// What must not be, said before or behind what it forbids.
const FORBIDDEN: [&str; 7] = ["不得", "严禁", "禁止", "不准", "不许", "不允许", "不应"];

/// What the clause of a quantity holds before it and behind it.
fn clause_around<'t>(before: &'t str, behind: &'t str) -> (&'t str, &'t str) {
    const ENDS: [char; 4] = [',', ';', '。', ':'];
    (before.rsplit(ENDS).next().unwrap_or_default(), behind.split(ENDS).next().unwrap_or_default())
}

/// True where what would happen before or after a time must not or does not: 不得在20:30之后开课, 8:00前不要求到校 say
/// that it ends by 20:30, that it begins at 8:00.
pub(super) fn keeps_from(text: &str, floor: usize, time: Span) -> bool {
    const BEFORE: [&str; 8] = ["杜绝", "未在", "没有在", "没有一", "无一", "未发现", "没有发现", "未见"];
    const BEHIND: [&str; 15] = [
        "不再",
        "不要求",
        "不安排",
        "不组织",
        "不布置",
        "不上课",
        "不开课",
        "不授课",
        "不开放",
        "不开门",
        "不开校门",
        "不供餐",
        "不营业",
        "不到校",
        "不入校",
    ];
    let (clause, behind) = clause_around(&text[floor..time.start], &text[time.end..]);
    let item = clause.rsplit('、').next().unwrap_or_default();
    let near = &behind[..behind.char_indices().nth(8).map_or(behind.len(), |(at, _)| at)];
    let named = |words: &[&str], place: &str| FORBIDDEN.iter().chain(words).any(|word| place.contains(word));
    named(&BEFORE, item) || named(&BEHIND, near)
}

/// True for a quantity that is said not to be: 没有1名教师, 未发生1例, 不再出现写作业两三个小时的情况. What is denied of a
/// bound (没有学生超过60分钟) bounds from the other side instead.
pub(super) fn is_denied(before: &str, after: &str, m: &Mention) -> bool {
    const NONE: [&str; 17] = [
        "没有",
        "无",
        "未发生",
        "未发现",
        "未收到",
        "未出现",
        "未接到",
        "没有发生",
        "没有发现",
        "没有收到",
        "没有出现",
        "没有接到",
        "没发生",
        "没发现",
        "没收到",
        "不存在",
        "未有",
    ];
    let one = m.value == Some(1.0) && m.value_hi.is_none() && m.comparator == Comparator::Eq;
    if one && NONE.iter().any(|word| before.ends_with(word)) {
        return true;
    }
    let (clause, behind) = clause_around(before, after);
    matches!(m.comparator, Comparator::Eq | Comparator::Range | Comparator::Approx) && is_case_of_none(clause, behind)
}

/// 超过60分钟的班级为零, 不存在睡眠不足8小时的现象: what is beyond the bound is said not to be.
pub(super) fn there_are_none(before: &str, behind: &str) -> bool {
    const NONE: [&str; 6] = ["为零", "为0", "一个也没有", "一个都没有", "一人也没有", "一例也没有"];
    let (clause, behind) = clause_around(before, behind);
    NONE.iter().any(|word| behind.ends_with(word)) || is_case_of_none(clause, behind)
}

/// 不再出现…的情况, 不存在…的现象.
fn is_case_of_none(clause: &str, behind: &str) -> bool {
    const NONE: [&str; 8] =
        ["未出现", "没有出现", "不再出现", "没有再出现", "未再出现", "杜绝了", "不存在", "没有发现"];
    const CASES: [&str; 5] = ["的情况", "的现象", "的问题", "的行为", "的情形"];
    let behind = behind.trim_end_matches("发生").trim_end_matches("存在");
    (clause.starts_with('无') || NONE.iter().any(|word| clause.contains(word)))
        && CASES.iter().any(|word| behind.ends_with(word))
}
