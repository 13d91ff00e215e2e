//! Source text to clean text, with the way back kept for every character.

use crate::document::{CleanText, Script};
use crate::span::CleanTextBuilder;

/// The tables that cleaning needs.
#[derive(Debug, Default)]
pub struct Cleaner {}

impl Cleaner {
    /// Builds them.
    pub fn new() -> Self {
        Cleaner {}
    }

    /// Cleans one file's text.
    pub fn clean(&self, source: &str) -> CleanText {
        let mut b = CleanTextBuilder::with_capacity(source.len());
        source.chars().for_each(|c| b.push(c));
        let (text, map) = b.finish();
        CleanText { text, map, repairs: Vec::new(), damaged: Vec::new() }
    }
}

/// Which script a source text is written in.
pub fn script(_source: &str) -> Script {
    Script::Hans
}
