//! Groups of grades (年级组): which grades a text names, from 三、四年级, 3—6年级, 小学, 初三, 其他年级.
//!
//! Grades 1–6 are primary, 7–9 junior secondary. A school's name (崖窑小学) names none.

use crate::span::Span;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// A group of grades that a text names, or the end of one (全校, 中学: no single group).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Group {
    pub span: Span,
    /// First and last grade; none where the words end what was carried on, or name grades that are no neighbours.
    pub grades: Option<(u8, u8)>,
    /// The grades one by one where they are told by number, a bit each: 一、三、五年级.
    pub numbered: u16,
}

impl Group {
    /// The grades as a set, a bit each; empty where it names none.
    pub fn members(&self) -> u16 {
        self.grades.map_or(self.numbered, all_of)
    }
}

/// A word and the first and last grade that it names.
type Word = (&'static str, Option<(u8, u8)>);

/// Words that name a group; the longest that fits at a place is read.
const WORDS: [Word; 71] = [
    ("中心小学", Some((1, 6))),
    ("完全小学", Some((1, 6))),
    ("村小", Some((1, 6))),
    ("教学点", None),
    ("九年一贯制", None),
    ("九年一贯制学校", None),
    ("初中学校", Some((7, 9))),
    ("小学学校", Some((1, 6))),
    ("初级中学学校", Some((7, 9))),
    ("低年级", Some((1, 2))),
    ("中年级", Some((3, 4))),
    ("高年级", Some((5, 6))),
    ("中高年级", Some((3, 6))),
    ("小学低段", Some((1, 2))),
    ("小学中段", Some((3, 4))),
    ("小学高段", Some((5, 6))),
    ("小学中高段", Some((3, 6))),
    ("低段", Some((1, 2))),
    ("高段", Some((5, 6))),
    ("中高段", Some((3, 6))),
    ("中、高年级", Some((3, 6))),
    ("低、中、高年级", Some((1, 6))),
    ("低中高年级", Some((1, 6))),
    ("中、高段", Some((3, 6))),
    ("小学部", Some((1, 6))),
    ("小学生", Some((1, 6))),
    ("小学阶段", Some((1, 6))),
    ("小学段", Some((1, 6))),
    ("小学", Some((1, 6))),
    ("初中部", Some((7, 9))),
    ("初中生", Some((7, 9))),
    ("初中阶段", Some((7, 9))),
    ("初中段", Some((7, 9))),
    ("初级中学", Some((7, 9))),
    ("初中", Some((7, 9))),
    ("初一", Some((7, 7))),
    ("初二", Some((8, 8))),
    ("初三", Some((9, 9))),
    ("中小学", None),
    ("小学初中", None),
    ("中学", None),
    ("高中", None),
    ("高中生", None),
    ("中段", Some((3, 4))),
    ("高中学校", None),
    ("普通高中", None),
    ("普通高中学校", None),
    ("高一", None),
    ("高二", None),
    ("高三", None),
    ("普高", None),
    ("幼儿园", None),
    ("全校", None),
    ("全县", None),
    ("全区", None),
    ("全市", None),
    ("全镇", None),
    ("全乡", None),
    ("我校", None),
    ("各校", None),
    ("教师", None),
    ("教职工", None),
    ("老师", None),
    ("家长", None),
    ("学校", None),
    ("机构", None),
    ("社团", None),
    ("部门", None),
    ("各年级", None),
    ("每个年级", None),
    ("校外", None),
];

/// [`WORDS`] by first character, the longest first.
static WORDS_BY_FIRST: LazyLock<FxHashMap<char, Vec<Word>>> = LazyLock::new(|| {
    let mut words: FxHashMap<char, Vec<Word>> = FxHashMap::default();
    for word in WORDS {
        words.entry(word.0.chars().next().unwrap_or_default()).or_default().push(word);
    }
    for list in words.values_mut() {
        list.sort_by_key(|(form, _)| std::cmp::Reverse(form.len()));
    }
    words
});

/// What may stand right before 小学 or 初中 where it is no school's name.
const BEFORE_STAGE: &str =
    "间率量数、,;:。(“质起其中的对为各在所家和与及育求保村区且是而,有/;|-—\n 生但使让给县级于由年.查测校";

/// The groups that a text names, in order.
pub(super) fn groups(text: &str) -> Vec<Group> {
    let mut found: Vec<Group> = Vec::new();
    let mut at = 0;
    while let Some(next) = text[at..].chars().next() {
        let here = &text[at..];
        let group = if here.starts_with("年级") || here.starts_with("年段") {
            numbered(text, at).or_else(|| rest(text, at, &found))
        } else {
            word(text, at)
        };
        match group {
            Some(group) => {
                at = group.span.end;
                match found.last().and_then(|before| joined(before, &group, text)) {
                    Some(both) => *found.last_mut().expect("there is one before") = both,
                    None => found.push(group),
                }
            }
            None => at += next.len_utf8(),
        }
    }
    found
}

/// 初一至初三 is one group.
fn joined(before: &Group, group: &Group, text: &str) -> Option<Group> {
    let between = text.get(before.span.end..group.span.start)?;
    let junior = |group: &Group| group.span.of(text).starts_with('初') && group.grades.is_some_and(|(lo, _)| lo >= 7);
    let joined = matches!(between, "至" | "到" | "-" | "—" | "~") && junior(before) && junior(group);
    let ((lo, _), (_, hi)) = (before.grades?, group.grades?);
    let span = Span::new(before.span.start, group.span.end);
    (joined && lo < hi).then_some(Group { span, grades: Some((lo, hi)), numbered: 0 })
}

fn word(text: &str, at: usize) -> Option<Group> {
    let here = &text[at..];
    let begin = WORDS_BY_FIRST.get(&here.chars().next()?)?;
    let (form, grades) = begin.iter().find(|(form, _)| here.starts_with(form))?;
    let before = text[..at].chars().next_back();
    // 其中小学12所 is no 中小学, 提高一年级 no 高一.
    let cut = *form == "中小学" && before == Some('其') || form.starts_with("高") && before == Some('提');
    if cut {
        return None;
    }
    let is_stage = matches!(*form, "小学" | "中心小学" | "初中" | "小学部" | "初中部" | "中学" | "初中学校");
    let of_school = form.ends_with('部') && before == Some('校');
    if is_stage && !of_school && before.is_some_and(|c| !BEFORE_STAGE.contains(c)) {
        return None;
    }
    let end = at + form.len();
    if text[end..].starts_with("年级") {
        return Some(Group { span: Span::new(at, end + "年级".len()), grades: *grades, numbered: 0 });
    }
    // 小学三年级: the number says more.
    Some(Group { span: Span::new(at, end), grades: *grades, numbered: 0 })
}

/// The grades whose numbers stand right before 年级 at `at`.
fn numbered(text: &str, at: usize) -> Option<Group> {
    let (mut grades, mut last, mut start) = (0u16, None, at);
    let mut range = false;
    for (i, c) in text[..at].char_indices().rev() {
        let grade = match c {
            '1'..='9' => c as u8 - b'0',
            _ => match "一二三四五六七八九".chars().position(|d| d == c) {
                Some(p) => p as u8 + 1,
                None if "至到-—~～–―".contains(c) && last.is_some() => {
                    range = true;
                    continue;
                }
                None if "、和与及".contains(c) && last.is_some() => continue,
                // 一,二年级; but 压减三分之一,九年级.
                None if c == ',' && last.is_some() && !ends_another(&text[..i]) => continue,
                // 三年级到六年级 is one group, 三年级、六年级 are two.
                None if range && (text[i..].starts_with("年级") || text[..i + c.len_utf8()].ends_with("年级")) => {
                    continue;
                }
                None => break,
            },
        };
        // 1一6年级: the 一 is a dash.
        if c == '一' && last.is_some() && text[..i].ends_with(|p: char| p.is_ascii_digit()) {
            range = true;
            continue;
        }
        // 四、九年级课间…: the fourth item, of grade nine.
        let opens = text[..i].trim_start().is_empty() && text[i..].chars().nth(1) == Some('、');
        if opens && last.is_some_and(|last: u8| last.abs_diff(grade) > 2) {
            break;
        }
        grades |= all_of(last.filter(|_| range).map_or((grade, grade), |last| (grade.min(last), grade.max(last))));
        (last, start, range) = (Some(grade), i, false);
    }
    let alone = last.filter(|_| grades.count_ones() == 1);
    // 三年级以上: up to the end of its stage.
    let behind = &text[at + "年级".len()..];
    if let Some(grade) = alone.filter(|_| behind.starts_with("以上") || behind.starts_with("及以上")) {
        grades = all_of((grade, if grade <= 6 { 6 } else { 9 }));
    }
    let span = Span::new(start, at + "年级".len());
    last.map(|_| Group { span, grades: stretch(grades), numbered: grades })
}

/// True where what ends before a comma is a number of its own: 三分之一, 第一.
fn ends_another(before: &str) -> bool {
    let other = |c: char| c.is_ascii_digit() || ['之', '第', '.', ':', '周', '期'].contains(&c);
    before.char_indices().next_back().is_some_and(|(at, _)| before[..at].ends_with(other))
}

/// First to last grade as a set, a bit each.
fn all_of((lo, hi): (u8, u8)) -> u16 {
    (lo..=hi).fold(0, |all, grade| all | 1 << grade)
}

/// First and last of a set of grades that has no gap.
pub(super) fn stretch(grades: u16) -> Option<(u8, u8)> {
    let (lo, n) = (grades.trailing_zeros(), grades.count_ones());
    (n > 0 && (grades >> lo).trailing_ones() == n).then(|| (lo as u8, (lo + n - 1) as u8))
}

/// 其他年级: those above the ones named before it.
fn rest(text: &str, at: usize, before: &[Group]) -> Option<Group> {
    let words = ["其他", "其它", "其余", "其他各", "其余各", "别的"];
    let start = words.iter().find_map(|w| text[..at].strip_suffix(w).map(str::len))?;
    let named = before.iter().rev().find_map(|g| g.grades);
    let grades = match named {
        Some((_, hi)) if hi < 6 => (hi + 1, 6),
        Some((_, hi)) if (7..9).contains(&hi) => (hi + 1, 9),
        _ => (3, 6),
    };
    Some(Group { span: Span::new(start, at + "年级".len()), grades: Some(grades), numbered: 0 })
}
