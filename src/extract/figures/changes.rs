//! What a figure is in a change (增减变化): the value before it, the value after it, or how much it is.
//!
//! 由380人增加到460人,增加80人 states one number that holds now and two that do not; 超出规定35分钟 states how far something
//! lies off and not how long it takes. It is told here once, from the words around the figure; all that is computed from
//! figures goes by it. What the words leave open is told as nothing.

use super::attributes::{behind_last, clause, first, last};
use super::bind::Mention;
use crate::finding::Comparator;
use crate::span::Span;

const UP: [&str; 14] =
    ["增加", "提高", "上升", "增长", "提升", "增", "延长", "扩大", "新增", "多了", "高了", "高出", "扩充", "上涨"];
const DOWN: [&str; 17] = [
    "减少", "下降", "降低", "压减", "缩短", "缩减", "精简", "压缩", "降", "少了", "下调", "低了", "轻了", "减", "回落",
    "削减", "减轻",
];

/// Words in which 增 or 减 tells no change of the number that follows.
const NO_CHANGE: [&str; 8] = ["双减", "减负", "减免", "不减", "不降", "增强", "增值", "增设"];

/// Words for a change without 增 or 减: behind a number after 由 they tell that it is the first of two.
const MOVES: [&str; 17] = [
    "到",
    "至",
    "升至",
    "升到",
    "发展到",
    "发展为",
    "扩展到",
    "变为",
    "变成",
    "改为",
    "改成",
    "调整",
    "调到",
    "调为",
    "推迟",
    "推后",
    "提前",
];

/// Words right before a number that is how much one thing lies off another.
const SHIFTS: [&str; 18] = [
    "提前", "提早", "推迟", "推后", "延后", "延迟", "超时", "相差", "还差", "多睡", "少睡", "早睡", "晚睡", "多写",
    "少写", "多出", "节省", "节约",
];

/// What a number lies off, and the words for it: 超过规定上限(18分钟), 早于规定时间(40分钟).
const MEASURES: [&str; 11] = ["规定", "标准", "上限", "下限", "要求", "限额", "时限", "时间", "时长", "国家", "计划"];
const OFF: [&str; 10] = ["超出", "超过", "多出", "高出", "高于", "低于", "早于", "晚于", "少于", "短于"];

/// Words that may stand between those and the number.
const ABOUT: [&str; 12] = ["了", "约", "大约", "近", "将近", "至少", "整整", "平均", "达", "出", "每天", "足足"];

/// Words for a time that is over; they hold for the sentence.
const FORMER: [&str; 12] = [
    "改革前",
    "双减前",
    "双减”前",
    "政策前",
    "实施前",
    "落地前",
    "出台前",
    "调整前",
    "整改前",
    "优化前",
    "减负前",
    "当时",
];

/// Such words that hold for their clause.
const FORMER_NEAR: [&str; 5] = ["原来", "原先", "以往", "去年同期", "上年同期"];

/// Such words right before the number.
const FORMER_OF: [&str; 9] =
    ["过去的", "以前的", "之前的", "最初的", "年初的", "去年的", "上年的", "上学期的", "上学年的"];

/// Words for a time before this one: they tell of a change where the sentence goes on to what holds now.
const EARLIER: [&str; 5] = ["去年", "上学期", "上学年", "上年", "上期"];

/// Words for what holds since.
const SINCE: [&str; 15] = [
    "现在",
    "目前",
    "如今",
    "现已",
    "本学期",
    "今年",
    "改革后",
    "双减后",
    "双减”后",
    "实施后",
    "调整后",
    "整改后",
    "以来",
    "之后",
    "随后",
];

/// What a figure is in the change that it is told with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The value before: 380 of 由380人增加到460人.
    Before,
    /// The value after: 460 of it.
    After,
    /// How much more or less, against before or against something else: 减少30分钟, 超出规定35分钟.
    Amount,
}

impl Role {
    /// Machine name, as in column `change_role`.
    pub fn code(self) -> &'static str {
        match self {
            Role::Before => "before",
            Role::After => "after",
            Role::Amount => "amount",
        }
    }
}

/// A change that a figure is part of.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Change {
    /// `up` or `down`, where the text tells it.
    pub direction: Option<&'static str>,
    /// What the figure is in it, where the text tells it.
    pub role: Option<Role>,
}

impl Change {
    fn of(up: bool, role: Option<Role>) -> Self {
        Change { direction: Some(if up { "up" } else { "down" }), role }
    }

    fn role(role: Role) -> Self {
        Change { direction: None, role: Some(role) }
    }

    /// True for the first of two values: a fact, whatever is aimed at.
    pub fn begins(self) -> bool {
        self.role == Some(Role::Before)
    }
}

/// The change that the figure is the amount or an end of; empty where it is part of none.
pub(super) fn change(text: &str, m: &Mention) -> Change {
    let clause = clause(text, m.span);
    let before = &text[clause.start..m.span.start];
    // A comparator may hold words that count here: 超过规定[上限18分钟].
    let lead = &text[clause.start..m.number.start.max(m.span.start)];
    let behind = &text[m.span.end..clause.end];
    let behind = &behind[..behind.char_indices().nth(8).map_or(behind.len(), |(i, _)| i)];
    // 由20个部门参加的“双减”会议: 减 is no change there.
    let behind = NO_CHANGE.iter().filter_map(|word| behind.find(word)).min().map_or(behind, |at| &behind[..at]);
    // 在2023年52.7%的基础上下降1个百分点.
    if behind.starts_with("的基础上") {
        return Change::role(Role::Before);
    }
    let begun = before.contains(['由', '从', '自']);
    // 由380人增加到460人: the first of them.
    if begun {
        match (first(behind, &UP), first(behind, &DOWN)) {
            (Some(up), down) if down.is_none_or(|d| up < d) => return Change::of(true, Some(Role::Before)),
            (_, Some(_)) => return Change::of(false, Some(Role::Before)),
            _ if let Some(up) = goes_on(&text[m.span.end..]) => return Change::of(up, Some(Role::Before)),
            _ if moves(behind) => return Change::role(Role::Before),
            _ => {}
        }
    }
    let reached = lead.trim_end_matches(|c: char| "约近的".contains(c)).ends_with(['到', '至']);
    if let Some((up, between)) = verb(before, lead, 7) {
        return Change::of(up, role_behind(between, m));
    }
    // 减少到目前的每天52分钟: the verb may stand farther off where 到 follows it.
    if let Some((up, between)) = verb(before, lead, 14)
        && between.starts_with(['到', '至'])
    {
        return Change::of(up, Some(Role::After));
    }
    // 增加体育活动时间30分钟: and farther still where the thing that changes is a length or a number.
    if let Some((up, between)) = verb(before, lead, 14)
        && ["时间", "时长", "人数", "次数"].iter().any(|word| between.ends_with(word))
        && let Some(Role::Amount) = role_behind(between, m)
    {
        return Change::of(up, Some(Role::Amount));
    }
    if m.class == "points" || m.class != "clock" && is_off(lead) {
        return Change::role(Role::Amount);
    }
    if begun && reached && before.contains(|c: char| c.is_ascii_digit()) || moved_to(lead) {
        return Change::role(Role::After);
    }
    if is_former(text, clause, m.span.start) {
        return Change::role(Role::Before);
    }
    let once = || FORMER.iter().chain(&FORMER_NEAR).chain(&EARLIER).any(|word| text[..clause.start].contains(word));
    let since = SINCE.iter().any(|word| before.contains(word));
    if since && once() { Change::role(Role::After) } else { Change::default() }
}

/// The last verb of a change among the last characters of `before`: true for up, and what of `lead` stands behind it.
fn verb<'t>(before: &str, lead: &'t str, chars: usize) -> Option<(bool, &'t str)> {
    let from = before.char_indices().rev().nth(chars - 1).map_or(0, |(i, _)| i);
    let recent = &before[from..];
    if NO_CHANGE.iter().any(|word| recent.contains(word)) {
        return None;
    }
    let (up, down) = (last(recent, &UP, |word| word), last(recent, &DOWN, |word| word));
    let is_up = match (up, down) {
        (Some((up, _)), Some((down, _))) => up > down,
        (up, _) => up.is_some(),
    };
    let (at, word) = if is_up { up? } else { down? };
    Some((is_up, &lead[from + at + word.len()..]))
}

/// What the figure is whose verb has `between` before the number: 增加[到], 减少了, 缩短作业时间.
fn role_behind(between: &str, m: &Mention) -> Option<Role> {
    const REACHED: [char; 6] = ['到', '至', '为', '成', '达', '后'];
    const OTHER: [&str; 11] = ["控制", "保持", "平均", "共", "总", "有", "是", "仍", "在", "每天", "、"];
    if between.contains(REACHED) {
        return Some(Role::After);
    }
    let bound = matches!(m.comparator, Comparator::Le | Comparator::Lt | Comparator::Ge | Comparator::Gt);
    // A bound is one of the amount only where it stands right behind: 增加不少于30分钟.
    let near = !bound || between.chars().count() <= 5;
    let own = near && !OTHER.iter().any(|word| between.contains(word));
    (m.class != "clock" && own).then_some(Role::Amount)
}

/// True where the words before a number tell how far something lies off: 提前, 超过规定上限, 比规定时间早.
fn is_off(lead: &str) -> bool {
    let mut words = lead;
    while let Some(rest) = ABOUT.iter().find_map(|word| words.strip_suffix(word)) {
        words = rest;
    }
    let off = words.ends_with(['多', '少', '高', '低', '早', '晚', '长', '短', '快', '慢']);
    if off && compares(words) || SHIFTS.iter().any(|word| words.ends_with(word)) {
        return true;
    }
    let mut rest = words;
    while let Some(shorter) = MEASURES.iter().find_map(|word| rest.strip_suffix(word)) {
        rest = shorter;
    }
    let off = OFF.iter().find_map(|word| rest.strip_suffix(word)).filter(|_| rest.len() < words.len());
    off.is_some_and(|before| !before.ends_with(['不', '未', '得', '能', '有', '没', '准', '禁']))
}

/// True where the words compare with something (比规定时间, 较上学期), and 比例 or 较高 are all that looks like it.
fn compares(words: &str) -> bool {
    words.match_indices(['比', '较']).any(|(at, found)| {
        let rest = &words[at + found.len()..];
        !words[..at].ends_with(['占', '对', '评', '百', '比'])
            && rest.chars().nth(1).is_some()
            && !rest.starts_with(['例', '率', '赛', '重', '值', '较', '为', '好'])
    })
}

/// True for up where the next clause goes on with the change: 从380人,增加到460人.
fn goes_on(behind: &str) -> Option<bool> {
    let next = behind.strip_prefix(',')?.trim_start_matches(['逐', '步', '已', '再']);
    let reaches = |words: &[&str]| {
        let verb = words.iter().find_map(|word| next.strip_prefix(word));
        verb.is_some_and(|rest| rest.starts_with(['到', '至', '为']))
    };
    if reaches(&UP) { Some(true) } else { reaches(&DOWN).then_some(false) }
}

/// True where what stands behind a number moves it on: 到7:50, 推迟到, 调整为.
fn moves(behind: &str) -> bool {
    let behind = behind.trim_start_matches("左右");
    MOVES.iter().find_map(|word| behind.strip_prefix(word)).is_some_and(|rest| {
        // 由7:20到校 has no second value.
        !rest.starts_with(['校', '家', '岗', '位', '场', '少', '今', '达', '班'])
    })
}

/// True behind 推迟到, 提前至, 调整为.
fn moved_to(lead: &str) -> bool {
    let words = lead.trim_end_matches(|c: char| "约近".contains(c));
    let verb = ["到", "至", "为", "成"].iter().find_map(|word| words.strip_suffix(word));
    verb.is_some_and(|v| {
        ["提前", "提早", "推迟", "推后", "延后", "延迟", "调整", "改", "变"].iter().any(|w| v.ends_with(w))
    })
}

/// True where the text tells the figure of a time that is over: 改革前每天96分钟, 原来的75分钟.
fn is_former(text: &str, clause: Span, start: usize) -> bool {
    let before = &text[clause.start..start];
    if FORMER_OF.iter().any(|word| before.ends_with(word)) || FORMER_NEAR.iter().any(|word| before.contains(word)) {
        return !before.contains("同期相比");
    }
    // 当时三年级58分钟,四年级72分钟: what is told of that time goes on to the end of the sentence.
    let from = behind_last(&text[..start], &[';', '。', '\n']);
    let told = &text[from..start];
    let Some((at, word)) = last(told, &FORMER, |word| word) else {
        // 上学期380人,本学期460人; 比去年, 去年以来 and 去年起 are no such time.
        let rest = &text[start..];
        let rest = &rest[..rest.find([';', '。', '\n']).unwrap_or(rest.len())];
        let of_then = EARLIER.iter().any(|word| before.contains(word));
        return of_then
            && !before.contains(['比', '较', '从', '由', '起'])
            && !before.contains("以来")
            && SINCE.iter().any(|now| rest.contains(now));
    };
    let rest = &told[at + word.len()..];
    // 适当时间, 相当时长.
    let other = *word == "当时" && (told[..at].ends_with(['适', '相', '每']) || rest.starts_with(['间', '长', '段']));
    !other && !SINCE.iter().any(|now| rest.contains(now))
}

#[cfg(test)]
mod tests {
    use crate::extract::figures::{Figures, examples::report_of};
    use crate::rules::RuleFiles;

    /// Number, direction and part in the change of each figure.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let (report, clean) = report_of(text);
        let figures = Figures::new(&RuleFiles::built_in()).expect("the built-in rules are valid");
        let (found, _) = figures.extract(&report, &clean);
        let told: Vec<String> = found
            .iter()
            .map(|f| format!("{} {} {}", f.number, f.change.unwrap_or("-"), f.change_role.unwrap_or("-")))
            .collect();
        assert_eq!(told, expected, "{text}");
    }

    #[test]
    fn both_ends_of_a_change_and_its_amount_are_told_apart() {
        check("参加课后服务的学生由380人增加到460人,增加80人。", &["380 up before", "460 up after", "80 up amount"]);
        check("书面作业由年初的97分钟下降到84分钟。", &["97 down before", "84 down after"]);
        check("书面作业由2021年的67分钟下降到43分钟。", &["67 down before", "43 down after"]);
        check("作业时间从去年的71分钟降到48分钟。", &["71 down before", "48 down after"]);
        check("作业时间由原来的75分钟减少到目前的每天51分钟。", &["75 down before", "51 down after"]);
        check("参与率由82%提高到约90%以上。", &["82 up before", "90 up after"]);
        check("参与率提高到98%,提升了3.2个百分点。", &["98 up after", "3.2 up amount"]);
        check("参加课后服务的学生从380人,增加到460人。", &["380 up before", "460 up after"]);
        check("上课时间由7:40推迟到8:20。", &["7:40 - before", "8:20 - after"]);
    }

    #[test]
    fn what_was_before_is_told_without_a_verb() {
        check("改革前每天书面作业96分钟,改革后54分钟。", &["96 - before", "54 - after"]);
        check("“双减”前,每天书面作业96分钟,现在54分钟。", &["96 - before", "54 - after"]);
        check("当时学生每天书面作业72分钟。", &["72 - before"]);
        check("原来的书面作业75分钟,目前52分钟。", &["75 - before", "52 - after"]);
        check("去年同期参加课后服务380人。", &["380 - before"]);
        check("当时三年级书面作业58分钟,四年级72分钟;现在46分钟。", &["58 - before", "72 - before", "46 - after"]);
        check("由20个部门参加的“双减”联席会议。", &["20 - -"]);
        check("上学期参加课后服务380人,本学期460人。", &["380 - before", "460 - after"]);
        check("去年以来开展检查12次,今年8次。", &["12 - -", "8 - after"]);
        check("上学期参加课后服务380人。", &["380 - -"]);
        check("适当时间安排书面作业30分钟。", &["30 - -"]);
        check("“双减”后每天书面作业52分钟。", &["52 - -"]);
    }

    #[test]
    fn how_far_something_lies_off_is_an_amount() {
        check("每天增加体育活动时间30分钟。", &["30 up amount"]);
        check("作业时间减少了30分钟。", &["30 down amount"]);
        check("学生平均睡眠增加0.5小时。", &["0.5 up amount"]);
        check("参加课后服务学生比去年增加60人。", &["60 up amount"]);
        check("完成作业时间缩短了18分钟。", &["18 down amount"]);
        check("书面作业超出规定35分钟。", &["35 - amount"]);
        check("书面作业超过规定上限18分钟。", &["18 - amount"]);
        check("就寝时间提前46分钟,比规定时间早40分钟。", &["46 - amount", "40 - amount"]);
        check("入睡早于规定时间40分钟。", &["40 - amount"]);
    }

    #[test]
    fn a_value_is_no_amount() {
        check("书面作业不得超过规定时间60分钟。", &["60 - -"]);
        check("远超80分钟的规定。", &["80 - -"]);
        check("参与比例高达95%。", &["95 - -"]);
        check("学生由家长7:20送到校,由7:20到校改起。", &["7:20 - -", "7:20 - -"]);
        check("教师推出基础、提升、拓展三类作业。", &["三 up -"]);
        check("压减作业控制在60分钟以内。", &["60 down -"]);
    }
}
