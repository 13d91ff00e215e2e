//! Numbers that are no value of a school today: what held before a change, the amount of one, how far something lies off,
//! what a rule acts on, and the county's number in a school's report.

use crate::office::Made;
use huizong::review::bulletin;
use huizong::tables::FigureRow;
use huizong::tables::district::{IndicatorSummaryRow, NormFindingRow, ReviewRow};

const ROSTER: &str = "编号,学校名称,区县,乡镇,学段,学生数\n\
    1,松林小学,江口县,白石镇,小学,600\n\
    2,河湾小学,江口县,白石镇,小学,500\n\
    3,东山中学,江口县,河口镇,初中,900\n";

/// One report for each school with the sentences given for it.
fn made(sentences: &[(&str, &str)]) -> Made {
    let files: Vec<(String, String)> = sentences
        .iter()
        .map(|(school, text)| {
            let report = format!("{school}2022年秋季学期“双减”工作总结\n一、主要做法和成效\n{text}\n");
            (format!("2022秋/{school}.txt"), report)
        })
        .collect();
    Made::of(files.iter().map(|(path, text)| (path.as_str(), text.as_str())), Some(ROSTER))
}

/// Quote and verdict of all that was held against a norm.
fn verdicts(made: &Made) -> Vec<(String, String)> {
    let figures: Vec<FigureRow> = made.rows();
    let quote = |id: &str| figures.iter().find(|f| f.fact_id == id).unwrap().quote.clone();
    made.rows::<NormFindingRow>().into_iter().map(|n| (quote(&n.fact_id), n.verdict)).collect()
}

fn summary(made: &Made, indicator: &str) -> Vec<(Option<f64>, Option<f64>, i32)> {
    let rows: Vec<IndicatorSummaryRow> = made.rows();
    rows.into_iter()
        .filter(|r| r.indicator == indicator && r.n_values > 0)
        .map(|r| (r.min, r.max, r.n_values))
        .collect()
}

#[test]
fn the_value_after_a_change_is_the_stated_one_everywhere() {
    let made = made(&[
        ("松林小学", "参加课后服务的学生由上学期的380人增加到460人，增加80人。参与率由82%提高到92%。"),
        ("河湾小学", "参加课后服务的学生有300人，比去年增加60人。参与率提高3.2个百分点，达到90%。"),
    ]);
    assert_eq!(summary(&made, "after_school_participants"), [(Some(300.0), Some(460.0), 2)]);
    let bulletin = bulletin::of_run(&made.run()).unwrap();
    let told: Vec<_> = bulletin.values.iter().take(2).map(|v| (v.id.as_str(), v.stated, v.min, v.max)).collect();
    let expected =
        [("after_school_rate", 2, Some(90.0), Some(92.0)), ("after_school_participants", 2, Some(300.0), Some(460.0))];
    assert_eq!(told, expected);
    assert_eq!(made.rows::<ReviewRow>(), [], "the numbers of a change do not contradict each other");
}

#[test]
fn neither_former_values_nor_amounts_are_held_against_a_norm() {
    let made = made(&[
        ("松林小学", "三至六年级书面作业平均用时由年初的97分钟下降到54分钟，减少了43分钟。学生平均睡眠增加0.5小时。"),
        ("河湾小学", "改革前三至六年级每天书面作业96分钟，改革后54分钟。个别班书面作业超出规定35分钟。"),
        ("东山中学", "学生就寝时间提前46分钟。午休四十分钟。学生睡前使用手机时间37分钟。"),
    ]);
    let told = verdicts(&made);
    let expected = [("54分钟", "meets"), ("54分钟", "meets")].map(|(q, v)| (q.to_owned(), v.to_owned()));
    assert_eq!(told, expected);
    assert_eq!(summary(&made, "homework_minutes"), [(Some(54.0), Some(54.0), 2)]);
}

#[test]
fn what_a_rule_acts_on_is_its_limit() {
    let made = made(&[
        ("松林小学", "三至六年级每天书面作业超过60分钟的一律退回重配。"),
        ("河湾小学", "三至六年级每天书面作业超过90分钟的一律退回重配。"),
        ("东山中学", "每天书面作业超过90分钟的一律退回重配。"),
    ]);
    let told: Vec<String> = verdicts(&made).into_iter().map(|(_, verdict)| verdict).collect();
    let mut told: Vec<&str> = told.iter().map(String::as_str).collect();
    told.sort_unstable();
    assert_eq!(told, ["meets", "meets", "rule_breach"]);
}

#[test]
fn a_school_that_is_in_no_roster_leaves_the_title_as_it_is() {
    let made = made(&[("松林小学", "参加课后服务的学生有300人。"), ("北山小学", "参加课后服务的学生有200人。")]);
    let bulletin = bulletin::of_run(&made.run()).unwrap();
    assert_eq!(bulletin.head.district.as_deref(), Some("江口县"));
    assert_eq!(bulletin.reporting.unlisted_reports, 1);
}

#[test]
fn what_a_school_tells_of_its_county_is_not_its_own() {
    let made =
        made(&[("松林小学", "全县共有参加课后服务的学生3.1万人。"), ("河湾小学", "参加课后服务的学生有300人。")]);
    assert_eq!(summary(&made, "after_school_participants"), [(Some(300.0), Some(300.0), 1)]);
    let bulletin = bulletin::of_run(&made.run()).unwrap();
    let participants = bulletin.values.iter().find(|v| v.id == "after_school_participants").unwrap();
    assert_eq!((participants.stated, participants.max, participants.unstated), (1, Some(300.0), 1));
    assert_eq!(made.rows::<ReviewRow>(), [], "nor are there too many for the roster");
}
