//! Forms (词形): words of rules that are looked for at a place of the text, by their first character, the longest first.

use rustc_hash::FxHashMap;
use std::cmp::Reverse;

/// Words, each with the number of the rule that it belongs to.
pub(super) struct Forms(FxHashMap<char, Vec<(String, usize)>>);

impl Forms {
    /// Of words of equal length that a place begins with, the one that comes first here is found first.
    pub fn new<'w>(words: impl IntoIterator<Item = (&'w String, usize)>) -> Self {
        let mut by_first: FxHashMap<char, Vec<(String, usize)>> = FxHashMap::default();
        for (word, rule) in words {
            if let Some(first) = word.chars().next() {
                by_first.entry(first).or_default().push((word.clone(), rule));
            }
        }
        by_first.values_mut().for_each(|words| words.sort_by_key(|(word, _)| Reverse(word.len())));
        Forms(by_first)
    }

    /// The words that `text` begins with, the longest first, and the rule of each.
    pub fn at(&self, text: &str) -> impl Iterator<Item = (&str, usize)> {
        let words = text.chars().next().and_then(|first| self.0.get(&first));
        words
            .into_iter()
            .flatten()
            .filter(|(word, _)| text.starts_with(word.as_str()))
            .map(|(word, rule)| (&**word, *rule))
    }
}
