//! Which reports a bulletin speaks of: the schools' reports of one period and, where asked, one district.
//!
//! Reports of townships and bureaus are not schools and are only counted. A body is a school of the roster, else a name
//! that the text gives, else the report itself: nothing is put together by guess, as in the district tables.

use crate::gather::periods;
use crate::message::Message;
use crate::publish::parquet;
use crate::review::{run_row, text};
use crate::tables::district::{NormFindingRow, ReviewRow, SchoolSummaryRow, SimilarReportRow, SubmissionRow};
use crate::tables::{DocumentRow, FigureRow, MeasureRow, ProblemMeasureRow, ProblemRow, RejectRow, RunRow};
use anyhow::Result;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;

/// Longest name that is printed; a name that is longer is no name.
const NAME_CHARS: usize = 16;

/// What a bulletin is made from.
#[derive(Debug)]
pub struct Tables {
    /// `documents`
    pub documents: Vec<DocumentRow>,
    /// `figures`
    pub figures: Vec<FigureRow>,
    /// `measures`
    pub measures: Vec<MeasureRow>,
    /// `problems`
    pub problems: Vec<ProblemRow>,
    /// `problem_measures`
    pub problem_measures: Vec<ProblemMeasureRow>,
    /// `submissions`
    pub submissions: Vec<SubmissionRow>,
    /// `school_summary`
    pub school_summary: Vec<SchoolSummaryRow>,
    /// `norm_findings`
    pub norm_findings: Vec<NormFindingRow>,
    /// `review_list`
    pub review_list: Vec<ReviewRow>,
    /// `similar_reports`
    pub similar_reports: Vec<SimilarReportRow>,
    /// `rejects`
    pub rejects: Vec<RejectRow>,
    /// The one row of `runs`.
    pub run: RunRow,
}

impl Tables {
    /// The tables of the run in folder `run`.
    pub fn read(run: &Path) -> Result<Self> {
        Ok(Tables {
            documents: parquet::read(run)?,
            figures: parquet::read(run)?,
            measures: parquet::read(run)?,
            problems: parquet::read(run)?,
            problem_measures: parquet::read(run)?,
            submissions: parquet::read(run)?,
            school_summary: parquet::read(run)?,
            norm_findings: parquet::read(run)?,
            review_list: parquet::read(run)?,
            similar_reports: parquet::read(run)?,
            rejects: parquet::read(run)?,
            run: run_row(run)?,
        })
    }

    /// Schools of the roster; none where there was no roster.
    fn roster(&self, district: Option<&str>) -> BTreeSet<&str> {
        let rows = self.submissions.iter().filter(|s| district.is_none() || s.district.as_deref() == district);
        rows.filter_map(|s| s.school_id.as_deref()).collect()
    }

    /// Periods for which the whole roster is asked, in order of time.
    fn asked(&self) -> Vec<Option<String>> {
        let mut schools: BTreeMap<Option<&str>, BTreeSet<&str>> = BTreeMap::new();
        for row in &self.submissions {
            if let Some(school) = &row.school_id {
                schools.entry(row.period.as_deref()).or_default().insert(school);
            }
        }
        let all = self.roster(None).len();
        in_order(schools.into_iter().filter(|(_, s)| s.len() == all).map(|(period, _)| period))
    }
}

fn in_order<'a>(periods: impl Iterator<Item = Option<&'a str>>) -> Vec<Option<String>> {
    let periods: BTreeSet<Option<&str>> = periods.collect();
    let mut told: Vec<String> = periods.iter().flatten().map(|p| (*p).to_owned()).collect();
    periods::sort(&mut told);
    let unknown = periods.contains(&None).then_some(None);
    unknown.into_iter().chain(told.into_iter().map(Some)).collect()
}

/// Which periods are spoken of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// Reports of this period; `None` where reports tell no period.
    One(Option<String>),
    /// All reports, where they tell many periods and nobody said which.
    All,
}

impl Which {
    /// True for a row of these periods.
    pub fn holds(&self, period: Option<&str>) -> bool {
        match self {
            Which::One(one) => one.as_deref() == period,
            Which::All => true,
        }
    }
}

/// A school's report that is on topic and not replaced by a later one.
#[derive(Debug)]
pub struct Report<'a> {
    /// Its row.
    pub document: &'a DocumentRow,
    /// Who wrote it.
    pub body: String,
    /// The name to print.
    pub name: String,
}

/// The reports that a bulletin speaks of.
#[derive(Debug)]
pub struct View<'a> {
    /// All tables of the run.
    pub tables: &'a Tables,
    /// See [`Which`].
    pub which: Which,
    /// The district that was asked for.
    pub district: Option<&'a str>,
    /// In order of the table.
    pub reports: Vec<Report<'a>>,
    place: HashMap<&'a str, usize>,
}

impl<'a> View<'a> {
    /// The view on `period`, by default the last one; see [`default_period`].
    pub fn new(tables: &'a Tables, period: Option<&str>, district: Option<&'a str>) -> Result<Self> {
        if let Some(asked) = district
            && !tables.submissions.iter().any(|s| s.district.as_deref() == Some(asked))
        {
            let known: BTreeSet<&str> = tables.submissions.iter().filter_map(|s| s.district.as_deref()).collect();
            let known = known.into_iter().collect::<Vec<_>>().join("、");
            return Err(Message::usage(
                format!("没有区县“{asked}”的材料，已有：{known}"),
                format!("There is nothing of district {asked}; districts: {known}"),
            )
            .into());
        }
        let which = match period {
            Some(words) => Which::One(Some(periods::read(words).unwrap_or_else(|| words.to_owned()))),
            None => default_period(tables, district),
        };
        let view = View::of(tables, which, district);
        let has_rows = tables.submissions.iter().any(|s| view.which.holds(s.period.as_deref()));
        if period.is_some() && !has_rows {
            let told = in_order(tables.submissions.iter().map(|s| s.period.as_deref()));
            let told: Vec<String> = told.into_iter().flatten().collect();
            let names: Vec<String> = told.iter().map(|p| periods::name(p)).collect();
            return Err(Message::usage(
                format!("没有这一报送期的材料，已有：{}", names.join("、")),
                format!("There is nothing of this period; periods: {}", told.join(", ")),
            )
            .into());
        }
        Ok(view)
    }

    fn of(tables: &'a Tables, which: Which, district: Option<&'a str>) -> Self {
        let of_school = |d: &DocumentRow| d.school_id.is_some() || d.level.as_deref() == Some("school");
        let mut view = View { tables, which, district, reports: Vec::new(), place: HashMap::new() };
        let many: HashSet<&str> =
            tables.documents.iter().filter(|d| d.part > 1).map(|d| d.source_path.as_str()).collect();
        for document in tables.documents.iter().filter(|d| d.on_topic && d.superseded_by.is_none() && of_school(d)) {
            if view.holds(document.period.as_deref(), document.district.as_deref()) {
                view.place.insert(&document.doc_id, view.reports.len());
                view.reports.push(Report { document, body: body(document), name: name(document, &many) });
            }
        }
        view
    }

    /// True for a row of the period and district.
    pub fn holds(&self, period: Option<&str>, district: Option<&str>) -> bool {
        self.which.holds(period) && (self.district.is_none() || self.district == district)
    }

    /// The same of the period before: the last earlier one of the same length for which schools were asked, or reported.
    pub fn before(&self) -> Option<View<'a>> {
        let Which::One(Some(period)) = &self.which else { return None };
        let (length, at) = periods::order(period)?;
        let mut known = self.tables.asked();
        if self.tables.roster(None).is_empty() {
            known = in_order(self.tables.documents.iter().map(|d| d.period.as_deref()));
        }
        let earlier = |p: &String| periods::order(p).is_some_and(|(l, a)| l == length && a < at);
        let before = known.into_iter().flatten().rfind(earlier)?;
        Some(View::of(self.tables, Which::One(Some(before)), self.district))
    }

    /// Number of schools' reports of the district in all periods.
    pub fn all_periods(&self) -> usize {
        View::of(self.tables, Which::All, self.district).reports.len()
    }

    /// The report of a row, where the bulletin speaks of it.
    pub fn report(&self, doc_id: &str) -> Option<&Report<'a>> {
        self.place.get(doc_id).map(|&i| &self.reports[i])
    }

    /// The same, where it counts: of reports that are copies the first one does.
    pub fn counted(&self, doc_id: &str) -> Option<&Report<'a>> {
        self.report(doc_id).filter(|report| report.document.counted)
    }

    /// Schools that should report; none without a roster, or for a period that was not asked for.
    pub fn expected(&self) -> Option<usize> {
        let roster = self.tables.roster(self.district);
        let rows = self.tables.submissions.iter().filter(|s| self.which.holds(s.period.as_deref()));
        let asked: BTreeSet<&str> = rows.filter_map(|s| s.school_id.as_deref()).collect();
        (!roster.is_empty() && roster.is_subset(&asked)).then_some(roster.len())
    }
}

/// The last period for which the roster is asked. Without a roster the last one that a third of the reports tell; else all.
fn default_period(tables: &Tables, district: Option<&str>) -> Which {
    if let Some(last) = tables.asked().pop() {
        return Which::One(last);
    }
    let all = View::of(tables, Which::All, district);
    let mut counts: BTreeMap<Option<&str>, usize> = BTreeMap::new();
    all.reports.iter().for_each(|r| *counts.entry(r.document.period.as_deref()).or_default() += 1);
    let enough = |period: &String| 3 * counts[&Some(period.as_str())] >= all.reports.len();
    match in_order(counts.keys().copied()).into_iter().flatten().rfind(enough) {
        Some(period) => Which::One(Some(period)),
        None => Which::All,
    }
}

/// Who wrote a report.
fn body(document: &DocumentRow) -> String {
    match (&document.school_id, &document.school_name) {
        (Some(id), _) => id.clone(),
        (None, Some(name)) => format!("{name}|{}", document.district.as_deref().unwrap_or_default()),
        (None, None) => document.doc_id.clone(),
    }
}

/// Its name, else that of its file, with the report's place in a file of `many`.
fn name(document: &DocumentRow, many: &HashSet<&str>) -> String {
    if let Some(name) = &document.school_name {
        return printed(name);
    }
    let file = document.source_path.rsplit('/').next().unwrap_or_default();
    let file = printed(file);
    if many.contains(&*document.source_path) { format!("{file}第{}篇", document.part) } else { file }
}

/// A name as it is printed.
pub fn printed(name: &str) -> String {
    text::shorten(&text::one_line(name), NAME_CHARS)
}

/// Number of distinct bodies.
pub fn bodies<'a>(reports: impl Iterator<Item = &'a Report<'a>>) -> usize {
    reports.map(|report| report.body.as_str()).collect::<BTreeSet<_>>().len()
}
