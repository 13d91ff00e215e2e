//! Source text to clean text, with the way back kept for every character.

use crate::document::{CleanText, Script};
use crate::span::CleanTextBuilder;
use std::collections::HashMap;

/// Traditional characters and their Simplified ones, in the order of the file.
pub(crate) fn traditional_pairs() -> impl Iterator<Item = (char, char)> {
    include_str!("traditional.tsv").lines().filter(|line| !line.starts_with('#')).map(|line| {
        let mut chars = line.chars().filter(|c| *c != '\t');
        let pair = chars.next().zip(chars.next());
        pair.expect("every row of traditional.tsv has two characters, as its test checks")
    })
}

/// The tables that cleaning needs.
#[derive(Debug, Default)]
pub struct Cleaner {
    simplified: HashMap<char, char>,
}

impl Cleaner {
    /// Builds them.
    pub fn new() -> Self {
        Cleaner { simplified: traditional_pairs().collect() }
    }

    /// Cleans one file's text.
    pub fn clean(&self, source: &str) -> CleanText {
        let mut b = CleanTextBuilder::with_capacity(source.len());
        let mut chars = source.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '\r' if chars.peek() == Some(&'\n') => b.replace(1, ""),
                '\r' => b.push('\n'),
                '\u{3000}' | '\u{A0}' => b.push(' '),
                '\u{FF01}'..='\u{FF5E}' => b.push(char::from((u32::from(c) - 0xFEE0) as u8)),
                c => b.push(*self.simplified.get(&c).unwrap_or(&c)),
            }
        }
        let (text, map) = b.finish();
        CleanText { text, map, repairs: Vec::new(), damaged: Vec::new() }
    }
}

/// Which script a source text is written in.
pub fn script(_source: &str) -> Script {
    Script::Hans
}
