//! Units (单位): the counters, measures and currencies that make a number a figure.
//!
//! A table look-up and nothing more: the longest unit that stands at a place, or none. Whether "one of them" is a count or
//! an article (一名教师) is told here as a property of the unit and decided in [`super::bind`].

use crate::rules::{Named, RuleFiles, merge};
use anyhow::Result;
use rustc_hash::FxHashMap;
use serde::Deserialize;

pub(super) const FILE: &str = "figures_units.toml";
const BUILT_IN: &str = include_str!("figures_units.toml");

/// What "one" before a unit is.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum One {
    /// A count: 一次, 一小时.
    #[default]
    Count,
    /// An article, unless a comparator, 每 or a list says otherwise: 一名教师.
    Article,
    /// A stretch of time that dates something: 一周, 一天.
    Period,
}

/// What a unit asks for beside the number.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum Needs {
    /// A comparator behind it: 15日内, 3年以上.
    After,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    unit: Vec<UnitRule>,
}

/// One entry of `figures_units.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UnitRule {
    pub id: String,
    /// What indicators and kinds ask for: `minutes`, `person`, `money`, …
    pub class: String,
    pub forms: Vec<String>,
    /// What the figure has as its unit, where that is not the form as written.
    pub told: Option<String>,
    #[serde(default)]
    pub one: One,
    /// Only behind Arabic digits.
    #[serde(default)]
    pub digits: bool,
    /// What must not follow: 家 + 长 is 家长.
    #[serde(default)]
    pub not_before: Vec<String>,
    pub needs: Option<Needs>,
    #[serde(default)]
    pub yes: Vec<String>,
    #[serde(default)]
    pub no: Vec<String>,
}

impl Named for UnitRule {
    fn id(&self) -> &str {
        &self.id
    }
}

/// All units, found by their first character.
pub(super) struct Units {
    pub rules: Vec<UnitRule>,
    /// Forms by first character, longest first, each with its rule.
    by_char: FxHashMap<char, Vec<(String, usize)>>,
}

impl Units {
    pub fn new(rules: &RuleFiles) -> Result<Self> {
        let files = rules.load::<File>(FILE, BUILT_IN)?;
        let rules = merge(FILE, files.into_iter().map(|f| f.unit))?;
        let mut by_char: FxHashMap<char, Vec<(String, usize)>> = FxHashMap::default();
        for (i, rule) in rules.iter().enumerate() {
            for form in &rule.forms {
                if let Some(first) = form.chars().next() {
                    by_char.entry(first).or_default().push((form.clone(), i));
                }
            }
        }
        for forms in by_char.values_mut() {
            forms.sort_by_key(|(form, i)| (std::cmp::Reverse(form.len()), *i));
        }
        Ok(Units { rules, by_char })
    }

    /// The unit that `text` begins with, and its length in bytes. `chinese`: the number before it is in Chinese numerals.
    pub fn at(&self, text: &str, chinese: bool) -> Option<(&UnitRule, usize)> {
        let forms = self.by_char.get(&text.chars().next()?)?;
        forms.iter().find_map(|(form, i)| {
            let rule = &self.rules[*i];
            let rest = text.strip_prefix(form.as_str())?;
            let barred = rule.digits && chinese || rule.not_before.iter().any(|n| rest.starts_with(n.as_str()));
            (!barred).then_some((rule, form.len()))
        })
    }
}
