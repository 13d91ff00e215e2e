//! One row for each school (or other named body) and period: whether it reported, what was found, what to look at.

use super::View;
use super::indicators::n_verdicts;
use crate::gather::copies::{Comparison, Wording};
use crate::gather::norms::Verdict;
use crate::tables::district::{ReviewRow, SchoolSummaryRow, SubmissionRow};
use std::collections::{BTreeMap, HashMap};

/// States of a submission, the one that stands for the school first.
const STATES: [&str; 8] =
    ["received", "late", "unclear", "off_topic", "unreadable", "expected", "missing", "superseded"];

/// Rows of `school_summary`.
pub fn rows(
    view: &View,
    submissions: &[SubmissionRow],
    comparison: &Comparison,
    review_list: &[ReviewRow],
) -> Vec<SchoolSummaryRow> {
    let by_doc: HashMap<&str, usize> =
        view.digests.iter().enumerate().map(|(i, d)| (d.document.doc_id.as_str(), i)).collect();
    let mut to_review: HashMap<&str, i32> = HashMap::new();
    for row in review_list {
        *to_review.entry(&row.doc_id).or_default() += 1;
    }
    let mut of_school: BTreeMap<(Option<&str>, Option<&str>, Option<&str>), Vec<&SubmissionRow>> = BTreeMap::new();
    for s in submissions.iter().filter(|s| s.school_name.is_some() && s.state != "unmatched") {
        let key = (s.period.as_deref(), s.school_id.as_deref(), s.school_name.as_deref());
        of_school.entry(key).or_default().push(s);
    }
    let schools: HashMap<&str, _> =
        view.options.roster.iter().flat_map(|r| &r.schools).map(|s| (s.id.as_str(), s)).collect();
    let mut rows = Vec::new();
    for handed_in in of_school.into_values() {
        let first = handed_in[0];
        let place = |s: &&&SubmissionRow| STATES.iter().position(|state| *state == s.state);
        let state = &handed_in.iter().min_by_key(place).expect("a group holds one row at least").state;
        let school = first.school_id.as_deref().and_then(|id| schools.get(id));
        let mut row = SchoolSummaryRow {
            school_id: first.school_id.clone(),
            school_name: first.school_name.clone(),
            district: first.district.clone(),
            town: first.town.clone(),
            level: level(view, first, &by_doc),
            stage: first.stage.clone(),
            pupils: school.and_then(|s| s.pupils),
            teachers: school.and_then(|s| s.teachers),
            period: first.period.clone(),
            state: state.clone(),
            run_id: view.options.run_id.to_owned(),
            ..SchoolSummaryRow::default()
        };
        let reports = handed_in
            .iter()
            .filter(|s| matches!(s.state.as_str(), "received" | "late"))
            .filter_map(|s| by_doc.get(s.doc_id.as_deref()?));
        for &i in reports {
            add(&mut row, view, i, comparison);
            row.n_to_review += to_review.get(view.digests[i].document.doc_id.as_str()).unwrap_or(&0);
        }
        let own = row.n_sentences - row.n_sentences_common;
        row.copied_share = (own > 0).then(|| f64::from(row.n_sentences_copied) / f64::from(own));
        rows.push(row);
    }
    rows
}

/// Who the body is: a school of the roster, else what its report says of it.
fn level(view: &View, row: &SubmissionRow, by_doc: &HashMap<&str, usize>) -> Option<String> {
    if row.school_id.is_some() {
        return Some("school".to_owned());
    }
    let report = by_doc.get(row.doc_id.as_deref()?)?;
    view.digests[*report].document.level.clone()
}

/// Adds one report of the school.
fn add(row: &mut SchoolSummaryRow, view: &View, report: usize, comparison: &Comparison) {
    let digest = &view.digests[report];
    let kind = |kind: &str| digest.figures.iter().filter(|f| f.kind == kind && !f.masked).count() as i32;
    let measures = |status: &str| digest.measures.iter().filter(|m| m.status == status).count() as i32;
    let problems = |status: &str| digest.problems.iter().filter(|p| p.status == status).count() as i32;
    row.n_reports += 1;
    row.n_chars += digest.document.n_chars;
    row.n_figures += digest.figures.len() as i32;
    row.n_actual += kind("actual");
    row.n_requirement += kind("requirement");
    row.n_target += kind("target");
    row.n_masked += digest.figures.iter().filter(|f| f.masked).count() as i32;
    row.n_measures += digest.measures.len() as i32;
    row.n_measures_done += measures("done");
    row.n_measures_ongoing += measures("ongoing");
    row.n_measures_required += measures("required");
    row.n_measures_planned += measures("planned");
    row.n_problems += problems("own");
    row.n_resolved += problems("resolved");
    row.n_rule_breaches += n_verdicts(view, report, &[Verdict::RuleBreach]);
    row.n_value_breaches += n_verdicts(view, report, &[Verdict::ValueBreach]);
    row.n_stricter += n_verdicts(view, report, &[Verdict::Stricter]);
    let (own, common) = (comparison.count(report, Wording::Own), comparison.count(report, Wording::Common));
    row.n_sentences += (own + common) as i32;
    row.n_sentences_common += common as i32;
    row.n_sentences_copied += (digest.document.copied_share * own as f64).round() as i32;
    if row.copy_group.is_none() {
        row.copy_group.clone_from(&digest.document.copy_group);
    }
}
