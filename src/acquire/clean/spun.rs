//! Tells copies in which a program replaced words by synonyms: 教化 for 教育, 看法 for 意见.
//!
//! The text is only flagged: what a spun sentence meant is a guess, and its quote must stand as submitted. The wordings
//! are in `spun.toml`.

use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder, MatchKind};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Different wordings that make a text a spun one.
const DIFFERENT: usize = 2;
/// Places that they must be found in, all together.
const PLACES: usize = 4;

#[derive(Deserialize)]
struct Wordings {
    wording: Vec<Wording>,
}

#[derive(Deserialize)]
struct Wording {
    found: String,
    meant: String,
}

/// A wording of a spun text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spun {
    /// What stands there.
    pub found: &'static str,
    /// What the original most likely had.
    pub meant: &'static str,
    /// How often.
    pub count: usize,
}

static WORDINGS: LazyLock<(Vec<Wording>, CharwiseDoubleArrayAhoCorasick<usize>)> = LazyLock::new(|| {
    let wordings: Wordings = toml::from_str(include_str!("spun.toml")).expect("the test reads the same file");
    let found = wordings.wording.iter().enumerate().map(|(i, wording)| (wording.found.as_str(), i));
    let automaton = CharwiseDoubleArrayAhoCorasickBuilder::new()
        .match_kind(MatchKind::LeftmostLongest)
        .build_with_values(found)
        .expect("the wordings are few and differ, as the test checks");
    (wordings.wording, automaton)
});

/// The evidence that a cleaned text is word-spun, the most frequent first; empty where it is not.
pub fn spun(text: &str) -> Vec<Spun> {
    let (wordings, automaton) = &*WORDINGS;
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for found in automaton.leftmost_find_iter(text) {
        *counts.entry(found.value()).or_default() += 1;
    }
    if counts.len() < DIFFERENT || counts.values().sum::<usize>() < PLACES {
        return Vec::new();
    }
    let mut evidence: Vec<Spun> = counts
        .into_iter()
        .map(|(i, count)| Spun { found: &wordings[i].found, meant: &wordings[i].meant, count })
        .collect();
    evidence.sort_by_key(|spun| (usize::MAX - spun.count, spun.found));
    evidence
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spun_text_is_told_from_one_that_has_such_a_word() {
        let text = "为减轻任务教化阶段门生课业承担,县教化局印发实施看法。各校提高相识,课业承担明显减轻。";
        let found: Vec<_> = spun(text).iter().map(|spun| (spun.found, spun.count)).collect();
        assert_eq!(found[0], ("课业承担", 2));
        assert_eq!(found.len(), 5);
        assert_eq!(spun("学校承担课后服务,听取家长看法,教师与学生相识。"), []);
        assert_eq!(spun("县教化局旧址。"), [], "one slip is no spinning");
    }

    #[test]
    fn no_wording_stands_twice_or_is_its_own_original() {
        let found: std::collections::BTreeSet<_> = WORDINGS.0.iter().map(|wording| &wording.found).collect();
        assert_eq!(found.len(), WORDINGS.0.len());
        assert!(WORDINGS.0.iter().all(|wording| wording.found != wording.meant));
    }
}
