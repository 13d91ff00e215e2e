//! Grade scope (年级范围): which grades a figure holds for.
//!
//! A scope is stated in the figure's own clause, carried on from a clause before it until another group is named, or taken
//! from a heading.

use super::attributes::{self, behind_last};
use super::grades::{Group, stretch};
use crate::span::Span;

/// The grades that the figure at `figure` holds for: its own clause first, then what is carried on, then a group right
/// behind it. None where the text tells nothing, `Some(None)` where it names grades that are no neighbours.
pub(super) fn of(text: &str, figure: Span, groups: &[Group]) -> Option<Option<(u8, u8)>> {
    let before = &text[..figure.start];
    let clause = attributes::clause(text, figure).start;
    let behind = groups.iter().find(|g| g.span.start >= figure.end && g.grades.is_some());
    let named: Vec<Group> = groups.iter().filter(|g| g.span.end <= figure.start).copied().collect();
    // 8所初中、35所小学、21个教学点: what stands right behind its number is what it counts.
    if let Some(counted) = groups.iter().find(|g| g.span.start == figure.end)
        && !counted.span.of(text).ends_with("年级")
        && !groups.iter().any(|g| g.span.end == figure.start)
    {
        return counted.grades.map(Some);
    }
    // 小学27所、初中9所、九年一贯制学校2所: of several kinds of school the one right before.
    if let Some(kind) = named.last().filter(|g| counts_schools(text, g, figure)) {
        return kind.grades.map(Some);
    }
    if let Some(own) = named.iter().rposition(|g| g.span.end > clause && g.members() != 0) {
        return united(text, &named[..=own]);
    }
    if let Some(next) = behind {
        let between = &text[figure.end..next.span.start];
        if !between.contains([',', ';', '。', '、', ':', '(']) && between.chars().count() <= 8 {
            return next.grades.map(Some);
        }
    }
    // A semicolon begins anew.
    let from = behind_last(before, &[';', '。']);
    // 检查了15所小学、6所初中,发现: what is counted holds for nothing else; 抽查6所小学学生,… names pupils.
    let counted = |g: &Group| {
        before[..g.span.start].ends_with(['所', '家']) && before[g.span.end..].starts_with(['、', ',', '和', ')'])
    };
    let carried: Vec<Group> =
        named.into_iter().filter(|g| g.span.start >= from && !counted(g) && !is_aside(&before[g.span.end..])).collect();
    // 七年级312人、八年级290人,共602人,占九成: all of them.
    let since = carried.last().map_or(from, |g| g.span.end);
    if before[since..].split(',').skip(1).any(|clause| ALL.iter().any(|word| clause.starts_with(word))) {
        return None;
    }
    let begins = |words: &[&str]| words.iter().any(|word| before[clause..].starts_with(word));
    // 三、四年级41分钟,五、六年级58分钟,均未超过60分钟: each of them.
    if begins(&["均", "都"]) && carried.iter().all(|g| g.members() != 0) {
        let all = carried.iter().fold(0, |all, g| all | g.members());
        return (all != 0).then(|| stretch(all));
    }
    united(text, &carried)
}

/// The grades of the last of the groups and of those that are joined to it: 四年级、五年级 are one.
fn united(text: &str, groups: &[Group]) -> Option<Option<(u8, u8)>> {
    let (mut next, before) = groups.split_last()?;
    let mut members = next.members();
    for group in before.iter().rev().take_while(|group| group.members() != 0) {
        if !is_joint(text.get(group.span.end..next.span.start)) {
            break;
        }
        members |= group.members();
        next = group;
    }
    (members != 0).then(|| stretch(members))
}

/// Words that begin a clause on all of those told before it.
const ALL: [&str; 5] = ["共", "合计", "总计", "总", "累计"];

/// True for what joins two groups: 、 or 和.
fn is_joint(between: Option<&str>) -> bool {
    between.is_some_and(|between| matches!(between, "、" | "和" | "与" | "及" | "、和"))
}

/// True where a group stood in brackets with a number of its own: (七年级648人、八年级622人),教学班38个.
fn is_aside(behind: &str) -> bool {
    let end = behind.find(['(', ')']).filter(|&end| behind[end..].starts_with(')'));
    end.is_some_and(|end| behind[..end].contains(|c: char| c.is_ascii_digit()))
}

/// True for a kind of school whose number is the figure: 九年一贯制学校2所.
fn counts_schools(text: &str, group: &Group, figure: Span) -> bool {
    group.schools && matches!(&text[group.span.end..figure.start], "" | "有" | "共")
}

/// The grades of each of the figures that are told off one by one, 分别 or 依次: 四、五、六年级依次为40、50、60分钟;
/// 小学、初中参与率分别为95%、91%. `list` are the figures that stand behind each other; none where their number is not
/// that of the grades or groups.
pub(super) fn each(text: &str, list: &[Span], groups: &[Group]) -> Option<Vec<Option<(u8, u8)>>> {
    let first = list.first()?;
    let before = &text[..first.start];
    let clause = attributes::clause(text, *first).start;
    let each_told = ["均", "都"].iter().any(|word| before[clause..].starts_with(word));
    if !each_told && !["分别", "依次", "逐年级"].iter().any(|word| before[clause..].contains(word)) {
        return None;
    }
    let in_clause = |g: &&Group| g.span.end <= first.start && g.span.start >= clause;
    let mut named: Vec<Group> = groups.iter().filter(in_clause).filter(|g| is_stage(g)).copied().collect();
    if named.is_empty() {
        // 小学生、初中生睡眠分别为9.3、8.2小时,达标率分别为61%、38%: the groups of the clauses before.
        let sentence = behind_last(before, &[';', '。', '\n']);
        let earlier = |g: &&Group| g.span.end <= clause && g.span.start >= sentence && is_stage(g);
        named = groups.iter().filter(earlier).copied().collect();
    }
    let begins: Vec<usize> = named.iter().map(|group| group.span.start).collect();
    named.retain(|group| !begins.contains(&group.span.end));
    let joined = |pair: &[Group]| {
        let between = text.get(pair[0].span.end..pair[1].span.start);
        between == Some("") || is_joint(between)
    };
    if named.len() == list.len() && named.len() > 1 && (each_told || named.windows(2).all(joined)) {
        return Some(named.into_iter().map(|group| group.grades).collect());
    }
    if each_told {
        return None;
    }
    // 四、五、六年级依次为, 一、三、五年级分别为: one after the other.
    let [group] = named.as_slice() else { return None };
    let one_by_one = group.numbered.count_ones() as usize == list.len() && list.len() > 1;
    let grades = (1..=9).filter(|grade| group.numbered >> grade & 1 == 1);
    one_by_one.then(|| grades.map(|grade| Some((grade, grade))).collect())
}

/// True for grades or a stage, whether or not it has grades here (高中, 幼儿园).
fn is_stage(group: &Group) -> bool {
    group.members() != 0 || group.beyond
}

/// As column `scope` writes it.
pub(super) fn code((lo, hi): (u8, u8)) -> String {
    if lo == hi { lo.to_string() } else { format!("{lo}-{hi}") }
}

/// The grades of a school stage.
pub(super) fn of_stage(stage: &str) -> Option<(u8, u8)> {
    match stage {
        "primary" => Some((1, 6)),
        "junior" => Some((7, 9)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::grades::Grades;
    use super::*;
    use crate::rules::RuleFiles;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let (from, to) = (text.find('<').unwrap(), text.find('>').unwrap());
        let plain = text.replace(['<', '>'], "");
        let groups = Grades::new(&RuleFiles::built_in()).unwrap().groups(&plain);
        let got = of(&plain, Span::new(from, to - 1), &groups).flatten().map(code).unwrap_or_default();
        assert_eq!(got, expected, "{text}");
    }

    #[test]
    fn grades_are_read_in_all_spellings() {
        check("三、四年级作业<不超过30分钟>", "3-4");
        check("一二年级每周<4节>体育课", "1-2");
        check("3—6年级<不超过60分钟>", "3-6");
        check("1一6年级每天<1小时>", "1-6");
        check("三至五年级<不超过一小时>", "3-5");
        check("二年级<不超过20分钟>", "2");
        check("初三<不超过90分钟>", "9");
        check("三年级以上<不超过60分钟>", "3-6");
        check("小学三年级<不超过40分钟>", "3");
        check("初一至初三每天<不超过90分钟>", "7-9");
        check("初一、初二每天<不超过80分钟>", "7-8");
        check("四、九年级课间增加<一次>远眺", "9");
        check("一、二年级不留作业,三年级到六年级每天<不超过一个小时>", "3-6");
        check("四年级、五年级每天<不超过50分钟>", "4-5");
        check("四年级和八年级每天<不超过50分钟>", "");
        check("一、三、五年级每学期<1次>纸笔考试", "");
    }

    #[test]
    fn a_scope_is_carried_on_until_another_group_is_named() {
        check("一二年级不留作业,其他年级<不超过60分钟>,初中不超过90分钟", "3-6");
        check("一二年级不留作业,其他年级不超过60分钟,初中<不超过90分钟>", "7-9");
        check("三年级每天语文<20分钟>,数学15分钟", "3");
        check("三年级每天语文20分钟,数学<15分钟>", "3");
        check("小学学生300人,中学<2所>", "");
        check("三年级作业30分钟,全校教师<79人>", "");
        check("学生1876人(七年级648人、八年级622人),教学班<38个>", "");
        check("书面作业(三至六年级)每天<不超过60分钟>", "3-6");
        check("未发现玩手机。体育课每周<3节>", "");
        check("七年级参加率99%,八年级97%,总参加率<98%>", "");
        check("七年级312人、八年级298人,共610人参加,占<九成以上>", "");
        check("共检查了15所小学、6所初中,发现问题<31个>", "");
        check("三、四年级平均41分钟,五、六年级平均58分钟,均未<超过60分钟>", "3-6");
        check("2.小学每节课<40分钟>", "1-6");
        check("周末作业压减三分之一,九年级每天<80分钟>", "9");
        check("本次共抽查小学<18所>", "1-6");
    }

    #[test]
    fn stages_of_primary_school_have_short_names() {
        check("小学低段不留作业,中高段<不超过60分钟>", "3-6");
        check("中、高年级每周<三节>阅读课", "3-6");
        check("高段学生<40人>", "5-6");
        check("高一年级<不超过120分钟>", "");
        check("提高一年级学生的兴趣,开课<3门>", "1");
    }

    #[test]
    fn a_group_behind_the_figure_counts_and_a_name_does_not() {
        check("<82%以上>的小学生能在校完成", "1-6");
        check("崖窑小学成立了<两个>社团", "");
        check("红旗初中部召开家长会<3次>", "");
    }

    #[test]
    fn a_department_or_a_year_before_the_stage_is_no_name() {
        check("力争到2026年初中学校达标率为<90%>", "7-9");
        check("育才学校小学部每周安排<两节>阅读课", "1-6");
        check("崖前小学开设<12个>社团", "");
    }
}
