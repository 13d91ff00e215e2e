//! Every comparator, in both scripts and through the whole program from bytes to figure: a limit that is read the wrong
//! way round is the worst mistake that a bulletin can print.

use crate::text::processed;
use huizong::finding::{Comparator, Comparator::*};
use huizong::pipeline::Engine;
use huizong::rules::RuleFiles;

/// What a sentence has for its first figure: in Simplified characters, in Traditional ones, and how it is to be read.
type Case = (&'static str, &'static str, Comparator, f64, Option<f64>);

/// Before the number, behind the unit, both at once, and in two pieces around both.
const CASES: &[Case] = &[
    ("书面作业不得超过60分钟。", "書面作業不得超過60分鐘。", Le, 60.0, None),
    ("书面作业没有超过60分钟。", "書面作業沒有超過60分鐘。", Le, 60.0, None),
    ("书面作业不超过60分钟。", "書面作業不超過60分鐘。", Le, 60.0, None),
    ("书面作业未超过60分钟。", "書面作業未超過60分鐘。", Le, 60.0, None),
    ("书面作业不能多于60分钟。", "書面作業不能多於60分鐘。", Le, 60.0, None),
    ("书面作业超过60分钟。", "書面作業超過60分鐘。", Gt, 60.0, None),
    ("书面作业超出60分钟。", "書面作業超出60分鐘。", Gt, 60.0, None),
    ("书面作业高于60分钟。", "書面作業高於60分鐘。", Gt, 60.0, None),
    ("书面作业控制在60分钟以内。", "書面作業控制在60分鐘以內。", Le, 60.0, None),
    ("书面作业控制在1小时内。", "書面作業控制在1小時內。", Le, 1.0, None),
    ("书面作业总量不得超过规定的60分钟。", "書面作業總量不得超過規定的60分鐘。", Le, 60.0, None),
    ("书面作业一律不得超出60分钟以上。", "書面作業一律不得超出60分鐘以上。", Le, 60.0, None),
    ("书面作业1小时以内完成。", "書面作業1小時以內完成。", Le, 1.0, None),
    ("书面作业最多60分钟。", "書面作業最多60分鐘。", Le, 60.0, None),
    ("睡眠时间不少于10小时。", "睡眠時間不少於10小時。", Ge, 10.0, None),
    ("睡眠时间不得低于10小时。", "睡眠時間不得低於10小時。", Ge, 10.0, None),
    ("睡眠时间不应少于10个小时。", "睡眠時間不應少於10個小時。", Ge, 10.0, None),
    ("睡眠时间少于10小时。", "睡眠時間少於10小時。", Lt, 10.0, None),
    ("睡眠时间低于10小时。", "睡眠時間低於10小時。", Lt, 10.0, None),
    ("睡眠时间不足10小时。", "睡眠時間不足10小時。", Lt, 10.0, None),
    ("睡眠时间不到10小时。", "睡眠時間不到10小時。", Lt, 10.0, None),
    ("睡眠时间未达到10小时。", "睡眠時間未達到10小時。", Lt, 10.0, None),
    ("睡眠时间至少10小时。", "睡眠時間至少10小時。", Ge, 10.0, None),
    ("睡眠时间至少要达到10小时。", "睡眠時間至少要達到10小時。", Ge, 10.0, None),
    ("睡眠时间10小时以上。", "睡眠時間10小時以上。", Ge, 10.0, None),
    ("睡眠时间达到10小时以上。", "睡眠時間達到10小時以上。", Ge, 10.0, None),
    ("睡眠时间达到10小时。", "睡眠時間達到10小時。", Eq, 10.0, None),
    ("至少一半以上的学生参加社团。", "至少一半以上的學生參加社團。", Ge, 0.5, None),
    ("参加课后服务的约300人。", "參加課後服務的約300人。", Approx, 300.0, None),
    ("参加课后服务的近300人。", "參加課後服務的近300人。", Approx, 300.0, None),
    ("参加课后服务的300余人。", "參加課後服務的300餘人。", Approx, 300.0, None),
    ("参加课后服务的300多人。", "參加課後服務的300多人。", Approx, 300.0, None),
    ("参加课后服务的300人左右。", "參加課後服務的300人左右。", Approx, 300.0, None),
    ("参加课后服务的占78%左右。", "參加課後服務的占78%左右。", Approx, 78.0, None),
    ("书面作业30—60分钟。", "書面作業30—60分鐘。", Range, 30.0, Some(60.0)),
    ("书面作业30分钟至60分钟。", "書面作業30分鐘至60分鐘。", Range, 30.0, Some(60.0)),
    ("书面作业不超过六十分钟。", "書面作業不超過六十分鐘。", Le, 60.0, None),
    ("培训结束时间不得晚于20:30。", "培訓結束時間不得晚於20:30。", Le, 20.5, None),
    ("早上到校时间不早于8:00。", "早上到校時間不早於8:00。", Ge, 8.0, None),
    ("书面作业≤60分钟。", "書面作業≤60分鐘。", Le, 60.0, None),
    ("睡眠时间 ≥ 10 小时。", "睡眠時間 ≥ 10 小時。", Ge, 10.0, None),
    ("睡眠时间大于等于10小时。", "睡眠時間大於等於10小時。", Ge, 10.0, None),
    ("书面作业＜60分钟。", "書面作業＜60分鐘。", Lt, 60.0, None),
    ("书面作业不超过 60 分钟。", "書面作業不超過 60 分鐘。", Le, 60.0, None),
    ("书面作业 30 — 60 分钟。", "書面作業 30 — 60 分鐘。", Range, 30.0, Some(60.0)),
    ("每天21:30前入睡。", "每天21:30前入睡。", Le, 21.5, None),
];

#[test]
fn every_comparator_binds_in_the_right_direction_in_both_scripts() {
    let engine = Engine::new(&RuleFiles::built_in()).unwrap();
    let read = |sentence: &str| {
        let text = format!("明德小学双减工作汇报\n学校规定,{sentence}\n");
        let processed = processed(&engine, &text);
        let figures = &processed.reports[0].1.figures;
        figures.first().map(|f| (f.comparator, f.value.unwrap_or(f64::NAN), f.value_hi))
    };
    let mut wrong = Vec::new();
    for &(hans, hant, comparator, value, value_hi) in CASES {
        for sentence in [hans, hant] {
            let got = read(sentence);
            if got != Some((comparator, value, value_hi)) {
                wrong.push(format!("{sentence} {got:?}"));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}
