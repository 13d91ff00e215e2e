//! Headings that run into their text: …报告如下:一、基本情况我校是一所村小,….
//!
//! Some sites show a report as one line, without the line ends behind its headings. Where such a heading ends is known
//! only where it is one that reports use (基本情况, 存在的问题: the rules of roles) or where what follows begins like a
//! sentence (安全管理|每天安排…). Anything else stays together with its first sentence.

use super::cues::Cues;
use super::enumerator::{self, Enumerator, Form};
use crate::document::Role;
use crate::span::Span;

/// The longest heading that is looked for, in characters.
const LONGEST: usize = 16;
/// What goes on a word or a clause, so that no heading ends before it.
const GO_ON: &str = "的和与及或、,，。;；:：等之中上里内外也都而了着过";
/// What headings of no role end with.
const ENDS: &[&str] = &[
    "管理", "建设", "保障", "领导", "机制", "制度", "服务", "工作", "措施", "活动", "情况", "内容", "时间", "收费",
    "宣传", "监督", "督查", "督导", "考核", "评价", "培训", "教学", "课堂", "作业", "睡眠", "手机", "读物", "体质",
    "管控", "共育", "要求", "建议", "分析",
];
/// What headings with a role end with; the rules of roles tell what is in them, not where they end.
const ROLE_ENDS: &[&str] = &[
    "问题", "困难", "不足", "短板", "原因", "打算", "计划", "设想", "措施", "做法", "成效", "效果", "成绩", "情况",
    "概况",
];
/// What sentences begin with that stand behind them.
const BEGINS: &[&str] = &[
    "学校",
    "我校",
    "我们",
    "我县",
    "我区",
    "我市",
    "我镇",
    "我局",
    "全校",
    "全县",
    "全区",
    "本校",
    "每天",
    "每周",
    "每学期",
    "本学期",
    "按照",
    "根据",
    "为了",
    "成立",
    "建立",
    "制定",
    "通过",
    "坚持",
    "严格",
    "一是",
    "首先",
    "由于",
    "目前",
    "各校",
    "各班",
    "1",
    "①",
];

/// The parts of a sentence on a line without line ends: what leads in (…如下:), headings, and the rest.
pub fn parts(text: &str, sentence: Span, roles: &Cues<Role>, parts: &mut Vec<Span>) {
    let mut rest = sentence;
    if let Some(length) = lead_in(rest.of(text)) {
        parts.push(Span::new(rest.start, rest.start + length));
        rest.start += length;
    }
    while let Some(length) = heading(rest.of(text), roles) {
        parts.push(Span::new(rest.start, rest.start + length));
        rest.start += length;
    }
    parts.push(rest);
}

/// The number of a section that `text` begins with.
fn section(text: &str) -> Option<Enumerator> {
    enumerator::read(text).filter(|number| matches!(number.form, Form::Han | Form::HanInBrackets))
}

/// What stands before the first section: …如下: before 一、.
fn lead_in(sentence: &str) -> Option<usize> {
    let mut behind_colons = sentence.match_indices([':', '：']).map(|(at, colon)| at + colon.len());
    behind_colons.find(|at| section(&sentence[*at..]).is_some_and(|number| number.ordinal == 1))
}

/// The length of the heading with its number that `sentence` begins with, where more follows.
fn heading(sentence: &str, roles: &Cues<Role>) -> Option<usize> {
    let number = section(sentence)?.len;
    let body = &sentence[number..];
    let ends = body.char_indices().map(|(at, _)| at).take(LONGEST + 1).skip(2);
    let ends: Vec<usize> = ends.take_while(|at| !body[..*at].contains([',', '，', ':', '：', '“', '('])).collect();
    let is_end = |at: &&usize| {
        let (title, rest) = body.split_at(**at);
        let goes_on = rest.chars().next().is_none_or(|c| GO_ON.contains(c));
        let has_role = || ROLE_ENDS.iter().any(|end| title.ends_with(end)) && roles.first(title).is_some();
        let known = ENDS.iter().any(|end| title.ends_with(end)) && BEGINS.iter().any(|word| rest.starts_with(word));
        !goes_on && (known || section(rest).is_some() || has_role())
    };
    ends.iter().rev().find(is_end).map(|at| number + at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dissect::split::role;
    use crate::rules::RuleFiles;

    #[track_caller]
    fn check(sentence: &str, expected: &[&str]) {
        let roles = Cues::load(&RuleFiles::built_in(), "roles.toml", include_str!("roles.toml"), role).unwrap();
        let mut found = Vec::new();
        parts(sentence, Span::new(0, sentence.len()), &roles, &mut found);
        assert_eq!(found.iter().map(|part| part.of(sentence)).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn known_headings_are_told_from_their_text() {
        check("现汇报如下:一、基本情况我校是一所村小。", &["现汇报如下:", "一、基本情况", "我校是一所村小。"]);
        check("三、存在的问题1.教师少。", &["三、存在的问题", "1.教师少。"]);
        check("二、具体做法(一)安全管理每天安排人值守。", &["二、具体做法", "(一)安全管理", "每天安排人值守。"]);
        check("四、下一步打算继续抓好作业公示。", &["四、下一步打算", "继续抓好作业公示。"]);
    }

    #[test]
    fn other_text_stays_together() {
        for sentence in [
            "一、存在的问题的原因",
            "一、作业管理制度上墙",
            "1.作业管理学校每天公示。",
            "做到两点:控量、提质。",
            "二、认真落实。",
        ] {
            check(sentence, &[sentence]);
        }
    }
}
