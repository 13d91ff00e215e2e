//! A place in a text, from which the characters of a numeral are read.

use super::chars::{Role, role};

/// Spaces allowed between two parts of one numeral: more than these separate columns, not parts.
const MAX_SPACES: usize = 3;

/// A place between two characters. Copying it is how a reader remembers where to go back to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'t> {
    text: &'t str,
    /// The byte it stands before.
    pub(super) at: usize,
    /// The character after it, decoded once: it is asked for again and again.
    char: Option<char>,
}

impl<'t> Cursor<'t> {
    /// Before byte `at` of `text`.
    pub(super) fn new(text: &'t str, at: usize) -> Self {
        Cursor { text, at, char: text[at..].chars().next() }
    }

    /// The character after it.
    pub(super) fn char(self) -> Option<char> {
        self.char
    }

    /// The character before it.
    pub(super) fn before(self) -> Option<char> {
        self.text[..self.at].chars().next_back()
    }

    /// What the character after it does in a numeral.
    pub(super) fn role(self) -> Role {
        self.char.map_or(Role::None, role)
    }

    /// What the character before it does in a numeral.
    pub(super) fn role_before(self) -> Role {
        self.before().map_or(Role::None, role)
    }

    /// One character on.
    pub(super) fn next(self) -> Self {
        self.on(self.char.map_or(0, char::len_utf8))
    }

    fn on(self, bytes: usize) -> Self {
        Cursor::new(self.text, self.at + bytes)
    }

    /// Behind the spaces that follow, or here where too many do.
    pub(super) fn past_spaces(self) -> Self {
        let mut to = self;
        for _ in 0..=MAX_SPACES {
            match to.char() {
                Some(' ' | '\u{3000}') => to = to.next(),
                _ => return to,
            }
        }
        self
    }

    /// Behind `word`, if it follows.
    pub(super) fn after(self, word: &str) -> Option<Self> {
        self.rest().starts_with(word).then(|| self.on(word.len()))
    }

    /// Behind one of `chars`, if it follows.
    pub(super) fn after_any(self, chars: &str) -> Option<Self> {
        self.char.filter(|c| chars.contains(*c)).map(|_| self.next())
    }

    /// The text after it.
    pub(super) fn rest(self) -> &'t str {
        &self.text[self.at..]
    }

    /// The text before it.
    pub(super) fn passed(self) -> &'t str {
        &self.text[..self.at]
    }

    /// The text from here to `end`.
    pub(super) fn to(self, end: Self) -> &'t str {
        &self.text[self.at..end.at]
    }
}
