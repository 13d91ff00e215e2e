//! Texts in, topics out.

use super::*;
use crate::document::{Role, Section, Unit, UnitKind};

fn built_in() -> Topics {
    Topics::new(&RuleFiles::built_in()).expect("the built-in rules are valid")
}

/// A report of one section with the given title, heading and sentences.
fn report(title: &str, heading: &str, sentences: &[&str]) -> (Report, CleanText) {
    let mut text = String::new();
    let mut units = Vec::new();
    for sentence in sentences {
        let start = text.len();
        text.push_str(sentence);
        let span = Span::new(start, text.len());
        units.push(Unit { span, section: 1, kind: UnitKind::Sentence, enumerator: 0, begins_paragraph: true });
    }
    let section = |title: &str, level, parent| Section { title: title.into(), level, parent, role: Role::Measures };
    let report = Report {
        title: Some(title.into()),
        ..Report::untold(Span::new(0, text.len()), vec![section("", 0, None), section(heading, 1, Some(0))], units)
    };
    (report, CleanText { text, map: Default::default(), repairs: vec![], damaged: vec![] })
}

#[test]
fn examples_get_their_topic() {
    let failures = built_in().failures();
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn every_topic_is_listed_once_and_no_word_twice_in_it() {
    let file: TopicsFile = toml::from_str(BUILT_IN).expect("valid");
    let codes: Vec<&str> = file.topic.iter().map(|t| t.code.as_str()).collect();
    assert_eq!(codes, CODES);
    for entry in &file.topic {
        assert!(!entry.examples.is_empty(), "topic {} has no example", entry.code);
        let mut seen = std::collections::BTreeSet::new();
        for word in [&entry.names, &entry.strong, &entry.fair, &entry.weak].into_iter().flatten() {
            assert!(seen.insert(word), "{word} stands twice under {}", entry.code);
            assert!(!file.silent.contains(word), "{word} is silent and a word of {}", entry.code);
        }
    }
}

#[test]
fn headings_speak_where_the_sentence_is_silent() {
    let topics = built_in();
    let (report, clean) = report("五项管理落实情况", "手机管理", &["进校后交班主任统一保管。", "三年级不超过30分钟。"]);
    let mut asked = topics.in_report(&report, &clean);
    assert_eq!(&*asked.of(0, report.units[0].span)[0], "phone");
    assert_eq!(&*asked.of(1, report.units[1].span)[0], "phone");
}

#[test]
fn the_sentence_counts_more_than_its_heading() {
    let topics = built_in();
    let (report, clean) = report("双减工作汇报", "作业管理", &["体育课每周四节,大课间跑操。"]);
    assert_eq!(&*topics.in_report(&report, &clean).of(0, report.units[0].span)[0], "fitness");
}

#[test]
fn a_text_without_words_is_other() {
    assert_eq!(built_in().of("同志们好"), [Arc::from("other")]);
}

#[test]
fn a_district_adds_words() {
    let rules = RuleFiles::with_texts(&[("topics.toml", "[[topic]]\ncode = \"sleep\"\nnames = [\"好梦行动\"]\n")]);
    assert_eq!(&*Topics::new(&rules).expect("valid").of("启动好梦行动")[0], "sleep");
}
