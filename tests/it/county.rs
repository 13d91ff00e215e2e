//! A small county written by hand, with what schools really do: names that look alike, a bureau's note on a school, an old
//! report handed in again, last year's number beside this year's. Each answer is known.

use crate::office::{Made, parse};
use huizong::cli::Command;
use huizong::review::bulletin;
use huizong::tables::FigureRow;
use huizong::tables::district::{NormFindingRow, ReviewRow, SubmissionRow};
use std::fs;

const ROSTER: &str = "编号,学校名称,区县,乡镇,学段\n\
    1,澄湖县双桥镇中心小学,澄湖县,双桥镇,小学\n\
    2,澄湖县双桥镇中心学校,澄湖县,双桥镇,九年一贯制\n\
    3,澄湖县第一中学,澄湖县,城关镇,初中\n\
    4,澄湖县红旗小学,澄湖县,双桥镇,小学\n\
    5,澄湖县龙泉小学,澄湖县,石门乡,小学\n\
    6,澄湖县白沙镇第一小学,澄湖县,白沙镇,小学\n\
    7,澄湖县石门乡第一小学,澄湖县,石门乡,小学\n";

const REPORTS: [(&str, &str); 7] = [
    (
        "2023年秋季学期/双桥镇中心小学.txt",
        "双桥镇中心小学2023年秋季学期双减工作总结\n三至六年级学生书面作业平均用时63分钟。\n双桥镇中心小学\n2023年12月26日\n",
    ),
    (
        "2023年秋季学期/双桥镇中心学校.txt",
        "双桥镇中心学校2023年秋季学期双减工作报告\n初中学生书面作业平均用时88分钟。\n双桥镇中心学校\n2023年12月28日\n",
    ),
    (
        "2023年秋季学期/督查通报.txt",
        "关于澄湖县第一中学违规布置作业问题的通报\n各中小学校：\n经查，该校八年级学生书面作业平均用时110分钟。现责令整改。\n\
         澄湖县教育局\n2024年1月3日\n",
    ),
    (
        "2023年秋季学期/红旗小学.txt",
        "红旗小学双减工作总结\n去年，三至六年级学生书面作业平均用时为82分钟，今年降至57分钟。\n课后服务参与率90%。\n\
         存在问题：一是操场面积太小，活动不开。二是网络不稳。\n红旗小学\n2024年1月10日\n",
    ),
    (
        "2023年秋季学期/龙泉小学.txt",
        "龙泉小学2022年春季学期双减工作总结\n三至六年级学生书面作业平均用时70分钟。\n龙泉小学\n2022年6月28日\n",
    ),
    ("2023年秋季学期/第一小学.txt", "双减工作总结\n三至六年级学生书面作业平均用时75分钟。\n第一小学\n2023年12月20日\n"),
    (
        "2023年春季学期/红旗小学.txt",
        "红旗小学2023年春季学期双减总结\n存在问题：操场面积太小，活动不开。\n红旗小学\n2023年6月28日\n",
    ),
];

fn county() -> Made {
    Made::of_bytes(REPORTS.iter().map(|(path, text)| (*path, text.as_bytes())), Some(ROSTER))
}

/// Writes the bulletin of the term, or the schools' pages, to `name`.
fn write(made: &Made, option: &str, name: &str) -> String {
    let (warehouse, output) = (made.path("w"), made.path(name));
    let arguments = ["bulletin", "--warehouse", &warehouse, option, &output, "--period", "2023年秋季学期"];
    let Command::Bulletin(options) = parse(arguments) else { panic!() };
    bulletin::command(&options, &mut Vec::new()).unwrap();
    output
}

#[test]
fn nobody_is_called_missing_whose_report_may_be_there() {
    let rows: Vec<SubmissionRow> = county().rows();
    let of = |school: &str| -> Vec<(&str, Option<&str>)> {
        let of_term = rows.iter().filter(|s| s.period.as_deref() == Some("2023-autumn"));
        let of_school = of_term.filter(|s| s.school_id.as_deref() == Some(school));
        of_school.map(|s| (s.state.as_str(), s.source_path.as_deref())).collect()
    };
    assert_eq!(of("1"), [("received", Some(REPORTS[0].0))], "whole without its county");
    assert_eq!(of("2"), [("received", Some(REPORTS[1].0))]);
    assert_eq!(of("3"), [("missing", None)], "a bureau's note on a school is not the school's report");
    assert_eq!(of("4"), [("received", Some(REPORTS[3].0))]);
    assert_eq!(of("5"), [("unclear", Some(REPORTS[4].0))], "folder and title tell two terms");
    for school in ["6", "7"] {
        assert_eq!(of(school), [("unclear", Some(REPORTS[5].0))], "both are a 第一小学");
    }
}

#[test]
fn an_old_report_and_last_years_number_are_no_ones_breach() {
    let made = county();
    let figures: Vec<FigureRow> = made.rows();
    let now = |number: &str| figures.iter().find(|f| f.number == number).unwrap().holds_now;
    assert_eq!((now("82"), now("57")), (false, true));

    let findings: Vec<NormFindingRow> = made.rows();
    let breaches =
        findings.iter().filter(|f| f.verdict == "value_breach" && f.period.as_deref() == Some("2023-autumn"));
    let mut breaches: Vec<(Option<&str>, Option<f64>)> =
        breaches.filter(|f| f.school_id.is_some()).map(|f| (f.school_id.as_deref(), f.value)).collect();
    breaches.sort_by_key(|b| b.0);
    assert_eq!(breaches, [(Some("1"), Some(63.0))]);

    let questions: Vec<ReviewRow> = made.rows();
    let other = questions.iter().find(|q| q.kind == "other_period").unwrap();
    assert_eq!(other.told, "按2023年秋季学期报送，标题写的却是2022年春季学期，请核对是否交错");

    let page = fs::read_to_string(write(&made, "--output", "通报.html")).unwrap();
    assert!(page.contains("1校未报：澄湖县第一中学；3校待确认"), "{page}");
    for wrong in ["82分钟", "70分钟", "110分钟"] {
        assert!(!page.contains(wrong), "{wrong} in {page}");
    }
}

#[test]
fn a_schools_page_asks_with_the_words_and_claims_no_silence() {
    let made = county();
    let folder = write(&made, "--schools", "反馈");
    let page = |name: &str| fs::read_to_string(format!("{folder}/{name}.html")).unwrap();
    let told = page("4_澄湖县红旗小学");
    let question = told.lines().find(|line| line.contains("问题照旧")).unwrap();
    assert!(question.contains("字，<mark>一是操场面积太小，活动不开"), "{question}");
    let silent = told.lines().find(|line| line.contains("没有写到的方面")).unwrap();
    assert!(!silent.contains("课后服务") && silent.contains("睡眠"), "its rate of participation is told: {silent}");
    assert!(told.contains("实际，以前的"), "{told}");
    assert!(page("5_澄湖县龙泉小学").contains("龙泉小学.txt 可能是贵校这一期的"));
}
