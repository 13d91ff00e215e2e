//! Words in which a numeral counts nothing (一切, 进一步, 十分), as data in `words.toml`.

use super::cursor::Cursor;
use crate::message::{Message, Tell};
use crate::rules;
use anyhow::{Result, bail};
use rustc_hash::FxHashMap;
use serde::Deserialize;
use std::sync::LazyLock;

/// The words of `words.toml`.
static WORDS: LazyLock<Words> =
    LazyLock::new(|| Words::new(include_str!("words.toml")).unwrap_or_else(|e| panic!("{e}")));

/// True where the numeral at `at` is part of a word.
pub(super) fn is_part_of_word(at: Cursor) -> bool {
    WORDS.has(at)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    words: Vec<String>,
    unless: Vec<Unless>,
}

/// A word that is also the beginning or end of something that counts.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unless {
    word: String,
    unless: Vec<String>,
}

/// A word, cut at the place of its numeral.
#[derive(Debug)]
struct Word {
    before: String,
    /// From the numeral on.
    after: String,
    unless: Vec<Word>,
}

impl Word {
    fn new(marked: &str, unless: &[String]) -> Result<Self> {
        let (before, rest) = marked
            .split_once('[')
            .tell(|| mistake(marked, "没有用方括号标出数字", "no brackets around its numeral"))?;
        let (numeral, end) =
            rest.split_once(']').tell(|| mistake(marked, "方括号没有关上", "the bracket is not closed"))?;
        let unless = unless.iter().map(|u| Word::new(u, &[])).collect::<Result<_>>()?;
        Ok(Word { before: before.to_owned(), after: format!("{numeral}{end}"), unless })
    }

    fn stands_at(&self, at: Cursor) -> bool {
        at.rest().starts_with(&self.after)
            && at.passed().ends_with(&self.before)
            && !self.unless.iter().any(|u| u.stands_at(at))
    }
}

fn mistake(word: &str, zh: &str, en: &str) -> Message {
    Message::new(format!("{word}：{zh}"), format!("{word}: {en}"))
}

/// Words by two characters of theirs: the numeral with its neighbour, in the order of the text.
#[derive(Debug)]
struct Words {
    by_pair: FxHashMap<(char, char), Vec<Word>>,
}

impl Words {
    fn new(toml: &str) -> Result<Self> {
        let file: File = rules::parse("words.toml", toml)?;
        let plain = file.words.iter().map(|w| (w, &[][..]));
        let marked = plain.chain(file.unless.iter().map(|u| (&u.word, &u.unless[..])));
        let mut by_pair: FxHashMap<_, Vec<Word>> = FxHashMap::default();
        for (text, unless) in marked {
            let word = Word::new(text, unless)?;
            let mut after = word.after.chars();
            let pair = match (after.next(), after.next(), word.before.chars().next_back()) {
                (Some(numeral), Some(next), _) => (numeral, next),
                (Some(numeral), None, Some(before)) => (before, numeral),
                _ => bail!(mistake(text, "词里除了数字还要有别的字", "a word has more than its numeral")),
            };
            by_pair.entry(pair).or_default().push(word);
        }
        Ok(Words { by_pair })
    }

    fn has(&self, at: Cursor) -> bool {
        let Some(numeral) = at.char() else { return false };
        let pairs = [at.before().map(|b| (b, numeral)), at.next().char().map(|n| (numeral, n))];
        pairs.into_iter().flatten().filter_map(|p| self.by_pair.get(&p)).flatten().any(|w| w.stands_at(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_word_stands_twice() {
        let file: File = rules::parse("words.toml", include_str!("words.toml")).expect("words.toml");
        let mut seen = HashSet::new();
        for word in file.words.iter().chain(file.unless.iter().map(|u| &u.word)) {
            assert!(seen.insert(word), "{word} stands twice");
        }
    }
}
