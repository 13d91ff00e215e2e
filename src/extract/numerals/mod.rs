//! The numeral layer: every number of a text with its value. Which of them are figures is decided above it.
//!
//! It recognises `一` in “一” too; it knows no units but 万/亿 and %, no comparators, no grades. It leaves out only
//! what is no number in any reading: numerals inside words (一切, 进一步, 十分; `words.toml`), 点 of a clock time, the
//! X of names. Both scripts and full-width forms are read, so it does not depend on cleaning.
//!
//! Cost: one table lookup per character between numerals, and reading that never goes back further than one section
//! of a number, so it is linear in the text.

mod blanks;
mod chars;
mod counters;
mod cursor;
mod digits;
mod read;
mod value;
mod words;

use crate::span::Span;
use chars::{Role, role};
use cursor::Cursor;

/// What kind of number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumeralKind {
    /// 60, 两, 64.2万, 三分之一, 1/3, 半, 一半; 一个半 of 一个半小时, with the counter inside.
    Number,
    /// 78%, 百分之八十, 八成.
    Percent,
    /// 第三, 第12.
    Ordinal,
    /// XX, xx, X, ××, **, __: a number that nobody filled in, and 20XX of 20XX年.
    Masked,
}

/// One number of a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Numeral {
    /// The number as written, with 万/亿, % or 百分之, 第, and 几 or 数 of 几十 and 数百; 余 and 多 only inside (30余万,
    /// not 30余). A real minus sign is part of it; words around it (约, 近, 上 of 上百) and units are not.
    pub span: Span,
    /// What kind.
    pub kind: NumeralKind,
    /// Its value, the lower one of 两三; percent: 78 for 78%; masked: 0.
    pub value: f64,
    /// The higher value of 两三, 三四十, 十七八; else none.
    pub high: Option<f64>,
    /// True for 十几, 几十, 数百, 30余万, 百 of 上百: about `value`, or more.
    pub approx: bool,
    /// True where it is written without digits 0–9.
    pub chinese: bool,
}

/// All numbers of `text`, in order; they do not overlap.
pub fn scan(text: &str) -> Vec<Numeral> {
    let mut found = Vec::new();
    let (mut at, mut behind) = (0, 0);
    while let Some(from) = next_candidate(text, at) {
        let cursor = Cursor::new(text, from);
        match read::numeral(cursor, behind) {
            Some(numeral) => {
                at = numeral.span.end;
                behind = at;
                found.push(numeral);
            }
            None => {
                at = match cursor.role() {
                    Role::Colon => past_address(cursor),
                    Role::Blank => blanks::run(cursor).at,
                    _ => cursor.next().at,
                }
            }
        }
    }
    found
}

/// Behind the counter (家, 所, 分钟) that byte `at` of `text` begins with, where one does.
pub fn counter_end(text: &str, at: usize) -> Option<usize> {
    counters::counter(Cursor::new(text, at)).map(|end| end.at)
}

/// The next byte from `at` on at which a numeral could begin.
fn next_candidate(text: &str, at: usize) -> Option<usize> {
    text[at..]
        .char_indices()
        .find(|&(_, c)| !matches!(role(c), Role::None | Role::Point | Role::Comma | Role::More))
        .map(|(i, _)| at + i)
}

/// Behind the web address whose colon stands at `colon`: its digits are no numbers.
fn past_address(colon: Cursor) -> usize {
    match colon.after("://") {
        Some(rest) => {
            rest.at + rest.rest().find(|c: char| c.is_whitespace() || !c.is_ascii()).unwrap_or(rest.rest().len())
        }
        None => colon.next().at,
    }
}

#[cfg(test)]
mod tests;
