//! How likely one character is after another, to tell text from what damaged bytes make of it.
//!
//! A small table counted beforehand (`bigrams.txt`), not a language model: it knows pairs inside words and common
//! pairs of the field, and falls back on how common a character is. Built when the first suspicious place is met.

/// Weight of the pair against the single character.
const PAIR_SHARE: f64 = 0.85;
/// What a character or pair that the table does not know has, in logarithms.
const UNKNOWN: f32 = -14.0;
/// Characters of the text that the counts stand for.
const TOTAL: f64 = 1e8;

/// Logarithms of probabilities. Characters are numbered, and the pairs of one first character stand side by side: what
/// is asked in a row is nearly always the same first character.
pub(super) struct Bigrams {
    /// The number of each character of the BMP; 0 for those that the table does not know.
    numbers: Vec<u16>,
    /// By number.
    chars: Vec<char>,
    /// By number.
    single: Vec<f32>,
    /// By number of the first character: where its pairs begin in `pairs`; one more than there are characters.
    rows: Vec<u32>,
    /// Second character and logarithm, in the order of the second.
    pairs: Vec<(u16, f32)>,
}

impl Bigrams {
    pub(super) fn new() -> Self {
        let lines = || include_str!("bigrams.txt").lines().filter(|line| !line.starts_with('#'));
        let count = |weight: char| 50.0 * (f64::from(weight.to_digit(36).unwrap_or(0)) / 1.5).exp2();
        let mut model = Bigrams {
            numbers: vec![0; 1 << 16],
            chars: vec!['\0'],
            single: vec![UNKNOWN],
            rows: vec![0, 0],
            pairs: vec![],
        };
        let mut counts = vec![0.0];
        for line in lines() {
            let mut chars = line.chars();
            if let (Some(c), Some(weight)) = (chars.next(), chars.next())
                && let Some(number) = model.numbers.get_mut(c as usize)
            {
                *number = counts.len() as u16;
                counts.push(count(weight));
                model.chars.push(c);
                model.single.push((((1.0 - PAIR_SHARE) * count(weight) / TOTAL).ln() as f32).max(UNKNOWN));
            }
        }
        for line in lines() {
            let mut chars = line.chars();
            let first = chars.next().map_or(0, |c| model.number(c));
            if first == 0 {
                continue;
            }
            let mut rest = chars.skip(2);
            while let (Some(second), Some(weight)) = (rest.next(), rest.next()) {
                let second = model.number(second);
                let alone = (1.0 - PAIR_SHARE) * counts[usize::from(second)] / TOTAL;
                let p = PAIR_SHARE * count(weight) / counts[usize::from(first)] + alone;
                model.pairs.push((second, (p.min(1.0).ln() as f32).max(UNKNOWN)));
            }
            let start = model.rows[usize::from(first)] as usize;
            model.pairs[start..].sort_by_key(|(second, _)| *second);
            model.rows.push(model.pairs.len() as u32);
        }
        model
    }

    /// How many characters have numbers, and one more.
    pub(super) fn len(&self) -> usize {
        self.chars.len()
    }

    /// The character of a number.
    pub(super) fn char(&self, number: u16) -> char {
        self.chars[usize::from(number)]
    }

    /// Logarithm of the probability of `c` where no pair is known.
    pub(super) fn alone(&self, c: char) -> f32 {
        self.single[usize::from(self.number(c))]
    }

    /// The known pairs of `first`: number of the second character and logarithm.
    pub(super) fn pairs(&self, first: char) -> &[(u16, f32)] {
        let first = usize::from(self.number(first));
        &self.pairs[self.rows[first] as usize..self.rows[first + 1] as usize]
    }

    /// The number of a character, 0 where it has none.
    pub(super) fn number(&self, c: char) -> u16 {
        self.numbers.get(c as usize).copied().unwrap_or(0)
    }

    /// Logarithm of the probability of `b` after `a`, at least [`UNKNOWN`].
    pub(super) fn after(&self, a: char, b: char) -> f32 {
        let (row, b) = (self.pairs(a), self.number(b));
        match row.binary_search_by_key(&b, |(second, _)| *second) {
            Ok(at) => row[at].1,
            Err(_) => self.single[usize::from(b)],
        }
    }
}
