//! The examples of `examples.toml`, and what must hold for any text.

use super::*;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

#[derive(Deserialize)]
struct Example {
    text: String,
    expect: Vec<Vec<toml::Value>>,
}

fn number(value: &toml::Value) -> f64 {
    value.as_float().or_else(|| value.as_integer().map(|i| i as f64)).expect("a value is a number")
}

#[test]
fn the_examples_are_read() {
    let groups: BTreeMap<String, Vec<Example>> = toml::from_str(include_str!("examples.toml")).expect("examples.toml");
    for (group, examples) in groups {
        for Example { text, expect } in examples {
            let found: Vec<_> =
                scan(&text).into_iter().map(|n| (n.span.of(&text).to_owned(), n.value, n.high)).collect();
            let expected: Vec<_> = expect
                .iter()
                .map(|e| (e[0].as_str().expect("as written").to_owned(), number(&e[1]), e.get(2).map(number)))
                .collect();
            assert_eq!(found, expected, "in 【{text}】 of {group}");
            let kind = match group.as_str() {
                "percents" => Some(NumeralKind::Percent),
                "ordinals" => Some(NumeralKind::Ordinal),
                _ => None,
            };
            assert!(kind.is_none_or(|k| scan(&text).iter().all(|n| n.kind == k)), "kinds in 【{text}】");
            assert!(group != "about" || scan(&text).iter().all(|n| n.approx), "all about in 【{text}】");
        }
    }
}

/// All that a caller may rely on, whatever the text.
fn check(text: &str) {
    let mut end = 0;
    for numeral in scan(text) {
        assert!(numeral.span.start >= end && !numeral.span.is_empty(), "ordered, not empty: {numeral:?} in {text:?}");
        assert!(!numeral.span.of(text).is_empty() && numeral.value.is_finite(), "{numeral:?} in {text:?}");
        assert!(numeral.high.is_none_or(|h| h.is_finite() && h > numeral.value), "{numeral:?} in {text:?}");
        end = numeral.span.end;
    }
}

#[test]
fn long_lines_take_linear_time() {
    let units = [
        "一",
        "9",
        "1,",
        "111,",
        "9.",
        "1.1",
        "X",
        "*",
        "X家",
        "半",
        "百",
        "万",
        "十",
        "零",
        "一零",
        "几十",
        "一分之",
        "分之",
        "百分之",
        "1/",
        "第",
        "负",
        "-",
        "一又",
        "点",
        "一点",
        "三五",
        "二00",
        "一0",
        "成",
        "七成",
        ":",
        "://",
        "上百",
        "万万",
        "亿万",
        "一万零",
        " ",
        "一 ",
        "壹佰",
        "拾",
        "1 1/",
    ];
    for unit in units {
        let text = unit.repeat(50_000 / unit.len());
        let start = Instant::now();
        check(&text);
        // Tests are built without optimisation and share the machine; quadratic time would be minutes.
        assert!(start.elapsed() < Duration::from_secs(10), "{unit} repeated takes {:?}", start.elapsed());
    }
}

proptest::proptest! {
    #[test]
    fn any_text_is_read(text: String) {
        check(&text);
    }

    #[test]
    fn any_mixture_of_numeral_characters_is_read(
        text in "[0-9０1-9.,，/%％一二三四九十百千万亿零〇两壹伍拾廿半几数余多第负Xx×*_○□点分之又个成年月 :（-]{0,40}"
    ) {
        check(&text);
    }
}
