//! Numbers that nobody filled in: XX家, X所, xx%, 20XX年. A name with X in it (XX区, XX小学) is none.

use super::chars::Role;
use super::cursor::Cursor;
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::LazyLock;

/// The counters of `masks.toml`, by their first character.
static COUNTERS: LazyLock<HashMap<char, Vec<Counter>>> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("masks.toml"))
        .unwrap_or_else(|e| panic!("masks.toml, which is part of the program: {e}"));
    let mut by_char: HashMap<_, Vec<_>> = HashMap::new();
    for counter in file.counters {
        by_char.entry(counter.text.chars().next().unwrap_or_default()).or_default().push(counter);
    }
    by_char
});

#[derive(Deserialize)]
struct File {
    counters: Vec<Counter>,
}

/// What a number can count.
#[derive(Deserialize)]
struct Counter {
    text: String,
    /// Characters after it that make it the beginning of another word.
    #[serde(default)]
    not: String,
}

/// True where a counter follows.
fn counts(at: Cursor) -> bool {
    let at = at.past_spaces();
    let counters = at.char().and_then(|c| COUNTERS.get(&c));
    counters.into_iter().flatten().any(|c| at.after(&c.text).is_some_and(|end| end.after_any(&c.not).is_none()))
}

/// Behind the run of equal blanks at `from`.
pub(super) fn run(from: Cursor) -> Cursor {
    let same = |c: Cursor| c.role() == Role::Blank && c.char().map(kind) == from.char().map(kind);
    let mut end = from;
    while same(end) {
        end = end.next();
    }
    end
}

/// The end of the blank number at `from`, where it is one.
pub(super) fn blank(from: Cursor) -> Option<Cursor> {
    let end = run(from);
    let is_single = from.next().at == end.at;
    let stands_free = match from.before() {
        // 3×5, 1+x, a word in Latin letters.
        Some(c) if c.is_alphanumeric() && c.is_ascii() || matches!(c, '+' | '＋' | '=' | '＝' | '-') => false,
        Some(c) if is_single => !matches!(kind(c), 'X' | '*' | '_' | '○' | '□'),
        _ => true,
    };
    let may_be_single = matches!(from.char().map(kind), Some('X'));
    (stands_free && (may_be_single || !is_single) && counts(end)).then_some(end)
}

/// The end of a year with blanks, whose digits begin at `from`: 20XX年, 202×年.
pub(super) fn blank_year(digits: Cursor) -> Option<Cursor> {
    if digits.role() != Role::Blank {
        return None;
    }
    let end = run(digits);
    end.after_any("年-－—.").map(|_| end)
}

/// Which blank: the same for small, capital and full-width forms.
fn kind(c: char) -> char {
    match c {
        'X' | 'x' | 'Ｘ' | 'ｘ' | '×' => 'X',
        '*' | '＊' => '*',
        '_' | '＿' => '_',
        other => other,
    }
}
