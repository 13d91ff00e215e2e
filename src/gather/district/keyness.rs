//! Which words a district or a school uses more than the others do.
//!
//! Counted are content words (see [`crate::gather::brief`]) of reports that count. With a word `a` times among `c`
//! words here and `b` times among `d` words in the rest,
//!
//! - keyness is Dunning's log-likelihood ratio G² = 2·(a·ln(a/E₁) + b·ln(b/E₂)), E₁ = c·(a+b)/(c+d),
//!   E₂ = d·(a+b)/(c+d), negative where the word is rarer here; 10.83 is the 0.1 % level of χ² with one degree of freedom;
//! - log ratio is log₂(((a+½)/(c+½)) / ((b+½)/(d+½))): how many times as frequent, in doublings;
//! - tf-idf is (a/c)·ln(N/n), with N reports in the run of which n have the word.
//!
//! The rest is: for a district and period all other reports of the run; for a school the others of its period.

use super::View;
use crate::gather::digest::Digest;
use crate::gather::terms::TermCounts;
use crate::tables::district::{SchoolTermRow, TermSummaryRow};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Words told for a school.
const SCHOOL_TERMS: usize = 15;

/// A school's word is told from this keyness on: the 5 % level of χ².
const SCHOOL_KEYNESS: f64 = 3.84;

/// Reports, occurrences.
type Count = (u32, u64);

/// The words of several reports, by their numbers.
#[derive(Default)]
struct Tally {
    n_reports: u32,
    n_tokens: u64,
    terms: FxHashMap<u32, Count>,
}

impl Tally {
    fn add(&mut self, terms: &TermCounts) {
        self.n_reports += 1;
        for &(term, count) in terms.numbers() {
            let entry = self.terms.entry(term).or_default();
            *entry = (entry.0 + 1, entry.1 + u64::from(count));
            self.n_tokens += u64::from(count);
        }
    }

    fn add_all(&mut self, others: &Tally) {
        self.n_reports += others.n_reports;
        self.n_tokens += others.n_tokens;
        for (term, (reports, count)) in &others.terms {
            let entry = self.terms.entry(*term).or_default();
            *entry = (entry.0 + reports, entry.1 + count);
        }
    }

    fn of(&self, term: u32) -> Count {
        self.terms.get(&term).copied().unwrap_or_default()
    }
}

/// Rows of `term_summary` and `school_terms`.
pub fn rows(view: &View) -> (Vec<TermSummaryRow>, Vec<SchoolTermRow>) {
    let mut cells: BTreeMap<(Option<&str>, Option<&str>), Tally> = BTreeMap::new();
    for (i, digest) in view.counted() {
        let (period, district, _) = view.cell(i);
        cells.entry((period, district)).or_default().add(&digest.terms);
    }
    let mut periods: BTreeMap<Option<&str>, Tally> = BTreeMap::new();
    let mut all = Tally::default();
    for ((period, _), words) in &cells {
        periods.entry(*period).or_default().add_all(words);
        all.add_all(words);
    }
    (summary(view, &all, &cells), of_schools(view, &all, &periods))
}

fn summary(view: &View, all: &Tally, cells: &BTreeMap<(Option<&str>, Option<&str>), Tally>) -> Vec<TermSummaryRow> {
    let of_cell = |(&(period, district), words): (&(Option<&str>, Option<&str>), &Tally)| {
        // A word that one report of many has says nothing of the district.
        let least = if words.n_reports >= 5 { 2 } else { 1 };
        let mut terms: Vec<(u32, Count)> =
            words.terms.iter().map(|(t, c)| (*t, *c)).filter(|t| t.1.0 >= least).collect();
        terms.sort_unstable_by_key(|&(term, count)| (Reverse(count), term));
        let row = |(term, (n_with, count)): (u32, Count)| {
            let (n_all, count_all) = all.of(term);
            let rest = (count_all - count, all.n_tokens - words.n_tokens);
            TermSummaryRow {
                period: period.map(str::to_owned),
                district: district.map(str::to_owned),
                term: view.words.get(term).to_owned(),
                n_reports: words.n_reports as i32,
                n_reports_with: n_with as i32,
                count: count as i64,
                n_tokens: words.n_tokens as i64,
                tf_idf: tf_idf((count, words.n_tokens), (n_all, all.n_reports)),
                count_rest: rest.0 as i64,
                n_tokens_rest: rest.1 as i64,
                keyness: (rest.1 > 0).then(|| keyness((count, words.n_tokens), rest)),
                log_ratio: (rest.1 > 0).then(|| log_ratio((count, words.n_tokens), rest)),
                run_id: view.options.run_id.to_owned(),
            }
        };
        terms.into_iter().map(row).collect::<Vec<_>>()
    };
    cells.iter().flat_map(of_cell).collect()
}

fn of_schools(view: &View, all: &Tally, periods: &BTreeMap<Option<&str>, Tally>) -> Vec<SchoolTermRow> {
    let counted: Vec<_> = view.counted().collect();
    let of_report = |(_, digest): &(usize, &Digest)| {
        let document = &digest.document;
        let others = &periods[&document.period.as_deref()];
        let n_tokens: u64 = digest.terms.numbers().iter().map(|(_, count)| u64::from(*count)).sum();
        let of_rest = |term, count| (others.of(term).1 - count, others.n_tokens - n_tokens);
        let mut key: Vec<(f64, u32, u64)> = digest
            .terms
            .numbers()
            .iter()
            .map(|&(term, count)| (term, u64::from(count)))
            .filter(|(_, count)| *count >= 2)
            .map(|(term, count)| {
                let rest = of_rest(term, count);
                (if rest.1 == 0 { 0.0 } else { keyness((count, n_tokens), rest) }, term, count)
            })
            .filter(|k| k.0 >= SCHOOL_KEYNESS)
            .collect();
        key.sort_unstable_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(&y.1)));
        key.truncate(SCHOOL_TERMS);
        let row = |(rank, (keyness, term, count)): (usize, (f64, u32, u64))| SchoolTermRow {
            doc_id: document.doc_id.clone(),
            school_id: document.school_id.clone(),
            school_name: document.school_name.clone(),
            period: document.period.clone(),
            rank: rank as i32 + 1,
            term: view.words.get(term).to_owned(),
            count: count as i32,
            n_reports_with: others.of(term).0 as i32,
            n_reports: others.n_reports as i32,
            tf_idf: tf_idf((count, n_tokens), (all.of(term).0, all.n_reports)),
            keyness,
            log_ratio: log_ratio((count, n_tokens), of_rest(term, count)),
            run_id: view.options.run_id.to_owned(),
        };
        key.into_iter().enumerate().map(row).collect::<Vec<_>>()
    };
    counted.par_iter().flat_map_iter(of_report).collect()
}

fn tf_idf((count, tokens): (u64, u64), (with, reports): (u32, u32)) -> f64 {
    if tokens == 0 || with == 0 {
        return 0.0;
    }
    count as f64 / tokens as f64 * (f64::from(reports) / f64::from(with)).ln()
}

/// G², see the top of this file.
fn keyness((a, c): (u64, u64), (b, d): (u64, u64)) -> f64 {
    let [a, b, c, d] = [a, b, c, d].map(|n| n as f64);
    let part = |observed: f64, of: f64| {
        if observed == 0.0 { 0.0 } else { observed * (observed / (of * (a + b) / (c + d))).ln() }
    };
    let g2 = 2.0 * (part(a, c) + part(b, d));
    if a * d >= b * c { g2 } else { -g2 }
}

fn log_ratio((a, c): (u64, u64), (b, d): (u64, u64)) -> f64 {
    let [a, b, c, d] = [a, b, c, d].map(|n| n as f64 + 0.5);
    (a / c).log2() - (b / d).log2()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keyness_follows_its_formula() {
        // 12 of 1,000 words here, 6 of 4,000 there: E1 = 3.6, E2 = 14.4.
        let expected = 2.0 * (12.0 * (12.0f64 / 3.6).ln() + 6.0 * (6.0f64 / 14.4).ln());
        assert!((keyness((12, 1000), (6, 4000)) - expected).abs() < 1e-9);
        assert!((log_ratio((12, 1000), (6, 4000)) - 3.0).abs() < 0.15);
        assert!(keyness((1, 1000), (40, 4000)) < 0.0);
        assert_eq!(keyness((5, 1000), (20, 4000)), 0.0);
    }
}
