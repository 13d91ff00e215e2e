//! Words in which a numeral counts nothing (一切, 进一步, 十分), as data in `words.toml`.

use super::cursor::Cursor;
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::LazyLock;

/// The words of `words.toml`.
static WORDS: LazyLock<Words> = LazyLock::new(|| {
    Words::new(include_str!("words.toml")).unwrap_or_else(|e| panic!("words.toml, which is part of the program: {e}"))
});

/// True where the numeral at `at` is part of a word.
pub(super) fn is_part_of_word(at: Cursor) -> bool {
    WORDS.has(at)
}

#[derive(Deserialize)]
struct File {
    words: Vec<String>,
    unless: Vec<Unless>,
}

/// A word that is also the beginning or end of something that counts.
#[derive(Deserialize)]
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
    fn new(marked: &str, unless: &[String]) -> Result<Self, String> {
        let (before, rest) = marked.split_once('[').ok_or(format!("{marked}: no numeral is marked with brackets"))?;
        let (numeral, end) = rest.split_once(']').ok_or(format!("{marked}: the bracket is not closed"))?;
        let unless = unless.iter().map(|u| Word::new(u, &[])).collect::<Result<_, _>>()?;
        Ok(Word { before: before.to_owned(), after: format!("{numeral}{end}"), unless })
    }

    fn stands_at(&self, at: Cursor) -> bool {
        at.rest().starts_with(&self.after)
            && at.passed().ends_with(&self.before)
            && !self.unless.iter().any(|u| u.stands_at(at))
    }
}

/// Words by two characters of theirs: the numeral with its neighbour, in the order of the text.
#[derive(Debug)]
struct Words {
    by_pair: HashMap<(char, char), Vec<Word>>,
}

impl Words {
    fn new(toml: &str) -> Result<Self, String> {
        let file: File = toml::from_str(toml).map_err(|e| e.to_string())?;
        let plain = file.words.iter().map(|w| (w, &[][..]));
        let marked = plain.chain(file.unless.iter().map(|u| (&u.word, &u.unless[..])));
        let mut by_pair: HashMap<_, Vec<Word>> = HashMap::new();
        for (text, unless) in marked {
            let word = Word::new(text, unless)?;
            let mut after = word.after.chars();
            let pair = match (after.next(), after.next(), word.before.chars().next_back()) {
                (Some(numeral), Some(next), _) => (numeral, next),
                (Some(numeral), None, Some(before)) => (before, numeral),
                _ => return Err(format!("{text}: a word has a numeral and at least one other character")),
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
