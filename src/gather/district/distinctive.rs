//! What a school does that few others do: measures ranked by how rare their words are, after common and copied
//! sentences are taken off. It is a list to read for good practice (经验推广), not a judgement.
//!
//! The score of a measure is the mean of ln(B/n) over its three rarest content words, with B bodies that count and n
//! of them that use the word. At least two of its words must be rare: one alone is more often a slip of the pen.

use super::View;
use crate::gather::copies::{Comparison, Wording};
use crate::gather::digest::{Digest, MeasureBrief, fact_id};
use crate::tables::district::DistinctiveMeasureRow;
use rustc_hash::{FxHashMap, FxHashSet};

/// A word is rare where at most this part of the bodies uses it, or two of them.
const RARE: f64 = 0.03;

/// Words that make the score.
const WORDS: usize = 3;

/// Measures told of one body, so that one report does not fill the list.
const OF_ONE_BODY: usize = 3;

/// Measures told in all.
const TOLD: usize = 500;

/// Rows of `distinctive_measures`; `copied` holds for each report the sentences that another body has too.
pub fn rows(view: &View, comparison: &Comparison, copied: &[FxHashSet<u32>]) -> Vec<DistinctiveMeasureRow> {
    let mut by_body: Vec<(u32, &Digest)> = view.counted().map(|(i, d)| (view.bodies[i], d)).collect();
    by_body.sort_by_key(|b| b.0);
    // For each word the body that was the last to use it, and how many use it.
    let mut users: Vec<(u32, u32)> = vec![(u32::MAX, 0); view.words.len()];
    let mut n_bodies = 0;
    for (at, (body, digest)) in by_body.iter().enumerate() {
        n_bodies += u32::from(at == 0 || by_body[at - 1].0 != *body);
        for (term, _) in digest.terms.numbers() {
            let entry = &mut users[*term as usize];
            if entry.0 != *body {
                *entry = (*body, entry.1 + 1);
            }
        }
    }
    let rare = ((f64::from(n_bodies) * RARE) as u32).max(2);
    let mut ranked: Vec<(f64, usize, &MeasureBrief, Vec<(u32, u32)>)> = Vec::new();
    for (i, digest) in view.counted() {
        let own: FxHashSet<u32> = digest
            .sentences
            .all()
            .iter()
            .enumerate()
            .filter(|(s, _)| comparison.wordings[i][*s] != Wording::Common && !copied[i].contains(&(*s as u32)))
            .map(|(_, s)| s.start)
            .collect();
        let terms = digest.terms.numbers();
        for measure in digest.measures.iter().filter(|m| m.status != "required" && own.contains(&m.sentence)) {
            let mut words: Vec<(u32, u32)> =
                measure.terms.iter().map(|t| terms[*t as usize].0).map(|t| (users[t as usize].1, t)).collect();
            super::distinct(&mut words);
            words.truncate(WORDS);
            if words.iter().filter(|w| w.0 <= rare).count() >= 2 {
                let idf: f64 = words.iter().map(|w| (f64::from(n_bodies) / f64::from(w.0)).ln()).sum();
                ranked.push((idf / words.len() as f64, i, measure, words));
            }
        }
    }
    ranked.sort_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(&y.1)).then(x.2.start.cmp(&y.2.start)));
    let mut of_body: FxHashMap<u32, usize> = FxHashMap::default();
    ranked.retain(|r| {
        let n = of_body.entry(view.bodies[r.1]).or_default();
        *n += 1;
        *n <= OF_ONE_BODY
    });
    ranked.truncate(TOLD);
    let row = |(rank, (score, i, measure, words)): (usize, (f64, usize, &MeasureBrief, Vec<(u32, u32)>))| {
        let document = &view.digests[i].document;
        DistinctiveMeasureRow {
            rank: rank as i32 + 1,
            fact_id: fact_id(measure.fact),
            doc_id: document.doc_id.clone(),
            school_id: document.school_id.clone(),
            school_name: document.school_name.clone(),
            period: document.period.clone(),
            status: measure.status.to_string(),
            topics: measure.topics.to_string(),
            score,
            terms: words.iter().map(|w| view.words.get(w.1)).collect::<Vec<_>>().join(" "),
            bodies_with: words[0].0 as i32,
            bodies_counted: n_bodies as i32,
            run_id: view.options.run_id.to_owned(),
        }
    };
    ranked.into_iter().enumerate().map(row).collect()
}
