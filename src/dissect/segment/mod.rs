//! Units to words: jieba with a dictionary of the field.
//!
//! `field_words.toml` lists what the field says as one word (课后服务, 学科类培训机构) where a general dictionary has
//! several. A word's frequency is what jieba needs to keep it together, so the list holds no numbers. Which words are
//! counted, and how, is told in [`crate::gather`].

use crate::rules::{self, Named, RuleFiles};
use anyhow::Result;
use rustc_hash::FxHashSet;
use serde::Deserialize;

/// The rule file, as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    group: Vec<Group>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    id: String,
    /// Part of speech in jieba's letters.
    tag: String,
    words: Vec<String>,
}

impl Named for Group {
    fn id(&self) -> &str {
        &self.id
    }
}

/// jieba-rs with the words of the field.
pub struct Segmenter {
    jieba: jieba_rs::Jieba,
    field: FxHashSet<String>,
}

/// A word of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word<'t> {
    /// As written.
    pub text: &'t str,
    /// Part of speech in jieba's letters (`n`, `v`, `vn`, …), guessed for words of no dictionary; none where not told.
    pub pos: Option<&'t str>,
}

const FILE: &str = "field_words.toml";

impl Segmenter {
    /// Loads the dictionaries.
    pub fn new(rules: &RuleFiles) -> Result<Self> {
        let files: Vec<File> = rules.load(FILE, include_str!("field_words.toml"))?;
        let groups = rules::merge(FILE, files.into_iter().map(|f| f.group))?;
        let mut jieba = jieba_rs::Jieba::new();
        let mut field = FxHashSet::default();
        // Short words first: the frequency of a longer one is told from those that it is made of.
        let mut words: Vec<(&str, &str)> =
            groups.iter().flat_map(|g| g.words.iter().map(|w| (w.as_str(), g.tag.as_str()))).collect();
        words.sort_by_key(|(word, _)| word.len());
        for (word, tag) in words {
            jieba.add_word(word, None, Some(tag));
            field.insert(word.to_owned());
        }
        Ok(Segmenter { jieba, field })
    }

    /// The words of `text`, in order, with nothing left out.
    pub fn words<'t>(&self, text: &'t str) -> Vec<&'t str> {
        self.jieba.cut(text, true).into_iter().map(|t| t.word).collect()
    }

    /// The words of `text` with their parts of speech; costs as much as [`Segmenter::words`].
    pub fn tagged<'t>(&'t self, text: &'t str) -> Vec<Word<'t>> {
        let words = self.jieba.tag(text, true).into_iter();
        words.map(|t| Word { text: t.word, pos: Some(t.tag).filter(|tag| !matches!(*tag, "" | "x")) }).collect()
    }

    /// True for the words of the field's own dictionary.
    pub fn is_field_word(&self, word: &str) -> bool {
        self.field.contains(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segmenter() -> Segmenter {
        Segmenter::new(&RuleFiles::built_in()).unwrap()
    }

    #[test]
    fn every_word_of_the_field_is_one_word() {
        let segmenter = segmenter();
        let parted: Vec<_> = segmenter.field.iter().filter(|word| segmenter.words(word).len() > 1).collect();
        assert_eq!(parted, Vec::<&String>::new());
        assert!((300..900).contains(&segmenter.field.len()), "{} words", segmenter.field.len());
    }

    #[test]
    fn words_of_the_field_stay_together_in_sentences() {
        let segmenter = segmenter();
        for (text, expected) in [
            ("学校积极推行课后服务", "学校/积极/推行/课后服务"),
            ("严禁学科类培训机构超前培训", "严禁/学科类培训机构/超前培训"),
            ("落实五项管理,减轻作业负担", "落实/五项管理/,/减轻/作业负担"),
            ("书面作业不超过60分钟", "书面作业/不/超过/60/分钟"),
        ] {
            assert_eq!(segmenter.words(text).join("/"), expected);
        }
    }

    #[test]
    fn words_have_parts_of_speech() {
        let segmenter = segmenter();
        let tagged = segmenter.tagged("学校推行课后服务。");
        let tags: Vec<_> = tagged.iter().map(|w| (w.text, w.pos)).collect();
        assert_eq!(tags, [("学校", Some("n")), ("推行", Some("v")), ("课后服务", Some("n")), ("。", None)]);
    }

    #[test]
    fn a_district_adds_words() {
        let own = "[[group]]\nid = \"own\"\ntag = \"nz\"\nwords = [\"青蓝书院计划\"]\n";
        let segmenter = Segmenter::new(&RuleFiles::with_texts(&[(FILE, own)])).unwrap();
        assert!(segmenter.is_field_word("青蓝书院计划"));
        assert_eq!(segmenter.words("启动青蓝书院计划"), ["启动", "青蓝书院计划"]);
    }

    #[test]
    fn the_list_is_clean() {
        let file: File = rules::parse(FILE, include_str!("field_words.toml")).unwrap();
        let mut seen = FxHashSet::default();
        for word in file.group.iter().flat_map(|g| &g.words) {
            assert!(seen.insert(word), "{word} stands twice");
            assert!(word.chars().count() >= 2, "{word} is too short to be a word of the field");
        }
    }
}
