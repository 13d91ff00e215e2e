//! Earlier times (以前的数): what a report tells of last year or the last term is no value of its own period.

use super::changes::{Change, Role};
use crate::finding::FigureKind;
use regex::Regex;
use std::sync::LazyLock;

/// False for what held before a change, for the amount of one, and for a fact of an earlier time; `before` are the words
/// of the sentence before the figure.
pub(super) fn holds_now(change: Change, kind: FigureKind, before: &str) -> bool {
    let earlier = |to| kind == FigureKind::Actual && is_earlier(before, to);
    match change.role {
        None => !earlier(false),
        Some(role) => role == Role::After && !earlier(true),
    }
}

/// A time before that of the report.
const EARLIER: &str = "去年|前年|上年|上一年|上[个個]?[学學]期|上一[学學]期|上[学學]年";

/// True where the words before a number say that it held earlier: 去年，平均用时为82分钟; (上年90.2%). What is compared with
/// an earlier time or has gone on since then (比去年, 自去年9月起, 去年以来) holds now, and so does what the sentence calls
/// the present after it. `to`: the number is the end of a change; the earlier time may be that of its start.
fn is_earlier(before: &str, to: bool) -> bool {
    static RIGHT_BEFORE: LazyLock<Regex> = LazyLock::new(|| {
        // 上月复测 is of the same term, 上月（40件） is not of this month.
        let pattern = format!("({EARLIER}|上[个個]?月)(同期)?[底末]?(的|是|为|為)?[（(]?$");
        Regex::new(&pattern).expect("the pattern is fixed")
    });
    static BEFORE: LazyLock<Regex> = LazyLock::new(|| {
        // 以上年级, 本学年上学期 and 七年级上学期 are no earlier time.
        let compared = "自从從比較较與与同和跟由到至于於以年度级級本该該";
        let present = "今现現目本这這起来來比；;。";
        Regex::new(&format!("(^|[^{compared}])({EARLIER})[^{present}]*$")).expect("the pattern is fixed")
    });
    RIGHT_BEFORE.is_match(before) || !to && BEFORE.is_match(before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_held_earlier_is_told_from_what_holds_since_then() {
        for before in [
            "去年，三至六年级学生书面作业平均用时为",
            "本学期参与率93.1%，上学期是",
            "參與率97.9%，較上年（",
            "去年抽样监测，结果显示，小学生书面作业在",
            "参加课后服务的学生由2021年的380人增加到去年的",
        ] {
            assert!(is_earlier(before, false), "{before}");
        }
        for before in [
            "由上学期的68分钟下降到",
            "比去年同期提高5.7个百分点，聘请校外人员",
            "自去年3月开办以来，现有",
            "去年以来，检查培训机构",
            "去年为82分钟，今年降至",
            "上学期有人反映，目前参加的有",
            "2023—2024学年上学期，参与率",
            "七年级上学期每天",
            "三年级以上年级每天",
            "本学期参加",
            "上月复测，小学部平均睡眠",
        ] {
            assert!(!is_earlier(before, false), "{before}");
        }
        assert!(!is_earlier("上学期的68分钟降到", true));
        assert!(is_earlier("由2021年的380人增加到去年的", true));
    }
}
