//! Splitting from text to compact lines: the examples of the rule files, and whole invented reports.

use super::*;
use crate::document::{Format, Section, Unit, UnitKind};
use crate::span::{CleanTextBuilder, SourceText, Span};
use std::fmt::Write;

fn split(path: &str, text: &str) -> (String, Vec<Report>) {
    let mut builder = CleanTextBuilder::default();
    text.chars().for_each(|c| builder.push(c));
    let (clean, map) = builder.finish();
    let clean = CleanText { text: clean, map, repairs: Vec::new(), damaged: Vec::new() };
    let file = DecodedFile {
        source_path: path.to_owned(),
        source_sha256: String::new(),
        format: Format::Text,
        encoding: "UTF-8",
        text: SourceText::new(text.to_owned()),
        n_undecodable: 0,
        masked: None,
    };
    let reports = Splitter::new(&RuleFiles::built_in()).unwrap().split(&clean, &file);
    (clean.text, reports)
}

/// One line for each report (`= title`), section (`+` as deep as it is, role, title) and unit (kind, text).
fn rendered(text: &str, reports: &[Report]) -> String {
    let mut out = String::new();
    for report in reports {
        writeln!(out, "= {}", report.title.as_deref().unwrap_or("-")).unwrap();
        let mut last = 0;
        for unit in &report.units {
            // A section without title shows its role alone.
            for section in report.sections.iter().take(unit.section + 1).skip(last + 1) {
                writeln!(out, "{}", section_line(section)).unwrap();
            }
            last = last.max(unit.section);
            writeln!(out, "{}", unit_line(text, unit, last)).unwrap();
        }
    }
    out
}

fn section_line(section: &Section) -> String {
    format!("{} {} {}", "+".repeat(usize::from(section.level)), section.role.code(), section.title)
        .trim_end()
        .to_owned()
}

/// A unit of an earlier section than the last one bears its number.
fn unit_line(text: &str, unit: &Unit, last: usize) -> String {
    let kind = match unit.kind {
        UnitKind::Title => 'T',
        UnitKind::Heading => 'H',
        UnitKind::Sentence => '.',
        UnitKind::Row => 'R',
        UnitKind::Boilerplate => '-',
    };
    let back = if unit.section == last { String::new() } else { format!("@{}", unit.section) };
    format!("{kind}{back} {}", unit.span.of(text))
}

fn check(path: &str, text: &str, expected: &str) {
    let (text, reports) = split(path, text);
    let expected: String =
        expected.lines().filter(|l| !l.trim().is_empty()).map(|l| format!("{}\n", l.trim())).collect();
    assert_eq!(rendered(&text, &reports), expected);
}

#[test]
fn examples_in_the_rule_files_hold() {
    let splitter = Splitter::new(&RuleFiles::built_in()).unwrap();
    assert_eq!(splitter.failures(), []);
}

#[test]
fn a_report_has_a_frame_and_nested_headings() {
    check(
        "松林.txt",
        "松林小学作业管理工作总结\n县教育局:\n我校现有学生300人。现将情况总结如下。\n一、主要做法\n(一)控总量。每班一张公示表;超量即约谈。\n\
         (二)分层次\n语文分三层布置。\n二、存在的问题\n1.教师缺编。\n2.经费不足。\n三、下一步打算\n开办作业超市。\n\
         组长:王一  成员:李二\n松林小学\n2023年7月1日\n",
        "= 松林小学作业管理工作总结
         T 松林小学作业管理工作总结
         - 县教育局:
         . 我校现有学生300人。
         . 现将情况总结如下。
         + measures 主要做法
         H 一、主要做法
         ++ measures 控总量
         H (一)控总量。
         . 每班一张公示表;
         . 超量即约谈。
         ++ measures 分层次
         H (二)分层次
         . 语文分三层布置。
         + problems 存在的问题
         H 二、存在的问题
         . 1.教师缺编。
         . 2.经费不足。
         + next_steps 下一步打算
         H 三、下一步打算
         . 开办作业超市。
         R 组长:王一  成员:李二
         - 松林小学
         - 2023年7月1日",
    );
}

#[test]
fn labels_and_turns_change_the_role() {
    check(
        "河口.txt",
        "河口镇中心校自查报告\n学校普遍建立了公示制度。但也要看到,个别教师不批改。\n公示由教研组长签字。\n\
         1.存在问题:午休看护人手紧。\n2.整改措施:聘请志愿者四人。\n今后,学校将每月复查。\n",
        "= 河口镇中心校自查报告
         T 河口镇中心校自查报告
         . 学校普遍建立了公示制度。
         + problems
         . 但也要看到,个别教师不批改。
         .@0 公示由教研组长签字。
         + problems 存在问题
         . 1.存在问题:午休看护人手紧。
         + measures 整改措施
         . 2.整改措施:聘请志愿者四人。
         + next_steps
         . 今后,学校将每月复查。",
    );
}

#[test]
fn bare_lines_are_headings_where_text_follows() {
    check(
        "a.txt",
        "双桥小学减负情况汇报\n抓课堂\n听课有安排\n校长每周推门听课三节,当场评议,当天反馈,并记入教师业务档案。\n\
         评课有标准\n教研组按五项标准逐条评议,不搞一团和气,不走过场,评议结果在组内公开。\n学生60人\n",
        "= 双桥小学减负情况汇报
         T 双桥小学减负情况汇报
         + other 抓课堂
         H 抓课堂
         ++ other 听课有安排
         H 听课有安排
         . 校长每周推门听课三节,当场评议,当天反馈,并记入教师业务档案。
         ++ other 评课有标准
         H 评课有标准
         . 教研组按五项标准逐条评议,不搞一团和气,不走过场,评议结果在组内公开。
         . 学生60人",
    );
}

#[test]
fn rows_of_tables_are_units_of_their_own() {
    check(
        "表.txt",
        "槐树小学作息安排\n年级\t分钟\n三年级\t40分钟\n合唱    三年级    42人\n备注:雨天在室内。\n",
        "= 槐树小学作息安排
         T 槐树小学作息安排
         R 年级\t分钟
         R 三年级\t40分钟
         R 合唱    三年级    42人
         . 备注:雨天在室内。",
    );
}

/// A body long enough to be a report of its own.
const BODY: &str = "我校坚持把减负作为头等大事来抓,完善制度,压实责任,家校携手,取得了初步成效,现将主要情况向各位领导汇报。\n\
    一、作业\n每天公示作业内容和预计时长,年级组长逐日核对。\n二、作业检查落实情况\n\
    教导处每周抽查一次并在教师会上通报结果。\n";

/// Titles of the reports in a file and the first unit of the first.
fn titles(path: &str, text: &str) -> Vec<String> {
    split(path, text).1.iter().map(|r| r.title.clone().unwrap_or_default()).collect()
}

#[test]
fn numbered_and_repeated_titles_begin_reports() {
    let numbered = format!(
        "减负工作汇报(精选3篇)\n以下是小编为大家整理的汇报,仅供参考。\n减负工作汇报 1\n{BODY}相关推荐:\n减负总结\n\
         减负工作汇报 2\n{BODY}本文来源于网络\n减负工作汇报 3\n{BODY}"
    );
    assert_eq!(titles("a.txt", &numbered), ["减负工作汇报 1", "减负工作汇报 2", "减负工作汇报 3"]);
    let repeated =
        format!("柳湾学校减负工作情况总结大全(2篇)\n柳湾学校减负工作情况总结\n{BODY}柳湾学校减负工作情况总结\n{BODY}");
    assert_eq!(titles("a.txt", &repeated), ["柳湾学校减负工作情况总结", "柳湾学校减负工作情况总结"]);
    let bare = format!("柳湾小学减负自查报告\n{BODY}石门镇2022年减负工作小结\n{BODY}");
    assert_eq!(titles("汇编(两篇).txt", &bare), ["柳湾小学减负自查报告", "石门镇2022年减负工作小结"]);
}

#[test]
fn reports_on_one_line_are_told_by_their_titles() {
    let body = "一、原则 统筹推进 坚持校内校外一起抓,坚持质量为先。 (一)控量 每天不超过四十分钟。 ".repeat(4);
    let text = format!("减负方案(通用2篇)减负实施方案篇1 {body}减负实施方案篇2 {body}");
    assert_eq!(titles("a.txt", &text), ["减负实施方案篇1", "减负实施方案篇2"]);
}

#[test]
fn headings_are_no_titles() {
    let text =
        format!("柳湾小学减负自查报告\n{BODY}三、课后服务\n社团活动开展情况汇报\n每周两次。\n四、睡眠\n八点半上课。\n");
    assert_eq!(titles("a.txt", &text), ["柳湾小学减负自查报告"]);
}

#[test]
fn a_site_around_a_report_is_not_part_of_it() {
    let text = format!("《柳湾小学减负工作总结.docx》由会员分享,可在线阅读\n{BODY}展开阅读全文\n某ICP备00000000号\n");
    let (text, reports) = split("a.txt", &text);
    assert_eq!(reports.len(), 1);
    assert_eq!(reports[0].title.as_deref(), Some("柳湾小学减负工作总结"));
    let report = reports[0].span.of(&text);
    assert!(report.starts_with("我校坚持") && report.ends_with("通报结果。"), "{report}");
}

#[test]
fn a_report_says_who_when_and_what() {
    let told = |text: &str| {
        let r = split("a.txt", text).1.remove(0);
        let date = r.report_date.map_or(String::new(), |d| d.to_string());
        let all = [
            Some(r.kind.code().into()),
            r.level.map(String::from),
            r.stage.map(String::from),
            r.body,
            r.district,
            r.period,
        ];
        let all: Vec<String> = all.into_iter().map(|x| x.unwrap_or_else(|| "-".into())).collect();
        format!("{} {} {date}", all.join(" "), if r.on_topic { "on" } else { "off" }).trim_end().to_owned()
    };
    for (text, expected) in [
        (
            "云岭县第二小学2023年秋季双减工作总结\n我校有班级12个。\n云岭县第二小学\n2024年1月5日\n",
            "summary school primary 云岭县第二小学 云岭县 2023-autumn on 19727",
        ),
        ("关于全县五项管理检查情况的通报\n各学校:\n县教育局抽查小学和初中30所。\n", "notice district mixed - - - on"),
        ("XX小学减负汇报\n20XX年,我校认真落实。\n", "report school primary - - - on"),
        ("清溪镇2022年河道整治情况汇报\n全镇清理河道6公里。\n", "report township - 清溪镇 - 2022 off"),
        // A bureau or a town that names one stage does not report on that alone; a school does.
        ("关于全县校外培训治理的报告\n县教育局走访小学30所。\n", "report district - - - - on"),
        ("柳荫街道减负联合检查情况报告\n看护点接收小学生40人。\n", "report township - 柳荫街道 - - on"),
        ("清坪镇中心学校减负自查报告\n下辖村小5所,小学教师40人。\n", "report township primary 清坪镇中心学校 - - on"),
        ("减负工作汇报\n我校于本学期开展自查。\n2022年1月\n", "report school - - - 2021-autumn on"),
    ] {
        assert_eq!(told(text), expected, "{text}");
    }
}

#[test]
fn a_sentence_without_end_is_cut_into_units_that_tile_it() {
    for part in ["作业不超过60分钟", "三年级30人参加课后服务,占70%、", "x"] {
        let text = format!("减负工作汇报\n{}\n", part.repeat(3_000));
        let (clean, reports) = split("a.txt", &text);
        let line = clean.find('\n').unwrap() + 1;
        let units: Vec<Span> = reports.iter().flat_map(|r| &r.units).map(|u| u.span).collect();
        let body: Vec<Span> = units.into_iter().filter(|span| span.start >= line).collect();
        let mut at = line;
        for unit in &body {
            assert_eq!(unit.start, at, "{part}: a gap");
            assert!(unit.len() <= 3_000, "{part}: {unit:?}");
            at = unit.end;
        }
        assert_eq!(at, clean.len() - 1, "{part}");
        assert!(body.len() > 1 || part == "x");
    }
}

#[test]
fn a_sentence_without_end_is_read_in_pieces_without_the_space_around_them() {
    let (text, reports) = split("long.txt", &"一段没有标点的话 ".repeat(400));
    let pieces: Vec<&str> = reports.iter().flat_map(|r| &r.units).map(|unit| unit.span.of(&text)).collect();
    assert!(pieces.len() > 2, "{}", pieces.len());
    assert!(pieces.iter().all(|piece| piece.trim() == *piece));
}
