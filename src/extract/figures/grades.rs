//! Groups of grades (年级组): which grades a text names, from 三、四年级, 3—6年级, 小学, 初三, 其他年级.
//!
//! Grades 1–6 are primary, 7–9 junior secondary. Words are data (`figures_grades.toml`), numbers before 年级 are read here.

use crate::extract::forms::Forms;
use crate::rules::{Named, RuleFiles, empty_word, merge, mistake};
use crate::span::Span;
use anyhow::{Result, bail};
use serde::Deserialize;

pub(super) const FILE: &str = "figures_grades.toml";
const BUILT_IN: &str = include_str!("figures_grades.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    before_part: String,
    #[serde(default)]
    group: Vec<Words>,
}

/// One entry of `figures_grades.toml`; its head tells what the fields mean.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    pub id: String,
    pub grades: Option<(u8, u8)>,
    forms: Vec<String>,
    #[serde(default)]
    part: bool,
    #[serde(default)]
    not_after: Vec<String>,
    #[serde(default)]
    schools: bool,
    #[serde(default)]
    beyond: bool,
    #[serde(default)]
    pub yes: Vec<String>,
    #[serde(default)]
    pub no: Vec<String>,
}

impl Named for Words {
    fn id(&self) -> &str {
        &self.id
    }
}

/// A group of grades that a text names, or the end of one (全校, 中学: no single group).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Group {
    pub span: Span,
    /// First and last grade; none where the words end what was carried on, or name grades that are no neighbours.
    pub grades: Option<(u8, u8)>,
    /// The grades one by one where they are told by number, a bit each: 一、三、五年级.
    pub numbered: u16,
    /// True for a kind of school whose number may stand right behind.
    pub schools: bool,
    /// True for a stage that has no grades here.
    pub beyond: bool,
}

impl Group {
    fn of(span: Span, grades: Option<(u8, u8)>) -> Self {
        Group { span, grades, numbered: 0, schools: false, beyond: false }
    }

    /// The grades as a set, a bit each; empty where it names none.
    pub fn members(&self) -> u16 {
        self.grades.map_or(self.numbered, all_of)
    }
}

/// The words that name grades.
pub(super) struct Grades {
    pub words: Vec<Words>,
    forms: Forms,
    before_part: String,
}

impl Grades {
    pub fn new(rules: &RuleFiles) -> Result<Self> {
        let files = rules.load::<File>(FILE, BUILT_IN)?;
        let before_part = files.iter().map(|file| file.before_part.as_str()).collect();
        let words = merge(FILE, files.into_iter().map(|file| file.group))?;
        for group in &words {
            if let Some((lo, hi)) = group.grades.filter(|(lo, hi)| !(1..=9).contains(lo) || !(*lo..=9).contains(hi)) {
                let id = &group.id;
                bail!(mistake(
                    FILE,
                    format!("规则 {id} 的年级是 {lo} 到 {hi}，请写 1 到 9，先小后大"),
                    format!("rule {id} has grades {lo} to {hi}: write 1 to 9, the lower one first"),
                ));
            }
            if group.forms.iter().any(String::is_empty) {
                bail!(empty_word(FILE, ["规则", "rule"], &group.id));
            }
        }
        let forms = Forms::new(words.iter().enumerate().flat_map(|(i, group)| group.forms.iter().map(move |f| (f, i))));
        Ok(Grades { words, forms, before_part })
    }

    /// The groups that a text names, in order.
    pub fn groups(&self, text: &str) -> Vec<Group> {
        let mut found: Vec<Group> = Vec::new();
        let mut at = 0;
        while let Some(next) = text[at..].chars().next() {
            let here = &text[at..];
            let group = if here.starts_with("年级") || here.starts_with("年段") {
                numbered(text, at).or_else(|| rest(text, at, &found))
            } else {
                self.word(text, at)
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

    fn word(&self, text: &str, at: usize) -> Option<Group> {
        let (form, i) = self.forms.at(&text[at..]).next()?;
        let words = &self.words[i];
        let before = &text[..at];
        let of_name = words.part && !before.is_empty() && !before.ends_with(|c| self.before_part.contains(c));
        // 其中小学12所 is no 中小学, 提高一年级 no 高一.
        if of_name || words.not_after.iter().any(|word| before.ends_with(word.as_str())) {
            return None;
        }
        let mut end = at + form.len();
        // 初一年级; 小学三年级 has a number, which says more.
        if text[end..].starts_with("年级") {
            end += "年级".len();
        }
        let &Words { grades, schools, beyond, .. } = words;
        Some(Group { schools, beyond, ..Group::of(Span::new(at, end), grades) })
    }
}

/// 初一至初三 is one group.
fn joined(before: &Group, group: &Group, text: &str) -> Option<Group> {
    let between = text.get(before.span.end..group.span.start)?;
    let junior = |group: &Group| group.span.of(text).starts_with('初') && group.grades.is_some_and(|(lo, _)| lo >= 7);
    let joined = matches!(between, "至" | "到" | "-" | "—" | "~") && junior(before) && junior(group);
    let ((lo, _), (_, hi)) = (before.grades?, group.grades?);
    let span = Span::new(before.span.start, group.span.end);
    (joined && lo < hi).then(|| Group::of(span, Some((lo, hi))))
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
    last.map(|_| Group { numbered: grades, ..Group::of(span, stretch(grades)) })
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
    Some(Group::of(Span::new(start, at + "年级".len()), Some(grades)))
}
