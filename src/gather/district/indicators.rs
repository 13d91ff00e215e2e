//! Figures of all reports: how many bodies state an indicator, what they state, and how that stands to the norms.
//!
//! Least, middle and greatest value are taken over stated values alone (kind `actual`, told exactly, about or as a
//! range, neither the value before a change nor its amount), in the unit that most of them have; values in other units
//! are counted. What a school tells of its whole county is no value of the school.

use super::{Cell, View};
use crate::gather::digest::{FigureBrief, fact_id};
use crate::gather::norms::Verdict;
use crate::gather::quantity::{bounds, common_unit, median};
use crate::tables::district::{IndicatorSummaryRow, NormFindingRow};
use std::collections::{BTreeMap, HashMap};

/// Figures of one row.
#[derive(Default)]
struct Stated<'a> {
    figures: Vec<(u32, &'a FigureBrief)>,
    /// Those that state a value of who reports.
    values: Vec<&'a FigureBrief>,
    judged: Vec<(u32, bool)>,
}

/// Rows of `indicator_summary`.
pub fn summary(view: &View) -> Vec<IndicatorSummaryRow> {
    let reporting = view.bodies_by_cell(view.reporting());
    let counted = view.bodies_by_cell(view.counted());
    let mut cells: BTreeMap<(Cell, &str, Option<&str>), Stated> = BTreeMap::new();
    for (i, digest) in view.counted() {
        let cell = view.cell(i);
        for (number, figure) in digest.figures.iter().enumerate() {
            let stated = cells.entry((cell, &figure.indicator, figure.scope.as_deref())).or_default();
            stated.figures.push((view.bodies[i], figure));
            stated.values.extend(Some(figure).filter(|f| is_value(f) && view.is_own(i, f)));
            let verdicts = view.verdicts[i].iter().filter(|v| v.0 == number);
            stated.judged.extend(verdicts.map(|v| (view.bodies[i], v.2.is_breach())));
        }
    }
    let row = |((cell, indicator, scope), stated): ((Cell, &str, Option<&str>), Stated)| {
        let bodies = |is: &dyn Fn(&FigureBrief) -> bool| {
            super::n_distinct(stated.figures.iter().filter(|(_, f)| is(f)).map(|(b, _)| *b).collect())
        };
        let n = |is: &dyn Fn(&FigureBrief) -> bool| stated.figures.iter().filter(|(_, f)| is(f)).count() as i32;
        let of_kind = |kind: &'static str| move |f: &FigureBrief| f.kind == kind && !f.masked;
        let mut values = values(&stated.values);
        let judged = super::n_distinct(stated.judged.iter().map(|j| j.0).collect());
        let breaking = super::n_distinct(stated.judged.iter().filter(|j| j.1).map(|j| j.0).collect());
        IndicatorSummaryRow {
            period: cell.0.map(str::to_owned),
            district: cell.1.map(str::to_owned),
            level: cell.2.map(str::to_owned),
            indicator: indicator.to_owned(),
            scope: scope.map(str::to_owned),
            bodies_expected: expected(view, cell),
            bodies_reporting: reporting.get(&cell).map_or(0, |b| b.len() as i32),
            bodies_counted: counted.get(&cell).map_or(0, |b| b.len() as i32),
            bodies_stating: bodies(&|f| !f.masked),
            bodies_actual: bodies(&of_kind("actual")),
            bodies_requirement: bodies(&of_kind("requirement")),
            bodies_target: bodies(&of_kind("target")),
            bodies_masked: bodies(&|f| f.masked),
            n_figures: stated.figures.len() as i32,
            n_actual: n(&of_kind("actual")),
            n_requirement: n(&of_kind("requirement")),
            n_target: n(&of_kind("target")),
            n_other: n(&of_kind("other")),
            n_masked: n(&|f| f.masked),
            n_values: values.values.len() as i32,
            n_values_other_unit: values.others as i32,
            min: values.values.iter().map(|v| v.0).reduce(f64::min),
            max: values.values.iter().map(|v| v.1).reduce(f64::max),
            median: median(&mut values.middles()),
            unit: values.unit.map(str::to_owned),
            per: values.per.map(str::to_owned),
            bodies_judged: judged,
            bodies_meeting: judged - breaking,
            bodies_breaking: breaking,
            run_id: view.options.run_id.to_owned(),
        }
    };
    cells.into_iter().map(row).collect()
}

/// Schools of the roster that should report in a cell; none where that is not known.
fn expected(view: &View, (period, district, level): Cell) -> Option<i32> {
    let roster = view.options.roster.filter(|_| level == Some("school"))?;
    let asked = view.asked.iter().any(|a| a.as_deref() == period);
    asked.then(|| roster.schools.iter().filter(|s| s.district.as_deref() == district).count() as i32)
}

/// Stated values of one indicator that can be compared with each other.
#[derive(Debug, Default, PartialEq)]
pub struct Values<'a> {
    /// Their common unit.
    pub unit: Option<&'a str>,
    /// The length of time that they are said of, where they tell one.
    pub per: Option<&'a str>,
    /// Least and greatest value of each.
    pub values: Vec<(f64, f64)>,
    /// How many have another unit or length of time.
    pub others: usize,
}

impl Values<'_> {
    /// The value, or the middle of the range, of each.
    pub fn middles(&mut self) -> Vec<f64> {
        self.values.iter().map(|(low, high)| (low + high) / 2.0).collect()
    }
}

/// True for a figure that states a value: no rule, aim or bound, neither the value before a change nor its amount.
pub fn is_value(figure: &FigureBrief) -> bool {
    figure.kind == "actual"
        && !figure.masked
        && figure.holds_now
        && figure.value.is_some()
        && matches!(figure.comparator.as_str(), "eq" | "approx" | "range")
}

/// The values that `figures` state, in the unit and for the length of time that most of them have.
fn values<'a>(figures: &[&'a FigureBrief]) -> Values<'a> {
    let measure = Measure::of(figures.iter().copied());
    let values: Vec<(f64, f64)> = figures.iter().filter(|f| measure.fits(f)).filter_map(|f| bounds(f)).collect();
    Values { unit: measure.unit, per: measure.per, others: figures.len() - values.len(), values }
}

/// In what values are compared: the unit and the length of time that most of them have.
#[derive(Clone, Copy, Debug)]
pub struct Measure<'a> {
    /// Common unit.
    pub unit: Option<&'a str>,
    /// Length of time; a value that tells none is taken for one of it.
    pub per: Option<&'a str>,
}

impl<'a> Measure<'a> {
    /// That of most of the figures.
    pub fn of(figures: impl Iterator<Item = &'a FigureBrief> + Clone) -> Self {
        let unit = most_frequent(figures.clone().map(|f| common_unit(&f.unit).0));
        let of_unit = figures.filter(|f| Some(common_unit(&f.unit).0) == unit);
        Measure { unit, per: most_frequent(of_unit.filter_map(|f| f.per.as_deref())) }
    }

    /// True for a figure that can be compared in it.
    pub fn fits(&self, figure: &FigureBrief) -> bool {
        Some(common_unit(&figure.unit).0) == self.unit && (figure.per.is_none() || figure.per.as_deref() == self.per)
    }
}

/// The most frequent word, the first in order where several are.
fn most_frequent<'a>(words: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    words.for_each(|w| *counts.entry(w).or_default() += 1);
    counts.into_iter().rev().max_by_key(|(_, n)| *n).map(|(word, _)| word)
}

/// Rows of `norm_findings`, report by report.
pub fn norm_findings(view: &View) -> Vec<NormFindingRow> {
    let mut rows = Vec::new();
    for (i, digest) in view.reporting() {
        let document = &digest.document;
        for &(number, id, verdict) in &view.verdicts[i] {
            let (figure, norm) = (&digest.figures[number], view.options.norms.get(id));
            rows.push(NormFindingRow {
                fact_id: fact_id(figure.fact),
                doc_id: document.doc_id.clone(),
                school_id: document.school_id.clone(),
                school_name: document.school_name.clone(),
                district: document.district.clone(),
                period: document.period.clone(),
                norm_id: norm.id.clone(),
                indicator: figure.indicator.to_string(),
                kind: figure.kind.to_string(),
                scope: figure.scope.map(|scope| scope.to_string()),
                grades: format!("{}-{}", norm.grades.0, norm.grades.1),
                verdict: verdict.code().to_owned(),
                comparator: figure.comparator.to_string(),
                value: figure.value,
                value_hi: figure.value_hi,
                unit: figure.unit.to_string(),
                norm_limit: norm.limit.code().to_owned(),
                norm_value: norm.value,
                norm_unit: norm.unit.clone(),
                document: norm.document.clone(),
                document_number: norm.number.clone(),
                clause: norm.clause.clone(),
                counted: document.counted,
                run_id: view.options.run_id.to_owned(),
            });
        }
    }
    rows
}

/// Number of verdicts of the kinds among those of a report.
pub fn n_verdicts(view: &View, report: usize, kinds: &[Verdict]) -> i32 {
    view.verdicts[report].iter().filter(|v| kinds.contains(&v.2)).count() as i32
}

/// For each key and period the figures of each body that state a value.
pub fn values_by_body<'v>(view: &'v View) -> BTreeMap<Key<'v>, BTreeMap<&'v str, Vec<(u32, &'v FigureBrief)>>> {
    let mut figures: BTreeMap<Key, BTreeMap<&str, Vec<(u32, &FigureBrief)>>> = BTreeMap::new();
    for (i, digest) in view.counted() {
        let (Some(period), district, level) = view.cell(i) else { continue };
        for figure in digest.figures.iter().filter(|f| is_value(f) && view.is_own(i, f)) {
            let key = Key { district, level, indicator: &figure.indicator, scope: figure.scope.as_deref() };
            figures.entry(key).or_default().entry(period).or_default().push((view.bodies[i], figure));
        }
    }
    figures
}

/// The value of each body: the middle of what it states in that measure.
pub fn middles(stated: &[(u32, &FigureBrief)], measure: &Measure) -> HashMap<u32, f64> {
    let mut of_body: BTreeMap<u32, Vec<f64>> = BTreeMap::new();
    for (body, figure) in stated.iter().filter(|(_, f)| measure.fits(f)) {
        of_body.entry(*body).or_default().extend(bounds(figure).map(|(low, high)| (low + high) / 2.0));
    }
    of_body.into_iter().filter_map(|(body, mut values)| Some((body, median(&mut values)?))).collect()
}

/// What must agree for values of two periods to be compared; their measure is told from them, as in
/// `indicator_summary`: 每天60分钟 and 60分钟 are one indicator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key<'a> {
    /// District.
    pub district: Option<&'a str>,
    /// Level.
    pub level: Option<&'a str>,
    /// Indicator.
    pub indicator: &'a str,
    /// Grades.
    pub scope: Option<&'a str>,
}
