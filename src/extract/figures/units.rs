//! Units (单位): the counters, measures and currencies that make a number a figure.
//!
//! A table look-up and nothing more: the longest unit that stands at a place, or none. Whether "one of them" is a count or
//! an article (一名教师) is told here as a property of the unit and decided in [`super::bind`].

use crate::extract::forms::Forms;
use crate::rules::{Named, RuleFiles, merge};
use anyhow::Result;
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

/// All units.
pub(super) struct Units {
    pub rules: Vec<UnitRule>,
    forms: Forms,
}

impl Units {
    pub fn new(rules: &RuleFiles) -> Result<Self> {
        let files = rules.load::<File>(FILE, BUILT_IN)?;
        let rules = merge(FILE, files.into_iter().map(|f| f.unit))?;
        let forms = Forms::new(rules.iter().enumerate().flat_map(|(i, rule)| rule.forms.iter().map(move |f| (f, i))));
        Ok(Units { rules, forms })
    }

    /// The unit that `text` begins with, and its length in bytes. `chinese`: the number before it is in Chinese numerals.
    pub fn at(&self, text: &str, chinese: bool) -> Option<(&UnitRule, usize)> {
        self.forms.at(text).find_map(|(form, i)| {
            let (rule, rest) = (&self.rules[i], &text[form.len()..]);
            let barred = rule.digits && chinese || rule.not_before.iter().any(|n| rest.starts_with(n.as_str()));
            (!barred).then_some((rule, form.len()))
        })
    }
}
