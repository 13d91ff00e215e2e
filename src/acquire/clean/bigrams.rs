//! How likely one character is after another, to tell text from what damaged bytes make of it.
//!
//! A small table counted beforehand (`bigrams.txt`), not a language model: it knows pairs inside words and common
//! pairs of the field, and falls back on how common a character is. Built when the first suspicious place is met.

use rustc_hash::FxHashMap;

/// Weight of the pair against the single character.
const PAIR_SHARE: f64 = 0.85;
/// What a character or pair that the table does not know has, in logarithms.
const UNKNOWN: f32 = -14.0;
/// Characters of the text that the counts stand for.
const TOTAL: f64 = 1e8;

/// Logarithms of probabilities.
pub(super) struct Bigrams {
    single: FxHashMap<char, f32>,
    pair: FxHashMap<(char, char), f32>,
}

impl Bigrams {
    pub(super) fn new() -> Self {
        let mut model = Bigrams { single: FxHashMap::default(), pair: FxHashMap::default() };
        let lines = || include_str!("bigrams.txt").lines().filter(|line| !line.starts_with('#'));
        let count = |weight: char| 50.0 * (f64::from(weight.to_digit(36).unwrap_or(0)) / 1.5).exp2();
        let mut counts = FxHashMap::default();
        for line in lines() {
            let mut chars = line.chars();
            if let (Some(c), Some(weight)) = (chars.next(), chars.next()) {
                counts.insert(c, count(weight));
                model.single.insert(c, ((1.0 - PAIR_SHARE) * count(weight) / TOTAL).ln() as f32);
            }
        }
        for line in lines() {
            let mut chars = line.chars();
            let first = chars.next().unwrap_or_default();
            let mut rest = chars.skip(2);
            while let (Some(second), Some(weight)) = (rest.next(), rest.next()) {
                let alone = (1.0 - PAIR_SHARE) * counts.get(&second).unwrap_or(&0.0) / TOTAL;
                let p = PAIR_SHARE * count(weight) / counts.get(&first).unwrap_or(&TOTAL) + alone;
                model.pair.insert((first, second), p.min(1.0).ln() as f32);
            }
        }
        model
    }

    /// Logarithm of the probability of `b` after `a`, at least [`UNKNOWN`].
    pub(super) fn after(&self, a: char, b: char) -> f32 {
        let p = self.pair.get(&(a, b)).or_else(|| self.single.get(&b)).copied();
        p.unwrap_or(UNKNOWN).max(UNKNOWN)
    }
}
