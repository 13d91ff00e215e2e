//! The numeral layer: every number of a text with its value. Which of them are figures is decided above it.
//!
//! It recognises `一` in “一” too; it knows no units but 万/亿 and %, no comparators, no grades.

use crate::span::Span;

/// What kind of number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumeralKind {
    /// 60, 两, 一个半 (without its counter), 64.2万, 三分之一, 半.
    Number,
    /// 78%, 百分之八十, 八成.
    Percent,
    /// 第三, 第12.
    Ordinal,
    /// XX, xx, X, ××, **, __: a number that nobody filled in.
    Masked,
}

/// One number of a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Numeral {
    /// The number as written, with 万/亿, % or 百分之, without sign words and units.
    pub span: Span,
    /// What kind.
    pub kind: NumeralKind,
    /// Its value; percent: 78 for 78%; masked: 0.
    pub value: f64,
    /// True where its characters are Chinese numerals, not digits.
    pub chinese: bool,
}

/// All numbers of `text`, in order; they do not overlap.
pub fn scan(_text: &str) -> Vec<Numeral> {
    Vec::new()
}
