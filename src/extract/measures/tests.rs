//! What is a measure, of which status, where it begins and ends; the examples of the rule files run here too.

use super::*;
use crate::document::{DocKind, Role, Section, Unit};
use crate::finding::MeasureStatus;

fn with_rules(rules: &RuleFiles) -> Result<Measures> {
    Measures::new(rules, Arc::new(Topics::new(rules)?))
}

fn built_in() -> Measures {
    with_rules(&RuleFiles::built_in()).expect("the built-in rules are valid")
}

/// A report with one section of role `role`, each text one unit.
fn report(kind: DocKind, role: Role, texts: &[&str]) -> (Report, CleanText) {
    let mut text = String::new();
    let mut units = Vec::new();
    for said in texts {
        let start = text.len();
        text.push_str(said);
        let kind = if said.ends_with(['。', ';']) { UnitKind::Sentence } else { UnitKind::Heading };
        let span = Span::new(start, text.len());
        units.push(Unit { span, section: 0, kind, enumerator: 0, begins_paragraph: true });
    }
    let report = Report {
        kind,
        ..Report::untold(
            Span::new(0, text.len()),
            vec![Section { title: String::new(), level: 0, parent: None, role }],
            units,
        )
    };
    (report, CleanText { text, map: Default::default(), repairs: vec![], damaged: vec![] })
}

fn measures(kind: DocKind, role: Role, texts: &[&str]) -> (Vec<Measure>, String) {
    let (report, clean) = report(kind, role, texts);
    (built_in().extract(&report, &clean, &FxHashSet::default()), clean.text)
}

/// What `text` yields in the measures section of a report, as the covered texts.
fn found(text: &str) -> Vec<String> {
    let (measures, clean) = measures(DocKind::Report, Role::Measures, &[text]);
    measures.iter().map(|m| m.span.of(&clean).to_owned()).collect()
}

#[test]
fn examples_come_out_as_meant() {
    let failures = built_in().failures();
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn actions_rules_and_prohibitions_are_measures() {
    for text in [
        "学校成立了由校长任组长的值周专班。",
        "严禁教师私自补课。",
        "各班每天放学前清点人数并登记。",
        "四年级书面作业不超过四十分钟。",
        "对迟到较多的班级,政教处逐一家访。",
    ] {
        assert_eq!(found(text).len(), 1, "{text}");
    }
}

#[test]
fn themes_effects_opinions_and_states_are_none() {
    for text in [
        "作业管理",
        "孩子们的笑容明显多了,家长十分满意。",
        "减负事关每个家庭的幸福。",
        "学校现有学生412人,专任教师31人。",
        "部分教师课堂效率仍然不高,方法单一。",
        "怎样才能把作业减下来?",
    ] {
        assert_eq!(found(text), [""; 0], "{text}");
    }
}

#[test]
fn several_actions_are_several_measures_and_effects_stay_with_theirs() {
    let parts = found("学校制定课后托管方案,确保师生安全;召开家长会三次,讲清收费办法;严禁教师借机收费。");
    assert_eq!(parts.len(), 3, "{parts:?}");
    assert_eq!(parts[0], "学校制定课后托管方案,确保师生安全");
    assert_eq!(parts[1], "召开家长会三次,讲清收费办法");
}

#[test]
fn status_follows_words_section_and_kind_of_report() {
    let status = |kind, role, text: &str| {
        let (measures, _) = measures(kind, role, &[text]);
        measures.first().map(|m| m.status)
    };
    let in_report = |text| status(DocKind::Report, Role::Measures, text);
    assert_eq!(in_report("学校先后召开了三次家长会。"), Some(MeasureStatus::Done));
    assert_eq!(in_report("坚持每周组织一次校本教研活动。"), Some(MeasureStatus::Ongoing));
    assert_eq!(in_report("必须全批全改,不得让家长代批作业。"), Some(MeasureStatus::Required));
    assert_eq!(in_report("学校将于下学期开设三个新社团。"), Some(MeasureStatus::Planned));
    let next = status(DocKind::Report, Role::NextSteps, "开设三个新社团。");
    assert_eq!(next, Some(MeasureStatus::Planned));
    let plan = status(DocKind::Plan, Role::Measures, "组建名师送教队伍,每月下乡。");
    assert_eq!(plan, Some(MeasureStatus::Planned));
}

#[test]
fn who_does_what_to_what_is_taken_from_the_text() {
    let (measures, _) = measures(DocKind::Report, Role::Measures, &["柳湾小学教导处每月抽查作业本两次。"]);
    let said = |word: &Option<String>| word.clone().unwrap_or_default();
    let m = &measures[0];
    assert_eq!(
        [said(&m.actor), said(&m.action), said(&m.object)],
        ["柳湾小学教导处", "抽查", "作业本两次"].map(str::to_owned)
    );
    assert!(m.steps.iter().any(|s| s.rule == m.rule), "the deciding rule is one of the steps");
}

#[test]
fn a_district_can_change_what_counts() {
    let own = "[[rule]]\nid = \"own.duck\"\nany = [\"thing\"]\nweight = 9.0\n";
    let rules = RuleFiles::with_texts(&[("measures.toml", own)]);
    let (report, clean) = report(DocKind::Report, Role::Background, &["台账"]);
    let with_own = with_rules(&rules).expect("valid").extract(&report, &clean, &FxHashSet::default());
    assert_eq!(with_own.len(), 1);
    assert_eq!(&*with_own[0].rule, "own.duck");
    let wrong = "[[rule]]\nid = \"own.duck\"\nany = [\"duck\"]\nweight = 9.0\n";
    let error = with_rules(&RuleFiles::with_texts(&[("measures.toml", wrong)])).err().expect("no such mark");
    assert!(error.to_string().contains("own.duck"), "{error}");
}

/// The marks of the sections of a report: title, parent and role of each.
fn places_of(sections: &[(&str, usize, Role)]) -> Vec<Marks> {
    let root = Section { title: String::new(), level: 0, parent: None, role: Role::Other };
    let told = sections.iter().map(|&(title, parent, role)| Section {
        title: title.to_owned(),
        level: 1,
        parent: Some(parent),
        role,
    });
    marks::places(&Report::untold(Span::new(0, 0), std::iter::once(root).chain(told).collect(), Vec::new()))
}

#[test]
fn what_is_laid_down_is_so_in_the_parts_too() {
    let places = places_of(&[("议定事项", 0, Role::Other), ("县公安局", 1, Role::Other), ("会议概况", 0, Role::Other)]);
    let rules: Vec<bool> = places.iter().map(|p| p.has_all(const { named("section:rules") })).collect();
    assert_eq!(rules, [false, true, true, false]);
}

#[test]
fn remedies_answer_problems_told_before_and_no_label_of_a_ledger() {
    let remedies = |sections: &[(&str, usize, Role)]| {
        places_of(sections).last().is_some_and(|p| p.has_all(const { named("role:remedies") }))
    };
    let problems = ("存在的问题", 0, Role::Problems);
    let answer = ("整改措施", 0, Role::Measures);
    assert!(remedies(&[problems, answer]));
    assert!(!remedies(&[answer]));
    assert!(!remedies(&[problems, answer, problems, answer]));
}
