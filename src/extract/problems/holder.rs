//! Whose problem it is, by the words of `problem_holders.toml`.

use crate::rules::{self, Named, RuleFiles};
use anyhow::{Result, bail};
use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder, MatchKind};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;

const FILE: &str = "problem_holders.toml";

/// The codes of column `holder`.
const CODES: [&str; 8] = ["school", "teacher", "parent", "pupil", "institution", "facility", "authority", "other"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    holder: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    code: String,
    rank: u8,
    words: Vec<String>,
    #[serde(default)]
    topics: Vec<String>,
}

impl Named for Entry {
    fn id(&self) -> &str {
        &self.code
    }
}

/// The words for who may have a problem.
pub(super) struct Holders {
    automaton: CharwiseDoubleArrayAhoCorasick<u32>,
    /// For each word: rank and code.
    words: Vec<(u8, &'static str)>,
    by_topic: BTreeMap<String, &'static str>,
}

impl Holders {
    /// Builds them from the rule files.
    pub fn new(rules: &RuleFiles) -> Result<Self> {
        let files: Vec<File> = rules.load(FILE, include_str!("problem_holders.toml"))?;
        let entries = rules::merge(FILE, files.into_iter().map(|f| f.holder))?;
        let (mut words, mut by_topic) = (BTreeMap::new(), BTreeMap::new());
        for entry in entries {
            let Some(code) = CODES.into_iter().find(|c| *c == entry.code) else {
                let (code, zh, en) = (&entry.code, CODES.join("、"), CODES.join(", "));
                bail!(rules::mistake(
                    FILE,
                    format!("没有 {code} 这种主体，可用的是 {zh}"),
                    format!("there is no holder {code}: use one of {en}"),
                ));
            };
            if entry.words.iter().any(String::is_empty) {
                bail!(rules::empty_word(FILE, ["主体", "holder"], code));
            }
            words.extend(entry.words.into_iter().map(|word| (word, (entry.rank, code))));
            by_topic.extend(entry.topics.into_iter().map(|topic| (topic, code)));
        }
        let automaton = CharwiseDoubleArrayAhoCorasickBuilder::new()
            .match_kind(MatchKind::LeftmostLongest)
            .build(words.keys())
            .map_err(|e| rules::no_automaton(FILE, e))?;
        Ok(Holders { automaton, words: words.into_values().collect(), by_topic })
    }

    /// The holder of the problem `text` whose deciding cue stands at byte `decider`: of the words before it the last of
    /// the lowest rank, else the first behind it, else what the main topic says.
    pub fn of(&self, text: &str, decider: usize, topics: &[Arc<str>]) -> &'static str {
        let (mut before, mut behind) = (None, None);
        for found in self.automaton.leftmost_find_iter(text) {
            let (rank, code) = self.words[found.value() as usize];
            let best: &mut Option<(u8, &'static str)> = if found.start() < decider { &mut before } else { &mut behind };
            let replaces = match *best {
                Some((other, _)) if found.start() < decider => rank <= other,
                Some((other, _)) => rank < other,
                None => true,
            };
            if replaces {
                *best = Some((rank, code));
            }
        }
        // A school before the cue says less than a person behind it: 学校缺教师.
        let word = match (before, behind) {
            (Some(b), Some(a)) if a.0 < b.0 => Some(a),
            (Some(b), _) => Some(b),
            (None, a) => a,
        };
        word.map(|(_, code)| code)
            .filter(|&code| code != "other")
            .or_else(|| topics.iter().find_map(|t| self.by_topic.get(&**t).copied()))
            .unwrap_or("other")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, cue: &str, wanted: &str) {
        let holders = Holders::new(&RuleFiles::built_in()).unwrap();
        let at = text.find(cue).unwrap();
        assert_eq!(holders.of(text, at, &[Arc::from("homework")]), wanted, "{text}");
    }

    #[test]
    fn the_nearest_body_before_the_cue_has_the_problem() {
        check("部分家长对减负不放心", "不放心", "parent");
        check("农村学校缺少专职体育教师", "缺少", "teacher");
        check("操场雨天积水", "积水", "facility");
        check("机构收费不透明", "不透明", "institution");
        check("家长反映校车班次偏少", "偏少", "facility");
        check("分层流于形式", "流于", "school");
    }
}
