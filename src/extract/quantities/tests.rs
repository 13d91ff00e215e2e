//! The examples of `examples.toml`, and what must hold for any line.

use super::*;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

#[derive(Deserialize)]
struct Example {
    text: String,
    expect: Vec<[String; 2]>,
}

/// The answer as the examples write it.
fn told(quantity: &Quantity) -> String {
    let end = |value: Option<f64>| value.map_or(String::new(), |v| v.to_string());
    match (quantity.value, &quantity.unit) {
        (Some(value), Some(unit)) => format!("{value} {unit}"),
        (Some(value), None) => value.to_string(),
        (None, _) => format!(
            "{}{},{}{}",
            if quantity.low_incl == Some(true) { "[" } else { "(" },
            end(quantity.low),
            end(quantity.high),
            if quantity.high_incl == Some(true) { "]" } else { ")" },
        ),
    }
}

#[test]
fn the_examples_are_answered() {
    let quantities = Quantities::new().expect("the tables are part of the program");
    let kinds: BTreeMap<String, Vec<Example>> = toml::from_str(include_str!("examples.toml")).expect("examples.toml");
    for (kind, examples) in kinds {
        for Example { text, expect } in examples {
            let characters: Vec<char> = text.chars().collect();
            let found: Vec<[String; 2]> = quantities
                .of(&text)
                .iter()
                .filter(|q| q.kind == kind)
                .map(|q| [characters[q.start..q.end].iter().collect(), told(q)])
                .collect();
            assert_eq!(found, expect, "{kind} in 【{text}】");
        }
    }
}

proptest::proptest! {
    #[test]
    fn any_line_is_answered(
        text in "([0-9一二三十百万亿%元角分米岁天半第到至以上不超过大于小在和之间多余:~ 比$-]|\\PC){0,40}"
    ) {
        static QUANTITIES: LazyLock<Quantities> =
            LazyLock::new(|| Quantities::new().expect("the tables are part of the program"));
        let length = text.chars().count();
        for q in QUANTITIES.of(&text) {
            assert!(q.start < q.end && q.end <= length, "{q:?} in {text:?}");
            assert!(q.value.or(q.low).or(q.high).is_some_and(f64::is_finite), "{q:?} in {text:?}");
        }
    }
}
