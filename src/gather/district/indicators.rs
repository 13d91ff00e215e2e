//! Figures of all reports: how many bodies state an indicator, what they state, and how that stands to the norms.
//!
//! Least, middle and greatest value are taken over stated values alone (kind `actual`, told exactly, about or as a
//! range, not the value before a change), in the unit that most of them have; values in other units are counted.

use super::{Cell, View, distinct};
use crate::gather::digest::{FigureBrief, fact_id};
use crate::gather::norms::Verdict;
use crate::gather::quantity::{bounds, common_unit, median};
use crate::tables::district::{IndicatorSummaryRow, NormFindingRow};
use std::collections::{BTreeMap, HashMap};

/// Figures of one row.
#[derive(Default)]
struct Stated<'a> {
    figures: Vec<(u32, &'a FigureBrief)>,
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
        let mut values = values(stated.figures.iter().map(|(_, f)| *f));
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

/// True for a figure that states a value: no rule, aim, bound or value of former times.
pub fn is_value(figure: &FigureBrief) -> bool {
    figure.kind == "actual"
        && !figure.masked
        && !figure.former
        && figure.value.is_some()
        && matches!(figure.comparator.as_str(), "eq" | "approx" | "range")
}

/// The stated values among `figures`, in the unit and for the length of time that most of them have.
pub fn values<'a>(figures: impl Iterator<Item = &'a FigureBrief>) -> Values<'a> {
    let figures: Vec<&FigureBrief> = figures.filter(|f| is_value(f)).collect();
    let unit = most_frequent(figures.iter().map(|f| common_unit(&f.unit).0));
    let of_unit = || figures.iter().filter(|f| Some(common_unit(&f.unit).0) == unit);
    let per = most_frequent(of_unit().filter_map(|f| f.per.as_deref()));
    let values: Vec<(f64, f64)> =
        of_unit().filter(|f| f.per.is_none() || f.per.as_deref() == per).filter_map(|f| bounds(f)).collect();
    Values { unit, per, others: figures.len() - values.len(), values }
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

/// For each cell the indicator values of its bodies: the middle of what each states.
pub fn values_by_body<'v>(view: &'v View) -> BTreeMap<(Key<'v>, &'v str), HashMap<u32, f64>> {
    let mut figures: BTreeMap<(Key, &str), Vec<(u32, &FigureBrief)>> = BTreeMap::new();
    for (i, digest) in view.counted() {
        let (Some(period), district, level) = view.cell(i) else { continue };
        for figure in digest.figures.iter().filter(|f| is_value(f)) {
            let key = Key {
                district,
                level,
                indicator: &figure.indicator,
                scope: figure.scope.as_deref(),
                unit: common_unit(&figure.unit).0,
                per: figure.per.as_deref(),
            };
            figures.entry((key, period)).or_default().push((view.bodies[i], figure));
        }
    }
    let of_bodies = |mut stated: Vec<(u32, &FigureBrief)>| {
        let mut bodies: Vec<u32> = stated.iter().map(|s| s.0).collect();
        distinct(&mut bodies);
        stated.sort_by_key(|s| s.0);
        let by_body = stated.chunk_by(|x, y| x.0 == y.0);
        by_body
            .filter_map(|same| {
                let mut middles: Vec<f64> =
                    same.iter().filter_map(|(_, f)| bounds(f)).map(|(low, high)| (low + high) / 2.0).collect();
                Some((same[0].0, median(&mut middles)?))
            })
            .collect()
    };
    figures.into_iter().map(|(key, stated)| (key, of_bodies(stated))).collect()
}

/// What must agree for values of two periods to be compared.
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
    /// Common unit.
    pub unit: &'a str,
    /// Length of time.
    pub per: Option<&'a str>,
}
