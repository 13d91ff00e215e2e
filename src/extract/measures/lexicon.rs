//! The cue words of measures: the classes of `lexicon.toml`, found in one pass over a sentence.
//!
//! What a class means for a sentence is told by the rules; here words are only found and named.

use super::clauses::{Cue, Reading};
use super::marks::{CLASSES, CONTEXT, Marks};
use crate::rules::{self, Named, RuleFiles, merge};
use crate::span::Span;
use anyhow::{Result, bail};
use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder, MatchKind};
use serde::Deserialize;
use std::collections::BTreeMap;

pub(super) const FILE: &str = "measures_lexicon.toml";
const BUILT_IN: &str = include_str!("lexicon.toml");

/// Name of the class whose words only hide others.
const SILENT: &str = "silent";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LexiconFile {
    #[serde(default)]
    class: Vec<Class>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Class {
    id: String,
    /// Chinese name, for people who read the file.
    #[allow(dead_code, reason = "part of the file's form")]
    zh: Option<String>,
    words: Vec<String>,
}

impl Named for Class {
    fn id(&self) -> &str {
        &self.id
    }
}

/// The cue words of all classes, ready to be looked for.
pub struct Lexicon {
    automaton: CharwiseDoubleArrayAhoCorasick<u32>,
    /// The classes of each word, by the automaton's value.
    words: Vec<Marks>,
    classes: Vec<String>,
    /// The class of what will be done.
    future: Option<Marks>,
}

impl Lexicon {
    /// Builds it from `lexicon.toml`; a district's class replaces the built-in one of the same name.
    pub fn new(rules: &RuleFiles) -> Result<Self> {
        let files: Vec<LexiconFile> = rules.load(FILE, BUILT_IN)?;
        let classes = merge(FILE, files.into_iter().map(|f| f.class))?;
        let mut words: BTreeMap<&str, Marks> = BTreeMap::new();
        let mut names = Vec::new();
        for class in &classes {
            let mark = if class.id == SILENT {
                Marks::default()
            } else {
                names.push(class.id.clone());
                Marks::of_class(names.len() - 1)
            };
            for word in &class.words {
                if word.is_empty() {
                    bail!(rules::empty_word(FILE, ["词类", "class"], &class.id));
                }
                let marks = words.entry(word).or_default();
                *marks = marks.with(mark);
            }
        }
        if names.len() > CLASSES {
            let n = names.len();
            bail!(rules::mistake(
                FILE,
                format!("词类有 {n} 个，最多 {CLASSES} 个，请合并"),
                format!("there are {n} classes of words and may be {CLASSES}, put some together"),
            ));
        }
        let automaton = CharwiseDoubleArrayAhoCorasickBuilder::new()
            .match_kind(MatchKind::LeftmostLongest)
            .build(words.keys())
            .map_err(|e| rules::no_automaton(FILE, e))?;
        let future = names.iter().position(|name| name == "future").map(Marks::of_class);
        Ok(Lexicon { automaton, words: words.into_values().collect(), classes: names, future })
    }

    /// The mark that a rule means by `name`: `hold`, `^hold`, `role:problems`.
    pub fn mark(&self, name: &str) -> Option<Marks> {
        let class = |name: &str| self.classes.iter().position(|c| c == name);
        match name.strip_prefix('^') {
            Some(first) => class(first).map(Marks::of_first),
            None => class(name).map(Marks::of_class).or_else(|| Marks::context(name)),
        }
    }

    /// All marks by name.
    pub fn names(&self) -> Vec<(String, Marks)> {
        let first = self.classes.iter().map(|c| format!("^{c}"));
        let all = self.classes.iter().cloned().chain(first).chain(CONTEXT.iter().map(|c| (*c).to_owned()));
        all.filter_map(|name| self.mark(&name).map(|mark| (name, mark))).collect()
    }

    /// Reads `said`, which stands at byte `offset` of the file, into `reading`.
    pub fn read(&self, said: &str, offset: usize, reading: &mut Reading) {
        reading.cues.clear();
        for found in self.automaton.leftmost_find_iter(said) {
            let marks = self.words[found.value() as usize];
            // 学校将睡眠管理纳入考核 says nothing of the future.
            let is_future = self.future.is_some_and(|future| marks.has_all(future));
            let told = !is_future || !takes_object(said, found.start(), found.end());
            if told && !marks.is_empty() {
                reading.cues.push(Cue { span: Span::new(found.start(), found.end()).shift(offset), marks });
            }
        }
        reading.cut(said, offset);
    }

    /// Reads a text that stands in no report.
    pub fn read_alone(&self, said: &str) -> Reading {
        let mut reading = Reading::default();
        self.read(said, 0, &mut reading);
        reading
    }
}

/// True for 将 in the sense of 把: 将睡眠管理纳入考核.
fn takes_object(said: &str, start: usize, end: usize) -> bool {
    const INTO: [&str; 18] = [
        "纳入",
        "列入",
        "写进",
        "写入",
        "融入",
        "改为",
        "改成",
        "减为",
        "压缩到",
        "延长到",
        "延长至",
        "延长为",
        "调整为",
        "分为",
        "合并为",
        "作为",
        "请进",
        "落实到",
    ];
    let clause = said[end..].split([',', ';', '。', '，', '；']).next().unwrap_or_default();
    said[start..end].ends_with('将') && INTO.iter().any(|word| clause.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_have_names() {
        let lexicon = Lexicon::new(&RuleFiles::built_in()).expect("valid");
        assert!(lexicon.mark("^hold").is_some() && lexicon.mark("role:problems").is_some());
        assert!(lexicon.mark("nonsense").is_none());
    }

    #[test]
    fn a_clause_is_known_by_its_words_and_by_its_first() {
        let lexicon = Lexicon::new(&RuleFiles::built_in()).expect("valid");
        let reading = lexicon.read_alone("认真召开例会,学校检查");
        let has = |clause: usize, name: &str| reading.clauses[clause].marks.has_all(lexicon.mark(name).expect("known"));
        assert!(has(0, "hold") && has(0, "^hold") && !has(0, "inspect"));
        assert!(has(1, "inspect") && !has(1, "^inspect") && has(1, "^actor"));
    }

    #[test]
    fn no_word_stands_twice_in_a_class() {
        let file: LexiconFile = toml::from_str(BUILT_IN).expect("valid");
        for class in file.class {
            let mut seen = std::collections::BTreeSet::new();
            for word in &class.words {
                assert!(seen.insert(word), "{word} stands twice in {}", class.id);
            }
        }
    }
}
