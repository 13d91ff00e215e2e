//! Problems from text to finding.

use super::*;

fn built_in() -> Problems {
    let rules = RuleFiles::built_in();
    Problems::new(&rules, Arc::new(Topics::new(&rules).unwrap())).unwrap()
}

#[test]
fn the_examples_beside_the_rules_hold() {
    let problems = built_in();
    assert_eq!(problems.failures(), []);
}

use crate::document::{Role, Section};
use crate::finding::MeasureStatus;
use crate::span::CleanTextBuilder;

/// A report from lines: `# 问题 标题` begins a section of that role, `=` marks a unit as a measure; the enumerator of a
/// line ends at its first blank.
fn report(lines: &str) -> (Report, CleanText, Vec<Measure>) {
    let mut builder = CleanTextBuilder::default();
    let root = Section { title: String::new(), level: 0, parent: None, role: Role::Other };
    let (mut sections, mut units, mut measured) = (vec![root], Vec::new(), Vec::new());
    for line in lines.lines().map(str::trim).filter(|l| !l.is_empty()) {
        let (mut line, mut kind) = (line, UnitKind::Sentence);
        if let Some((role, title)) = line.strip_prefix("# ").and_then(|l| l.split_once(' ')) {
            let role = match role {
                "问题" => Role::Problems,
                "打算" => Role::NextSteps,
                "做法" => Role::Measures,
                _ => Role::Other,
            };
            sections.push(Section { title: title.to_owned(), level: 1, parent: Some(0), role });
            (line, kind) = (title, UnitKind::Heading);
        }
        if let Some(measure) = line.strip_prefix('=') {
            measured.push(units.len());
            line = measure;
        }
        let enumerator = line.find(' ').map_or(0, |at| at + 1);
        let start = builder.text().len();
        line.chars().for_each(|c| builder.push(c));
        let span = Span::new(start, builder.text().len());
        builder.push('\n');
        units.push(Unit { span, section: sections.len() - 1, kind, enumerator, begins_paragraph: true });
    }
    let (text, map) = builder.finish();
    let clean = CleanText { text, map, repairs: Vec::new(), damaged: Vec::new() };
    let topics = Topics::new(&RuleFiles::built_in()).unwrap();
    let measures = measured.into_iter().map(|unit_index| {
        let span = units[unit_index].span;
        let rule = RuleId::from("test");
        let topics = topics.of(span.of(&clean.text));
        let status = MeasureStatus::Planned;
        Measure {
            span,
            unit_index,
            status,
            topics,
            actor: None,
            action: None,
            object: None,
            rule,
            confidence: 1.0,
            steps: Vec::new(),
        }
    });
    let measures = measures.collect();
    let report = Report::untold(Span::new(0, clean.text.len()), sections, units);
    (report, clean, measures)
}

/// Checks the problems of a report: status and text of each, and what answers them.
#[track_caller]
fn check(lines: &str, wanted: &[(&str, &str)], answered: &[(usize, usize)]) {
    let problems = built_in();
    let (report, clean, measures) = report(lines);
    let found = problems.extract(&report, &clean);
    let told: Vec<(&str, &str)> = found.iter().map(|p| (p.status.code(), p.span.of(&clean.text))).collect();
    assert_eq!(told, wanted, "\n{lines}");
    assert_eq!(problems.answers(&report, &clean, &found, &measures), answered, "\n{lines}");
}

#[test]
fn among_problems_lead_ins_and_measures_are_none() {
    check(
        "# 问题 存在的问题
         当前还有以下几个方面的问题：
         1. 双休日作业量偏大。
         2. 爷爷奶奶带娃，辅导靠吼。
         为此学校召开了专题会议。
         这些问题该怎么办？",
        &[("own", "双休日作业量偏大"), ("own", "爷爷奶奶带娃，辅导靠吼")],
        &[],
    );
}

#[test]
fn prohibitions_aims_suppositions_and_denials_are_none() {
    check(
        "# 做法 主要做法
         严禁教师变相布置惩罚性作业。
         着力破解农村学校师资短缺的难题。
         如果家长工作忙、接送困难，可以申请延时看护。
         检查中没有发现拖堂的现象。
         对管理不规范的机构依法予以关停。",
        &[],
        &[],
    );
}

#[test]
fn a_problem_told_with_its_rectification_is_resolved() {
    check(
        "# 做法 整改情况
         一是 窗口公示的价目与备案价目不相符问题。
         =经物价部门约谈，该问题已整改到位。
         # 做法 其他
         以往音乐课被主科挤占的现象时有发生，如今课表公开，不再出现。",
        &[
            ("resolved", "窗口公示的价目与备案价目不相符问题"),
            ("resolved", "经物价部门约谈，该问题已整改到位"),
            ("resolved", "以往音乐课被主科挤占的现象时有发生，如今课表公开，不再出现"),
        ],
        &[(0, 0), (1, 0)],
    );
}

#[test]
fn a_resolved_problem_of_its_own_leaves_the_one_before_open() {
    check(
        "# 问题 存在的问题
         一是 晚托教室照明不足。
         =二是 校门口积水的问题，已经疏通排水沟，问题已整改。",
        &[("own", "晚托教室照明不足"), ("resolved", "校门口积水的问题，已经疏通排水沟，问题已整改")],
        &[(1, 0)],
    );
}

#[test]
fn remedies_behind_a_label_answer_the_problem_before() {
    check(
        "# 问题 反馈问题
         问题一： 晚托看护人手紧张。
         整改措施：
         =聘请退休教师十名参加晚托看护。
         问题二： 部分班级器材陈旧。
         整改措施：
         =添置器材二十套。",
        &[("own", "晚托看护人手紧张"), ("own", "部分班级器材陈旧")],
        &[(0, 0), (1, 1)],
    );
}

#[test]
fn lists_of_the_same_length_are_paired_where_the_items_agree() {
    check(
        "# 问题 存在的问题
         1. 作业设计能力不强。
         2. 家长对睡眠管理不够重视。
         # 打算 下一步
         =1. 开展作业设计比赛。
         =2. 修缮操场看台。",
        &[("own", "作业设计能力不强"), ("own", "家长对睡眠管理不够重视")],
        &[(0, 0)],
    );
    check(
        "# 问题 存在的问题
         1. 作业设计能力不强。
         2. 家长对睡眠管理不够重视。
         # 打算 整改措施
         =1. 针对问题2，给家长发放睡眠提示卡。
         =2. 修缮操场看台。
         =3. 召开表彰会。",
        &[("own", "作业设计能力不强"), ("own", "家长对睡眠管理不够重视")],
        &[(1, 0)],
    );
}

#[test]
fn what_was_found_stands_with_what_was_done() {
    let found = "# 做法 午餐管理\n伙房以试吃为名多收饭费。\n总务处当天更换菜单。\n";
    check(&format!("{found}整改状态：已完成。"), &[("own", "伙房以试吃为名多收饭费")], &[]);
    // Without the line on what was done, the same words are one of many practices.
    check(found, &[], &[]);
}

#[test]
fn a_short_sentence_leads_problems_in() {
    let items = "# 做法 说说实情\n成绩不多说，问题要说透。\n1. 三个班合用一间画室。\n2. 晚班车只有一趟。";
    check(items, &[("own", "三个班合用一间画室"), ("own", "晚班车只有一趟")], &[]);
    check(&items.replace("问题要说透", "大家都很努力"), &[], &[]);
}

#[test]
fn a_problem_told_by_its_number_is_put_right_once_it_is_done() {
    check("# 做法 整改\n针对问题三，已将餐费如数退还家长。", &[("resolved", "针对问题三，已将餐费如数退还家长")], &[]);
    check("# 做法 整改\n针对问题三，月底前全部整改到位。", &[], &[]);
}
