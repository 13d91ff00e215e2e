//! Copies: which pairs of reports of different bodies are told, which reports form groups, and what counts.

use crate::gather::copies::{Comparison, Groups, Limits, Pair, Wording};
use crate::gather::digest::Digest;
use crate::tables::district::{SharedSentenceRow, SimilarReportRow};
use rustc_hash::{FxHashMap, FxHashSet};

/// Fills in copied share, copy group, shares of wording and what counts; the rows are those of `similar_reports` and
/// `shared_sentences`, then for each report the sentences that another body has too.
pub fn assign(
    digests: &mut [Digest],
    bodies: &[u32],
    comparison: &Comparison,
    limits: &Limits,
    run_id: &str,
) -> (Vec<SimilarReportRow>, Vec<SharedSentenceRow>, Vec<FxHashSet<u32>>) {
    let replaced = |i: usize| digests[i].document.superseded_by.is_some();
    let told = |p: &&Pair| bodies[p.a] != bodies[p.b] && !replaced(p.a) && !replaced(p.b);
    let mut pairs: Vec<&Pair> = comparison.pairs.iter().filter(told).collect();
    let origins = Origins::of(digests, bodies, &pairs);
    pairs.retain(|pair| !origins.repeats(pair));

    let mut copied: Vec<FxHashSet<u32>> = vec![FxHashSet::default(); digests.len()];
    let mut groups = Groups::new(digests.len());
    for pair in &pairs {
        copied[pair.a].extend(origins.taken(pair.a, pair.b, &pair.a_in_b));
        copied[pair.b].extend(origins.taken(pair.b, pair.a, &pair.b_in_a));
        if pair.is_copy(limits) {
            groups.join(pair.a, pair.b);
        }
    }
    let sets = groups.sets();
    for (i, digest) in digests.iter_mut().enumerate() {
        let (own, common) = (comparison.count(i, Wording::Own), comparison.count(i, Wording::Common));
        let share = |part: usize, whole: usize| if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
        let document = &mut digest.document;
        document.copied_share = share(copied[i].len(), own);
        document.counted = document.on_topic && document.superseded_by.is_none();
        digest.stats.template_share = share(common, own + common);
        digest.stats.own_share = if own + common == 0 { 1.0 } else { share(own - copied[i].len(), own + common) };
    }
    for set in sets {
        group(digests, set);
    }
    let rows = pairs.iter().map(|p| row(digests, comparison, p, limits, run_id)).collect();
    let sentences = pairs.iter().flat_map(|p| sentences(digests, p, run_id)).collect();
    (rows, sentences, copied)
}

/// Which sentences of a report stem from an earlier one of another body, where dates prove it: a body that says them
/// again in a later period repeats itself, and has not copied from who copied it.
struct Origins<'a> {
    bodies: &'a [u32],
    dates: Vec<Option<i32>>,
    /// For a report and a body the sentences that it has from that body.
    from: FxHashMap<(usize, u32), FxHashSet<u32>>,
}

impl<'a> Origins<'a> {
    fn of(digests: &[Digest], bodies: &'a [u32], pairs: &[&Pair]) -> Self {
        let dates: Vec<Option<i32>> = digests.iter().map(|d| d.document.report_date).collect();
        let mut origins = Origins { bodies, dates, from: FxHashMap::default() };
        for pair in pairs {
            if origins.is_earlier(pair.a, pair.b) {
                let sentences = pair.b_in_a.iter().map(|s| s.0);
                origins.from.entry((pair.b, bodies[pair.a])).or_default().extend(sentences);
            } else if origins.is_earlier(pair.b, pair.a) {
                let sentences = pair.a_in_b.iter().map(|s| s.0);
                origins.from.entry((pair.a, bodies[pair.b])).or_default().extend(sentences);
            }
        }
        origins
    }

    fn is_earlier(&self, a: usize, b: usize) -> bool {
        matches!((self.dates[a], self.dates[b]), (Some(x), Some(y)) if x < y)
    }

    /// The sentences of `report` among `shared` that it may have from `other`.
    fn taken(&self, report: usize, other: usize, shared: &[(u32, u32)]) -> impl Iterator<Item = u32> {
        let own = self.from.get(&(other, self.bodies[report])).filter(|_| !self.is_earlier(report, other));
        shared.iter().filter(move |s| own.is_none_or(|own| !own.contains(&s.1))).map(|s| s.0)
    }

    /// True where nearly all that one of the two shares with the other is its own of earlier times.
    fn repeats(&self, pair: &Pair) -> bool {
        let few = |taken: usize, shared: usize| 5 * taken < shared;
        few(self.taken(pair.a, pair.b, &pair.a_in_b).count(), pair.a_in_b.len())
            || few(self.taken(pair.b, pair.a, &pair.b_in_a).count(), pair.b_in_a.len())
    }
}

/// Names the group after its first report, by date and then by order; in each period the first of it counts.
fn group(digests: &mut [Digest], mut set: Vec<usize>) {
    set.sort_by_key(|&i| (digests[i].document.report_date.unwrap_or(i32::MAX), i));
    let name = digests[set[0]].document.doc_id.clone();
    let mut periods: Vec<Option<String>> = Vec::new();
    for i in set {
        let document = &mut digests[i].document;
        document.copy_group = Some(name.clone());
        if document.counted {
            document.counted = !periods.contains(&document.period);
            periods.push(document.period.clone());
        }
    }
}

fn row(digests: &[Digest], comparison: &Comparison, pair: &Pair, limits: &Limits, run_id: &str) -> SimilarReportRow {
    let (a, b) = (&digests[pair.a].document, &digests[pair.b].document);
    let earlier = match (a.report_date, b.report_date) {
        (Some(x), Some(y)) if x < y => Some(a.doc_id.clone()),
        (Some(x), Some(y)) if y < x => Some(b.doc_id.clone()),
        _ => None,
    };
    SimilarReportRow {
        doc_a: a.doc_id.clone(),
        doc_b: b.doc_id.clone(),
        school_a: a.school_name.clone(),
        school_b: b.school_name.clone(),
        period_a: a.period.clone(),
        period_b: b.period.clone(),
        shared_a: pair.a_in_b.len() as i32,
        own_a: comparison.count(pair.a, Wording::Own) as i32,
        containment_a: pair.containment_a,
        shared_b: pair.b_in_a.len() as i32,
        own_b: comparison.count(pair.b, Wording::Own) as i32,
        containment_b: pair.containment_b,
        n_same: pair.a_in_b.iter().filter(|s| same(digests, pair, s)).count() as i32,
        is_copy: pair.is_copy(limits),
        copy_group: a.copy_group.clone().filter(|g| b.copy_group.as_ref() == Some(g)),
        earlier_doc: earlier,
        run_id: run_id.to_owned(),
    }
}

fn sentences<'a>(
    digests: &'a [Digest],
    pair: &'a Pair,
    run_id: &'a str,
) -> impl Iterator<Item = SharedSentenceRow> + 'a {
    let (a, b) = (&digests[pair.a], &digests[pair.b]);
    pair.a_in_b.iter().map(move |shared| {
        let (x, y) = (&a.sentences.all()[shared.0 as usize], &b.sentences.all()[shared.1 as usize]);
        SharedSentenceRow {
            doc_a: a.document.doc_id.clone(),
            start_a: x.start.into(),
            end_a: x.end.into(),
            doc_b: b.document.doc_id.clone(),
            start_b: y.start.into(),
            end_b: y.end.into(),
            same: same(digests, pair, shared),
            run_id: run_id.to_owned(),
        }
    })
}

/// True where the two sentences agree in every letter and digit.
fn same(digests: &[Digest], pair: &Pair, shared: &(u32, u32)) -> bool {
    digests[pair.a].sentences.all()[shared.0 as usize].hash == digests[pair.b].sentences.all()[shared.1 as usize].hash
}
