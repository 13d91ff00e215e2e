//! The examples of the rule files, run: what their authors meant against what comes out.
//!
//! An example is a sentence; `<…>` marks the figure that it is about. `cargo test` runs the built-in ones and
//! `huizong rules test` those of a district.

use super::bind::{Mention, Refused};
use super::{Figures, Question, comparators, grades, refusals, scope, units};
use crate::document::{CleanText, Report};
use crate::extract::numerals;
use crate::finding::{Comparator, Figure};
use crate::rules::{Failure, RuleFiles};
use crate::span::Span;
use anyhow::Result;

/// An example without its marks, and the place of what they mark.
fn marked(example: &str) -> (String, Option<Span>) {
    let plain = example.replace(['<', '>'], "");
    let span = example.find('<').zip(example.find('>')).map(|(from, to)| Span::new(from, to - 1));
    (plain, span)
}

/// A report of one sentence.
pub(super) fn report_of(text: &str) -> (Report, CleanText) {
    let clean = CleanText { text: text.to_owned(), map: Default::default(), repairs: vec![], damaged: vec![] };
    (Report::of_sentence(text.len()), clean)
}

impl Figures {
    /// The examples of the rule files that do not come out as their authors meant.
    pub fn failures(&self, rules: &RuleFiles) -> Result<Vec<Failure>> {
        let mut failures = Vec::new();
        self.unit_examples(&mut failures);
        self.comparator_examples(rules, &mut failures)?;
        self.refusal_examples(rules, &mut failures)?;
        self.grade_examples(&mut failures);
        for question in [&self.indicators, &self.kinds] {
            self.question_examples(question, &mut failures);
        }
        Ok(failures)
    }

    fn bound(&self, text: &str) -> (Vec<Mention>, Vec<Refused>) {
        self.binder.bind(text, 0, &numerals::scan(text))
    }

    fn unit_examples(&self, failures: &mut Vec<Failure>) {
        for rule in &self.binder.units.rules {
            let id = format!("figures.unit.{}", rule.id);
            for (examples, wanted) in [(&rule.yes, true), (&rule.no, false)] {
                for example in examples {
                    let (text, _) = marked(example);
                    let read = self.bound(&text).0.iter().any(|m| m.steps.iter().any(|s| *s.rule == *id));
                    if read != wanted {
                        let expected = if wanted { "有此单位的数据" } else { "没有此单位的数据" };
                        failures.push(self.failure(units::FILE, &rule.id, example, expected.to_owned()));
                    }
                }
            }
        }
    }

    fn comparator_examples(&self, rules: &RuleFiles, failures: &mut Vec<Failure>) -> Result<()> {
        for file in comparators::read(rules)? {
            let verbs = file.verb.iter().flat_map(|v| [(&v.id, v.gives, &v.yes), (&v.id, v.negated, &v.yes_negated)]);
            let others = file.before.iter().map(|b| (&b.id, b.gives, &b.yes));
            let after = file.after.iter().map(|a| (&a.id, a.gives, &a.yes));
            let between = file.between.iter().map(|b| (&b.id, comparators::Gives::Approx, &b.yes));
            for (id, gives, examples) in verbs.chain(others).chain(between).chain(after) {
                for example in examples {
                    let comparator = Comparator::from(gives);
                    let (text, span) = marked(example);
                    let right = self
                        .bound(&text)
                        .0
                        .iter()
                        .any(|m| m.comparator == comparator && span.is_none_or(|s| m.span == s));
                    if !right {
                        failures.push(self.failure(comparators::FILE, id, example, comparator.code().to_owned()));
                    }
                }
            }
            let denied = file.before.iter().map(|b| (&b.id, &b.no)).chain(file.after.iter().map(|a| (&a.id, &a.no)));
            for (id, examples) in denied {
                for example in examples {
                    let (text, span) = marked(example);
                    if !self.bound(&text).0.iter().any(|m| m.comparator == Comparator::Eq && span == Some(m.span)) {
                        failures.push(self.failure(comparators::FILE, id, example, "eq".to_owned()));
                    }
                }
            }
        }
        Ok(())
    }

    fn refusal_examples(&self, rules: &RuleFiles, failures: &mut Vec<Failure>) -> Result<()> {
        for file in refusals::read(rules)? {
            for entry in file.phrase.iter().chain(&file.noun).chain(&file.article).chain(&file.act) {
                for example in &entry.yes {
                    let (text, span) = marked(example);
                    let refused = |r: &Refused| *r.reason == *entry.reason && span.is_none_or(|s| r.span.overlaps(s));
                    if !self.bound(&text).1.iter().any(refused) {
                        failures.push(self.failure(refusals::FILE, &entry.id, example, entry.reason.clone()));
                    }
                }
                for example in &entry.no {
                    let (text, span) = marked(example);
                    if !self.bound(&text).0.iter().any(|m| span == Some(m.span)) {
                        failures.push(self.failure(refusals::FILE, &entry.id, example, "是数据".to_owned()));
                    }
                }
            }
        }
        Ok(())
    }

    fn grade_examples(&self, failures: &mut Vec<Failure>) {
        for group in &self.binder.grades.words {
            let scope = group.grades.map(scope::code);
            let gives = |f: &Figure| f.scope == scope;
            let expected = scope.as_deref().unwrap_or("-");
            self.figure_examples(grades::FILE, &group.id, [&group.yes, &group.no], expected, gives, failures);
        }
    }

    fn question_examples(&self, question: &Question, failures: &mut Vec<Failure>) {
        for rule in &question.sources {
            let gives = |f: &Figure| *f.indicator == *rule.gives || f.kind.code() == rule.gives;
            self.figure_examples(question.file, &rule.id, [&rule.yes, &rule.no], &rule.gives, gives, failures);
        }
    }

    /// Examples of rule `id` whose figure must (`yes`) or must not (`no`) be as `gives` asks.
    fn figure_examples(
        &self,
        file: &str,
        id: &str,
        [yes, no]: [&[String]; 2],
        expected: &str,
        gives: impl Fn(&Figure) -> bool,
        failures: &mut Vec<Failure>,
    ) {
        for (examples, wanted) in [(yes, true), (no, false)] {
            for example in examples {
                let (text, span) = marked(example);
                let (report, clean) = report_of(&text);
                let figures = self.extract(&report, &clean).0;
                let found = figures.iter().find(|f| span.is_none_or(|s| f.span.overlaps(s)));
                if found.is_none_or(|f| gives(f) != wanted) {
                    let expected = if wanted { expected.to_owned() } else { format!("不是 {expected}") };
                    failures.push(self.failure(file, id, example, expected));
                }
            }
        }
    }

    fn failure(&self, file: &str, rule: &str, example: &str, expected: String) -> Failure {
        let (report, clean) = report_of(&marked(example).0);
        let (figures, refused) = self.extract(&report, &clean);
        let figures = figures.iter().map(|f| {
            let of = [f.span.of(&clean.text), f.comparator.code(), f.kind.code(), &*f.indicator];
            of.join(" ")
        });
        let refused = refused.iter().map(|r| format!("{} 拒：{}", r.span.of(&clean.text), r.reason));
        let got = figures.chain(refused).collect::<Vec<_>>().join("；");
        Failure { file: file.to_owned(), rule: rule.to_owned(), example: example.to_owned(), expected, got }
    }
}
