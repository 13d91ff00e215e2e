//! Submissions: who handed in what, and who did not.
//!
//! With a roster there is at least one row for each of its schools and each period that is asked for; without one the
//! bodies that reports name are listed, and nobody is missing. A school whose only report may be of the period (it
//! names the year alone, or no period) is `unclear`, not missing; a report whose school is in doubt is `unmatched`.

use super::bodies::Matched;
use super::{DistrictOptions, View};
use crate::gather::digest::Digest;
use crate::gather::periods;
use crate::gather::roster::School;
use crate::tables::district::SubmissionRow;
use std::collections::{BTreeMap, HashMap};

/// A period is asked for where at least this part of the roster's schools report for it.
const ASKED: f64 = 0.2;

/// Periods for which all schools of the roster should report, in order.
pub fn asked(digests: &[Digest], options: &DistrictOptions) -> Vec<Option<String>> {
    let Some(roster) = options.roster else { return Vec::new() };
    if let Some(period) = options.period {
        return vec![Some(period.to_owned())];
    }
    let mut schools: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for document in digests.iter().map(|d| &d.document) {
        if let (Some(period), Some(school)) = (&document.period, &document.school_id) {
            schools.entry(period).or_default().push(school);
        }
    }
    let enough = |s: Vec<&str>| super::n_distinct(s) as f64 >= ASKED * roster.schools.len() as f64;
    let mut asked: Vec<String> =
        schools.into_iter().filter(|(_, s)| enough(s.clone())).map(|(p, _)| p.to_owned()).collect();
    periods::sort(&mut asked);
    if asked.is_empty() { vec![None] } else { asked.into_iter().map(Some).collect() }
}

/// The rows, by period and roster; what belongs to no school of it behind.
pub fn rows(view: &View, matched: &Matched) -> Vec<SubmissionRow> {
    let options = view.options;
    let mut rows = Vec::new();
    let mut listed = vec![false; view.digests.len()];
    let mut of_school: HashMap<u32, Vec<usize>> = HashMap::new();
    for (i, body) in view.bodies.iter().enumerate() {
        of_school.entry(*body).or_default().push(i);
    }
    let mut unreadable: HashMap<usize, Vec<usize>> = HashMap::new();
    for (i, found) in matched.rejects.iter().enumerate() {
        if let Some(school) = found.school {
            unreadable.entry(school).or_default().push(i);
        }
    }
    let schools = options.roster.map_or(&[][..], |r| &r.schools);
    for period in &view.asked {
        for (number, school) in schools.iter().enumerate() {
            let reports = of_school.get(&(number as u32)).map_or(&[][..], Vec::as_slice);
            let of_period: Vec<usize> =
                reports.iter().copied().filter(|&i| view.digests[i].document.period == *period).collect();
            let readable = of_period.iter().any(|&i| view.digests[i].document.on_topic);
            for &i in &of_period {
                listed[i] = true;
                rows.push(of_report(view, i, Some(school), state(&view.digests[i], options)));
            }
            if readable {
                continue;
            }
            let rejected = unreadable.get(&number).into_iter().flatten().copied().find(|&i| {
                let told =
                    options.period.map(str::to_owned).or_else(|| periods::of_path(&options.rejects[i].source_path));
                told.is_none() || told == *period
            });
            let unclear = reports.iter().copied().find(|&i| {
                let document = &view.digests[i].document;
                let told = document.period.as_deref();
                document.on_topic && period.as_deref().is_some_and(|p| told != Some(p) && periods::may_be(told, p))
            });
            let row = of_school_alone(view, school, period.as_deref());
            match (rejected, unclear) {
                (Some(i), _) => rows.push(SubmissionRow {
                    state: "unreadable".to_owned(),
                    source_path: Some(options.rejects[i].source_path.clone()),
                    ..row
                }),
                (None, Some(i)) => rows.push(SubmissionRow {
                    state: "unclear".to_owned(),
                    doc_id: Some(view.digests[i].document.doc_id.clone()),
                    source_path: Some(view.digests[i].document.source_path.clone()),
                    ..row
                }),
                (None, None) if of_period.is_empty() => rows.push(row),
                (None, None) => {}
            }
        }
    }
    for (i, digest) in view.digests.iter().enumerate().filter(|(i, _)| !listed[*i]) {
        let school = schools.get(view.bodies[i] as usize);
        let unmatched = options.roster.is_some() && school.is_none();
        let state = if unmatched { "unmatched" } else { state(digest, options) };
        rows.push(of_report(view, i, school, state));
    }
    rows
}

fn state(digest: &Digest, options: &DistrictOptions) -> &'static str {
    let document = &digest.document;
    let late = matches!((document.report_date, options.due), (Some(date), Some(due)) if date > due);
    match document {
        d if d.superseded_by.is_some() => "superseded",
        d if !d.on_topic => "off_topic",
        _ if late => "late",
        _ => "received",
    }
}

fn of_report(view: &View, report: usize, school: Option<&School>, state: &str) -> SubmissionRow {
    let document = &view.digests[report].document;
    SubmissionRow {
        school_id: document.school_id.clone(),
        school_name: document.school_name.clone(),
        district: document.district.clone(),
        town: school.and_then(|s| s.town.clone()),
        stage: document.stage.clone(),
        period: document.period.clone(),
        state: state.to_owned(),
        doc_id: Some(document.doc_id.clone()),
        source_path: Some(document.source_path.clone()),
        report_date: document.report_date,
        due_date: view.options.due,
        doc_kind: document.doc_kind.clone(),
        superseded_by: document.superseded_by.clone(),
        school_candidates: document.school_candidates.clone(),
        run_id: view.options.run_id.to_owned(),
    }
}

/// The row of a school from which nothing came.
fn of_school_alone(view: &View, school: &School, period: Option<&str>) -> SubmissionRow {
    let open = matches!((view.options.due, view.options.today), (Some(due), Some(today)) if today <= due);
    SubmissionRow {
        school_id: Some(school.id.clone()),
        school_name: Some(school.name.clone()),
        district: school.district.clone(),
        town: school.town.clone(),
        stage: school.stage.clone(),
        period: period.map(str::to_owned),
        state: if open { "expected" } else { "missing" }.to_owned(),
        due_date: view.options.due,
        run_id: view.options.run_id.to_owned(),
        ..SubmissionRow::default()
    }
}
