//! Cue rules: patterns with the answer that they give, read from the rule files of this folder.
//!
//! A list is asked one question (which role has this heading? what is a text with this title?); each rule holds one
//! answer, its pattern and its examples. What is done with the answers is told by the modules that ask.

use crate::message::{Message, Tell};
use crate::rules::{self, Failure, Named, RuleFiles};
use anyhow::Result;
use regex::{Regex, RegexBuilder};
use serde::Deserialize;
use std::fmt::Debug;

/// Bytes that the automaton of all patterns of a file may take: built anew whenever it is full, it would cost more than
/// all the rest of splitting.
const AUTOMATON: usize = 16 << 20;

/// A rule file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    rule: Vec<Rule>,
}

/// One rule as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    /// Name, dotted: `roles.problems`.
    id: String,
    /// The answer.
    gives: String,
    /// Regular expression; space in it is ignored, so that it can stand on several lines.
    pattern: String,
    /// Texts for which this rule is the one that answers.
    yes: Vec<String>,
    /// Texts for which it must not be.
    no: Vec<String>,
}

impl Named for Rule {
    fn id(&self) -> &str {
        &self.id
    }
}

/// A list of rules that answer one question.
#[derive(Debug)]
pub struct Cues<A> {
    file: String,
    /// All patterns in one, since most texts match none.
    any: Regex,
    rules: Vec<(A, Regex, Rule)>,
}

impl<A: Copy> Cues<A> {
    /// Reads file `name`; `answer` gives the meaning of `gives`, none where it has none.
    pub fn load(rules: &RuleFiles, name: &str, built_in: &str, answer: impl Fn(&str) -> Option<A>) -> Result<Self> {
        let files: Vec<File> = rules.load(name, built_in)?;
        let list = rules::merge(name, files.into_iter().map(|f| f.rule))?;
        let compile = |rule: Rule| {
            let Rule { id, gives, pattern, .. } = &rule;
            let answer = answer(gives).tell(|| {
                rules::mistake(
                    name,
                    format!("规则 {id} 的 gives = \"{gives}\" 不是可用的取值，请改正"),
                    format!("gives = \"{gives}\" of rule {id} is not known, correct it"),
                )
            })?;
            let regex = Regex::new(&format!("(?x){pattern}")).tell(|| {
                let en = format!("the pattern of rule {id} is wrong, correct it");
                rules::mistake(name, format!("规则 {id} 的 pattern 写错了，请改正"), en)
            })?;
            Ok((answer, regex, rule))
        };
        let rules: Vec<(A, Regex, Rule)> = list.into_iter().map(compile).collect::<Result<_>>()?;
        let all: Vec<String> = rules.iter().map(|(_, regex, _)| format!("(?:{})", regex.as_str())).collect();
        let any = RegexBuilder::new(&all.join("|")).dfa_size_limit(AUTOMATON).build();
        let any = any.tell(|| {
            Message::new(
                format!("规则文件 {name} 的 pattern 合起来太长，请减少"),
                format!("the patterns of rule file {name} are too long together, have fewer"),
            )
        })?;
        Ok(Cues { file: name.to_owned(), any, rules })
    }

    /// The answer of the first rule that matches.
    pub fn first(&self, text: &str) -> Option<A> {
        if !self.any.is_match(text) {
            return None;
        }
        self.rules.iter().find(|(_, regex, _)| regex.is_match(text)).map(|(answer, ..)| *answer)
    }

    /// The answer of the rule whose last match ends last, the longer one of two that end together; with that end.
    pub fn last(&self, text: &str) -> Option<(A, usize)> {
        if !self.any.is_match(text) {
            return None;
        }
        let matches = self.rules.iter().filter_map(|(answer, regex, _)| {
            let found = regex.find_iter(text).last()?;
            Some((found.end(), found.len(), *answer))
        });
        matches.max_by_key(|&(end, len, _)| (end, len)).map(|(end, _, answer)| (answer, end))
    }

    /// Examples that do not come out as their author meant, asked as the program asks.
    pub fn failures(&self, ask: impl Fn(&Self, &str) -> Option<A>) -> Vec<Failure>
    where
        A: PartialEq + Debug,
    {
        let mut failures = Vec::new();
        for (answer, _, rule) in &self.rules {
            let examples = rule.yes.iter().map(|text| (text, true)).chain(rule.no.iter().map(|text| (text, false)));
            for (text, wanted) in examples {
                let got = ask(self, text);
                if (got == Some(*answer)) != wanted {
                    failures.push(Failure {
                        file: self.file.clone(),
                        rule: rule.id.clone(),
                        example: text.clone(),
                        expected: if wanted { rule.gives.clone() } else { format!("不是 {}", rule.gives) },
                        got: format!("{got:?}"),
                    });
                }
            }
        }
        failures
    }

    /// Places of all matches of all rules, rule by rule.
    pub fn all<'t>(&'t self, text: &'t str) -> impl Iterator<Item = (A, regex::Match<'t>)> {
        self.rules.iter().flat_map(move |(answer, regex, _)| regex.find_iter(text).map(|m| (*answer, m)))
    }
}
