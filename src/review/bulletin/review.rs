//! What needs a check before anybody uses it: unfilled XX, copies, numbers that do not agree, plans sent as reports.

use super::model::{Review, Said};
use super::view::{Report, View, bodies};
use crate::review::names::review_kind;
use std::collections::{BTreeMap, BTreeSet};

/// Kinds of the review list that are no contradiction between numbers.
const NOT_NUMBERS: [&str; 5] =
    ["stale_problem", "plan_as_report", "unfilled_template", "other_period", "unchanged_for_3_periods"];

/// From this share of its own sentences on a report is like another.
const SIMILAR: f64 = 0.5;

/// True for a question about numbers that do not agree or can't be.
pub fn is_contradiction(kind: &str) -> bool {
    !NOT_NUMBERS.contains(&kind)
}

/// Counts over all reports on topic, copies included.
pub fn review(view: &View) -> Review {
    let mut doubtful: BTreeSet<&str> = BTreeSet::new();
    let masked: Vec<&Report> = view.reports.iter().filter(|r| r.document.n_masked > 0).collect();
    doubtful.extend(masked.iter().map(|r| &*r.document.doc_id));

    let pairs = || {
        let pairs = view.tables.similar_reports.iter();
        pairs.filter_map(|p| Some((p, view.report(&p.doc_a)?, view.report(&p.doc_b)?)))
    };
    let copies: Vec<_> = pairs().filter(|(p, ..)| p.is_copy).collect();
    let copied: BTreeSet<&str> = copies.iter().flat_map(|(p, ..)| [&*p.doc_a, &*p.doc_b]).collect();
    let similar = pairs().filter(|(p, ..)| !p.is_copy && p.containment_a.max(p.containment_b) >= SIMILAR).count();
    doubtful.extend(&copied);

    let questions: Vec<_> = view.tables.review_list.iter().filter_map(|q| Some((q, view.report(&q.doc_id)?))).collect();
    doubtful.extend(questions.iter().map(|(q, _)| &*q.doc_id));
    let contradictions = || questions.iter().filter(|(q, _)| is_contradiction(&q.kind));
    let not_reports =
        questions.iter().filter(|(q, _)| matches!(&*q.kind, "plan_as_report" | "unfilled_template" | "other_period"));

    let mut by_name: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for (question, report) in contradictions() {
        by_name.entry((&report.body, &report.name)).or_default().insert(review_kind(&question.kind));
    }
    let mut masked_by_body: BTreeMap<(&str, &str), i32> = BTreeMap::new();
    for report in &masked {
        *masked_by_body.entry((&report.body, &report.name)).or_default() += report.document.n_masked;
    }
    let mut masked_names: Vec<_> = masked_by_body.into_iter().collect();
    masked_names.sort_by_key(|(body, n)| (-n, *body));
    Review {
        reports: doubtful.len(),
        masked_schools: bodies(masked.iter().copied()),
        masked: masked.iter().map(|r| r.document.n_masked as usize).sum(),
        copy_pairs: copies.len(),
        copy_reports: copied.len(),
        similar_pairs: similar,
        contradiction_schools: bodies(contradictions().map(|(_, r)| *r)),
        contradictions: contradictions().count(),
        not_reports: not_reports.map(|(q, _)| &*q.doc_id).collect::<BTreeSet<_>>().len(),
        masked_names: masked_names
            .into_iter()
            .map(|((_, name), n)| Said { name: name.to_owned(), said: format!("{n}处") })
            .collect(),
        copies: copies.iter().map(|(_, a, b)| [a.name.clone(), b.name.clone()]).collect(),
        contradicting: by_name
            .into_iter()
            .map(|((_, name), kinds)| Said {
                name: name.to_owned(),
                said: kinds.into_iter().take(2).collect::<Vec<_>>().join("、"),
            })
            .collect(),
    }
}
