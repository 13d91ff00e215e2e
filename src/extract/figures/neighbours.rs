//! What numbers have from their neighbours (相邻的数): the bound that one of a list tells for all of it, the limit that the
//! next group of pupils keeps, two bounds that make one range.

use super::bind::Mention;
use super::grades::Grades;
use super::refusals::is_range_mark;
use crate::finding::{Comparator, RuleId, Step};

/// 分别不超过7小时和8小时; 七年级控制在70分钟以内,八年级80分钟: what is joined to a limit is one.
pub(super) fn inherit(grades: &Grades, text: &str, last: Option<&Mention>, found: &mut [Mention]) {
    let (Some(last), Some(next)) = (last, found.first_mut()) else { return };
    let between = &text[last.span.end..next.span.start];
    let joined = matches!(between, "和" | "、" | "与" | "及" | "或");
    let bound = !matches!(last.comparator, Comparator::Eq | Comparator::Range | Comparator::Approx);
    // 不得超过3个月或60课时: one limit in two units.
    let alike = last.class == next.class || between == "或";
    let next_group = || last.class == next.class && is_limit(text, last) && names_grades(grades, between);
    if (joined && bound && alike || next_group()) && next.comparator == Comparator::Eq && last.value_hi.is_none() {
        next.comparator = last.comparator;
        next.steps.push(Step { rule: RuleId::from(INHERITED), span: last.span });
    }
}

/// The step of a figure that has its comparator from the one before it.
pub(super) const INHERITED: &str = "figures.comparator.inherited";

/// True for a bound that a rule sets; 没有超过30分钟 is what happened, 至少有12人 a count.
fn is_limit(text: &str, m: &Mention) -> bool {
    let told = m.span.of(text);
    let time = matches!(m.class.as_str(), "minutes" | "hours" | "clock" | "lessons" | "times");
    (m.comparator == Comparator::Le || m.comparator == Comparator::Ge && time) && !told.contains(['没', '未', '有'])
}

/// True for `,八年级` and `、初中生每天`: nothing but the next group of pupils stands between two numbers.
pub(super) fn names_grades(grades: &Grades, between: &str) -> bool {
    const BESIDE: [&str; 10] = ["学生", "每天", "每日", "每晚", "每周", "各", "则", "为", "是", "的"];
    let Some(named) = between.strip_prefix([',', '、', ';', '和', '及']) else { return false };
    let groups = grades.groups(named);
    let Some((first, last)) = groups.first().zip(groups.last()) else { return false };
    let mut rest = format!("{}{}", &named[..first.span.start], &named[last.span.end..]);
    BESIDE.iter().for_each(|word| rest = rest.replace(word, ""));
    groups.iter().all(|group| group.grades.is_some()) && rest.is_empty()
}

/// Numbers that share a unit share its bound too: 不超过30、40、50分钟; 30、40、50分钟以内.
pub(super) fn share_bound(list: &mut [Mention]) {
    let is_bound = |m: &&Mention| {
        matches!(m.comparator, Comparator::Le | Comparator::Lt | Comparator::Ge | Comparator::Gt)
            && m.value_hi.is_none()
    };
    let Some(bound) = list.first().filter(is_bound).or(list.last().filter(is_bound)) else { return };
    let (comparator, span) = (bound.comparator, bound.span);
    for mention in list.iter_mut().filter(|m| m.comparator == Comparator::Eq) {
        mention.comparator = comparator;
        mention.steps.push(Step { rule: RuleId::from("figures.comparator.shared"), span });
    }
}

/// What the last of a list has behind it is that of all: 七年级60分钟、八年级75分钟、九年级90分钟为上限.
pub(super) fn share_backwards(text: &str, mentions: &mut [Mention]) {
    const BEHIND: [&str; 5] = ["within", "in", "as_limit", "as_floor", "before_clock"];
    for i in (1..mentions.len()).rev() {
        let (before, from) = mentions.split_at_mut(i);
        let (last, next) = (&mut before[i - 1], &from[0]);
        let behind = |rule: &str| rule.strip_prefix("figures.comparator.").is_some_and(|rule| BEHIND.contains(&rule));
        let step = next.steps.iter().find(|step| behind(&step.rule));
        let between = &text[last.span.end..next.span.start];
        let joined = between.starts_with(['、', '和', '与', '及']) && between.chars().count() <= JOINED;
        // 分别高0.7个和1.5个百分点: nothing stands between them that the first could count.
        if joined && last.unit == "个" && next.unit == "个百分点" && between.chars().count() == 1 {
            (last.unit, last.class) = (next.unit.clone(), next.class.clone());
        }
        let plain = last.comparator == Comparator::Eq && last.value_hi.is_none() && last.class == next.class;
        let bound = matches!(next.comparator, Comparator::Le | Comparator::Ge);
        let listed = joined && plain && !between.contains([',', ';', ':', '。']) && bound;
        if let Some(step) = step.filter(|_| listed) {
            let step = step.clone();
            last.comparator = next.comparator;
            last.steps.push(step);
        }
    }
}

/// Characters between two items of a list: 、八年级.
const JOINED: usize = 6;

/// 1倍以上5倍以下, 从22%到51%不等: two bounds that make one range.
pub(super) fn joined_bounds(text: &str, last: &Mention, next: &Mention) -> bool {
    let between = &text[last.span.end..next.span.start];
    let bounds = last.comparator == Comparator::Ge
        && matches!(next.comparator, Comparator::Le | Comparator::Lt)
        && matches!(between, "" | "、" | "," | "至" | "且");
    let varies = last.comparator == Comparator::Eq
        && next.comparator == Comparator::Eq
        && is_range_mark(between)
        && text[next.span.end..].starts_with("不等");
    last.class == next.class && last.value_hi.is_none() && last.value < next.value && (bounds || varies)
}
