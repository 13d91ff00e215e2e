//! Submissions: who handed in what, and who did not.
//!
//! With a roster there is at least one row for each of its schools and each period that is asked for; without one the
//! bodies that reports name are listed, and nobody is missing. A school is `unclear`, not missing, where its only report
//! may be of the period (it names the year alone, or no period), or where a report of the period may be its own; a report
//! whose school is in doubt is `unmatched`.

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

/// The period to which the last day belongs: that of `--period`; else of the periods that reports tell, of the length
/// that most of them tell, the last one that had begun on that day (the first where none had). For other periods nobody
/// is late or awaited: their last day is not known.
pub fn due_for(digests: &[Digest], options: &DistrictOptions) -> Option<String> {
    if let Some(period) = options.period {
        return Some(period.to_owned());
    }
    let due = options.due?;
    let of_topic = digests.iter().map(|d| &d.document).filter(|d| d.on_topic);
    let told: Vec<((periods::Kind, i32), &str)> =
        of_topic.filter_map(|d| d.period.as_deref()).filter_map(|p| Some((periods::order(p)?, p))).collect();
    let mut kinds: BTreeMap<periods::Kind, usize> = BTreeMap::new();
    told.iter().for_each(|((kind, _), _)| *kinds.entry(*kind).or_default() += 1);
    let kind = kinds.into_iter().max_by_key(|(_, n)| *n)?.0;
    let of_kind = || told.iter().filter(|((k, _), _)| *k == kind);
    let begun = of_kind().filter(|((_, month), _)| periods::first_day(*month).is_some_and(|day| day <= due)).max();
    begun.or_else(|| of_kind().min()).map(|(_, period)| (*period).to_owned())
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
    let mut may_be_of: HashMap<&str, Vec<usize>> = HashMap::new();
    for (i, digest) in view.reporting() {
        for id in digest.document.school_candidates.iter().flat_map(|ids| ids.split(' ')) {
            may_be_of.entry(id).or_default().push(i);
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
                rows.push(of_report(view, i, Some(school), state(view, i)));
            }
            if readable {
                continue;
            }
            let rejected = unreadable.get(&number).into_iter().flatten().copied().find(|&i| {
                let told =
                    options.period.map(str::to_owned).or_else(|| periods::of_path(&options.rejects[i].source_path));
                told.is_none() || told == *period
            });
            let of_some_period = reports.iter().copied().find(|&i| {
                let document = &view.digests[i].document;
                let told = document.period.as_deref();
                document.on_topic && period.as_deref().is_some_and(|p| told != Some(p) && periods::may_be(told, p))
            });
            let of_some_school = || {
                let reports = may_be_of.get(school.id.as_str()).into_iter().flatten().copied();
                reports.into_iter().find(|&i| {
                    let told = view.digests[i].document.period.as_deref();
                    told == period.as_deref() || period.as_deref().is_some_and(|p| periods::may_be(told, p))
                })
            };
            let unclear = of_some_period.or_else(of_some_school);
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
    for i in (0..view.digests.len()).filter(|i| !listed[*i]) {
        let school = schools.get(view.bodies[i] as usize);
        let unmatched = options.roster.is_some() && school.is_none();
        let state = if unmatched { "unmatched" } else { state(view, i) };
        rows.push(of_report(view, i, school, state));
    }
    rows
}

fn state(view: &View, report: usize) -> &'static str {
    let document = &view.digests[report].document;
    let due = view.due(document.period.as_deref());
    let late = matches!((document.report_date, due), (Some(date), Some(due)) if date > due);
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
        due_date: view.due(document.period.as_deref()),
        doc_kind: document.doc_kind.clone(),
        superseded_by: document.superseded_by.clone(),
        school_candidates: document.school_candidates.clone(),
        run_id: view.options.run_id.to_owned(),
    }
}

/// The row of a school from which nothing came.
fn of_school_alone(view: &View, school: &School, period: Option<&str>) -> SubmissionRow {
    let due = view.due(period);
    let open = matches!((due, view.options.today), (Some(due), Some(today)) if today <= due);
    SubmissionRow {
        school_id: Some(school.id.clone()),
        school_name: Some(school.name.clone()),
        district: school.district.clone(),
        town: school.town.clone(),
        stage: school.stage.clone(),
        period: period.map(str::to_owned),
        state: if open { "expected" } else { "missing" }.to_owned(),
        due_date: due,
        run_id: view.options.run_id.to_owned(),
        ..SubmissionRow::default()
    }
}
