//! In which order findings are drawn: one fixed sequence for a run and a seed, of which every sample is a beginning.
//!
//! That is why a larger sample contains the smaller, and why neither machine nor number of threads matters. Within a
//! stratum findings stand in the order of a hash of seed and id. Strata take turns by the divisor method of
//! Sainte-Laguë on the square roots of their sizes: large strata give more, in fixed proportion, yet a rule with thirty
//! findings is not drowned by one with a thousand; a divisor method never takes a seat back when the sample grows. A
//! stratum of at most [`WHOLE`] is taken whole when its turn comes. The cap per body passes over findings of a body
//! that has given enough.

use super::facts::{Fact, Kind, band};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BinaryHeap, HashMap};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Strata of so many findings at most are checked whole.
pub const WHOLE: usize = 5;

/// Kind, rule and band.
pub type Key = (Kind, String, &'static str);

/// The number that orders findings.
pub fn hash(seed: u64, id: &str) -> u64 {
    xxh3_64_with_seed(id.as_bytes(), seed)
}

/// The stratum of a finding.
pub fn key(fact: &Fact) -> Key {
    (fact.kind, fact.rule_id.clone(), band(fact.confidence))
}

/// A stratum with what is left of it to draw.
#[derive(Debug)]
struct Queue<T> {
    /// Those drawn first stand last.
    left: Vec<T>,
    /// How many there were.
    size: usize,
}

/// Whose turn it is.
#[derive(Debug, PartialEq)]
struct Turn<K> {
    priority: f64,
    seats: u32,
    key: K,
}

impl<K: PartialEq> Eq for Turn<K> {}

impl<K: Ord> Ord for Turn<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.priority.total_cmp(&other.priority).then_with(|| other.key.cmp(&self.key))
    }
}

impl<K: Ord> PartialOrd for Turn<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Something that can be drawn.
pub struct Candidate<'a, K, T> {
    /// Its stratum.
    pub key: K,
    /// Its name, which decides the order together with the seed.
    pub id: &'a str,
    /// Who reports it.
    pub body: &'a str,
    /// What it is.
    pub what: T,
}

/// The first `size` of the sequence, at most `per_body` from one body.
pub fn draw<'a, K: Ord + Clone, T>(
    candidates: impl IntoIterator<Item = Candidate<'a, K, T>>,
    seed: u64,
    size: usize,
    per_body: usize,
) -> Vec<Candidate<'a, K, T>> {
    let mut queues: BTreeMap<K, Queue<Candidate<K, T>>> = BTreeMap::new();
    for candidate in candidates {
        let queue = queues.entry(candidate.key.clone()).or_insert(Queue { left: Vec::new(), size: 0 });
        queue.left.push(candidate);
        queue.size += 1;
    }
    let mut turns = BinaryHeap::new();
    for (key, queue) in &mut queues {
        queue.left.sort_by_cached_key(|c| std::cmp::Reverse((hash(seed, c.id), c.id.to_owned())));
        turns.push(Turn { priority: (queue.size as f64).sqrt(), seats: 0, key: key.clone() });
    }
    let mut drawn = Vec::new();
    let mut of_body: HashMap<&str, usize> = HashMap::new();
    while let Some(turn) = turns.pop().filter(|_| drawn.len() < size) {
        let queue = queues.get_mut(&turn.key).expect("every turn is of a stratum");
        let whole = queue.size <= WHOLE;
        let most = if whole { queue.size } else { 1 };
        let before = drawn.len();
        while drawn.len() < size && drawn.len() - before < most {
            let Some(next) = queue.left.pop() else { break };
            let given = of_body.entry(next.body).or_default();
            if whole || *given < per_body {
                *given += 1;
                drawn.push(next);
            }
        }
        if !whole && !queue.left.is_empty() {
            let seats = turn.seats + 1;
            let priority = (queue.size as f64).sqrt() / f64::from(2 * seats + 1);
            turns.push(Turn { priority, seats, key: turn.key });
        }
    }
    drawn
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Findings of three strata: 400, 40 and 3, from 20 bodies.
    fn ids() -> Vec<(u8, String, String)> {
        let strata = [(0u8, 400), (1, 40), (2, 3)];
        let of = |(stratum, n): (u8, usize)| {
            (0..n).map(move |i| (stratum, format!("{stratum}-{i}"), format!("校{}", i % 20)))
        };
        strata.into_iter().flat_map(of).collect()
    }

    fn drawn(ids: &[(u8, String, String)], seed: u64, size: usize, per_body: usize) -> Vec<String> {
        let candidates = ids.iter().map(|(key, id, body)| Candidate { key: *key, id, body, what: () });
        draw(candidates, seed, size, per_body).into_iter().map(|c| c.id.to_owned()).collect()
    }

    #[test]
    fn a_larger_sample_begins_with_the_smaller() {
        let ids = ids();
        let all = drawn(&ids, 7, 200, 15);
        for size in [0, 1, 5, 24, 60, 199] {
            assert_eq!(drawn(&ids, 7, size, 15), all[..size], "{size}");
        }
    }

    #[test]
    fn the_order_of_the_rows_does_not_matter_and_the_seed_does() {
        let ids = ids();
        let reversed: Vec<_> = ids.iter().rev().cloned().collect();
        assert_eq!(drawn(&ids, 7, 60, 15), drawn(&reversed, 7, 60, 15));
        assert_ne!(drawn(&ids, 7, 60, 15), drawn(&ids, 8, 60, 15));
    }

    #[test]
    fn the_sequence_is_the_same_on_every_machine() {
        assert_eq!(drawn(&ids(), 1, 6, 15), ["0-373", "0-178", "1-28", "0-167", "0-333", "0-62"]);
    }

    #[test]
    fn every_stratum_is_seen_small_ones_whole_and_no_body_too_often() {
        let ids = ids();
        let drawn = drawn(&ids, 7, 60, 4);
        assert_eq!(drawn.iter().filter(|id| id.starts_with("2-")).count(), 3, "{drawn:?}");
        assert!(drawn.iter().filter(|id| id.starts_with("1-")).count() >= 10, "{drawn:?}");
        let body = |id: &String| &ids.iter().find(|(_, i, _)| i == id).unwrap().2;
        let large: Vec<_> = drawn.iter().filter(|id| !id.starts_with("2-")).collect();
        for id in &large {
            assert!(large.iter().filter(|other| body(other) == body(id)).count() <= 4);
        }
    }
}
