//! All reports together: the district's tables, from the digests of its reports.
//!
//! [`district`] is the flow: periods, bodies, copies, versions, what counts; then one module for each table or pair of
//! tables. It is a pure function, linear in the number of reports, and its rows depend on nothing but its arguments.
//! Three rules hold in all tables. A report that is a copy counts once, with the first of its group in the period; one
//! that a later version replaces, and one that is off topic, do not count. Requirements, values and aims are counted
//! apart, and what is masked is counted as masked. Every share stands as two counts.

pub mod bodies;
mod distinctive;
mod indicators;
mod keyness;
mod reviews;
mod schools;
mod similar;
mod submissions;
mod topics;
mod trends;
mod versions;

use super::copies::{self, Limits};
use super::digest::{Digest, FigureBrief};
use super::norms::{NormId, Norms, Verdict};
use super::periods;
use super::roster::Roster;
use super::terms::{self, Words};
use crate::tables::district::DistrictRows;
use crate::tables::{DocumentRow, RejectRow};
use anyhow::Result;
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;

/// What the district's tables depend on besides the reports.
#[derive(Clone, Copy)]
pub struct DistrictOptions<'a> {
    /// The schools that should report.
    pub roster: Option<&'a Roster>,
    /// See [`super::norms`].
    pub norms: &'a Norms,
    /// Hashes of known common wording, see [`super::phrases::known`].
    pub known: &'a FxHashSet<u64>,
    /// Files that could not be read: their schools handed in something.
    pub rejects: &'a [RejectRow],
    /// `--period`: the period of all reports.
    pub period: Option<&'a str>,
    /// Last day on which a report of one period is in time, days since 1970-01-01; see [`submissions::due_for`].
    pub due: Option<i32>,
    /// The day of the run: until `due` has passed, what has not come is expected, not missing.
    pub today: Option<i32>,
    /// A wording that so many bodies use is common; by default it follows from their number.
    pub common_bodies: Option<usize>,
    /// The run.
    pub run_id: &'a str,
}

/// What all tables are made from.
struct View<'a> {
    digests: &'a [Digest],
    /// The words of all of them.
    words: &'a Words,
    /// Who wrote each report.
    bodies: &'a [u32],
    options: &'a DistrictOptions<'a>,
    /// Periods for which all schools should report; `None` where reports tell no period.
    asked: Vec<Option<String>>,
    /// The period to which `due` belongs; `None` where reports tell no period.
    due_for: Option<String>,
    /// For each report: figure, norm and verdict.
    verdicts: Vec<Vec<(usize, NormId, Verdict)>>,
}

/// Period, district and level: what most tables are cut by.
type Cell<'a> = (Option<&'a str>, Option<&'a str>, Option<&'a str>);

impl View<'_> {
    /// Reports that are on topic and not replaced.
    fn reporting(&self) -> impl Iterator<Item = (usize, &Digest)> {
        self.digests.iter().enumerate().filter(|(_, d)| d.document.on_topic && d.document.superseded_by.is_none())
    }

    /// Reports that count.
    fn counted(&self) -> impl Iterator<Item = (usize, &Digest)> {
        self.digests.iter().enumerate().filter(|(_, d)| d.document.counted)
    }

    /// True for a figure that is of who reports: 全县参加的学生有3.1万人 is not the school's that tells it.
    fn is_own(&self, report: usize, figure: &FigureBrief) -> bool {
        is_own(&self.digests[report], figure)
    }

    /// The last day for reports of that period, where it has one.
    fn due(&self, period: Option<&str>) -> Option<i32> {
        self.options.due.filter(|_| self.due_for.as_deref() == period)
    }

    fn cell(&self, report: usize) -> Cell<'_> {
        let d = &self.digests[report].document;
        (d.period.as_deref(), d.district.as_deref(), d.level.as_deref())
    }

    /// For each cell the bodies of the reports, each once.
    fn bodies_by_cell<'v>(
        &'v self,
        reports: impl Iterator<Item = (usize, &'v Digest)>,
    ) -> BTreeMap<Cell<'v>, Vec<u32>> {
        let mut cells: BTreeMap<Cell, Vec<u32>> = BTreeMap::new();
        for (i, _) in reports {
            cells.entry(self.cell(i)).or_default().push(self.bodies[i]);
        }
        cells.values_mut().for_each(distinct);
        cells
    }
}

/// The period that the title tells, where it can't be the one that was given.
fn other_period(document: &DocumentRow, given: &str) -> Option<String> {
    periods::read(document.title.as_deref()?).filter(|title| periods::contradict(given, title))
}

/// See [`View::is_own`].
fn is_own(digest: &Digest, figure: &FigureBrief) -> bool {
    let of_school = digest.document.school_id.is_some() || digest.document.level.as_deref() == Some("school");
    !figure.of_all || !of_school
}

/// Sorts and drops what is there twice.
fn distinct<T: Ord>(items: &mut Vec<T>) {
    items.sort_unstable();
    items.dedup();
}

/// Number of distinct items.
fn n_distinct<T: Ord>(mut items: Vec<T>) -> i32 {
    distinct(&mut items);
    items.len() as i32
}

/// Fills in what a report's rows could not know (period, school, copies, what counts), and makes the district's tables.
pub fn district(digests: &mut [Digest], options: &DistrictOptions) -> Result<DistrictRows> {
    let period = options.period.map(|p| periods::read(p).unwrap_or_else(|| p.to_owned()));
    let options = &DistrictOptions { period: period.as_deref(), ..*options };
    for digest in digests.iter_mut() {
        let document = &mut digest.document;
        // A folder and a title that contradict each other leave the period open; what was asked for holds for all.
        let told = || match periods::of_path(&document.source_path) {
            Some(given) => other_period(document, &given).is_none().then_some(given),
            None => document.period.clone(),
        };
        document.period = options.period.map(str::to_owned).or_else(told);
    }
    let words = &*terms::unite(digests.iter_mut().map(|digest| &mut digest.terms));
    let matched = bodies::assign(digests, options)?;
    let bodies = &matched.bodies;

    let distinct_bodies = n_distinct(bodies.clone()) as usize;
    let mut limits = Limits::for_bodies(distinct_bodies);
    limits.common_bodies = options.common_bodies.unwrap_or(limits.common_bodies);
    let of_period: Vec<Option<String>> = digests.iter().map(|d| d.document.period.clone()).collect();
    let on_topic: Vec<bool> = digests.iter().map(|d| d.document.on_topic).collect();
    let comparable =
        |a: usize, b: usize| on_topic[a] && on_topic[b] && (bodies[a] != bodies[b] || of_period[a] == of_period[b]);
    let comparison = copies::compare(digests, bodies, options.known, &limits, comparable);
    versions::assign(digests, bodies, &comparison);
    let (similar_reports, shared_sentences, copied) =
        similar::assign(digests, bodies, &comparison, &limits, options.run_id);

    let asked = submissions::asked(digests, options);
    let judge = |digest: &Digest| -> Vec<(usize, NormId, Verdict)> {
        let of_figure = |(i, figure)| {
            let verdicts = options.norms.judge(figure, digest.document.stage.as_deref());
            verdicts.into_iter().map(move |(norm, verdict)| (i, norm, verdict))
        };
        let own = digest.figures.iter().enumerate().filter(|(_, f)| is_own(digest, f));
        own.flat_map(of_figure).collect()
    };
    let verdicts = digests.par_iter().map(judge).collect();
    let due_for = submissions::due_for(digests, options);
    let view = View { digests, words, bodies, options, asked, due_for, verdicts };

    // No table needs another's rows, but for schools; the halves take about as long.
    let of_reports = || {
        let submissions = submissions::rows(&view, &matched);
        let review_list = reviews::rows(&view);
        let school_summary = schools::rows(&view, &submissions, &comparison, &review_list);
        (submissions, review_list, school_summary, keyness::rows(&view))
    };
    let of_findings = || {
        let indicators = (indicators::summary(&view), indicators::norm_findings(&view));
        let topics = (topics::summary(&view), topics::of_schools(&view));
        (indicators, topics, distinctive::rows(&view, &comparison, &copied), trends::rows(&view))
    };
    let (of_reports, of_findings) = rayon::join(of_reports, of_findings);
    let (submissions, review_list, school_summary, (term_summary, school_terms)) = of_reports;
    let ((indicator_summary, norm_findings), (topic_summary, school_topics), distinctive_measures, trends) =
        of_findings;
    let (trends, topic_trends) = trends;
    Ok(DistrictRows {
        submissions,
        indicator_summary,
        topic_summary,
        school_summary,
        school_topics,
        similar_reports,
        shared_sentences,
        term_summary,
        school_terms,
        norm_findings,
        review_list,
        distinctive_measures,
        trends,
        topic_trends,
    })
}
