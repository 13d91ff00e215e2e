//! Counters (家, 所, 分钟): what shows that a number is meant, as data in `counters.toml`.

use super::cursor::Cursor;
use crate::rules;
use rustc_hash::FxHashMap;
use serde::Deserialize;
use std::sync::LazyLock;

/// The counters by their first character.
static COUNTERS: LazyLock<FxHashMap<char, Vec<Counter>>> = LazyLock::new(|| {
    let file: File = rules::parse("counters.toml", include_str!("counters.toml")).unwrap_or_else(|e| panic!("{e}"));
    let mut by_char: FxHashMap<_, Vec<_>> = FxHashMap::default();
    for counter in file.counters {
        by_char.entry(counter.text.chars().next().unwrap_or_default()).or_default().push(counter);
    }
    by_char
});

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    counters: Vec<Counter>,
}

/// What a number can count.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Counter {
    text: String,
    /// Characters after it that make it the beginning of another word.
    #[serde(default)]
    not: String,
}

/// Behind the longest counter at `at`.
pub(super) fn counter(at: Cursor) -> Option<Cursor> {
    let counters = at.char().and_then(|c| COUNTERS.get(&c));
    let ends =
        counters.into_iter().flatten().filter_map(|c| at.after(&c.text).filter(|end| end.after_any(&c.not).is_none()));
    ends.max_by_key(|end| end.at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_counter_stands_twice() {
        for counters in COUNTERS.values() {
            for (i, counter) in counters.iter().enumerate() {
                assert!(counters[..i].iter().all(|c| c.text != counter.text), "{} stands twice", counter.text);
            }
        }
    }
}
