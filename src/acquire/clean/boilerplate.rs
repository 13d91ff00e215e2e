//! Lines that a document-sharing site put around a report.
//!
//! This tells them; it deletes nothing. The rules are in `boilerplate.toml`, each with its examples.

use regex::RegexSet;
use serde::Deserialize;
use std::sync::LazyLock;

/// Longest line that can be boilerplate, in bytes: what a site writes is short, and a whole report may be one line.
const LONGEST: usize = 600;

#[derive(Deserialize)]
struct Rules {
    rule: Vec<Rule>,
}

#[derive(Deserialize)]
#[cfg_attr(not(test), expect(dead_code, reason = "examples are for the test"))]
struct Rule {
    name: String,
    pattern: String,
    examples: Vec<String>,
    counter_examples: Vec<String>,
}

static RULES: LazyLock<(Vec<Rule>, RegexSet)> = LazyLock::new(|| {
    let rules: Rules = toml::from_str(include_str!("boilerplate.toml")).expect("the test reads the same file");
    let set = RegexSet::new(rules.rule.iter().map(|rule| &rule.pattern)).expect("the test compiles the same patterns");
    (rules.rule, set)
});

/// The rule by which a cleaned line is site boilerplate, if it is.
pub fn boilerplate(line: &str) -> Option<&'static str> {
    let line = line.trim();
    if line.is_empty() || line.len() > LONGEST {
        return None;
    }
    let (rules, set) = &*RULES;
    set.matches(line).iter().next().map(|i| rules[i].name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_takes_its_examples_and_leaves_the_others() {
        for rule in &RULES.0 {
            for line in &rule.examples {
                assert_eq!(boilerplate(line), Some(rule.name.as_str()), "{line}");
            }
            for line in &rule.counter_examples {
                assert_eq!(boilerplate(line), None, "{line}");
            }
        }
    }
}
