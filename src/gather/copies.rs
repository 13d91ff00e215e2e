//! Which reports share wording that few others use: an index from pieces of sentences to reports, so that the cost is
//! linear in the number of reports and every pair that is told is exact, with its sentences.
//!
//! Wording that many bodies use ([`Limits::common_bodies`]) or that is known as policy text or template
//! ([`super::phrases`]) is common: it is neither own nor copied. A sentence counts as shared with another report where
//! most of what is not common in it stands there too, so that one changed clause does not hide it. What a pair means (a
//! copy, a second version of the same report) is decided by who wrote the two, in [`super::district`].

use super::digest::Digest;
use super::wording::Piece;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

/// Where the limits lie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// A piece that so many bodies use is common.
    pub common_bodies: usize,
    /// Sentences that a pair shares at least.
    pub shared_sentences: usize,
    /// Share of the own sentences of one of the two that a pair shares at least.
    pub containment: f64,
    /// From here on, in the report that is more contained in the other, the two are copies of each other …
    pub copy: f64,
    /// … if the other one is contained in it so far.
    pub copy_back: f64,
}

impl Limits {
    /// The limits for a district of `bodies` bodies: a tenth of them, at least 8 and at most 30, make wording common.
    pub fn for_bodies(bodies: usize) -> Self {
        let common_bodies = (bodies / 10).clamp(8, 30);
        Limits { common_bodies, shared_sentences: 3, containment: 0.2, copy: 0.6, copy_back: 0.3 }
    }
}

/// A sentence is shared where at least this part of its letters that are not common is found in the other report.
const SHARED_LETTERS: f64 = 0.6;

/// A sentence is common where at most this part of its letters is not.
const COMMON_LETTERS: f64 = 0.3;

/// A report is compared with so many others before it that use the same piece. Wording of more reports than this is
/// common, unless the same bodies use it in every period.
const WINDOW: usize = 32;

/// What a sentence of a report is, as far as copying goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wording {
    /// Too short to be compared.
    Short,
    /// Template or policy wording.
    Common,
    /// Its own, or that of few.
    Own,
}

/// Two reports that share wording, `a` before `b`.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// Index of the first report.
    pub a: usize,
    /// Index of the second.
    pub b: usize,
    /// Sentences of `a` and, for each, the sentence of `b` that shares most with it.
    pub a_in_b: Vec<(u32, u32)>,
    /// Sentences of `b` and, for each, the sentence of `a`.
    pub b_in_a: Vec<(u32, u32)>,
    /// Share of the own sentences of `a` that `b` has.
    pub containment_a: f64,
    /// Share of the own sentences of `b` that `a` has.
    pub containment_b: f64,
}

impl Pair {
    /// True where the two are copies of each other.
    pub fn is_copy(&self, limits: &Limits) -> bool {
        self.containment_a.max(self.containment_b) >= limits.copy
            && self.containment_a.min(self.containment_b) >= limits.copy_back
    }
}

/// What the comparison of all reports says.
#[derive(Debug, Default)]
pub struct Comparison {
    /// For each report, for each sentence.
    pub wordings: Vec<Vec<Wording>>,
    /// Ordered by their reports.
    pub pairs: Vec<Pair>,
}

impl Comparison {
    /// How many sentences of a report are of the kind.
    pub fn count(&self, report: usize, kind: Wording) -> usize {
        self.wordings[report].iter().filter(|w| **w == kind).count()
    }
}

/// Compares all reports; `bodies` says who wrote each, `known` holds the hashes of known common pieces, and
/// `comparable` which two reports are to be compared.
pub fn compare(
    digests: &[Digest],
    bodies: &[u32],
    known: &FxHashSet<u64>,
    limits: &Limits,
    comparable: impl Fn(usize, usize) -> bool + Sync,
) -> Comparison {
    let index = Index::new(digests, bodies, known, limits);
    let wordings: Vec<Vec<Wording>> = digests.par_iter().map(|d| index.wordings(d)).collect();
    let own: Vec<usize> = wordings.iter().map(|w| w.iter().filter(|w| **w == Wording::Own).count()).collect();
    let mut found: Vec<Directed> = (0..digests.len())
        .into_par_iter()
        .flat_map_iter(|report| index.shared(report, &digests[report], &wordings[report], &comparable))
        .collect();
    found.par_sort_unstable_by_key(|d| (d.of.min(d.with), d.of.max(d.with), d.of));
    let mut pairs = Vec::new();
    for both in found.chunk_by_mut(|x, y| (x.of.min(x.with), x.of.max(x.with)) == (y.of.min(y.with), y.of.max(y.with)))
    {
        let (a, b) = (both[0].of.min(both[0].with), both[0].of.max(both[0].with));
        let mut of = |report| {
            both.iter_mut().find(|d| d.of == report).map(|d| std::mem::take(&mut d.sentences)).unwrap_or_default()
        };
        let (a_in_b, b_in_a) = (of(a), of(b));
        let part =
            |shared: &[(u32, u32)], whole: usize| if whole == 0 { 0.0 } else { shared.len() as f64 / whole as f64 };
        let pair =
            Pair { containment_a: part(&a_in_b, own[a]), containment_b: part(&b_in_a, own[b]), a, b, a_in_b, b_in_a };
        let enough = pair.a_in_b.len().max(pair.b_in_a.len()) >= limits.shared_sentences;
        if enough && pair.containment_a.max(pair.containment_b) >= limits.containment {
            pairs.push(pair);
        }
    }
    Comparison { wordings, pairs }
}

/// Sentences of one report that are found in another.
struct Directed {
    of: usize,
    with: usize,
    sentences: Vec<(u32, u32)>,
}

/// A piece in a report, and in which sentence: one number, since a district's millions of them are sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Posting(u128);

impl Posting {
    fn new(piece: u64, report: usize, sentence: usize) -> Self {
        Posting(u128::from(piece) << 64 | (report as u128) << 32 | sentence as u128)
    }

    fn piece(self) -> u64 {
        (self.0 >> 64) as u64
    }

    fn report(self) -> u32 {
        (self.0 >> 32) as u32
    }

    fn sentence(self) -> u32 {
        self.0 as u32
    }
}

/// Where each piece stands that more than one report uses.
struct Index {
    postings: Vec<Posting>,
    /// For each piece of several reports its range of postings; an empty one where the piece is common.
    ranges: FxHashMap<u64, (u32, u32)>,
}

impl Index {
    fn new(digests: &[Digest], bodies: &[u32], known: &FxHashSet<u64>, limits: &Limits) -> Self {
        let mut all: Vec<Posting> = Vec::with_capacity(digests.iter().map(|d| d.sentences.pieces().len()).sum());
        for (report, digest) in digests.iter().enumerate() {
            for (sentence, pieces) in digest.sentences.each().enumerate() {
                all.extend(pieces.iter().map(|p| Posting::new(p.hash, report, sentence)));
            }
        }
        all.par_sort_unstable();
        let mut postings = Vec::new();
        let mut ranges = FxHashMap::default();
        let mut users = Vec::new();
        for same in all.chunk_by(|x, y| x.piece() == y.piece()) {
            let piece = same[0].piece();
            users.clear();
            users.extend(same.iter().map(|p| bodies[p.report() as usize]));
            users.sort_unstable();
            users.dedup();
            if known.contains(&piece) || users.len() >= limits.common_bodies {
                ranges.insert(piece, (0, 0));
            } else if same[0].report() != same[same.len() - 1].report() {
                let from = postings.len() as u32;
                postings.extend(same);
                ranges.insert(piece, (from, postings.len() as u32));
            }
        }
        Index { postings, ranges }
    }

    /// Where the piece stands; none where it is common, nothing where one report alone has it.
    fn of(&self, piece: u64) -> Option<&[Posting]> {
        match self.ranges.get(&piece) {
            None => Some(&[]),
            Some(&(from, to)) if from < to => Some(&self.postings[from as usize..to as usize]),
            Some(_) => None,
        }
    }

    fn wordings(&self, digest: &Digest) -> Vec<Wording> {
        let kind = |pieces: &[Piece]| {
            let all: usize = pieces.iter().map(|p| p.letters as usize).sum();
            let own: usize = pieces.iter().filter(|p| self.of(p.hash).is_some()).map(|p| p.letters as usize).sum();
            match all {
                0 => Wording::Short,
                _ if own as f64 <= COMMON_LETTERS * all as f64 => Wording::Common,
                _ => Wording::Own,
            }
        };
        digest.sentences.each().map(kind).collect()
    }

    /// For each other report that it may be compared with, the sentences that are found there.
    fn shared(
        &self,
        report: usize,
        digest: &Digest,
        wordings: &[Wording],
        comparable: &impl Fn(usize, usize) -> bool,
    ) -> impl Iterator<Item = Directed> {
        let mut found: FxHashMap<u32, Vec<(u32, u32)>> = FxHashMap::default();
        // Hits of one sentence: report, sentence, letters.
        let mut hits: Vec<(u32, u32, usize)> = Vec::new();
        for (number, pieces) in digest.sentences.each().enumerate().filter(|(i, _)| wordings[*i] == Wording::Own) {
            hits.clear();
            let mut own = 0;
            for piece in pieces {
                let Some(postings) = self.of(piece.hash) else { continue };
                own += piece.letters as usize;
                let mut last = u32::MAX;
                for p in around(postings, report as u32) {
                    // A piece that stands twice in a report counts once.
                    let with = p.report();
                    if with != last && with as usize != report && comparable(report, with as usize) {
                        last = with;
                        hits.push((with, p.sentence(), piece.letters as usize));
                    }
                }
            }
            hits.sort_unstable();
            for same in hits.chunk_by(|x, y| x.0 == y.0) {
                let letters: usize = same.iter().map(|h| h.2).sum();
                if letters as f64 >= SHARED_LETTERS * own as f64 {
                    let best =
                        same.chunk_by(|x, y| x.1 == y.1).rev().max_by_key(|s| s.iter().map(|h| h.2).sum::<usize>());
                    let best = best.expect("a group of hits holds one at least")[0].1;
                    found.entry(same[0].0).or_default().push((number as u32, best));
                }
            }
        }
        found.into_iter().map(move |(with, sentences)| Directed { of: report, with: with as usize, sentences })
    }
}

/// The postings of the reports next to `report`, [`WINDOW`] on each side at least where there are as many.
fn around(postings: &[Posting], report: u32) -> &[Posting] {
    if postings.len() <= 2 * WINDOW {
        return postings;
    }
    let at = postings.partition_point(|p| p.report() < report);
    &postings[at.saturating_sub(WINDOW)..postings.len().min(at + WINDOW)]
}

/// Sets of reports that belong together, told pair by pair.
#[derive(Debug)]
pub struct Groups {
    parents: Vec<usize>,
}

impl Groups {
    /// Every report alone.
    pub fn new(n: usize) -> Self {
        Groups { parents: (0..n).collect() }
    }

    /// The first report of the set of `i`.
    pub fn first(&mut self, mut i: usize) -> usize {
        while self.parents[i] != i {
            self.parents[i] = self.parents[self.parents[i]];
            i = self.parents[i];
        }
        i
    }

    /// Puts the sets of the two together.
    pub fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.first(a), self.first(b));
        self.parents[a.max(b)] = a.min(b);
    }

    /// The sets of more than one report, each in order.
    pub fn sets(&mut self) -> Vec<Vec<usize>> {
        let mut sets: Vec<Vec<usize>> = vec![Vec::new(); self.parents.len()];
        for i in 0..self.parents.len() {
            let first = self.first(i);
            sets[first].push(i);
        }
        sets.retain(|s| s.len() > 1);
        sets
    }
}
