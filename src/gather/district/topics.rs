//! Measures and problems of all reports by topic. A finding of two topics counts in both.

use super::{Cell, View, n_distinct};
use crate::tables::district::{SchoolTopicRow, TopicSummaryRow};
use std::collections::BTreeMap;

/// What was found under one topic: body and status of each.
#[derive(Default)]
struct Found<'a> {
    measures: Vec<(u32, &'a str)>,
    problems: Vec<(u32, &'a str)>,
}

impl Found<'_> {
    fn n_measures(&self, status: &str) -> i32 {
        self.measures.iter().filter(|m| m.1 == status).count() as i32
    }

    fn n_problems(&self, status: &str) -> i32 {
        self.problems.iter().filter(|p| p.1 == status).count() as i32
    }

    fn bodies(found: &[(u32, &str)], status: Option<&str>) -> i32 {
        n_distinct(found.iter().filter(|f| status.is_none_or(|s| f.1 == s)).map(|f| f.0).collect())
    }
}

/// Rows of `topic_summary`.
pub fn summary(view: &View) -> Vec<TopicSummaryRow> {
    let reporting = view.bodies_by_cell(view.reporting());
    let counted = view.bodies_by_cell(view.counted());
    let found = by_topic(view, |i| view.cell(i));
    let row = |((cell, topic), found): ((Cell, &str), Found)| TopicSummaryRow {
        period: cell.0.map(str::to_owned),
        district: cell.1.map(str::to_owned),
        level: cell.2.map(str::to_owned),
        topic: topic.to_owned(),
        bodies_reporting: reporting.get(&cell).map_or(0, |b| b.len() as i32),
        bodies_counted: counted.get(&cell).map_or(0, |b| b.len() as i32),
        bodies_measures: Found::bodies(&found.measures, None),
        n_measures: found.measures.len() as i32,
        n_measures_done: found.n_measures("done"),
        n_measures_ongoing: found.n_measures("ongoing"),
        n_measures_required: found.n_measures("required"),
        n_measures_planned: found.n_measures("planned"),
        bodies_problems: Found::bodies(&found.problems, Some("own")),
        n_problems: found.n_problems("own"),
        bodies_resolved: Found::bodies(&found.problems, Some("resolved")),
        n_resolved: found.n_problems("resolved"),
        run_id: view.options.run_id.to_owned(),
    };
    found.into_iter().map(row).collect()
}

/// Rows of `school_topics`: of reports that count, for schools whose name is known.
pub fn of_schools(view: &View) -> Vec<SchoolTopicRow> {
    let found = by_topic(view, |i| {
        let document = &view.digests[i].document;
        (document.period.as_deref(), document.school_id.as_deref(), document.school_name.as_deref())
    });
    let row = |(((period, id, name), topic), found): ((Cell, &str), Found)| SchoolTopicRow {
        school_id: id.map(str::to_owned),
        school_name: name.map(str::to_owned),
        period: period.map(str::to_owned),
        topic: topic.to_owned(),
        n_measures: found.measures.len() as i32,
        n_problems: found.n_problems("own"),
        n_resolved: found.n_problems("resolved"),
        run_id: view.options.run_id.to_owned(),
    };
    found.into_iter().filter(|(((_, id, name), _), _)| id.is_some() || name.is_some()).map(row).collect()
}

fn by_topic<'v>(view: &'v View, cell: impl Fn(usize) -> Cell<'v>) -> Vec<((Cell<'v>, &'v str), Found<'v>)> {
    let mut found: BTreeMap<Cell, BTreeMap<&str, Found>> = BTreeMap::new();
    for (i, digest) in view.counted() {
        let (of_cell, body) = (found.entry(cell(i)).or_default(), view.bodies[i]);
        for measure in &digest.measures {
            for topic in measure.topics.split(' ') {
                of_cell.entry(topic).or_default().measures.push((body, &measure.status));
            }
        }
        for problem in digest.problems.iter().filter(|p| p.status != "background") {
            for topic in problem.topics.split(' ') {
                of_cell.entry(topic).or_default().problems.push((body, &problem.status));
            }
        }
    }
    let flat = found.into_iter().flat_map(|(cell, topics)| topics.into_iter().map(move |(t, f)| ((cell, t), f)));
    flat.collect()
}
