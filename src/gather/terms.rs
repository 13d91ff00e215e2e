//! The words of reports as numbers: indices into a list of words that many reports share.
//!
//! A report has hundreds of words, a district the same ones again and again, and the digests of a whole district lie in
//! memory together. So a report's words are spelt out once, when it is read; from then on they are numbers of the list
//! of its part, and when all parts come together, of the list of the district. Lists are in the order of their words:
//! of two numbers of one list the smaller is the word that comes first.

use rustc_hash::FxHashMap;
use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::sync::Arc;

/// A list of different words, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    text: String,
    /// Where each word ends in it.
    ends: Vec<u32>,
}

impl Words {
    /// Number of words.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// True where there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The word of that number.
    pub fn get(&self, number: u32) -> &str {
        let number = number as usize;
        let from = if number == 0 { 0 } else { self.ends[number - 1] };
        &self.text[from as usize..self.ends[number] as usize]
    }

    fn push(&mut self, word: &str) {
        self.text.push_str(word);
        self.ends.push(self.text.len() as u32);
    }

    /// True where every word can be taken from the text.
    fn is_whole(&self) -> bool {
        self.ends.is_sorted() && self.ends.iter().all(|&end| self.text.is_char_boundary(end as usize))
    }
}

impl<'a> FromIterator<&'a str> for Words {
    fn from_iter<I: IntoIterator<Item = &'a str>>(words: I) -> Self {
        let mut all = Words::default();
        words.into_iter().for_each(|word| all.push(word));
        all.text.shrink_to_fit();
        all.ends.shrink_to_fit();
        all
    }
}

/// The words of a report and how often each stands in it, in the order of the words.
#[derive(Clone, Debug, Default)]
pub struct TermCounts {
    words: Arc<Words>,
    /// Numbers of the words, and how often.
    counts: Vec<(u32, u32)>,
}

impl TermCounts {
    /// Words, and how often each.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u32)> {
        self.counts.iter().map(|&(number, count)| (self.words.get(number), count))
    }

    /// Numbers of the words, and how often each.
    pub fn numbers(&self) -> &[(u32, u32)] {
        &self.counts
    }
}

/// Kept without the list, as bytes: the step from the number before, and how often, each in as few bytes as it needs.
impl Serialize for TermCounts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut bytes = Vec::with_capacity(3 * self.counts.len());
        let mut before = 0;
        for &(number, count) in &self.counts {
            bytes = postcard::to_extend(&(number.wrapping_sub(before), count), bytes).map_err(S::Error::custom)?;
            before = number;
        }
        serializer.serialize_bytes(&bytes)
    }
}

impl<'de> Deserialize<'de> for TermCounts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut bytes = <&[u8]>::deserialize(deserializer)?;
        let (mut counts, mut before) = (Vec::with_capacity(bytes.len() / 2), 0u32);
        while !bytes.is_empty() {
            let ((step, count), rest): ((u32, u32), _) = postcard::take_from_bytes(bytes).map_err(D::Error::custom)?;
            before = before.wrapping_add(step);
            counts.push((before, count));
            bytes = rest;
        }
        Ok(TermCounts { words: Arc::default(), counts })
    }
}

impl PartialEq for TermCounts {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<'a> FromIterator<(&'a str, u32)> for TermCounts {
    /// The words must be different and in their order.
    fn from_iter<I: IntoIterator<Item = (&'a str, u32)>>(terms: I) -> Self {
        let mut counts = Vec::new();
        let words = terms.into_iter().zip(0..).map(|((word, count), number)| {
            counts.push((number, count));
            word
        });
        let words = Arc::new(words.collect());
        counts.shrink_to_fit();
        TermCounts { words, counts }
    }
}

/// Gives all of them one list, which holds the words that they use and no others.
pub fn unite<'a>(reports: impl Iterator<Item = &'a mut TermCounts>) -> Arc<Words> {
    let mut reports: Vec<&mut TermCounts> = reports.collect();
    // Reports of a part share a list already: each list is looked at once.
    let mut lists: FxHashMap<*const Words, (Arc<Words>, Vec<bool>)> = FxHashMap::default();
    for report in &reports {
        let list = lists.entry(Arc::as_ptr(&report.words));
        let (_, used) = list.or_insert_with(|| (report.words.clone(), vec![false; report.words.len()]));
        report.counts.iter().for_each(|(number, _)| used[*number as usize] = true);
    }
    let mut numbers: FxHashMap<&str, u32> = FxHashMap::default();
    for (words, used) in lists.values() {
        numbers.extend((0..).zip(used).filter(|(_, used)| **used).map(|(number, _)| (words.get(number), 0)));
    }
    let mut sorted: Vec<&str> = numbers.keys().copied().collect();
    sorted.sort_unstable();
    numbers.extend(sorted.iter().copied().zip(0..));
    let renumbered = |(words, used): &(Arc<Words>, Vec<bool>)| -> Vec<u32> {
        let number = |(old, used): (u32, &bool)| if *used { numbers[words.get(old)] } else { u32::MAX };
        (0..).zip(used).map(number).collect()
    };
    let renumbered: FxHashMap<*const Words, Vec<u32>> =
        lists.iter().map(|(at, list)| (*at, renumbered(list))).collect();
    let united: Arc<Words> = Arc::new(sorted.into_iter().collect());
    for report in &mut reports {
        let new = &renumbered[&Arc::as_ptr(&report.words)];
        report.counts.iter_mut().for_each(|(number, _)| *number = new[*number as usize]);
        report.words = united.clone();
    }
    united
}

/// Gives reports that were kept as numbers their list; false where the two don't fit.
pub fn spell<'a>(words: Words, reports: impl Iterator<Item = &'a mut TermCounts>) -> bool {
    let mut whole = words.is_whole();
    let words = Arc::new(words);
    for report in reports {
        whole &= report.counts.iter().all(|(number, _)| (*number as usize) < words.len());
        report.words = words.clone();
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn united_reports_have_the_words_they_had() {
        let of = |terms: &[(&'static str, u32)]| terms.iter().copied().collect::<TermCounts>();
        let before = [of(&[("乙", 2), ("甲", 1)]), of(&[("丙", 4), ("甲", 3)]), of(&[])];
        let mut after = before.clone();
        let words = unite(after.iter_mut());
        assert_eq!((0..words.len() as u32).map(|n| words.get(n)).collect::<Vec<_>>(), ["丙", "乙", "甲"]);
        assert_eq!(after, before);
        assert_eq!(after[0].numbers(), [(1, 2), (2, 1)]);
        // Words that no report uses any longer are forgotten.
        let words = unite(after[1..].iter_mut());
        assert_eq!((words.len(), words.get(1)), (2, "甲"));
        assert_eq!(after[1..], before[1..]);
    }
}
