//! Characters that may stand at one place, ranked once for all that may stand before them.
//!
//! After most characters the order of what may follow is that of the single characters; only the few pairs that the
//! model knows of the character before change it. So the best of a hundred are found by looking at a few.

use super::bigrams::Bigrams;

/// Ways that are kept at one place.
pub(super) const KEPT: usize = 14;

/// Candidates for one place.
pub(super) struct Ranked {
    /// The best by themselves, best first.
    best: Vec<(f32, char)>,
    /// All of them that the model knows: a bit for each number.
    known: Vec<u64>,
}

impl Ranked {
    /// Ranks `candidates`.
    pub(super) fn new(model: &Bigrams, candidates: impl Iterator<Item = char>) -> Self {
        let mut known = vec![0; model.len() / 64 + 1];
        let mut all = Vec::new();
        for c in candidates {
            let number = usize::from(model.number(c));
            if number > 0 {
                known[number / 64] |= 1 << (number % 64);
            }
            all.push((model.alone(c), c));
        }
        Ranked { best: likeliest(all), known }
    }

    /// The best [`KEPT`] behind `last`.
    pub(super) fn behind(&self, model: &Bigrams, last: char) -> Vec<(f32, char)> {
        let known = |number: u16| self.known[usize::from(number) / 64] >> (number % 64) & 1 == 1;
        let pairs = model.pairs(last).iter().filter(|(number, _)| known(*number));
        let pairs: Vec<(f32, char)> = pairs.map(|(number, p)| (*p, model.char(*number))).collect();
        let alone = self.best.iter().filter(|(_, c)| !pairs.iter().any(|(_, pair)| pair == c));
        likeliest(alone.chain(&pairs).copied().collect())
    }
}

/// The [`KEPT`] best, those that come first where scores are equal.
pub(super) fn likeliest<T>(mut ways: Vec<(f32, T)>) -> Vec<(f32, T)> {
    if ways.len() > KEPT {
        let mut scores: Vec<f32> = ways.iter().map(|way| way.0).collect();
        let (_, least, _) = scores.select_nth_unstable_by(KEPT - 1, |a, b| b.total_cmp(a));
        let least = *least;
        ways.retain(|way| way.0 >= least);
    }
    ways.sort_by(|a, b| b.0.total_cmp(&a.0));
    ways.truncate(KEPT);
    ways
}
