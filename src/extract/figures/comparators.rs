//! Comparators (比较词): 不得超过, 控制在…以内, 至少…一半以上, 约, 余, 左右 and how they bind to a number.
//!
//! A comparator is looked for backwards from the number and forwards from its unit, never in the sentence at large: that
//! is why 不得超过 can't come out as "more than". Negations are multiplied with the verbs once, in [`Comparators::new`],
//! so 没有超过 is one form that is longer than 超过 and wins. Units and values are none of its business.

use crate::finding::{Comparator, RuleId};
use crate::rules::RuleFiles;
use anyhow::Result;
use rustc_hash::FxHashMap;
use serde::Deserialize;

pub(super) const FILE: &str = "figures_comparators.toml";
const BUILT_IN: &str = include_str!("figures_comparators.toml");

/// Characters that may lie between a comparator and its number, at most: 不低于机构从业人员总数的50%.
const MAX_FILLER: usize = 13;
/// … where they may be any.
const MAX_ANY: usize = 8;
/// Characters before a verb that a distant negation may stand away.
const MAX_FAR: usize = 14;

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Filler {
    None,
    Of,
    Have,
    Any,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum Gives {
    Eq,
    Le,
    Lt,
    Ge,
    Gt,
    Approx,
}

impl From<Gives> for Comparator {
    fn from(gives: Gives) -> Self {
        match gives {
            Gives::Eq => Comparator::Eq,
            Gives::Le => Comparator::Le,
            Gives::Lt => Comparator::Lt,
            Gives::Ge => Comparator::Ge,
            Gives::Gt => Comparator::Gt,
            Gives::Approx => Comparator::Approx,
        }
    }
}

/// `figures_comparators.toml` as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    #[serde(default)]
    pub verb: Vec<Verb>,
    #[serde(default)]
    pub before: Vec<Before>,
    #[serde(default)]
    pub between: Vec<Between>,
    #[serde(default)]
    pub after: Vec<After>,
    #[serde(default)]
    pub negation: Vec<Negation>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Verb {
    pub id: String,
    pub forms: Vec<String>,
    pub gives: Gives,
    pub negated: Gives,
    filler: Filler,
    #[serde(default)]
    not_after: Vec<String>,
    #[serde(default)]
    pub yes: Vec<String>,
    #[serde(default)]
    pub yes_negated: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Before {
    pub id: String,
    pub forms: Vec<String>,
    pub gives: Gives,
    strength: u8,
    filler: Filler,
    #[serde(default)]
    not_after: Vec<String>,
    #[serde(default)]
    pub yes: Vec<String>,
    #[serde(default)]
    pub no: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Between {
    pub id: String,
    pub forms: Vec<String>,
    #[serde(default)]
    pub yes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct After {
    pub id: String,
    pub forms: Vec<String>,
    pub gives: Gives,
    strength: u8,
    #[serde(default)]
    classes: Vec<String>,
    #[serde(default)]
    not_before: Vec<String>,
    #[serde(default)]
    pub yes: Vec<String>,
    #[serde(default)]
    pub no: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Negation {
    pub forms: Vec<String>,
    #[serde(default)]
    far: Vec<String>,
    #[serde(default)]
    not_after: Vec<String>,
}

/// A form that stands before a number.
struct Leading {
    form: String,
    rule: RuleId,
    gives: Comparator,
    strength: u8,
    filler: Filler,
    /// A plain verb, which a distant negation turns round into this.
    far: Option<Comparator>,
    not_after: Vec<String>,
}

/// A form that stands behind a unit.
struct Trailing {
    form: String,
    rule: RuleId,
    gives: Comparator,
    strength: u8,
    classes: Vec<String>,
    not_before: Vec<String>,
}

/// A comparator that was found.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Found {
    pub rule: RuleId,
    pub gives: Comparator,
    pub strength: u8,
    /// Bytes of the text looked at: from the comparator to the number, or from the unit to the end of the comparator.
    pub len: usize,
}

/// The rule files of comparators, built-in and the district's.
pub(super) fn read(rules: &RuleFiles) -> Result<Vec<File>> {
    rules.load(FILE, BUILT_IN)
}

/// All comparators, found by their last character (leading) or their first (trailing).
pub(super) struct Comparators {
    leading: FxHashMap<char, Vec<Leading>>,
    trailing: FxHashMap<char, Vec<Trailing>>,
    between: Vec<String>,
    far: Vec<String>,
}

impl Comparators {
    pub fn new(rules: &RuleFiles) -> Result<Self> {
        let (mut leading, mut trailing) =
            (FxHashMap::<char, Vec<Leading>>::default(), FxHashMap::<char, Vec<Trailing>>::default());
        let (mut between, mut far) = (Vec::new(), Vec::new());
        let files = read(rules)?;
        let negations = files.iter().flat_map(|file| &file.negation);
        let negations: Vec<(&String, &Vec<String>)> =
            negations.flat_map(|n| n.forms.iter().map(|form| (form, &n.not_after))).collect();
        let mut lead = |form: String, rule: &str, gives: Gives, strength, filler, far, not_after: &[String]| {
            if let Some(last) = form.chars().last() {
                let rule = RuleId::from(format!("figures.comparator.{rule}"));
                let not_after = not_after.to_vec();
                let entry = Leading { form, rule, gives: gives.into(), strength, filler, far, not_after };
                leading.entry(last).or_default().push(entry);
            }
        };
        for file in &files {
            for v in &file.verb {
                for form in &v.forms {
                    lead(form.clone(), &v.id, v.gives, 1, v.filler, Some(v.negated.into()), &v.not_after);
                    for (negation, not_after) in &negations {
                        let rule = format!("not_{}", v.id);
                        lead(format!("{negation}{form}"), &rule, v.negated, 3, v.filler, None, not_after);
                    }
                }
            }
            for b in &file.before {
                for form in &b.forms {
                    lead(form.clone(), &b.id, b.gives, b.strength, b.filler, None, &b.not_after);
                }
            }
            for a in &file.after {
                let rule = RuleId::from(format!("figures.comparator.{}", a.id));
                for form in &a.forms {
                    if let Some(first) = form.chars().next() {
                        trailing.entry(first).or_default().push(Trailing {
                            form: form.clone(),
                            rule: rule.clone(),
                            gives: a.gives.into(),
                            strength: a.strength,
                            classes: a.classes.clone(),
                            not_before: a.not_before.clone(),
                        });
                    }
                }
            }
            between.extend(file.between.iter().flat_map(|b| b.forms.iter().cloned()));
            far.extend(file.negation.iter().flat_map(|n| n.far.iter().cloned()));
        }
        for forms in leading.values_mut() {
            forms.sort_by_key(|l| std::cmp::Reverse(l.form.len()));
        }
        for forms in trailing.values_mut() {
            forms.sort_by_key(|t| std::cmp::Reverse(t.form.len()));
        }
        between.sort_by_key(|b: &String| std::cmp::Reverse(b.len()));
        Ok(Comparators { leading, trailing, between, far })
    }

    /// The comparator that binds to a number right behind `before`, the clause up to it. One that says that a value is
    /// reached gives way to one before it that bounds the value: 至少达到10小时.
    pub fn before(&self, before: &str) -> Option<Found> {
        let mut end = before.len();
        let mut reached: Option<Found> = None;
        for gap in 0..=MAX_FILLER {
            let head = &before[..end];
            let Some(last) = head.chars().next_back() else { break };
            let filler = &before[end..];
            if let Some(found) = self.leading.get(&last).and_then(|forms| {
                forms.iter().find(|l| {
                    head.ends_with(&l.form)
                        && l.filler.allows(filler, gap)
                        && !l.not_after.iter().any(|n| head[..head.len() - l.form.len()].ends_with(n.as_str()))
                })
            }) {
                let from = head.len() - found.form.len();
                let (mut gives, mut strength, mut rule) = (found.gives, found.strength, found.rule.clone());
                if let Some(turned) = found.far
                    && self.denied(&head[..from])
                {
                    (gives, strength, rule) = (turned, 3, RuleId::from(format!("{}.far_negation", found.rule)));
                }
                let found = Found { rule, gives, strength, len: before.len() - from };
                if found.gives != Comparator::Eq {
                    return Some(found);
                }
                reached = reached.or(Some(found));
            }
            if matches!(last, ',' | ';' | ':' | '、' | '。' | '(' | ')' | '“' | '”' | '\n' | '!' | '?') {
                break;
            }
            end -= last.len_utf8();
        }
        reached
    }

    /// True where a distant negation governs what follows `clause`.
    fn denied(&self, clause: &str) -> bool {
        let from = clause.char_indices().rev().nth(MAX_FAR - 1).map_or(0, |(i, _)| i);
        let window = &clause[from..];
        let window = window.rfind([',', ';', '。', '\n']).map_or(window, |i| &window[i..]);
        self.far.iter().any(|n| window.contains(n.as_str()))
    }

    /// The comparator that `after`, the text behind a unit of the given class, begins with.
    pub fn after(&self, after: &str, class: &str) -> Option<Found> {
        let forms = self.trailing.get(&after.chars().next()?)?;
        let found = forms.iter().find(|t| {
            after.strip_prefix(t.form.as_str()).is_some_and(|rest| {
                (t.classes.is_empty() || t.classes.iter().any(|c| c == class))
                    && !t.not_before.iter().any(|n| rest.starts_with(n.as_str()))
            })
        })?;
        Some(Found { rule: found.rule.clone(), gives: found.gives, strength: found.strength, len: found.form.len() })
    }

    /// Length of the approximation that stands between a number and its unit: 20 余 人.
    pub fn between(&self, after: &str) -> usize {
        self.between.iter().find(|b| after.starts_with(b.as_str())).map_or(0, String::len)
    }
}

/// What a share is one of: 不超过绩效工资总量20%.
const TOTALS: [&str; 6] = ["总量", "总数", "总额", "总人数", "总课时", "总面积"];

impl Filler {
    fn allows(self, filler: &str, chars: usize) -> bool {
        const HAVE: [&str; 12] = ["占", "有", "为", "需", "达", "达到", "在", "计", "合", "至", "用", "要"];
        match self {
            _ if chars == 0 => true,
            Filler::None => false,
            Filler::Of => {
                let names = chars > 1 && filler.ends_with('的') || TOTALS.iter().any(|total| filler.ends_with(total));
                filler == "了"
                    || filler == "到"
                    || names && !filler.contains(|c: char| c.is_ascii_digit())
                    || chars <= MAX_ANY && filler.starts_with('每')
            }
            Filler::Have => HAVE.contains(&filler) || filler.starts_with('占') && filler.ends_with('的'),
            Filler::Any => {
                chars <= MAX_ANY && !filler.starts_with('的') && !filler.contains(|c: char| c.is_ascii_digit())
            }
        }
    }
}

/// One comparator from one before and one behind the number: the stronger; of two bounds that agree, the strict one.
pub(super) fn combine(before: Option<&Found>, between: bool, after: Option<&Found>) -> Comparator {
    let bound = match (before, after) {
        // 达到七百户上下: that a value is reached says nothing against what stands behind it.
        (Some(b), Some(a)) if a.strength > b.strength || b.gives == Comparator::Eq => a,
        (Some(b), _) => b,
        (None, Some(a)) => a,
        (None, None) => return if between { Comparator::Approx } else { Comparator::Eq },
    };
    // 控制在30人左右 aims at about as many.
    let about = before.zip(after).is_some_and(|(b, a)| &*b.rule == CONFINED && a.gives == Comparator::Approx);
    if about || between && bound.gives == Comparator::Eq { Comparator::Approx } else { bound.gives }
}

/// The comparator that alone bounds a value and with 左右 sets it.
const CONFINED: &str = "figures.comparator.confined";
