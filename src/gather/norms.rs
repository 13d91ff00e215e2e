//! Norms: limits set by national documents (and a district's own), and what a figure says against them.
//!
//! Norms are data (`norms.toml`): indicator, grades, limit, and the document with its clause. Two questions are kept
//! apart. Whether a norm's words fit the sentence is asked where the sentence is at hand ([`Norms::fitting`]); whether
//! it holds for the grades and what the figure says against it ([`Norms::judge`]) once the school is known. A stated
//! rule that allows what the norm forbids, and a stated value that lies outside it, are different verdicts; so is a
//! rule that is stricter. Where several grades are meant at once, only what breaks the loosest limit is a breach.

use super::clause::clause_around;
use super::digest::FigureBrief;
use super::quantity::{bounds, common_unit, grades, grades_of_stage};
use crate::message::{Message, Tell};
use crate::rules::{self, Failure, Named, RuleFiles, mistake_in};
use anyhow::{Result, bail};
use regex::Regex;
use serde::Deserialize;

/// Name of the rule file.
const FILE: &str = "norms.toml";

/// Number of a norm in the list of all.
pub type NormId = u16;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    norm: Vec<Entry>,
}

/// A norm as the file gives it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    /// Norms of one family hold for different grades; a figure is judged by one of them.
    family: String,
    indicator: String,
    /// `3-6`; absent where it holds for all.
    grades: Option<String>,
    /// `at_most` or `at_least`.
    limit: Limit,
    value: Value,
    unit: String,
    /// The figure must be said of this length of time, where it says.
    per: Option<String>,
    /// Pattern that the clause with the figure must match.
    clause_has: Option<String>,
    /// Pattern that it must not match.
    clause_has_not: Option<String>,
    /// Pattern that the whole sentence must match.
    sentence_has: Option<String>,
    /// Pattern that the whole sentence must not match.
    sentence_has_not: Option<String>,
    /// Least and greatest value, in `unit`, that is what the norm limits; what lies outside is something else.
    plausible: Option<(Value, Value)>,
    document: String,
    number: Option<String>,
    clause: Option<String>,
    #[serde(default)]
    example: Vec<Example>,
}

impl Named for Entry {
    fn id(&self) -> &str {
        &self.id
    }
}

/// A number, or a clock time `20:30`.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Value {
    Number(f64),
    Clock(String),
}

/// A sentence with a figure, and the verdict.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    text: String,
    quote: String,
    /// kind, comparator, value, unit, and where told scope and part in a change: `requirement le 70 分钟 3-6`,
    /// `actual eq 75 分钟 3-6 before`.
    figure: String,
    /// A verdict, or `none`.
    verdict: String,
}

/// On which side of its value a norm allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// Not more.
    AtMost,
    /// Not less.
    AtLeast,
}

impl Limit {
    /// Machine name, as in column `norm_limit`.
    pub fn code(self) -> &'static str {
        match self {
            Limit::AtMost => "at_most",
            Limit::AtLeast => "at_least",
        }
    }
}

/// A norm, ready for use.
#[derive(Debug)]
pub struct Norm {
    /// Name.
    pub id: String,
    /// See [`Entry::family`].
    family: String,
    /// Indicator of the figures that it limits.
    pub indicator: String,
    /// First and last grade.
    pub grades: (u8, u8),
    /// See [`Limit`].
    pub limit: Limit,
    /// In its own unit; clock times are hours.
    pub value: f64,
    /// Unit.
    pub unit: String,
    per: Option<String>,
    /// In the common unit; see [`Entry::plausible`].
    plausible: (f64, f64),
    clause_has: Option<Regex>,
    clause_has_not: Option<Regex>,
    sentence_has: Option<Regex>,
    sentence_has_not: Option<Regex>,
    /// Title of the document.
    pub document: String,
    /// Its number, where it has one.
    pub number: Option<String>,
    /// Where in the document.
    pub clause: Option<String>,
}

/// What a figure says against a norm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// A stated rule allows what the norm forbids.
    RuleBreach,
    /// A stated value lies outside the norm.
    ValueBreach,
    /// An aim lies outside the norm.
    TargetBreach,
    /// A stated rule is stricter than the norm.
    Stricter,
    /// In agreement with the norm.
    Meets,
}

impl Verdict {
    /// Machine name, as in column `verdict`.
    pub fn code(self) -> &'static str {
        match self {
            Verdict::RuleBreach => "rule_breach",
            Verdict::ValueBreach => "value_breach",
            Verdict::TargetBreach => "target_breach",
            Verdict::Stricter => "stricter",
            Verdict::Meets => "meets",
        }
    }

    /// True for the three breaches.
    pub fn is_breach(self) -> bool {
        matches!(self, Verdict::RuleBreach | Verdict::ValueBreach | Verdict::TargetBreach)
    }
}

/// All norms.
#[derive(Debug)]
pub struct Norms {
    norms: Vec<Norm>,
    examples: Vec<(String, Example)>,
}

impl Norms {
    /// The national norms, and the district's.
    pub fn new(rules: &RuleFiles) -> Result<Self> {
        let files: Vec<File> = rules.load(FILE, include_str!("norms.toml"))?;
        let mut entries = rules::merge(FILE, files.into_iter().map(|f| f.norm))?;
        // A family stands together, also where the district adds to it.
        let families: Vec<String> = entries.iter().map(|e| e.family.clone()).collect();
        entries.sort_by_key(|e| families.iter().position(|f| *f == e.family));
        let mut norms = Norms { norms: Vec::new(), examples: Vec::new() };
        for entry in entries {
            norms.examples.extend(entry.example.iter().map(|e| (entry.id.clone(), e.clone())));
            norms.norms.push(Norm::new(entry)?);
        }
        Ok(norms)
    }

    /// The norm of a number.
    pub fn get(&self, id: NormId) -> &Norm {
        &self.norms[id as usize]
    }

    /// Norms whose words fit a figure: indicator, unit, length of time, and the patterns on `clause` and `sentence`.
    /// What held before a change and the amount of one fit none.
    pub fn fitting(&self, figure: &FigureBrief, clause: &str, sentence: &str) -> Vec<NormId> {
        let Some((low, high)) = bounds(figure).filter(|_| figure.holds_now) else { return Vec::new() };
        let fits = |norm: &Norm| {
            norm.indicator == *figure.indicator
                && common_unit(&norm.unit).0 == common_unit(&figure.unit).0
                && norm.plausible.0 <= low
                && high <= norm.plausible.1
                && (norm.per.is_none() || figure.per.is_none() || norm.per.as_deref() == figure.per.as_deref())
                && norm.clause_has.as_ref().is_none_or(|p| p.is_match(clause))
                && !norm.clause_has_not.as_ref().is_some_and(|p| p.is_match(clause))
                && norm.sentence_has.as_ref().is_none_or(|p| p.is_match(sentence))
                && !norm.sentence_has_not.as_ref().is_some_and(|p| p.is_match(sentence))
        };
        (0..self.norms.len() as NormId).filter(|&i| fits(self.get(i))).collect()
    }

    /// What a figure says against the norms that fit its words, one verdict for each family, for a school of `stage`.
    pub fn judge(&self, figure: &FigureBrief, stage: Option<&str>) -> Vec<(NormId, Verdict)> {
        let told = figure.scope.as_deref().and_then(grades);
        let meant = told.unwrap_or_else(|| grades_of_stage(stage));
        let mut verdicts = Vec::new();
        let mut rest: &[NormId] = &figure.norms;
        while let Some(&first) = rest.first() {
            let family = rest.iter().take_while(|&&i| self.get(i).family == self.get(first).family).count();
            let holding: Vec<NormId> = rest[..family]
                .iter()
                .copied()
                .filter(|&i| self.get(i).grades.0 <= meant.1 && meant.0 <= self.get(i).grades.1)
                .collect();
            verdicts.extend(self.judge_family(figure, &holding, meant));
            rest = &rest[family..];
        }
        verdicts
    }

    fn judge_family(&self, figure: &FigureBrief, holding: &[NormId], meant: (u8, u8)) -> Option<(NormId, Verdict)> {
        let inside = |i: NormId| self.get(i).grades.0 <= meant.0 && meant.1 <= self.get(i).grades.1;
        if let Some(i) = holding.iter().copied().find(|&i| inside(i)) {
            return Some((i, self.get(i).verdict(figure)?));
        }
        // Several grades at once: which of them is meant is not known, so only what no norm allows is a breach, and
        // only what all of them allow is in agreement. A norm whose words do not fit leaves its grades open.
        let family = &self.get(*holding.first()?).family;
        let overlaps = |norm: &&Norm| norm.grades.0 <= meant.1 && meant.0 <= norm.grades.1;
        if self.norms.iter().filter(|n| n.family == *family).filter(overlaps).count() > holding.len() {
            return None;
        }
        let verdicts: Vec<(NormId, Verdict)> =
            holding.iter().map(|&i| Some((i, self.get(i).verdict(figure)?))).collect::<Option<_>>()?;
        let slack = |i: NormId| match self.get(i).limit {
            Limit::AtMost => self.get(i).value,
            Limit::AtLeast => -self.get(i).value,
        };
        let loosest = verdicts.iter().copied().max_by(|a, b| slack(a.0).total_cmp(&slack(b.0)))?;
        if verdicts.iter().all(|(_, v)| v.is_breach()) {
            Some(loosest)
        } else if verdicts.iter().all(|(_, v)| !v.is_breach()) {
            Some((loosest.0, Verdict::Meets))
        } else {
            None
        }
    }

    /// Examples beside the norms that do not come out as their author meant.
    pub fn failures(&self) -> Vec<Failure> {
        let mut failures = Vec::new();
        for (rule, example) in &self.examples {
            let got = self.try_example(rule, example).unwrap_or_else(|| "?".to_owned());
            if got != example.verdict {
                failures.push(Failure {
                    file: FILE.to_owned(),
                    rule: rule.clone(),
                    example: example.text.clone(),
                    expected: example.verdict.clone(),
                    got,
                });
            }
        }
        failures
    }

    fn try_example(&self, rule: &str, example: &Example) -> Option<String> {
        let mut words = example.figure.split_whitespace();
        let mut figure = FigureBrief {
            kind: words.next()?.into(),
            comparator: words.next()?.into(),
            value: words.next()?.parse().ok(),
            unit: words.next()?.into(),
            indicator: self.norms.iter().find(|n| n.id == rule)?.indicator.as_str().into(),
            holds_now: true,
            ..FigureBrief::default()
        };
        for word in words {
            match word {
                "before" | "after" | "amount" => figure.holds_now = word == "after",
                _ => figure.scope = Some(word.into()),
            }
        }
        let at = example.text.find(&example.quote)?;
        let clause = clause_around(&example.text, at, at + example.quote.len());
        figure.norms = self.fitting(&figure, clause, &example.text);
        let verdict = self.judge(&figure, None).into_iter().find(|(i, _)| self.get(*i).id == rule);
        Some(verdict.map_or("none", |(_, v)| v.code()).to_owned())
    }
}

impl Norm {
    fn new(entry: Entry) -> Result<Self> {
        let id = entry.id;
        let wrong = |what: Message| mistake_in(FILE, &id, what);
        let (zh, en) = ("写的模式读不懂；请检查括号和竖线", "the pattern can't be read; check brackets and bars");
        let pattern =
            |text: Option<String>| text.map(|p| Regex::new(&p)).transpose().tell(|| wrong(Message::new(zh, en)));
        let number = |value: &Value| match value {
            Value::Number(value) => Ok(*value),
            Value::Clock(clock) => match clock.split_once(':').map(|(h, m)| (h.parse::<f64>(), m.parse::<f64>())) {
                Some((Ok(hours), Ok(minutes))) => Ok(hours + minutes / 60.0),
                _ => bail!(wrong(Message::unclear(["时刻", "time"], clock, ["\"20:30\" 的样子", "\"20:30\""]))),
            },
        };
        let value = number(&entry.value)?;
        let factor = common_unit(&entry.unit).1;
        let plausible = match &entry.plausible {
            Some((least, most)) => (number(least)? * factor, number(most)? * factor),
            None => (f64::NEG_INFINITY, f64::INFINITY),
        };
        let like = ["\"3-6\" 的样子，最大到 12", "\"3-6\", up to 12"];
        let grades = match &entry.grades {
            None => (1, 12),
            Some(text) => grades(text).tell(|| wrong(Message::unclear(["年级", "grades"], text, like)))?,
        };
        Ok(Norm {
            clause_has: pattern(entry.clause_has)?,
            clause_has_not: pattern(entry.clause_has_not)?,
            sentence_has: pattern(entry.sentence_has)?,
            sentence_has_not: pattern(entry.sentence_has_not)?,
            plausible,
            id,
            family: entry.family,
            indicator: entry.indicator,
            grades,
            limit: entry.limit,
            value,
            unit: entry.unit,
            per: entry.per,
            document: entry.document,
            number: entry.number,
            clause: entry.clause,
        })
    }

    /// What the figure says against this norm; none where it leaves that open.
    fn verdict(&self, figure: &FigureBrief) -> Option<Verdict> {
        /// Two values are equal within this: clock times are fractions of hours.
        const EQUAL: f64 = 1e-3;
        let (low, high) = bounds(figure)?;
        let limit = self.value * common_unit(&self.unit).1;
        // 超过60分钟的一律退回: what a rule acts on is forbidden, so the number itself is the limit that it sets. 不少于
        // 50分钟的作业 and 达到50分钟的退回 look alike here, and only the second is stricter than 60: that is left open.
        let beyond = match self.limit {
            Limit::AtMost => ["gt", "ge"],
            Limit::AtLeast => ["lt", "le"],
        };
        let acts = figure.kind == "requirement" && beyond.contains(&figure.comparator.as_str());
        let open = acts && figure.comparator == beyond[1];
        // The values that the figure speaks of.
        let (low, high) = match figure.comparator.as_str() {
            _ if acts && self.limit == Limit::AtMost => (f64::NEG_INFINITY, high),
            _ if acts => (low, f64::INFINITY),
            "le" | "lt" => (f64::NEG_INFINITY, high),
            "ge" | "gt" => (low, f64::INFINITY),
            _ => (low, high),
        };
        // Mirrored, a least value is a greatest one.
        let (low, high, limit, strict) = match self.limit {
            Limit::AtMost => (low, high, limit, figure.comparator == "gt" && !acts),
            Limit::AtLeast => (-high, -low, -limit, figure.comparator == "lt" && !acts),
        };
        let all_outside = low > limit + EQUAL || strict && low >= limit - EQUAL;
        let some_outside = high.is_finite() && high > limit + EQUAL;
        let all_inside = high <= limit + EQUAL;
        let clearly_inside = high < limit - EQUAL;
        match figure.kind.as_str() {
            "requirement" if all_outside || some_outside => Some(Verdict::RuleBreach),
            "requirement" if clearly_inside => (!open).then_some(Verdict::Stricter),
            "requirement" if all_inside => Some(Verdict::Meets),
            // 对睡眠不足9小时的220名学生: who is to be helped, no aim.
            "target" if figure.comparator == beyond[0] => None,
            "target" if all_outside || some_outside => Some(Verdict::TargetBreach),
            "target" if all_inside => Some(Verdict::Meets),
            "actual" if all_outside || some_outside && figure.comparator == "range" => Some(Verdict::ValueBreach),
            "actual" if all_inside => Some(Verdict::Meets),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_beside_the_norms_hold() {
        assert_eq!(Norms::new(&RuleFiles::built_in()).unwrap().failures(), []);
    }

    #[test]
    fn every_norm_has_an_example_that_breaks_it_and_one_that_does_not() {
        let norms = Norms::new(&RuleFiles::built_in()).unwrap();
        for norm in &norms.norms {
            let of_norm =
                || norms.examples.iter().filter(|(id, _)| *id == norm.id).map(|(_, e)| e.verdict.ends_with("breach"));
            assert!(of_norm().any(|b| b) && of_norm().any(|b| !b), "{}", norm.id);
        }
    }

    #[test]
    fn without_grades_only_what_no_norm_allows_is_a_breach() {
        let norms = Norms::new(&RuleFiles::built_in()).unwrap();
        let verdicts = |value: f64, stage| {
            let mut figure = FigureBrief {
                kind: "requirement".into(),
                comparator: "le".into(),
                indicator: "homework_minutes".into(),
                unit: "分钟".into(),
                value: Some(value),
                holds_now: true,
                ..FigureBrief::default()
            };
            figure.norms = norms.fitting(&figure, "每天书面作业不超过", "每天书面作业不超过");
            norms.judge(&figure, stage).iter().map(|(_, v)| v.code()).collect::<Vec<_>>()
        };
        assert_eq!(verdicts(70.0, Some("primary")), ["rule_breach"]);
        assert_eq!(verdicts(60.0, Some("primary")), [""; 0], "fine for grades 3-6, not for 1-2");
        assert_eq!(verdicts(70.0, Some("junior")), ["stricter"]);
        assert_eq!(verdicts(70.0, None), [""; 0]);
        assert_eq!(verdicts(100.0, None), ["rule_breach"]);
    }

    #[test]
    fn a_mistake_in_the_file_is_told() {
        let own = "[[norm]]\nid = \"x\"\nfamily = \"x\"\nindicator = \"sleep_hours\"\ngrades = \"小学\"\nlimit = \"at_least\"\nvalue = 10\nunit = \"小时\"\ndocument = \"本区规定\"\n";
        let error = Norms::new(&RuleFiles::with_texts(&[(FILE, own)])).unwrap_err().to_string();
        assert!(error.contains("规则 x") && error.contains("小学"), "{error}");
    }
}
